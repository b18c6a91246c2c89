package session_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
	"github.com/pquerna/otp/totp"
)

// camera is a photo source of two plain pictures.
type camera struct{}

func (camera) Photos(_ context.Context, d detection.Detection) ([]engine.Photo, error) {
	var out []engine.Photo
	for _, kind := range []engine.PhotoKind{engine.PhotoVehicle, engine.PhotoPlate} {
		img := image.NewRGBA(image.Rect(0, 0, 200, 120))
		img.Set(len(d.Plate), 5, color.RGBA{200, 10, 40, 255})
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, nil); err != nil {
			return nil, err
		}
		out = append(out, engine.Photo{Kind: kind, JPEG: b.Bytes()})
	}
	return out, nil
}

const secret = "JBSWY3DPEHPK3PXP"

// workstation is a real one with n reads on a grid of places, half an hour apart.
func workstation(t *testing.T, w *sessiontest.World, n int) (*engine.Engine, []detection.Detection) {
	t.Helper()
	ctx := context.Background()
	o := engine.Options{
		Dir: filepath.Join(t.TempDir(), "ws"), CacheBytes: 8 << 20, Clock: func() time.Time { return w.Clock },
		Photos: map[string]engine.PhotoSource{"two": camera{}},
	}
	person := func(user string, role policy.Role, mission policy.Mission) engine.NewAccount {
		return engine.NewAccount{Account: engine.Account{User: user, Name: "Test " + user, Role: role, Unit: "Wilmington", Mission: mission, Enhanced: true}, Password: "four random words here", TOTPSecret: secret}
	}
	manager := person("manager", policy.RoleManager, policy.MissionCriminal)
	manager.Enhanced, manager.TOTPSecret = false, ""
	if err := engine.Init(ctx, o, manager, person("kl", policy.RoleInvestigator, policy.MissionCriminal), person("df", policy.RoleAdministrative, policy.MissionAdministrative)); err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	var all []detection.Detection
	for i := range n {
		all = append(all, detection.Detection{
			ID: strconv.Itoa(i + 1), Plate: "7KD" + strconv.Itoa(100+i%37), State: "DE", Time: time.Date(2026, 5, 3, 0, 30*i, 0, 0, time.UTC),
			Pos: orb.Point{-75.6 + float64(i%20)*.001, 39.7 + float64(i%7)*.001}, Make: "TOYOTA", Model: "CAMRY", Color: []string{"RED", "WHITE"}[i%2],
			Year: 2016, Camera: "WIL-" + strconv.Itoa(i%20), Source: detection.SourceCommercial, Confidence: .9, HeadingDeg: 90, Photos: 2,
		})
	}
	rows := func(yield func(detection.Detection, error) bool) {
		for _, d := range all {
			if !yield(d, nil) {
				return
			}
		}
	}
	if _, err := e.Load(ctx, engine.LoadOptions{Origin: "test", Provider: "two", Cameras: []engine.Camera{{ID: "WIL-0", Pos: orb.Point{-75.6, 39.7}, Road: "E Front St"}}}, rows, nil); err != nil {
		t.Fatal(err)
	}
	return e, all
}

