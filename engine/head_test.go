package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestRolledBackLogIsSeen proves U-2 and U-4: each answer and each refusal is given only when
// the vault knows the log up to its entry, so that a log from just before it, put in place
// after the process was killed, does not open.
func TestRolledBackLogIsSeen(t *testing.T) {
	ctx := context.Background()
	for name, ask := range map[string]func(*testing.T, *Session){
		"answer": func(t *testing.T, s *Session) {
			if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
				t.Fatal(err)
			}
		},
		"refusal": func(t *testing.T, s *Session) {
			q := geoQuery()
			q.Purpose.Attested = false
			_, err := s.Run(ctx, q, RunOptions{})
			wantRefusal(t, err, "GEO-3")
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t)
			f.load(t, "two", 50)
			s := f.door(t, "kl")
			older := filepath.Join(t.TempDir(), "older")
			log := filepath.Join(dirVault, dirAudit)
			if err := os.CopyFS(older, os.DirFS(filepath.Join(f.o.Dir, log))); err != nil {
				t.Fatal(err)
			}
			ask(t, s)
			killed := func() Options { // the folder as a kill leaves it: nothing is closed or signed
				o := f.o
				o.Dir = filepath.Join(t.TempDir(), "killed")
				if err := os.CopyFS(o.Dir, os.DirFS(f.o.Dir)); err != nil {
					t.Fatal(err)
				}
				return o
			}
			e, err := openWith(ctx, killed(), f.k)
			if err != nil {
				t.Fatalf("as the kill left it: %v", err)
			}
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			o := killed()
			if err := errors.Join(os.RemoveAll(filepath.Join(o.Dir, log)), os.CopyFS(filepath.Join(o.Dir, log), os.DirFS(older))); err != nil {
				t.Fatal(err)
			}
			if e, err := openWith(ctx, o, f.k); !errors.Is(err, ErrDamaged) {
				t.Errorf("with the older log: %v, want ErrDamaged", err)
				if err == nil {
					e.Close()
				}
			}
		})
	}
}
