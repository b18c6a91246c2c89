package engine

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/audit"
)

// TestLock proves X-5: after thirty minutes idle, or when asked, nothing is shown until the
// password is given; the longest time ends it for good.
func TestLock(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s := f.door(t, "kl")
	a, err := s.Run(ctx, plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	everything := map[string]func() error{
		"run":      func() error { _, err := s.Run(ctx, plateQuery(), RunOptions{}); return err },
		"estimate": func() error { _, err := s.Estimate(ctx, plateQuery()); return err },
		"photos":   func() error { _, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref()); return err },
		"keep":     func() error { _, err := s.Keep(ctx, KeepRequest{}); return err },
		"cases":    func() error { _, err := s.Cases(ctx); return err },
		"case":     func() error { _, err := s.Case(ctx, purpose.Case); return err },
		"cameras":  func() error { _, err := s.Cameras(ctx); return err },
		"audit":    func() error { _, err := s.Audit(ctx, AuditFilter{}); return err },
		"step-up":  func() error { return s.StepUp(ctx, f.code(t)) },
		"export":   func() error { _, err := s.Export(ctx, ExportRequest{}); return err },
		"check":    func() error { _, err := s.Check(ctx, nil); return err },
		"import":   func() error { _, err := s.Import(ctx, ImportOptions{}, nil, nil); return err },
		"accounts": func() error { _, err := s.Accounts(ctx); return err },
		"password": func() error { return s.SetPassword(ctx, "kl", "another long password") },
		"crop":     func() error { _, err := s.SaveCrop(ctx, CropRequest{}); return err },
		"lock":     func() error { return s.Lock(ctx) },
	}
	closed := func(when string) {
		t.Helper()
		for name, f := range everything {
			if err := f(); !errors.Is(err, ErrSession) {
				t.Errorf("%s: %s: %v, want ErrSession", when, name, err)
			}
		}
	}
	if err := s.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	closed("locked")
	if err := s.Unlock(ctx, "wrong"); !errors.Is(err, ErrCredentials) {
		t.Errorf("wrong password: %v", err)
	}
	closed("wrong password")
	if err := s.Unlock(ctx, password); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref()); err != nil {
		t.Errorf("unlocked: %v", err)
	}
	f.advance(30 * time.Minute)
	if _, err := s.Cameras(ctx); err != nil {
		t.Errorf("after thirty minutes: %v", err)
	}
	f.advance(30*time.Minute + time.Second)
	closed("idle")
	if e := last(f.all(t)); e.Kind != "lock" || e.Fields["why"] != "idle" {
		t.Errorf("%+v", e)
	}
	if err := s.Unlock(ctx, password); err != nil {
		t.Fatal(err)
	}
	for f.o.Clock().Sub(s.started) <= 12*time.Hour {
		f.advance(29 * time.Minute)
		s.Cameras(ctx)
	}
	closed("after twelve hours")
	if err := s.Unlock(ctx, password); !errors.Is(err, ErrSession) {
		t.Errorf("unlocking what has ended: %v", err)
	}
	if len(s.answers) != 0 {
		t.Error("answers after the end")
	}
}

func TestAcceptInTime(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	p, err := f.SignIn(ctx, "kl", password)
	if err != nil {
		t.Fatal(err)
	}
	f.advance(acceptWithin + time.Second)
	if _, err := p.Accept(ctx, f.Rules().Digest); !errors.Is(err, ErrSession) {
		t.Errorf("%v, want ErrSession", err)
	}
}

// away is a photo source during whose work something happens to the session.
type away struct {
	snapshots
	now *func()
}

func (a away) Photos(ctx context.Context, d detection.Detection) ([]Photo, error) {
	(*a.now)()
	return a.snapshots.Photos(ctx, d)
}

// leaving is a log file during whose write something happens to the session.
type leaving struct {
	audit.File
	now *func()
}

func (l leaving) WriteAt(p []byte, off int64) (int, error) {
	(*l.now)()
	return l.File.WriteAt(p, off)
}

// TestNothingForWhoLeft proves: what was begun in a session that is locked, signed
// out, disabled or over before it is done hands nothing out.
func TestNothingForWhoLeft(t *testing.T) {
	ctx := context.Background()
	nothing := func() {}
	now := nothing
	f := open(t, func(o *Options, k *knobs) {
		o.Photos["two"] = away{snapshots{2}, &now}
		k.auditFile = func(path string) (audit.File, error) {
			file, err := os.OpenFile(path, os.O_RDWR, 0)
			return leaving{file, &now}, err
		}
	})
	f.load(t, "two", 50)
	s, a, item := kept(t, f)
	if _, err := s.SaveCrop(ctx, CropRequest{
		Case: purpose.Case, Item: item.ID, Kind: PhotoPlate, Crop: CropGeometry{W: 100, H: 60}, Attestation: Attestation{NoPerson: true},
		Verified: PlateVerified{Plate: "VAN123", State: "DE"},
	}); err != nil {
		t.Fatal(err)
	}
	ask := map[string]func(*Session, *Answer) (bool, error){
		"query": func(s *Session, _ *Answer) (bool, error) {
			got, err := s.Run(ctx, geoQuery(), RunOptions{})
			return got != nil, err
		},
		"photos": func(s *Session, a *Answer) (bool, error) {
			got, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref())
			return got != nil, err
		},
		"originals": func(s *Session, _ *Answer) (bool, error) {
			got, err := s.ItemPhotos(ctx, purpose.Case, item.ID)
			return got != nil, err
		},
		"export": func(s *Session, _ *Answer) (bool, error) {
			got, err := s.Export(ctx, ExportRequest{Case: purpose.Case, Corroborated: "witness report", Formats: []string{"csv"}})
			return len(got.Case.Items) > 0, err
		},
	}
	for name, f := range ask {
		if got, err := f(s, a); err != nil || !got {
			t.Fatalf("%s: %v, %v", name, got, err)
		}
	}
	for why, leave := range map[string]func(*Session){
		"locked":   func(s *Session) { s.mu.Lock(); s.locked = true; s.mu.Unlock() },
		"ended":    func(s *Session) { s.mu.Lock(); s.end(); s.mu.Unlock() },
		"disabled": func(s *Session) { s.e.revoked.end(s.account.User, "the account was disabled") },
		"too long": func(*Session) { f.advance(100 * time.Hour) },
	} {
		for name, call := range ask {
			now = nothing
			s := f.door(t, "kl")
			a, err := s.Run(ctx, geoQuery(), RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			now = func() { now = nothing; leave(s) }
			if got, err := call(s, a); !errors.Is(err, ErrSession) || got {
				t.Errorf("%s, %s: handed out %v, %v, want ErrSession", name, why, got, err)
			}
		}
	}
}
