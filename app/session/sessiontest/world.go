// Package sessiontest holds a fake door and a fake surrounding for tests of the view-models
// and of the views over them. For tests only.
//
// Entry points: [New] makes a [World]; its On… fields decide what the engine would answer,
// its slices record what was asked; [World.Pump] runs the work that waits.
package sessiontest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

// world is a fake door and a fake surrounding: work waits in a queue until pump runs it.
type World struct {
	Clock      time.Time
	Zone       *time.Location
	Queue      []func()
	Timers     []*timer
	Pol        policy.Policy
	Who        engine.Identity
	Access     []engine.KindAccess
	Checks     map[string]engine.SpatialCheck // by first corner; missing: sound, 40,000 m²
	OnEstimate func(detection.Query) (engine.Estimate, error)
	Runs       []Asking
	OnRun      func(detection.Query, engine.RunOptions) (*engine.Answer, error)
	Released   []int64
	OnPhotos   func(engine.DetectionRef) ([]engine.Photo, error)
	Ahead      [][]engine.DetectionRef // photos that were fetched ahead
	OnAhead    func(context.Context, []engine.DetectionRef) error
	Cams       []engine.Camera
	Keeps      []engine.KeepRequest
	KeepErr    error
	CaseList   []engine.Case
	CaseErr    error
	Crops      []engine.CropRequest
	Notes      []string
	Removed    []string
	Exports    []engine.ExportRequest
	Reported   []engine.ErrorReportRequest
	ReportErr  error
	ReportList []engine.ErrorReport
	Entries    []engine.AuditEntry
	Filters    []engine.AuditFilter
	Witness    engine.WitnessState
	Code       string
	Asked      []detection.Query // estimates
}

// Asking is one call of Run.
type Asking struct {
	Query   detection.Query
	Options engine.RunOptions
}

type timer struct {
	f    func()
	dead bool
}

// New returns a world in which everything is open.
func New(t testing.TB) *World {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	w := &World{Zone: zone, Clock: time.Date(2026, 5, 21, 13, 20, 0, 0, time.UTC)}
	w.Pol = policy.Policy{
		Reasons: []policy.Reason{
			{Code: "criminal-investigation", Label: "Criminal investigation", Area: true},
			{Code: "administrative", Label: "Administrative enforcement"},
		},
		Case:          policy.CaseFormat{Pattern: `[A-Z]{3}-\d{4}-\d{5}`, Example: "HSI-2026-00123"},
		Justification: 20, StarAny: true, MaxRows: 5000, ConfirmAt: 10000,
		Hints: policy.Hints{Justification: "What links this area to the investigation?", Relevance: "Why it matters"},
	}
	for _, k := range detection.Kinds() {
		w.Access = append(w.Access, engine.KindAccess{Kind: k, Open: true})
	}
	w.OnEstimate = func(q detection.Query) (engine.Estimate, error) {
		e := engine.Estimate{Reads: 2412, AreaM2: 190_000, Cameras: 7, MaxRows: 5000, ConfirmAt: 10000, Newest: w.Clock.Add(-8 * time.Minute)}
		for i, a := range q.Areas {
			e.PerArea = append(e.PerArea, engine.AreaEstimate{Name: a.Name, AreaM2: 40_000, Reads: int64(700 * (i + 1)), Cameras: 2 + i})
		}
		return e, nil
	}
	return w
}

// Env is the surrounding: work waits for Pump.
func (w *World) Env() session.Env {
	return session.Env{
		Go: func(f func()) { w.Queue = append(w.Queue, f) }, Deliver: func(f func()) { f() },
		Now: func() time.Time { return w.Clock }, Zone: w.Zone,
		After: func(_ time.Duration, f func()) func() {
			tm := &timer{f: f}
			w.Timers = append(w.Timers, tm)
			return func() { tm.dead = true }
		},
	}
}

// Pump fires the timers and runs what waits, until nothing does.
func (w *World) Pump() {
	for len(w.Queue)+len(w.Timers) > 0 {
		timers, queue := w.Timers, w.Queue
		w.Timers, w.Queue = nil, nil
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

// Desk returns the desk of the world, its first work done.
func (w *World) Desk() *session.Desk {
	d := session.NewDesk(w.Env(), w, func() engine.DataState {
		return engine.DataState{Oldest: w.Clock.AddDate(0, 0, -90), Newest: w.Clock.Add(-8 * time.Minute)}
	}, Purpose())
	w.Pump()
	return d
}

// Purpose is a complete one.
func Purpose() session.Purpose {
	return session.Purpose{
		Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "vehicle carrying the loads",
		Justification: "Loads were taken from A on 3 May and from B on 9 May.", Attested: true,
	}
}

// Box is a square of 0.01° with its south-west corner at (lon, lat).
func Box(lon, lat float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{lon, lat}, {lon + .01, lat}, {lon + .01, lat + .01}, {lon, lat + .01}, {lon, lat}}}}
}

func (w *World) Identity() engine.Identity  { return w.Who }
func (w *World) Policy() policy.Policy      { return w.Pol }
func (w *World) Kinds() []engine.KindAccess { return w.Access }
func (w *World) Release(entry int64)        { w.Released = append(w.Released, entry) }
func (w *World) StepUp(_ context.Context, code string) error {
	if code != w.Code {
		return engine.ErrCredentials
	}
	for i := range w.Access {
		w.Access[i] = engine.KindAccess{Kind: w.Access[i].Kind, Open: true}
	}
	return nil
}

