package engine

import (
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// checkProof does what a third party does with an export: the checkpoint's signature, its
// size and root, the entry under it.
func checkProof(t testing.TB, p AuditProof) {
	t.Helper()
	v, err := note.NewVerifier(p.Key)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open([]byte(p.Checkpoint), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	hash := func(s string) (h tlog.Hash) {
		b, err := hex.DecodeString(s)
		if err != nil || copy(h[:], b) != tlog.HashSize {
			t.Fatalf("%q is no hash: %v", s, err)
		}
		return h
	}
	root := hash(p.Root)
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 3 || lines[2] != root.String() {
		t.Fatalf("the checkpoint is about another root: %q", n.Text)
	}
	var proof tlog.RecordProof
	for _, h := range p.Inclusion {
		proof = append(proof, hash(h))
	}
	if err := tlog.CheckRecord(proof, p.Size, root, p.Entry, hash(p.Leaf)); err != nil {
		t.Fatal(err)
	}
}
