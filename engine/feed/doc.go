// Package feed holds what the parts of the central feed share: the words of the feed. The
// parts are packages below it: segment (GeoParquet files of reads), manifest (signed,
// append-only logs of what a lane holds), bucket (where files lie), intake (formats of
// cameras and vendors), publish (the writer), serve (the HTTPS server) and client (the
// workstation's side).
//
// A feed is files: segments and documents, named by their digest, and one Merkle log a lane
// that says which of them count. docs/feed.md describes the layout and the life of a read.
package feed
