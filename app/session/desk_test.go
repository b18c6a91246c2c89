package session_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/detection"
)

// ready is a desk with two areas and a timeframe, estimated.
func ready(t *testing.T, kind session.Kind) (*sessiontest.World, *session.Desk) {
	t.Helper()
	w := sessiontest.New(t)
	d := w.Desk()
	d.SetKind(kind)
	d.AddArea(sessiontest.Box(-75.55, 39.73), "warehouse")
	d.AddArea(sessiontest.Box(-75.50, 39.73), "")
	d.SetSpan(0, sessiontest.Days(t, w.Zone, "1 May 2026", "14 May 2026"))
	w.Pump()
	return w, d
}

// TestMissingNamesTheNextStep walks the meter's hint from an empty draft to a run.
func TestMissingNamesTheNextStep(t *testing.T) {
	w := sessiontest.New(t)
	d := w.Desk()
	d.SetPurpose(session.Purpose{Case: "HSI-2026-00123"})
	d.SetKind(session.KindCommon)
	want(t, "nothing drawn", d.State().Meter.Missing, "Draw an area, then run.")
	d.Sketching(true, nil)
	want(t, "while drawing", d.State().Meter.Missing, "Close A, then run.")
	d.AddArea(sessiontest.Box(-75.55, 39.73), "")
	want(t, "one area", d.State().Meter.Missing, "Draw a second area, then run.")
	d.AddArea(sessiontest.Box(-75.5, 39.73), "")
	d.RemoveSpan(0)
	want(t, "no timeframe (Q-ALL-1)", d.State().Meter.Missing, "Complete the timeframe, then run.")
	d.SetSpan(0, sessiontest.Days(t, w.Zone, "1 May 2026", "14 May 2026"))
	want(t, "no purpose (Q-ALL-2)", d.State().Meter.Missing, "Complete the purpose, then run.")
	if d.CanRun() {
		t.Error("can run without a purpose")
	}
	d.SetPurpose(sessiontest.Purpose())
	w.Pump()
	want(t, "all there", d.State().Meter.Missing, "")
	if !d.CanRun() {
		t.Error("cannot run a complete draft")
	}
}

// TestStartOver: the draft is as new, but for kind and purpose; areas can be had back.
func TestStartOver(t *testing.T) {
	fresh := sessiontest.New(t).Desk().State().Draft.Windows
	_, d := ready(t, session.KindCommon)
	d.Clear()
	s := d.State()
	if len(s.Areas) != 0 || s.Draft.Kind != session.KindCommon || s.Draft.Purpose.Case == "" {
		t.Errorf("after starting over: %d areas, kind %v, purpose %+v", len(s.Areas), s.Draft.Kind, s.Draft.Purpose)
	}
	if len(s.Draft.Windows) != 1 || s.Draft.Windows[0] != fresh[0] {
		t.Errorf("the timeframe is %v, want that of a new draft %v", s.Draft.Windows, fresh)
	}
	d.Undo()
	if len(d.State().Areas) != 2 {
		t.Error("the areas do not come back")
	}
}

