package demoworld_test

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cordon/app/demoworld"
	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/detection"

	"github.com/pquerna/otp/totp"
)

func made(t *testing.T, rows int) (string, demoworld.Info) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	info, err := demoworld.Make(t.Context(), demoworld.Options{Dir: dir, Rows: rows}, func(int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return dir, info
}

// session signs a demo account in, accepts the rules and steps up.
func session(t *testing.T, dir, user string) *engine.Session {
	t.Helper()
	e, err := engine.Open(t.Context(), engine.Options{Dir: dir, Photos: demoworld.PhotoSources()})
	if err != nil {
		t.Fatal(err)
	}
	p, err := e.SignIn(t.Context(), user, demo.Password(user))
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Accept(t.Context(), e.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(context.Background()), e.Close()); err != nil {
			t.Error(err)
		}
	})
	code, err := totp.GenerateCode(demo.TOTPSecret(user), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.StepUp(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStoriesAreFound: the query of each planted story finds its plates in the workstation
// (the world is what the README's tour says it is), and each read has its two photos.
func TestStoriesAreFound(t *testing.T) {
	dir, info := made(t, 3000)
	if info.Load.Rows != 3000 || info.Load.Rejects != 0 || info.State != "local@1" {
		t.Errorf("loaded %+v, state %s", info.Load, info.State)
	}
	s := session(t, dir, "k.lindqvist")
	for _, id := range []string{"warehouses", "border", "van", "partial"} {
		q, text, plates, err := demoworld.Query(id)
		if err != nil || text == "" {
			t.Fatalf("%s: %v", id, err)
		}
		q.Purpose = detection.Purpose{
			Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "story", Attested: true,
			Justification: "The story of the demo says what happened at these places.",
		}
		a, err := s.Run(t.Context(), q, engine.RunOptions{Confirm: true, Reads: true})
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		var found []string
		for _, p := range a.Plates {
			found = append(found, p.Plate)
		}
		for _, r := range a.Rows {
			found = append(found, r.Plate)
		}
		for _, want := range plates {
			if !slices.Contains(found, want) {
				t.Errorf("%s: %s is not among %v", id, want, found)
			}
		}
		rows := append(append([]engine.Row{}, a.Rows...), a.PlateHits...)
		photos, err := s.Photos(t.Context(), a.Entry, rows[0].Ref())
		if err != nil {
			t.Fatalf("%s: photos: %v", id, err)
		}
		if len(photos) != rows[0].Photos {
			t.Errorf("%s: %d photos, the read has %d", id, len(photos), rows[0].Photos)
		}
		for _, p := range photos {
			if _, err := jpeg.Decode(bytes.NewReader(p.JPEG)); err != nil {
				t.Errorf("%s: %s photo: %v", id, p.Kind, err)
			}
		}
		s.Release(a.Entry)
	}
}

// TestEveryAccountSignsIn: each account that is printed works, enhanced ones with their code.
func TestEveryAccountSignsIn(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("hashes dozens of passwords: run it without -short and -race")
	}
	dir, info := made(t, 0)
	if info.Load.Rows != 0 || len(info.Accounts) < 9 {
		t.Fatalf("%d rows, %d accounts", info.Load.Rows, len(info.Accounts))
	}
	e, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	roles := map[string]bool{}
	for _, a := range info.Accounts {
		p, err := e.SignIn(t.Context(), a.User, a.Password)
		if err != nil {
			t.Fatalf("%s: %v", a.User, err)
		}
		s, err := p.Accept(t.Context(), info.RulesDigest)
		if err != nil {
			t.Fatalf("%s: %v", a.User, err)
		}
		roles[string(s.Identity().Role)] = true
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(roles) != 9 {
		t.Errorf("%d roles have an account: %v", len(roles), roles)
	}
}

// TestOnlyADemoIsReplaced: nothing else is ever removed.
func TestOnlyADemoIsReplaced(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("hashes dozens of passwords: run it without -short and -race")
	}
	mine := t.TempDir()
	file := filepath.Join(mine, "thesis.txt")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for replace, want := range map[bool]error{false: engine.ErrExists, true: demoworld.ErrNotDemo} {
		_, err := demoworld.Make(t.Context(), demoworld.Options{Dir: mine, Replace: replace}, nil)
		if !errors.Is(err, want) {
			t.Errorf("replace %v: %v, want %v", replace, err, want)
		}
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != "mine" {
		t.Errorf("the file is %q, %v", b, err)
	}
	dir, _ := made(t, 0)
	if !demoworld.Is(dir) || demoworld.Is(mine) {
		t.Error("a demo is not told from a folder")
	}
	if _, err := demoworld.Make(t.Context(), demoworld.Options{Dir: dir}, nil); !errors.Is(err, engine.ErrExists) {
		t.Errorf("a second demo: %v", err)
	}
	e, err := engine.Open(t.Context(), engine.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demoworld.Make(t.Context(), demoworld.Options{Dir: dir, Replace: true}, nil); !errors.Is(err, engine.ErrInUse) {
		t.Errorf("a demo in use is replaced: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := demoworld.Make(t.Context(), demoworld.Options{Dir: dir, Replace: true}, nil); err != nil {
		t.Errorf("replace: %v", err)
	}
}

// TestStoppedHalfWay leaves nothing that looks like a workstation.
func TestStoppedHalfWay(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	ctx, cancel := context.WithCancel(t.Context())
	_, err := demoworld.Make(ctx, demoworld.Options{Dir: dir, Rows: 100_000}, func(int64) { cancel() })
	cancel()
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("%v is left, %v", entries, err)
	}
}
