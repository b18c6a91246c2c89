package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestExchangedLogFailsVerify proves U-4 without a key: audit verify fails for an older copy of
// the log, for another workstation's, and without the witness.
func TestExchangedLogFailsVerify(t *testing.T) {
	ctx := context.Background()
	f, other := open(t), open(t)
	f.Engine.Close()
	other.Engine.Close()
	log := filepath.Join(f.o.Dir, dirVault, dirAudit)
	old := filepath.Join(t.TempDir(), "old")
	if err := os.CopyFS(old, os.DirFS(log)); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	f.door(t, "kl")
	f.Engine.Close()
	verify := func(name string, good bool) {
		t.Helper()
		r, err := VerifyAudit(ctx, f.o)
		if err != nil || good != (len(r.Problems) == 0) {
			t.Errorf("%s: %q, %v", name, r.Problems, err)
		}
	}
	verify("as it is", true)
	now := filepath.Join(t.TempDir(), "now")
	if err := os.Rename(log, now); err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]string{"older": old, "other": filepath.Join(other.o.Dir, dirVault, dirAudit)} {
		if err := errors.Join(os.RemoveAll(log), os.CopyFS(log, os.DirFS(from))); err != nil {
			t.Fatal(err)
		}
		verify(name, false)
	}
	if err := errors.Join(os.RemoveAll(log), os.Rename(now, log)); err != nil {
		t.Fatal(err)
	}
	verify("back", true)
	if err := os.Remove(filepath.Join(f.o.Dir, dirVault, fileWitness)); err != nil {
		t.Fatal(err)
	}
	verify("no witness", false)
	f.reopen(t)
	f.Engine.Close()
	verify("witness renewed", true)
}
