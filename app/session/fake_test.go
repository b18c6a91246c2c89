package session_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

// world is a fake door and a fake surrounding: work waits in a queue until pump runs it.
type world struct {
	t       *testing.T
	now     time.Time
	zone    *time.Location
	queue   []func()
	timers  []*timer
	pol     policy.Policy
	id      engine.Identity
	kinds   []engine.KindAccess
	checks  map[string]engine.SpatialCheck // by first corner; missing: sound, 40,000 m²
	est     func(detection.Query) (engine.Estimate, error)
	runs    []ran
	answer  func(detection.Query, engine.RunOptions) (*engine.Answer, error)
	release []int64
	photos  func(engine.DetectionRef) ([]engine.Photo, error)
	cameras []engine.Camera
	keeps   []engine.KeepRequest
	keepErr error
	cases   []engine.Case
	caseErr error
	crops   []engine.CropRequest
	notes   []string
	removed []string
	exports []engine.ExportRequest
	audit   []engine.AuditEntry
	filters []engine.AuditFilter
	code    string
	asked   []detection.Query // estimates
}

type ran struct {
	q detection.Query
	o engine.RunOptions
}

type timer struct {
	f    func()
	dead bool
}

func newWorld(t *testing.T) *world {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, zone: zone, now: time.Date(2026, 5, 21, 13, 20, 0, 0, time.UTC)}
	w.pol = policy.Policy{
		Reasons: []policy.Reason{
			{Code: "criminal-investigation", Label: "Criminal investigation", Area: true},
			{Code: "administrative", Label: "Administrative enforcement"},
		},
		Case:          policy.CaseFormat{Pattern: `[A-Z]{3}-\d{4}-\d{5}`, Example: "HSI-2026-00123"},
		Justification: 20, StarAny: true, MaxRows: 5000, ConfirmAt: 10000,
		Hints: policy.Hints{Justification: "What links this area to the investigation?", Relevance: "Why it matters"},
	}
	for _, k := range detection.Kinds() {
		w.kinds = append(w.kinds, engine.KindAccess{Kind: k, Open: true})
	}
	w.est = func(q detection.Query) (engine.Estimate, error) {
		e := engine.Estimate{Reads: 2412, AreaM2: 190_000, Cameras: 7, MaxRows: 5000, ConfirmAt: 10000, Newest: w.now.Add(-8 * time.Minute)}
		for i, a := range q.Areas {
			e.PerArea = append(e.PerArea, engine.AreaEstimate{Name: a.Name, AreaM2: 40_000, Reads: int64(700 * (i + 1)), Cameras: 2 + i})
		}
		return e, nil
	}
	return w
}

func (w *world) env() session.Env {
	return session.Env{
		Go: func(f func()) { w.queue = append(w.queue, f) }, Deliver: func(f func()) { f() },
		Now: func() time.Time { return w.now }, Zone: w.zone,
		After: func(_ time.Duration, f func()) func() {
			tm := &timer{f: f}
			w.timers = append(w.timers, tm)
			return func() { tm.dead = true }
		},
	}
}

// pump fires the timers and runs what waits, until nothing does.
func (w *world) pump() {
	for len(w.queue)+len(w.timers) > 0 {
		timers, queue := w.timers, w.queue
		w.timers, w.queue = nil, nil
		for _, tm := range timers {
			if !tm.dead {
				tm.f()
			}
		}
		for _, f := range queue {
			f()
		}
	}
}

func (w *world) desk() *session.Desk {
	d := session.NewDesk(w.env(), w, func() engine.DataState {
		return engine.DataState{Oldest: w.now.AddDate(0, 0, -90), Newest: w.now.Add(-8 * time.Minute)}
	}, purpose())
	w.pump()
	return d
}

func purpose() session.Purpose {
	return session.Purpose{
		Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "vehicle carrying the loads",
		Justification: "Loads were taken from A on 3 May and from B on 9 May.", Attested: true,
	}
}

func box(lon, lat float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{lon, lat}, {lon + .01, lat}, {lon + .01, lat + .01}, {lon, lat + .01}, {lon, lat}}}}
}

