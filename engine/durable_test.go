package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"cordon/engine/internal/audit"
	"cordon/engine/internal/vault"
)

// brittle is a log file that fails once fail is set.
type brittle struct {
	audit.File
	fail *atomic.Bool
}

var errIO = errors.New("input/output error")

func (b brittle) WriteAt(p []byte, off int64) (int, error) {
	if b.fail.Load() {
		return 0, errIO
	}
	return b.File.WriteAt(p, off)
}

// TestNoAuditNoAnswer proves U-2: when the entry cannot be written, no method that shows or
// changes anything answers, and when it can again, all is well.
func TestNoAuditNoAnswer(t *testing.T) {
	ctx := context.Background()
	var fail atomic.Bool
	f := open(t, func(_ *Options, k *knobs) {
		k.auditFile = func(path string) (audit.File, error) {
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			return brittle{file, &fail}, err
		}
	})
	f.load(t, "two", 100)
	s, m, auditor := f.door(t, "kl"), f.door(t, "manager"), f.door(t, "auditor")
	a, err := s.Run(ctx, geoQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	fail.Store(true)
	for name, call := range map[string]func() (any, error){
		"query":          func() (any, error) { return s.Run(ctx, plateQuery(), RunOptions{}) },
		"geo":            func() (any, error) { return s.Run(ctx, geoQuery(), RunOptions{Confirm: true}) },
		"refusal":        func() (any, error) { return m.Run(ctx, plateQuery(), RunOptions{}) },
		"sign-in":        func() (any, error) { return f.SignIn(ctx, "kl", password) },
		"failed sign-in": func() (any, error) { return f.SignIn(ctx, "boss", "wrong") },
		"step-up":        func() (any, error) { return nil, s.StepUp(ctx, f.code(t)) },
		"keep": func() (any, error) {
			return s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: a.Rows[0].Ref(), Reason: "seen at the warehouse"})
		},
		"case":       func() (any, error) { return s.OpenCase(ctx, purpose.Case, "") },
		"audit list": func() (any, error) { return auditor.Audit(ctx, AuditFilter{}) },
		"account":    func() (any, error) { return nil, m.ReleaseLock(ctx, "kl") },
	} {
		got, err := call()
		if !errors.Is(err, ErrAudit) {
			t.Errorf("%s: %v, want ErrAudit", name, err)
		}
		switch x := got.(type) {
		case *Answer:
			if x != nil {
				t.Errorf("%s: answered", name)
			}
		case *SignIn:
			if x != nil {
				t.Errorf("%s: opened", name)
			}
		}
	}
	fail.Store(false)
	if cases, err := s.Cases(ctx); err != nil || len(cases) != 0 {
		t.Errorf("%d cases, %v: something was stored without an entry", len(cases), err)
	}
	if _, err := s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Errorf("after the fault: %v", err)
	}
	if err := f.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReadOnlyLog proves U-2 with a file that truly cannot be written.
func TestReadOnlyLog(t *testing.T) {
	f := open(t)
	f.Engine.Close()
	f.k.auditFile = func(path string) (audit.File, error) { return os.Open(path) }
	if e, err := openWith(context.Background(), f.o, f.k); !errors.Is(err, ErrAudit) {
		t.Errorf("%v, want ErrAudit", err)
		if err == nil {
			e.Close()
		}
	}
	f.k.auditFile = nil
	f.reopen(t)
	f.door(t, "kl")
	f.Engine.Close()
}

