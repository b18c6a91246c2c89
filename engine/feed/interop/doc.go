// Package interop holds checks of a feed's files by other programs: DuckDB and Apache Arrow
// read segments, and a real S3 server holds a feed. It is a module of its own, so that the
// product needs none of them; “make interop” runs it. It has no code of its own.
package interop