func door(t *testing.T, w *sessiontest.World, e *engine.Engine, user string) *engine.Session {
	t.Helper()
	ctx := context.Background()
	p, err := e.SignIn(ctx, user, "four random words here")
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Accept(ctx, e.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// realPurpose fits the policy that ships.
func realPurpose() session.Purpose {
	p := sessiontest.Purpose()
	p.Justification = "Loads were taken from the first yard on 3 May and from the second one on 9 May, by night."
	return p
}

// square covers the places with longitude index i to i+4 of the grid.
func square(i int) orb.MultiPolygon {
	lon := -75.6 + float64(i)*.001 - .0005
	return orb.MultiPolygon{{{{lon, 39.699}, {lon + .005, 39.699}, {lon + .005, 39.707}, {lon, 39.707}, {lon, 39.699}}}}
}

// TestTheWholeWayOverARealEngine goes from the code to the exported case with the engine in
// place of the fake, and compares plates with a scan of the rows.
func TestTheWholeWayOverARealEngine(t *testing.T) {
	w := sessiontest.New(t)
	w.Clock = time.Date(2026, 5, 21, 13, 20, 0, 0, time.UTC)
	e, all := workstation(t, w, 800)
	s := door(t, w, e, "kl")
	d := session.NewDesk(w.Env(), s, e.DataState, realPurpose())
	w.Pump()
	d.SetKind(session.KindCommon)
	want(t, "before the code", d.State().Meter.Missing, "Enter your code, then run.")
	code, err := totp.GenerateCode(secret, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	d.StepUp(code)
	w.Pump()
	if text := d.State().CodeError; text != "" {
		t.Fatal(text)
	}
	d.AddArea(square(0), "first yard")
	d.AddArea(square(10), "")
	d.SetSpan(0, sessiontest.Days(t, w.Zone, "3 May 2026", "10 May 2026"))
	w.Pump()
	st := d.State()
	if st.Meter.Phase != session.MeterReady || !strings.HasSuffix(st.Meter.Headline, "reads") || st.Meter.Missing != "" {
		t.Fatalf("%+v\n%+v", st.Meter, st.Purpose)
	}
	d.Run()
	w.Pump()
	r := d.State().Results
	if r == nil {
		t.Fatalf("%+v %+v", d.State().Run, d.State().Refusal)
	}
	span := d.State().Draft.Windows[0]
	seen := map[string][2]bool{}
	for i, x := range all {
		if x.Time.Before(span.From) || !x.Time.Before(span.To) {
			continue
		}
		v := seen[x.Plate]
		v[0], v[1] = v[0] || i%20 < 5, v[1] || i%20 >= 10 && i%20 < 15
		seen[x.Plate] = v
	}
	both := 0
	for _, v := range seen {
		if v[0] && v[1] {
			both++
		}
	}
	if r.Total() != both || both == 0 {
		t.Errorf("%d plates, a scan finds %d", r.Total(), both)
	}
	w.Pump()
	det, ok := r.Detail()
	if !ok || det.Photos.Phase != session.PhotosReady || !det.CanKeep {
		t.Fatalf("%+v", det)
	}
	r.Keep("Leaves the yard after the dock door opened.", false)
	w.Pump()
	contains(t, "kept", r.KeepForm().Saved+r.KeepForm().Error, "1 read kept in HSI-2026-00123")
	exportCase(t, w, s, det)
}

// exportCase crops the kept read, names a source and exports.
func exportCase(t *testing.T, w *sessiontest.World, s *engine.Session, det session.Detail) {
	t.Helper()
	m := session.NewCase(w.Env(), s, "HSI-2026-00123")
	m.Write = func(_ context.Context, f engine.CaseFile, _ []string) ([]string, error) {
		return []string{f.Case.Number + "@" + f.Audit.Root[:4]}, nil
	}
	m.Reload()
	w.Pump()
	if len(m.State().Items) != 1 {
		t.Fatalf("%+v", m.State())
	}
	problem := "not called"
	m.SaveCrop(session.Crop{
		Item: m.State().Items[0].ID, Kind: "vehicle", Rect: image.Rect(10, 10, 110, 90), NoPerson: true, Plate: det.Plate, State: det.State,
	}, func(p string) { problem = p })
	w.Pump()
	want(t, "crop", problem, "")
	m.SetSource("Depot gate log, 9 May, 02:34")
	w.Pump()
	if st := m.State(); !st.CanExport {
		t.Fatalf("%v %s", st.Missing, st.Error)
	}
	m.Export()
	w.Pump()
	if st := m.State(); len(st.Written) != 1 || len(st.Exports) != 1 {
		t.Errorf("%s %v", st.Error, st.Written)
	}
}

// TestARealRefusalReachesThePanelAndTheLog proves Q-GEO-2 through the models.
func TestARealRefusalReachesThePanelAndTheLog(t *testing.T) {
	w := sessiontest.New(t)
	w.Clock = time.Date(2026, 5, 21, 13, 20, 0, 0, time.UTC)
	e, _ := workstation(t, w, 50)
	s := door(t, w, e, "df")
	p := realPurpose()
	d := session.NewDesk(w.Env(), s, e.DataState, p)
	w.Pump()
	if k := d.State().Draft.Kind; k != session.KindPlate {
		t.Errorf("begins with %s", k)
	}
	code, err := totp.GenerateCode(secret, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	d.StepUp(code)
	w.Pump()
	d.SetKind(session.KindGeo)
	d.AddArea(square(0), "")
	w.Pump()
	st := d.State()
	if st.Meter.Phase != session.MeterRefused || st.Kind.Rule != "GEO-2" {
		t.Errorf("%+v %+v", st.Meter, st.Kind)
	}
	if !st.CanRun {
		t.Fatalf("the attempt cannot be made: %s %+v", st.Meter.Missing, st.Purpose.Problems)
	}
	d.Run()
	w.Pump()
	r := d.State().Refusal
	if r == nil || r.Rule != "GEO-2" || r.Entry == "" || r.Open != session.KindPlate {
		t.Fatalf("%+v", r)
	}
	a := session.NewAudit(w.Env(), s)
	a.Reload()
	w.Pump()
	found := false
	for _, row := range a.State().Rows {
		found = found || row.Refused && strings.Contains(row.Why, "GEO-2") && row.Entry == r.Entry
	}
	if !found {
		t.Errorf("entry %s is not in the list: %+v", r.Entry, a.State().Rows)
	}
}
