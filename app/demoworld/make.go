package demoworld

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"time"

	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

const (
	markerFile = "demo.json"
	provider   = "demo"
)

// ErrNotDemo is returned when a folder that is to be replaced holds something else than a
// demo workstation.
var ErrNotDemo = errors.New("not a demo workstation")

// marker says how a demo workstation was made.
type marker struct {
	Seed uint64    `json:"seed"`
	Rows int       `json:"rows"`
	Made time.Time `json:"made"`
}

// Account is one demo account with what is needed to sign in. It is printed in the open:
// nothing behind it is real.
type Account struct {
	User     string `json:"user"`
	Name     string `json:"name"`
	Password string `json:"password"`
	TOTP     string `json:"totp"` // base32 secret of the step-up code; empty without the grant
	Role     string `json:"role"`
	Unit     string `json:"unit"`
}

// Accounts lists the demo accounts in the order in which they are shown.
func Accounts() []Account {
	var out []Account
	for _, a := range demo.Accounts() {
		acc := Account{User: a.User, Name: a.Name, Password: demo.Password(a.User), Role: a.Role, Unit: a.Unit}
		if a.Enhanced {
			acc.TOTP = demo.TOTPSecret(a.User)
		}
		out = append(out, acc)
	}
	return out
}

// Is reports whether dir holds a demo workstation.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, markerFile))
	return err == nil
}

// Options say what [Make] makes. Log gets the engine's diagnostics.
type Options struct {
	Dir     string
	Rows    int // 0: the accounts alone
	Replace bool
	Clock   func() time.Time // default time.Now
	Log     func(string)
}

// Info is what [Make] made.
type Info struct {
	Accounts    []Account
	Load        engine.ImportReport
	RulesDigest string
	State       string // data state
}

// Make makes a demo workstation in o.Dir with the demo's accounts and o.Rows detections as
// one batch of the local lane. progress is told the rows taken in so far. A folder that
// holds anything is refused with engine.ErrExists, or with Replace replaced, if it is a
// demo (ErrNotDemo otherwise). After an error nothing usable is left behind.
func Make(ctx context.Context, o Options, progress func(rows int64)) (Info, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	world, err := demo.New(demo.DefaultSeed, demo.Options{Rows: o.Rows})
	if err != nil {
		return Info{}, fmt.Errorf("%w: %w", engine.ErrInvalid, err)
	}
	if err := clearFor(ctx, o); err != nil {
		return Info{}, err
	}
	info, err := build(ctx, o, world, progress)
	if err != nil {
		return Info{}, errors.Join(err, wipe(o.Dir))
	}
	return info, nil
}

// clearFor empties o.Dir where that is allowed.
func clearFor(ctx context.Context, o Options) error {
	entries, err := os.ReadDir(o.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0:
		return nil
	case err != nil:
		return fmt.Errorf("read %s: %w", o.Dir, err)
	case !o.Replace:
		return fmt.Errorf("%s: %w", o.Dir, engine.ErrExists)
	case !Is(o.Dir):
		return fmt.Errorf("%s: %w", o.Dir, ErrNotDemo)
	}
	// Opening takes the lock: a demo that someone works with is not replaced.
	e, err := engine.Open(ctx, engine.Options{Dir: o.Dir, Photos: PhotoSources(), Log: o.Log})
	if err == nil {
		err = e.Close()
	}
	if errors.Is(err, engine.ErrInUse) || errors.Is(err, engine.ErrReadOnly) {
		return fmt.Errorf("%s: %w", o.Dir, err)
	}
	return wipe(o.Dir)
}

// wipe removes what is in dir, the marker last, so that a half-removed demo is still known
// as one.
func wipe(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("clear demo: %w", err)
	}
	for _, e := range entries {
		if e.Name() == markerFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("clear demo: %w", err)
		}
	}
	if err := os.Remove(filepath.Join(dir, markerFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear demo: %w", err)
	}
	return nil
}

func build(ctx context.Context, o Options, world *demo.World, progress func(int64)) (Info, error) {
	now := o.Clock().UTC()
	if err := writeMarker(o.Dir, marker{Seed: demo.DefaultSeed, Rows: o.Rows, Made: now}); err != nil {
		return Info{}, err
	}
	opts := engine.Options{Dir: o.Dir, Clock: o.Clock, Photos: PhotoSources(), Log: o.Log}
	if err := engine.Init(ctx, opts, newAccounts(now)...); err != nil {
		return Info{}, err
	}
	e, err := engine.Open(ctx, opts)
	if err != nil {
		return Info{}, err
	}
	info := Info{Accounts: Accounts(), RulesDigest: e.Rules().Digest}
	if o.Rows > 0 {
		load := engine.LoadOptions{Origin: fmt.Sprintf("demo:%d", demo.DefaultSeed), Provider: provider, Cameras: cameras(world)}
		info.Load, err = e.Load(ctx, load, rows(ctx, world), progress)
	}
	info.State = e.DataState().Name
	return info, errors.Join(err, e.Close())
}

func writeMarker(dir string, m marker) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("demo marker: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, markerFile), append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("demo marker: %w", err)
	}
	return nil
}

func newAccounts(now time.Time) []engine.NewAccount {
	trained := now.AddDate(0, 0, 300)
	var out []engine.NewAccount
	for _, a := range demo.Accounts() {
		n := engine.NewAccount{
			Account: engine.Account{
				User: a.User, Name: a.Name, Role: policy.Role(a.Role), Unit: a.Unit, Mission: policy.Mission(a.Mission),
				Enhanced: a.Enhanced, TrainingUntil: trained, Created: now,
			},
			Password: demo.Password(a.User),
		}
		if a.Enhanced {
			n.EnhancedTrainingUntil, n.TOTPSecret = trained, demo.TOTPSecret(a.User)
		}
		out = append(out, n)
	}
	return out
}

func cameras(w *demo.World) []engine.Camera {
	var out []engine.Camera
	for _, c := range w.Cameras() {
		out = append(out, engine.Camera{
			ID: c.ID, Pos: orb.Point{c.Lon, c.Lat}, HeadingDeg: c.HeadingDeg, Mobile: c.Kind == "mobile",
			Source: detection.Source(c.Source), Road: c.Name,
		})
	}
	return out
}

// rows streams the world's detections; it ends with ctx.
func rows(ctx context.Context, w *demo.World) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for r := range w.Detections() {
			if err := ctx.Err(); err != nil {
				yield(detection.Detection{}, err)
				return
			}
			if !yield(detectionOf(r), nil) {
				return
			}
		}
	}
}

func detectionOf(r demo.Row) detection.Detection {
	return detection.Detection{
		ID: r.ID, Plate: r.Plate, State: r.State, Time: r.Time(), Pos: orb.Point{r.Lon, r.Lat},
		Make: r.Make, Model: r.Model, Color: r.Color, Year: r.Year, HeadingDeg: r.HeadingDeg,
		Camera: r.Camera, Source: detection.Source(r.Source), Confidence: r.Confidence, Photos: r.Photos,
	}
}
