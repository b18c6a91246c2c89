// Package segment writes and reads GeoParquet 1.1 files of reads.
//
// Entry points: [Write] makes a segment of reads that are sorted by time, and the record that
// names its parts; [Open] with a segment's footer gives a [Reader], whose Decode turns single
// row groups into reads, in any order and on any goroutine; [ReadFile] takes any GeoParquet
// file with the standard detection columns.
//
// Invariants: a segment that a Reader accepts has exactly the columns of docs/feed.md, and
// every part is the one that the record's digests name. Reading is bounded before anything
// is allocated: sizes, row counts and encodings are checked against what the bytes can hold,
// so a hostile file costs an error. Pages are decoded here and not by parquet-go, which
// allocates what a file claims; its metadata types and its writer are used.
package segment
