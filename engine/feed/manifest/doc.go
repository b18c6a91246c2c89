// Package manifest is a lane's log: an append-only Merkle tree of feed.Records in the files
// of C2SP tlog-tiles, with a checkpoint that the feed's key signs.
//
// Entry points: [Init] makes a feed and [ReadCard] reads who it is; [Open] gives a publisher
// a lane's [Log]; a [Follower] is the client's side. docs/feed.md tells the life of a record.
//
// Invariants: a place in the log is taken by creating its claim, which must not exist, and a
// claim holds the signed checkpoint of the log up to it, so that all publishers and a
// publisher that completes the work of a killed one derive the same tiles. Tiles, bundles and
// the checkpoint only follow from claims. Whatever is read is proved against a signature
// before it is used, by publishers too: who can write the bucket but has no key changes
// nothing unseen.
package manifest