func (w *World) CheckShape(mp orb.MultiPolygon) engine.SpatialCheck {
	for _, c := range w.Checks {
		if c.At == mp[0][0][0] {
			return c
		}
	}
	return engine.SpatialCheck{AreaM2: 40_000}
}

func (w *World) Estimate(ctx context.Context, q detection.Query) (engine.Estimate, error) {
	if err := ctx.Err(); err != nil {
		return engine.Estimate{}, err
	}
	w.Asked = append(w.Asked, q)
	return w.OnEstimate(q)
}

func (w *World) Run(_ context.Context, q detection.Query, o engine.RunOptions) (*engine.Answer, error) {
	w.Runs = append(w.Runs, Asking{q, o})
	return w.OnRun(q, o)
}

func (w *World) Photos(_ context.Context, _ int64, ref engine.DetectionRef) ([]engine.Photo, error) {
	if w.OnPhotos == nil {
		return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: Picture()}, {Kind: engine.PhotoPlate, JPEG: Picture()}}, nil
	}
	return w.OnPhotos(ref)
}

// PhotosAhead notes what is fetched ahead.
func (w *World) PhotosAhead(ctx context.Context, _ int64, refs []engine.DetectionRef) error {
	w.Ahead = append(w.Ahead, refs)
	if w.OnAhead != nil {
		return w.OnAhead(ctx, refs)
	}
	return ctx.Err()
}

// Picture is a small JPEG.
func Picture() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 8, 6))
	img.Set(1, 1, color.RGBA{200, 0, 0, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil
	}
	return b.Bytes()
}

func (w *World) Cameras(context.Context) ([]engine.Camera, error) { return w.Cams, nil }
func (w *World) Cases(context.Context) ([]engine.Case, error)     { return w.CaseList, w.CaseErr }
func (w *World) Case(_ context.Context, number string) (engine.Case, error) {
	for _, c := range w.CaseList {
		if c.Number == number {
			return c, nil
		}
	}
	return engine.Case{}, engine.ErrNotFound
}

func (w *World) Keep(_ context.Context, r engine.KeepRequest) (engine.CaseItem, error) {
	if w.KeepErr != nil {
		return engine.CaseItem{}, w.KeepErr
	}
	w.Keeps = append(w.Keeps, r)
	return engine.CaseItem{}, nil
}

func (w *World) RemoveItem(_ context.Context, _, item, reason string) error {
	w.Removed = append(w.Removed, item+": "+reason)
	return nil
}

func (w *World) ItemPhotos(context.Context, string, string) ([]engine.Photo, error) {
	return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: Picture()}, {Kind: engine.PhotoPlate, JPEG: []byte("no jpeg")}}, nil
}

func (w *World) SaveCrop(_ context.Context, r engine.CropRequest) (engine.CasePhoto, error) {
	w.Crops = append(w.Crops, r)
	return engine.CasePhoto{}, nil
}

func (w *World) AddNote(_ context.Context, _, text string) error {
	w.Notes = append(w.Notes, text)
	return nil
}

func (w *World) ReportError(_ context.Context, q engine.ErrorReportRequest) (engine.ErrorReport, error) {
	if w.ReportErr != nil {
		return engine.ErrorReport{}, w.ReportErr
	}
	w.Reported = append(w.Reported, q)
	r := engine.ErrorReport{}
	r.Lane, r.Read, r.Kind, r.Value, r.Note, r.At = q.Ref.Lane, q.Ref.ID, q.Kind, q.Value, q.Note, w.Clock
	return r, nil
}

func (w *World) ErrorReports(context.Context) ([]engine.ErrorReport, error) { return w.ReportList, nil }

func (w *World) Export(_ context.Context, r engine.ExportRequest) (engine.CaseFile, error) {
	w.Exports = append(w.Exports, r)
	return engine.CaseFile{Corroborated: r.Corroborated}, nil
}

func (w *World) Audit(_ context.Context, f engine.AuditFilter) ([]engine.AuditEntry, error) {
	w.Filters = append(w.Filters, f)
	return w.Entries, nil
}

func (w *World) WitnessState() (engine.WitnessState, error) { return w.Witness, nil }

// Read makes one row; minutes count from 3 May 2026, 00:00 UTC.
func Read(id, plate string, minutes int, areas ...int) engine.Row {
	return engine.Row{
		Detection: detection.Detection{
			ID: id, Plate: plate, State: "DE", Time: time.Date(2026, 5, 3, 0, minutes, 0, 0, time.UTC), Pos: orb.Point{-75.5 + float64(minutes)/1e5, 39.7},
			Make: "TOYOTA", Model: "CAMRY", Color: "RED", Year: 2016, Camera: "WIL-014", Source: detection.SourceLawEnforcement,
			Confidence: .97, HeadingDeg: 92, Photos: 2,
		},
		Lane: "local", Areas: areas,
	}
}

// Days is the timeframe from the first to the last day, both given as "1 May 2026", in zone.
func Days(t testing.TB, zone *time.Location, first, last string) session.Span {
	t.Helper()
	from, err := time.ParseInLocation("2 Jan 2006", first, zone)
	if err != nil {
		t.Fatal(err)
	}
	to, err := time.ParseInLocation("2 Jan 2006", last, zone)
	if err != nil {
		t.Fatal(err)
	}
	return session.Span{From: from, To: to.AddDate(0, 0, 1)}
}