func (w *world) Identity() engine.Identity  { return w.id }
func (w *world) Policy() policy.Policy      { return w.pol }
func (w *world) Kinds() []engine.KindAccess { return w.kinds }
func (w *world) Release(entry int64)        { w.release = append(w.release, entry) }
func (w *world) StepUp(_ context.Context, code string) error {
	if code != w.code {
		return engine.ErrCredentials
	}
	for i := range w.kinds {
		w.kinds[i] = engine.KindAccess{Kind: w.kinds[i].Kind, Open: true}
	}
	return nil
}

func (w *world) CheckShape(mp orb.MultiPolygon) engine.SpatialCheck {
	for _, c := range w.checks {
		if c.At == mp[0][0][0] {
			return c
		}
	}
	return engine.SpatialCheck{AreaM2: 40_000}
}

func (w *world) Estimate(ctx context.Context, q detection.Query) (engine.Estimate, error) {
	if err := ctx.Err(); err != nil {
		return engine.Estimate{}, err
	}
	w.asked = append(w.asked, q)
	return w.est(q)
}

func (w *world) Run(_ context.Context, q detection.Query, o engine.RunOptions) (*engine.Answer, error) {
	w.runs = append(w.runs, ran{q, o})
	return w.answer(q, o)
}

func (w *world) Photos(_ context.Context, _ int64, ref engine.DetectionRef) ([]engine.Photo, error) {
	if w.photos == nil {
		return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: picture()}, {Kind: engine.PhotoPlate, JPEG: picture()}}, nil
	}
	return w.photos(ref)
}

func picture() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 8, 6))
	img.Set(1, 1, color.RGBA{200, 0, 0, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil
	}
	return b.Bytes()
}

func (w *world) Cameras(context.Context) ([]engine.Camera, error) { return w.cameras, nil }
func (w *world) Cases(context.Context) ([]engine.Case, error)     { return w.cases, w.caseErr }
func (w *world) Case(_ context.Context, number string) (engine.Case, error) {
	for _, c := range w.cases {
		if c.Number == number {
			return c, nil
		}
	}
	return engine.Case{}, engine.ErrNotFound
}

func (w *world) Keep(_ context.Context, r engine.KeepRequest) (engine.CaseItem, error) {
	if w.keepErr != nil {
		return engine.CaseItem{}, w.keepErr
	}
	w.keeps = append(w.keeps, r)
	return engine.CaseItem{}, nil
}

func (w *world) RemoveItem(_ context.Context, _, item, reason string) error {
	w.removed = append(w.removed, item+": "+reason)
	return nil
}

func (w *world) ItemPhotos(context.Context, string, string) ([]engine.Photo, error) {
	return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: picture()}, {Kind: engine.PhotoPlate, JPEG: []byte("no jpeg")}}, nil
}

func (w *world) SaveCrop(_ context.Context, r engine.CropRequest) (engine.CasePhoto, error) {
	w.crops = append(w.crops, r)
	return engine.CasePhoto{}, nil
}

func (w *world) AddNote(_ context.Context, _, text string) error {
	w.notes = append(w.notes, text)
	return nil
}

func (w *world) Export(_ context.Context, r engine.ExportRequest) (engine.CaseFile, error) {
	w.exports = append(w.exports, r)
	return engine.CaseFile{Corroborated: r.Corroborated}, nil
}

func (w *world) Audit(_ context.Context, f engine.AuditFilter) ([]engine.AuditEntry, error) {
	w.filters = append(w.filters, f)
	return w.audit, nil
}

// read makes one row; minutes count from 3 May 2026, 00:00 UTC.
func read(id, plate string, minutes int, areas ...int) engine.Row {
	return engine.Row{
		Detection: detection.Detection{
			ID: id, Plate: plate, State: "DE", Time: time.Date(2026, 5, 3, 0, minutes, 0, 0, time.UTC), Pos: orb.Point{-75.5 + float64(minutes)/1e5, 39.7},
			Make: "TOYOTA", Model: "CAMRY", Color: "RED", Year: 2016, Camera: "WIL-014", Source: detection.SourceLawEnforcement,
			Confidence: .97, HeadingDeg: 92, Photos: 2,
		},
		Lane: "local", Areas: areas,
	}
}

func want(t *testing.T, what, got, expected string) {
	t.Helper()
	if got != expected {
		t.Errorf("%s\n got %q\nwant %q", what, got, expected)
	}
}

func contains(t *testing.T, what, got, part string) {
	t.Helper()
	if !strings.Contains(got, part) {
		t.Errorf("%s: %q does not hold %q", what, got, part)
	}
}
