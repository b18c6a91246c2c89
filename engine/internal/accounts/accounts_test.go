package accounts

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

var ctx = context.Background()

const right = "four random words here"

type world struct {
	*Store
	now time.Time
	v   *vault.Vault
}

func start(t testing.TB, change func(*policy.Policy)) *world {
	t.Helper()
	v, err := vault.Create(ctx, vault.Options{Dir: filepath.Join(t.TempDir(), "vault")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	p, err := policy.Default()
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(&p)
	}
	w := &world{now: time.Date(2026, 5, 21, 9, 0, 0, 0, time.UTC), v: v}
	if w.Store, err = New(v, func() *policy.Policy { return &p }, func() time.Time { return w.now }, 2); err != nil {
		t.Fatal(err)
	}
	w.make(t, record("kl"))
	return w
}

func (w *world) make(t testing.TB, r Record) {
	t.Helper()
	if err := w.Create(ctx, r, right, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func record(user string) Record {
	return Record{Profile: profile(user), TOTP: "JBSWY3DPEHPK3PXP"}
}

func profile(user string) policy.Profile {
	return policy.Profile{User: user, Name: "K. Lindqvist", Role: policy.RoleInvestigator, Unit: "Wilmington", Mission: policy.MissionCriminal, Enhanced: true}
}

func (w *world) want(t testing.TB, user, password string, want error) {
	t.Helper()
	if _, err := w.Verify(ctx, user, password); !errors.Is(err, want) {
		t.Fatalf("%s: %v, want %v", user, err, want)
	}
}

// TestLockout proves X-5: five failures in fifteen minutes lock until released, for names
// without an account too.
func TestLockout(t *testing.T) {
	for _, user := range []string{"kl", "nobody"} {
		w := start(t, nil)
		for range 4 {
			w.want(t, user, "wrong", ErrCredentials)
			w.now = w.now.Add(time.Minute)
		}
		w.now = w.now.Add(11*time.Minute + 30*time.Second) // the first one is no longer within fifteen minutes
		w.want(t, user, "wrong", ErrCredentials)
		w.want(t, user, "wrong", ErrLocked)
		w.want(t, user, right, ErrLocked)
		w.now = w.now.AddDate(0, 0, 30)
		w.want(t, user, right, ErrLocked)
		if at, err := w.LockedAt(user); err != nil || at.IsZero() {
			t.Errorf("locked at %v, %v", at, err)
		}
		if err := w.Release(ctx, user); err != nil {
			t.Fatal(err)
		}
		if user == "kl" {
			w.want(t, user, right, nil)
		}
	}
}

func TestSignInForgetsFailures(t *testing.T) {
	w := start(t, nil)
	for range 3 {
		for range 4 {
			w.want(t, "kl", "wrong", ErrCredentials)
		}
		w.want(t, " KL ", right, nil)
		if err := w.SignedIn(ctx, "kl"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCodesCannotBeGuessed proves X-5: who has the password alone cannot sign in again to try
// more codes.
func TestCodesCannotBeGuessed(t *testing.T) {
	w := start(t, nil)
	for range 4 {
		if err := w.VerifyCode(ctx, "kl", "1"); !errors.Is(err, ErrCredentials) {
			t.Fatal(err)
		}
		w.want(t, "kl", right, nil)
		if err := w.SignedIn(ctx, "kl"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.VerifyCode(ctx, "kl", "1"); !errors.Is(err, ErrLocked) {
		t.Errorf("fifth wrong code: %v, want ErrLocked", err)
	}
	w.want(t, "kl", right, ErrLocked)
}

// TestUnused proves X-5: an account that is not used for 90 days is disabled.
func TestUnused(t *testing.T) {
	w := start(t, nil)
	w.now = w.now.AddDate(0, 0, 90)
	w.want(t, "kl", right, nil)
	w.now = w.now.Add(time.Second)
	w.want(t, "kl", right, ErrLocked)
	if r, err := w.Get("kl"); err != nil || !r.Disabled {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestNamesWithoutAccountAreBounded proves X-5: what is kept of names without account is
// bounded, and still such a name locks as an account does.
func TestNamesWithoutAccountAreBounded(t *testing.T) {
	w := start(t, nil)
	err := w.v.Update(ctx, func(tx *vault.Tx) error {
		for i := range maxUnknownNames {
			at := w.now.Add(time.Duration(i-maxUnknownNames) * time.Minute)
			if err := tx.Put(failuresOf(fmt.Sprintf("n%d", i)), failures{User: fmt.Sprintf("n%d", i), Times: []time.Time{at}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"another", "kl", "third"} {
		for range 4 {
			w.want(t, name, "wrong", ErrCredentials)
		}
		w.want(t, name, "wrong", ErrLocked)
		w.want(t, name, right, ErrLocked)
	}
	list, err := vault.List[failures](w.v, vault.K("failures"))
	if err != nil || len(list) != maxUnknownNames+1 { // kl has an account
		t.Errorf("%d names are kept, %v", len(list), err)
	}
	for _, f := range list {
		if f.User == "n0" || f.User == "n1" {
			t.Errorf("%s is kept, though it failed longest ago", f.User)
		}
	}
}

// TestSoleManagerIsNotLockedOutForEver proves X-5: the lock of an account manager whom no
// other one can release ends by itself; no other lock does.
func TestSoleManagerIsNotLockedOutForEver(t *testing.T) {
	w := start(t, nil)
	manager := record("boss")
	manager.Role, manager.Enhanced, manager.TOTP, manager.TrainingUntil = policy.RoleManager, false, "", w.now.AddDate(1, 0, 0)
	w.make(t, manager)
	lock := func(user string) {
		t.Helper()
		for range 5 {
			w.Verify(ctx, user, "wrong")
		}
		w.want(t, user, right, ErrLocked)
	}
	ends := func(user string, want bool) {
		t.Helper()
		if got, err := w.EndSoleLock(ctx, user); err != nil || got != want {
			t.Errorf("%s: the lock ends: %v, want %v, %v", user, got, want, err)
		}
	}
	lock("kl")
	lock("boss")
	ends("boss", false)
	w.now = w.now.Add(15 * time.Minute)
	ends("kl", false)
	second := manager
	second.User = "second"
	w.make(t, second)
	ends("boss", false) // the second manager can release it
	lock("second")
	ends("boss", true)
	w.want(t, "boss", right, nil)
	w.want(t, "kl", right, ErrLocked)
	w.now = w.now.Add(time.Hour)
	ends("second", false) // boss is back
	change := func(f func(*Record)) {
		t.Helper()
		if err := w.Change(ctx, "boss", f); err != nil {
			t.Fatal(err)
		}
	}
	for name, gone := range map[string]func(*Record){ // boss cannot sign in
		"disabled":  func(r *Record) { r.Disabled = true },
		"untrained": func(r *Record) { r.TrainingUntil = w.now },
		"unused":    func(r *Record) { r.Created, r.LastSignIn = w.now.AddDate(0, 0, -91), time.Time{} },
	} {
		lock("second")
		w.now = w.now.Add(15 * time.Minute)
		before, err := w.Get("boss")
		if err != nil {
			t.Fatal(err)
		}
		change(gone)
		if got, err := w.EndSoleLock(ctx, "second"); err != nil || !got {
			t.Errorf("the other manager is %s: the lock ends: %v, %v", name, got, err)
		}
		change(func(r *Record) { *r = before })
	}
	ends("nobody", false)
}

// TestCodes proves X-2: a code of now or one step beside, and wrong ones count as failures.
func TestCodes(t *testing.T) {
	for _, once := range []bool{false, true} {
		w := start(t, func(p *policy.Policy) { p.Session.CodeOnce = once })
		code := func(d time.Duration) string {
			c, err := codeAt("JBSWY3DPEHPK3PXP", w.now.Add(d))
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		w.now = w.now.Add(time.Hour)
		if err := w.VerifyCode(ctx, "kl", code(-step)); err != nil {
			t.Errorf("one step ago: %v", err)
		}
		if err := w.VerifyCode(ctx, "kl", code(step)); err != nil {
			t.Errorf("one step ahead: %v", err)
		}
		err := w.VerifyCode(ctx, "kl", code(0))
		if once && !errors.Is(err, ErrCredentials) || !once && err != nil {
			t.Errorf("once %v: an older code after a newer one: %v", once, err)
		}
		w.Release(ctx, "kl")
		for _, bad := range []string{"", "000000", code(3 * step), code(-3 * step)} {
			if err := w.VerifyCode(ctx, "kl", bad); !errors.Is(err, ErrCredentials) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		if err := w.VerifyCode(ctx, "kl", "1"); !errors.Is(err, ErrLocked) {
			t.Errorf("fifth failure: %v", err)
		}
		w.want(t, "kl", right, ErrLocked)
	}
}

// TestRFC6238 checks the code against the RFC's own vectors (appendix B, SHA-1, last six digits).
func TestRFC6238(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if got, err := codeAt(secret, time.Unix(at, 0)); err != nil || got != want {
			t.Errorf("%d: %s, %v; want %s", at, got, err, want)
		}
	}
}

// TestCreateRefuses proves X-1: an account that names nobody, or no known role, is not made.
func TestCreateRefuses(t *testing.T) {
	w := start(t, nil)
	for name, change := range map[string]func(*Record){
		"no user": func(r *Record) { r.User = "" }, "spaces": func(r *Record) { r.User = "a b" }, "zero byte": func(r *Record) { r.User = "a\x00b" },
		"upper case": func(r *Record) { r.User = "KL2" }, "long": func(r *Record) { r.User = fmt.Sprintf("%050d", 1) },
		"no name": func(r *Record) { r.Name = " " }, "role": func(r *Record) { r.Role = "chief" }, "mission": func(r *Record) { r.Mission = "" },
		"unit": func(r *Record) { r.Unit = "" }, "unit with a zero byte": func(r *Record) { r.Unit = "Dover\x00HSI-2026-00123" }, "grant without secret": func(r *Record) { r.TOTP = "" }, "secret": func(r *Record) { r.TOTP = "!!" },
	} {
		r := record("new")
		change(&r)
		if err := w.Create(ctx, r, right, func() error { t.Error("recorded"); return nil }); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.Create(ctx, record("kl"), right, func() error { return nil }); !errors.Is(err, ErrExists) {
		t.Errorf("taken name: %v", err)
	}
	failed := errors.New("no audit")
	if err := w.Create(ctx, record("new"), right, func() error { return failed }); !errors.Is(err, failed) {
		t.Errorf("unrecorded: %v", err)
	}
	if _, err := w.Get("new"); !errors.Is(err, ErrUnknown) {
		t.Errorf("an account that was not recorded exists: %v", err)
	}
}

// TestHashes: shipped rounds, salts that differ, and composed characters.
func TestHashes(t *testing.T) {
	if Rounds < 600_000 {
		t.Errorf("%d rounds", Rounds)
	}
	a, errA := hashPassword("Tür an Tür im Haus", 2)
	b, errB := hashPassword("Tür an Tür im Haus", 2)
	if errA != nil || errB != nil || string(a.Salt) == string(b.Salt) || string(a.Sum) == string(b.Sum) {
		t.Error("two hashes of one password are alike")
	}
	if ok, err := a.matches("Tu\u0308r an Tu\u0308r im Haus"); err != nil || !ok {
		t.Errorf("another spelling of the same characters: %v, %v", ok, err)
	}
}

// TestUnknownNameTakesAsLong: the same hash is computed for a name without account.
func TestUnknownNameTakesAsLong(t *testing.T) {
	w := start(t, nil)
	var err error
	if w.Store, err = New(w.v, w.policy, func() time.Time { return w.now }, 60_000); err != nil {
		t.Fatal(err)
	}
	w.make(t, record("slow"))
	took := func(user string) time.Duration {
		best := time.Hour
		for range 4 {
			began := time.Now()
			w.want(t, user, "wrong", ErrCredentials)
			best = min(best, time.Since(began))
			w.Release(ctx, user)
		}
		return best
	}
	known, unknown := took("slow"), took("nobody")
	if unknown < known/2 || known < unknown/2 {
		t.Errorf("a known name takes %v, an unknown one %v", known, unknown)
	}
}
