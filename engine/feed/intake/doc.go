// Package intake turns what cameras and vendors send into reads of the feed, with their
// pictures (F-3). It is a library without network and without store: bytes in, reads and
// rejects out.
//
// Entry points: [OpenFile] for a file, [Open] for a stream, [Body] for one webhook request,
// [Preview] to see what the first rows of a file would become. [LoadCameras], [LoadMapping] and [Words.Extend] read the
// operator's tables. docs/feed.md says which formats there are and what each field becomes.
//
// The life of an item: it is cut out of the stream within bounds (lines.go, items.go),
// decoded (openalpr.go, platerec.go, mapped.go, packages detcsv and segment), placed by the camera table,
// checked against the clock and the earth, its words normalised (words.go), and collapsed
// with the reads of the same vehicle at the same camera seconds before and after
// (collapse.go). What cannot be read goes to Options.Reject with its number and the reason,
// and the rest is taken.
//
// Invariants: memory is bounded by Options.MaxItem and the collapser's bounds, however the
// input is made; nothing that a picture's metadata says is used; the same input gives the
// same reads with the same ids.
package intake
