package engine

import (
	"context"
	"errors"
	"testing"
	"time"
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
