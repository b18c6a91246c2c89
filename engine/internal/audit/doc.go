// Package audit keeps the audit trail: an append-only Merkle log in three files of its own,
// written and synced before anything is answered.
//
// Entry points: [Create] makes an empty log, [Open] opens it for appending, [Log.Append]
// returns when the entry is on disk, [Log.Checkpoint] signs the log's size and root,
// [Verify] proves a log from its files alone, without key, database or sign-in.
//
// Files. "entries" holds frames: a format byte, two lengths, the leaf, the sealed part. The
// leaf is canonical JSON; personal fields appear in it as salted commitments, and their
// clear text and salts lie in the sealed part, whose digest the leaf names. So a copy
// without the sealed parts still verifies. "checkpoints" holds signed checkpoints (C2SP
// tlog-checkpoint notes), one after the other. "head" holds two slots of 512 bytes that are
// written in turn: a signed note with size, root, length of "entries" and the hash chain
// over "checkpoints". "key" is the verifier key.
//
// Order of a commit: entries, sync; head, sync; only then Append returns. What lies behind
// the head after a crash was never acknowledged. Concurrent appends share one commit.
//
// Invariants: every byte of the four files is covered by the root, a signature or an exact
// comparison; a failed commit leaves no trace and no acknowledged entry is ever lost. What
// the log cannot see by itself is an exchange of the whole folder for an older copy: the
// vault keeps the last head for that ([Log.Head]), and later a witness outside.
//
// All methods of [Log] are safe for concurrent use. One process may have a log open; the
// vault's lock sees to that. Hashes of all entries are kept in memory (64 bytes an entry).
package audit