// TestWhyNothingIsRecorded: where the log cannot be written because the disk is full, or a limit
// on files is met, the error is ErrAudit and says so, and is no damage (U-2).
func TestWhyNothingIsRecorded(t *testing.T) {
	ctx := context.Background()
	for _, cause := range []error{syscall.ENOSPC, syscall.EFBIG} {
		var fail atomic.Bool
		f := open(t, func(_ *Options, k *knobs) {
			k.auditFile = func(path string) (audit.File, error) {
				file, err := os.OpenFile(path, os.O_RDWR, 0)
				return full{file, &fail, &os.PathError{Op: "write", Path: path, Err: cause}}, err
			}
		})
		s := f.door(t, "kl")
		fail.Store(true)
		_, err := s.Run(ctx, plateQuery(), RunOptions{})
		if !errors.Is(err, ErrAudit) || !errors.Is(err, ErrNoSpace) || errors.Is(err, ErrDamaged) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

// full is a log file that fails with a cause of its own.
type full struct {
	audit.File
	fail  *atomic.Bool
	cause error
}

func (b full) WriteAt(p []byte, off int64) (int, error) {
	if b.fail.Load() {
		return 0, b.cause
	}
	return b.File.WriteAt(p, off)
}

// contents hashes every file below dir.
func contents(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestAnswersAreNeverWritten proves R-4: a query changes the audit log and what the vault knows
// of its head, and nothing else; releasing and signing out drop the rows.
func TestAnswersAreNeverWritten(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 200)
	s := f.door(t, "kl")
	values := func() []json.RawMessage {
		t.Helper()
		list, err := vault.List[json.RawMessage](f.vault, "")
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	before, valuesBefore := contents(t, f.o.Dir), values()
	a, err := s.Run(ctx, geoQuery(), RunOptions{})
	if err != nil || len(a.Rows) == 0 {
		t.Fatal(err)
	}
	if _, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref()); err != nil {
		t.Fatal(err)
	}
	after := contents(t, f.o.Dir)
	for name, sum := range after {
		if before[name] != sum && name != "vault/audit/entries" && name != "vault/audit/head" && path.Ext(name) != ".mem" {
			t.Errorf("%s changed", name)
		}
	}
	changed := 0
	for i, v := range values() {
		if len(valuesBefore) <= i || !bytes.Equal(v, valuesBefore[i]) {
			changed++
			if head := fmt.Sprintf(`"Size":%d`, a.Entry+1); !bytes.Contains(v, []byte(head)) && !bytes.Contains(v, []byte(`"photo_total"`)) {
				t.Errorf("the vault holds %s", v)
			}
		}
	}
	if changed != 2 {
		t.Errorf("%d values of the vault changed, want the log's head and the vault's sum", changed)
	}
	if before["vault/audit/entries"] == after["vault/audit/entries"] {
		t.Error("the log did not change")
	}
	ref := a.Rows[0].Ref()
	if _, err := s.Photos(ctx, a.Entry, DetectionRef{ref.Lane, "another"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a row that is not in the answer: %v", err)
	}
	s.Release(a.Entry)
	if _, err := s.Photos(ctx, a.Entry, ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("photos of a released answer: %v", err)
	}
	if _, err := s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: ref, Reason: "seen at the warehouse"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("keeping from a released answer: %v", err)
	}
	if a, err = s.Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	other := f.door(t, "kl")
	if _, err := other.Photos(ctx, a.Entry, ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("another session's answer: %v", err)
	}
	for range maxAnswers {
		if _, err := s.Run(ctx, plateQuery(), RunOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Photos(ctx, a.Entry, ref); !errors.Is(err, ErrNotFound) {
		t.Errorf("the oldest answer is still open after %d more: %v", maxAnswers, err)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if len(s.answers) != 0 {
		t.Error("answers after sign-out")
	}
}

// TestOpenErrors: each cause has its own error and nothing is lost.
func TestOpenErrors(t *testing.T) {
	ctx := context.Background()
	if _, err := Open(ctx, Options{Dir: t.TempDir()}); !errors.Is(err, ErrNotWorkstation) {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := Open(ctx, Options{Dir: filepath.Join(t.TempDir(), "none")}); !errors.Is(err, ErrNotWorkstation) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := Open(ctx, Options{}); !errors.Is(err, ErrInvalid) {
		t.Errorf("no name: %v", err)
	}
	if _, err := VerifyAudit(ctx, Options{Dir: t.TempDir()}); !errors.Is(err, ErrNotWorkstation) {
		t.Errorf("verify: %v", err)
	}
	f := open(t)
	f.load(t, "two", 10)
	if _, err := openWith(ctx, f.o, f.k); !errors.Is(err, ErrInUse) {
		t.Errorf("twice: %v", err)
	}
	if err := initWith(ctx, f.o, f.k, cast()...); !errors.Is(err, ErrExists) {
		t.Errorf("init over a workstation: %v", err)
	}
	f.Engine.Close()
	full := f.k
	full.free = func(string) (uint64, error) { return 1 << 20, nil }
	os.Remove(filepath.Join(f.o.Dir, "vault", "ballast"))
	if _, err := openWith(ctx, f.o, full); !errors.Is(err, ErrNoSpace) {
		t.Errorf("full disk: %v", err)
	}
	f.reopen(t)
	if st := f.DataState(); st.Rows != 10 || st.Name != "local@1" || !st.Oldest.Equal(day) {
		t.Errorf("%+v", st)
	}
}

// TestInitRefuses: accounts that cannot be made leave nothing behind.
func TestInitRefuses(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		change func([]NewAccount) []NewAccount
		want   func(error) bool
	}{
		"nobody":        {func([]NewAccount) []NewAccount { return nil }, func(err error) bool { return errors.Is(err, ErrInvalid) }},
		"no manager":    {func(a []NewAccount) []NewAccount { return a[1:] }, func(err error) bool { return errors.Is(err, ErrInvalid) }},
		"same name":     {func(a []NewAccount) []NewAccount { return append(a, a[0]) }, func(err error) bool { return errors.Is(err, ErrExists) }},
		"bad role":      {func(a []NewAccount) []NewAccount { a[1].Role = "chief"; return a }, func(err error) bool { return errors.Is(err, ErrInvalid) }},
		"weak password": {func(a []NewAccount) []NewAccount { a[1].Password = "short"; return a }, func(err error) bool { var r *Refusal; return errors.As(err, &r) && r.Rule == "X-5" }},
	} {
		o := Options{Dir: filepath.Join(t.TempDir(), "ws")}
		if err := initWith(ctx, o, knobs{rounds: 2}, c.change(cast())...); !c.want(err) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(o.Dir, "vault")); err == nil {
			t.Errorf("%s: a vault is there", name)
		}
		if err := initWith(ctx, o, knobs{rounds: 2}, cast()...); err != nil {
			t.Errorf("%s: init again: %v", name, err)
		}
	}
}

// TestExchangedLogIsSeen proves U-4: a whole older copy of the log, consistent in itself, does
// not fit the vault's memory of it.
func TestExchangedLogIsSeen(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.Engine.Close()
	dir := filepath.Join(f.o.Dir, "vault", "audit")
	old := map[string][]byte{}
	for name := range contents(t, dir) {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		old[name] = data
	}
	f.reopen(t)
	if err := f.door(t, "kl").Close(ctx); err != nil {
		t.Fatal(err)
	}
	f.Engine.Close()
	for name, data := range old {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if e, err := openWith(ctx, f.o, f.k); !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, want ErrDamaged", err)
		if err == nil {
			e.Close()
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) == 0 {
		t.Errorf("log removed: %+v, %v", r, err)
	}
}

// TestEveryByteOfTheLog changes bytes of the log of a used workstation; the audit package's
// own test does it for each single one.
func TestEveryByteOfTheLog(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 20)
	if _, err := f.door(t, "kl").Run(ctx, geoQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	f.Engine.Close()
	dir := filepath.Join(f.o.Dir, "vault", "audit")
	for name := range contents(t, dir) {
		path := filepath.Join(dir, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(good); i += 1 + len(good)/8 {
			bad := append([]byte(nil), good...)
			bad[i] ^= 1
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if r, err := VerifyAudit(ctx, f.o); err == nil && len(r.Problems) == 0 {
				t.Errorf("%s: byte %d changed and not seen", name, i)
			}
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	// The log alone, without vault, key and detections (a third party's copy).
	for _, gone := range []string{"reads", "vault/db", "vault/master.key", "vault/lock"} {
		if err := os.RemoveAll(filepath.Join(f.o.Dir, gone)); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 || r.Entries == 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestConcurrentUse runs queries, estimates, keeps, an import and a verification at once; it
// is meant for -race.
func TestConcurrentUse(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 500)
	s := f.door(t, "kl")
	var wg sync.WaitGroup
	run := func(f func() error) {
		wg.Go(func() {
			for range 5 {
				if err := f(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	run(func() error {
		a, err := s.Run(ctx, geoQuery(), RunOptions{})
		if err == nil {
			s.Release(a.Entry)
		}
		return err
	})
	run(func() error { _, err := s.Run(ctx, commonQuery(), RunOptions{Reads: true}); return err })
	run(func() error { _, err := s.Estimate(ctx, commonQuery()); return err })
	run(func() error { _, err := s.Cases(ctx); return err })
	run(func() error { return s.AddNote(ctx, mustCase(ctx, s), "note") })
	run(func() error {
		r, err := VerifyAudit(ctx, f.o)
		if len(r.Problems) > 0 {
			t.Error(r.Problems)
		}
		return err
	})
	run(func() error { _, err := s.Audit(ctx, AuditFilter{Limit: 10}); return err })
	wg.Go(func() { f.load(t, "one", 300) })
	wg.Wait()
	c, err := s.Case(ctx, purpose.Case)
	if err != nil || len(c.Notes) != 5 {
		t.Errorf("%d notes, %v", len(c.Notes), err)
	}
	r, err := s.Check(ctx, nil)
	if err != nil || len(r.Findings) > 0 || r.Rows != 800 {
		t.Errorf("%+v, %v", r, err)
	}
}

func mustCase(ctx context.Context, s *Session) string {
	_, _ = s.OpenCase(ctx, purpose.Case, "warehouse fires") // it may be there already
	return purpose.Case
}

// TestAfterClose: sessions of a closed workstation say so and do nothing else.
func TestAfterClose(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s := f.door(t, "kl")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				if _, err := s.Cases(ctx); err != nil {
					if !errors.Is(err, ErrSession) {
						t.Errorf("cases: %v", err)
					}
					return
				}
				if _, err := s.Audit(ctx, AuditFilter{Limit: 3}); err != nil {
					if !errors.Is(err, ErrSession) && !errors.Is(err, ErrAudit) {
						t.Errorf("audit: %v", err)
					}
					return
				}
			}
		})
	}
	if err := f.Engine.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if _, err := s.Run(ctx, plateQuery(), RunOptions{}); !errors.Is(err, ErrSession) && !errors.Is(err, ErrAudit) {
		t.Errorf("query: %v", err)
	}
	if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
