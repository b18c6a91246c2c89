// Package enrol makes and checks what a workstation and a feed server know each other by:
// the feed's certificate authority, certificates, and one-time codes.
//
// Entry points: [CreateCA] and [OpenCA] on the server, [NewCode] for whoever invites a
// workstation, [ParseCode], [NewRequest] and [PinnedConfig] on the workstation.
//
// A code holds a secret of 160 bits and the fingerprint of the authority, so that the first
// connection is authenticated in both directions. The server keeps the secret's hash alone.
//
// Invariants: TLS 1.3 and keys of P-256 or Ed25519 from the standard library; private keys
// lie in files with mode 0600; clock and randomness are the caller's.
package enrol
