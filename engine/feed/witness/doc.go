// Package witness holds what a workstation and a feed server say to each other about audit
// logs: checkpoints with proofs of consistency (C2SP tlog-witness add-checkpoint),
// cosignatures (C2SP tlog-cosignature, cosignature/v1), and parcels of entries.
//
// Entry points: [Add] and [ParseAdd], [Signer] and [Verifier], [Parcel] and [ParseParcel].
//
// Invariants: whatever is parsed was written exactly so; nothing else is let through. The
// package keeps no state and reads no clock.
package witness