func TestQueryOfTheDraft(t *testing.T) {
	w, d := ready(t, session.KindCommon)
	d.SetHours(session.DayHours{FromMin: 18 * 60, ToMin: 6 * 60})
	d.SetVehicle(session.Vehicle{Make: "Toyota, honda", Color: " red ", YearFrom: "2015"})
	w.Pump()
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return &engine.Answer{Entry: 7}, nil }
	d.Run()
	w.Pump()
	if len(w.Runs) != 1 {
		t.Fatalf("%d runs", len(w.Runs))
	}
	q := w.Runs[0].Query
	if err := q.Validate(); err != nil {
		t.Fatal(err)
	}
	if from := q.Windows[0].From; !from.Equal(time.Date(2026, 5, 1, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("from %v: a day begins at local midnight", from)
	}
	if to := q.Windows[0].To; !to.Equal(time.Date(2026, 5, 15, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("to %v: the last day belongs to the timeframe", to)
	}
	if q.Hours.Zone != "America/New_York" || q.Hours.FromMin != 18*60 || q.Areas[0].Name != "warehouse" || q.Areas[1].Name != "B" {
		t.Errorf("%+v", q)
	}
	if strings.Join(q.Make, " ") != "HONDA TOYOTA" || q.Color[0] != "RED" || q.Year.Min != 2015 || q.MinAreas != 2 || q.Limit != detection.NoLimit {
		t.Errorf("%+v", q)
	}
	if !w.Runs[0].Options.Reads || w.Runs[0].Options.Confirm {
		t.Errorf("options %+v", w.Runs[0].Options)
	}
}

// TestMeterWords proves what the meter says (Q-ALL-5), also that small counts stay blurred.
func TestMeterWords(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	m := d.State().Meter
	want(t, "headline", m.Headline, "About 2,400 reads")
	want(t, "per area", m.Sub, "A about 700 · B about 1,400")
	if m.Phase != session.MeterReady || m.Facts[0].Value != "0.19 km²" || m.Facts[1].Value != "14 days" || m.Facts[2].Value != "7 cameras" {
		t.Errorf("%+v", m)
	}
	want(t, "area row", d.State().Areas[0].Area+" "+d.State().Areas[0].Cameras, "0.04 km² 2 cameras")
	w.OnEstimate = func(detection.Query) (engine.Estimate, error) {
		return engine.Estimate{Blurred: true, ConfirmAt: 10000}, nil
	}
	d.SetVehicle(session.Vehicle{Color: "red"})
	if !d.State().Meter.Stale {
		t.Error("figures of the former draft are not marked as such")
	}
	w.Pump()
	want(t, "blurred", d.State().Meter.Headline, "Fewer than 100 reads")
	for _, c := range []struct {
		reads []int64 // 0: blurred
		sub   string
	}{{[]int64{0, 0, 0}, "fewer than 100 in each area"}, {[]int64{0, 300}, "A fewer than 100 · B about 300"}} {
		w.OnEstimate = func(detection.Query) (engine.Estimate, error) {
			e := engine.Estimate{ConfirmAt: 10000}
			for _, n := range c.reads {
				e.PerArea = append(e.PerArea, engine.AreaEstimate{Reads: n, Blurred: n == 0})
			}
			return e, nil
		}
		d.SetVehicle(session.Vehicle{Color: "blue" + c.sub[:1]})
		w.Pump()
		want(t, "per area", d.State().Meter.Sub, c.sub)
	}
}

func TestEstimateWaitsAndTheNewestCounts(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	w.Asked = nil
	for _, c := range []string{"r", "re", "red"} {
		d.SetVehicle(session.Vehicle{Color: c})
	}
	w.Pump()
	if len(w.Asked) != 1 || w.Asked[0].Color[0] != "RED" {
		t.Errorf("%d estimates: a draft that still changes must not be estimated", len(w.Asked))
	}
}

func TestSketchCountsIn(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	d.Sketching(true, sessiontest.Box(-75.4, 39.7))
	w.Pump()
	want(t, "with the sketch", d.State().Meter.Sub, "A and B about 2,100 · C as drawn adds about 2,100")
	if d.CanRun() {
		t.Error("runs with an open sketch")
	}
	d.Sketching(false, nil)
	w.Pump()
	if n := len(w.Asked[len(w.Asked)-1].Areas); n != 2 {
		t.Errorf("%d areas estimated after the sketch was dropped", n)
	}
}

// TestOver10000NeedsConfirmation proves Q-ALL-4 in the window.
// TestRefusalOfAreaQueries proves Q-GEO-2 in the window: it can be asked, is refused by the
// engine, and the panel says rule, reason and what is open instead.
func TestUndoRedo(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	d.RemoveArea(0)
	if err := d.RenameArea(0, "depot"); err != nil {
		t.Fatal(err)
	}
	d.Undo()
	d.Undo()
	if s := d.State(); len(s.Areas) != 2 || s.Areas[0].Label != "warehouse" || !s.CanRedo {
		t.Fatalf("%+v", s.Areas)
	}
	d.Redo()
	d.Redo()
	if s := d.State(); len(s.Areas) != 1 || s.Areas[0].Label != "depot" || s.CanRedo {
		t.Fatalf("%+v", s.Areas)
	}
	for range 9 {
		d.Undo()
	}
	if len(d.State().Areas) != 0 || d.State().CanUndo {
		t.Error("cannot go back to the start")
	}
	w.Pump()
}

func TestNamesAreDistinct(t *testing.T) {
	_, d := ready(t, session.KindGeo)
	var p *session.FieldProblem
	if err := d.RenameArea(1, "Warehouse"); !errors.As(err, &p) {
		t.Errorf("two areas of one name: %v", err)
	}
}

// TestUnsoundShapeIsNamed: a self-crossing area blocks the run and says where (Q-GEO-1).
func TestUnsoundShapeIsNamed(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	bad := sessiontest.Box(-75.3, 39.3)
	w.Checks = map[string]engine.SpatialCheck{"": {Problem: "the outline crosses itself", At: bad[0][0][0]}}
	w.Asked = nil
	d.AddArea(bad, "")
	w.Pump()
	s := d.State()
	want(t, "row", s.Areas[2].Problem, "The outline crosses itself.")
	want(t, "section", s.AreasSection.Problem("areas"), "Area C: The outline crosses itself.")
	want(t, "missing", s.Meter.Missing, "Correct the areas, then run.")
	if len(w.Asked) != 0 || s.CanRun {
		t.Error("estimated or ran an unsound area")
	}
}

// TestAnswersAreReleased proves R-4: the former answer goes when a new one comes or the
// result is closed.
func TestPartialPlate(t *testing.T) {
	w := sessiontest.New(t)
	d := w.Desk()
	d.SetKind(session.KindPartial)
	d.SetPlate("ab*123", false)
	s := d.State()
	want(t, "Q-PART-1 in words", s.Plate.Note, "6 characters: A, B, any one, 1, 2, 3")
	want(t, "Q-PART-3 state", s.Plate.Problem("state"), "Give the state of registration.")
	d.SetVehicle(session.Vehicle{State: "de"})
	if !d.State().Plate.Complete {
		t.Errorf("%+v", d.State().Plate)
	}
	d.SetPlate("ab*", true)
	contains(t, "any run", d.State().Plate.Note, "any run")
	w.OnEstimate = func(detection.Query) (engine.Estimate, error) {
		return engine.Estimate{Reads: 900, Warnings: []engine.Warning{{Rule: "PART-2", Text: "two known characters: the return will be large"}}}, nil
	}
	d.SetPlate("ab*", false)
	w.Pump()
	m := d.State().Meter
	if m.Phase != session.MeterWarning {
		t.Error("no warning for two known characters (Q-PART-2)")
	}
	want(t, "warning", m.Warning, "Two known characters: the return will be large.")
	d.SetKind(session.KindPlate)
	contains(t, "full plate", d.State().Plate.Problem("plate"), "partial-plate query")
}

func TestRepeatNeedsTwoTimeframes(t *testing.T) {
	w, d := ready(t, session.KindRepeat)
	contains(t, "one", d.State().When.Problem("windows"), "second timeframe")
	d.SetSpan(1, sessiontest.Days(t, w.Zone, "15 May 2026", "20 May 2026"))
	w.Pump()
	if s := d.State(); !s.When.Complete || !s.CanRun {
		t.Errorf("%+v", s.When)
	}
	if q := w.Asked[len(w.Asked)-1]; q.Kind != detection.KindRepeat || len(q.Windows) != 2 || q.Validate() != nil {
		t.Errorf("%+v", q)
	}
}

// TestPurposeRules proves Q-GEO-3 and Q-ALL-2 in the form.
func TestPurposeRules(t *testing.T) {
	_, d := ready(t, session.KindGeo)
	for name, c := range map[string]struct {
		change      func(*session.Purpose)
		field, text string
	}{
		"no reason":     {func(p *session.Purpose) { p.Reason = "" }, "reason", "Choose a reason."},
		"reason":        {func(p *session.Purpose) { p.Reason = "administrative" }, "reason", "This reason cannot carry an area query. Choose another."},
		"case":          {func(p *session.Purpose) { p.Case = "123" }, "case", "Write the case number like HSI-2026-00123."},
		"subject":       {func(p *session.Purpose) { p.Subject = " " }, "subject", "Say who or what the query is about."},
		"other":         {func(p *session.Purpose) { p.ForOther = true }, "on_behalf_of", "Name the person you ask for."},
		"empty":         {func(p *session.Purpose) { p.Justification = "" }, "justification", "Say what links the area to the investigation."},
		"short":         {func(p *session.Purpose) { p.Justification = "because" }, "justification", "13 letters to go: say what links the area to the investigation."},
		"hint repeated": {func(p *session.Purpose) { p.Justification = "what links this  area to the investigation?" }, "justification", "Write your own words instead of the hint."},
		"not attested":  {func(p *session.Purpose) { p.Attested = false }, "attested", "Attest the suspicion that the query rests on."},
	} {
		t.Run(name, func(t *testing.T) {
			p := sessiontest.Purpose()
			c.change(&p)
			d.SetPurpose(p)
			want(t, c.field, d.State().Purpose.Problem(c.field), c.text)
			if d.CanRun() {
				t.Error("runs")
			}
		})
	}
	d.SetPurpose(sessiontest.Purpose())
	if s := d.State(); !s.Purpose.Complete || s.PurposeCard.AttestedAt != "09:20" {
		t.Errorf("%+v %+v", s.Purpose, s.PurposeCard)
	}
}

func TestImportGeoJSON(t *testing.T) {
	_, d := ready(t, session.KindGeo)
	n, err := d.ImportAreas(`{"type":"FeatureCollection","features":[
	 {"type":"Feature","properties":{"name":"yard"},"geometry":{"type":"Polygon","coordinates":[[[-75,39],[-75,39.1],[-75.1,39],[-75,39]]]}},
	 {"type":"Feature","properties":{"name":"warehouse"},"geometry":{"type":"Polygon","coordinates":[[[-75,39],[-75,39.1],[-75.1,39],[-75,39]]]}},
	 {"type":"Feature","properties":null,"geometry":{"type":"Point","coordinates":[-75,39]}}]}`)
	if err != nil || n != 2 {
		t.Fatalf("%d areas, %v", n, err)
	}
	s := d.State()
	want(t, "names", s.Areas[2].Label+" "+s.Areas[3].Label, "yard D")
	d.Undo()
	if len(d.State().Areas) != 2 {
		t.Error("an import is not one step of undo")
	}
	for _, text := range []string{"", "{", `{"type":"Point","coordinates":[1,2]}`, `{"type":"Polygon","coordinates":"x"}`, `[1]`, `{"type":"Feature"}`, `null`} {
		var p *session.FieldProblem
		if _, err := d.ImportAreas(text); !errors.As(err, &p) || len(d.State().Areas) != 2 {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestHiddenAreasCount(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	d.ShowArea(0, false)
	d.SetVehicle(session.Vehicle{Color: "red"})
	w.Pump()
	if !d.State().Areas[0].Hidden || len(w.Asked[len(w.Asked)-1].Areas) != 2 {
		t.Error("a hidden area must still be asked for")
	}
}
