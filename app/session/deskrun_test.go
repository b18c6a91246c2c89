package session_test

import (
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/detection"
)

func TestOver10000NeedsConfirmation(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	narrowed := detection.Query{}
	w.OnEstimate = func(q detection.Query) (engine.Estimate, error) {
		narrowed = q
		narrowed.Windows = []detection.Window{{From: q.Windows[0].To.AddDate(0, 0, -7), To: q.Windows[0].To}}
		return engine.Estimate{
			Reads: 14012, MaxRows: 5000, ConfirmAt: 10000, CutAt: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC),
			Warnings: []engine.Warning{{Rule: "ALL-4", Text: "over 10,000"}},
			Narrower: []engine.Narrowing{{Label: "One week, 8–14 May", Reads: 3200, Query: narrowed}},
		}, nil
	}
	d.SetHours(session.DayHours{})
	w.Pump()
	m := d.State().Meter
	if m.Phase != session.MeterWarning || m.Bar.Max != 14012 {
		t.Errorf("%+v", m)
	}
	want(t, "title", m.Title, "Scope: over 10,000")
	want(t, "warning", m.Warning, "Over 10,000 the newest 5,000 are shown. They would reach back to about 4 May; older reads would be missing.")
	want(t, "confirm", m.Confirm, "Show the newest 5,000 of about 14,000 anyway. My confirmation is recorded.")
	want(t, "narrow", m.Narrow[0].Label+": "+m.Narrow[0].Left, "One week, 8–14 May: about 3,200")
	if d.CanRun() {
		t.Error("runs unconfirmed")
	}
	d.SetConfirmed(true)
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return &engine.Answer{}, nil }
	d.Run()
	w.Pump()
	if !w.Runs[0].Options.Confirm {
		t.Error("the confirmation was not passed on")
	}
	d.Narrow(0)
	if s := d.State().Draft.Windows[0]; s.To.Sub(s.From) != 7*24*time.Hour {
		t.Errorf("narrowed to %v", s)
	}
	if d.State().Confirmed {
		t.Error("a confirmation outlives the draft it was given for")
	}
}

func TestRunThatNeedsConfirmation(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	w.OnRun = func(_ detection.Query, o engine.RunOptions) (*engine.Answer, error) {
		if !o.Confirm {
			return nil, &engine.NeedsConfirmation{Count: 10_412, Entry: 3, Warnings: []engine.Warning{{Rule: "ALL-4", Text: "10,412 matches"}}}
		}
		return &engine.Answer{Entry: 4}, nil
	}
	d.Run()
	if d.State().Run.Phase != session.RunRunning {
		t.Error("does not show that it runs")
	}
	w.Pump()
	s := d.State()
	if s.Run.Phase != session.RunConfirm || s.CanRun || s.Meter.Phase != session.MeterWarning {
		t.Errorf("%+v", s.Run)
	}
	want(t, "headline", s.Meter.Headline, "10,412 reads")
	d.SetConfirmed(true)
	d.Run()
	w.Pump()
	if d.State().Results == nil || !w.Runs[1].Options.Confirm {
		t.Error("the confirmed run gave no results")
	}
}

func TestRefusalOfAreaQueries(t *testing.T) {
	w := sessiontest.New(t)
	for i, k := range w.Access {
		if k.Kind.Spatial() {
			w.Access[i] = engine.KindAccess{Kind: k.Kind, Rule: "GEO-2", Why: "Your unit's mission is administrative"}
		}
	}
	d := w.Desk()
	if d.State().Draft.Kind != session.KindPlate {
		t.Error("starts with a kind that is closed")
	}
	d.SetKind(session.KindGeo)
	d.AddArea(sessiontest.Box(-75.5, 39.7), "")
	w.Pump()
	s := d.State()
	if s.Meter.Phase != session.MeterRefused || s.Kind.State() != "GEO-2" {
		t.Errorf("%+v %+v", s.Meter, s.Kind)
	}
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) {
		return nil, &engine.Refusal{
			Rule: "GEO-2", What: "Geographic queries are for criminal investigations. Your unit's mission is administrative",
			Why: "An area query returns everyone who passed by", Next: "A full-plate query is open to you", Entry: 48240,
			At: time.Date(2026, 5, 21, 13, 31, 4, 0, time.UTC),
		}
	}
	d.Run()
	w.Pump()
	r := d.State().Refusal
	if r == nil {
		t.Fatal("no refusal shown")
	}
	want(t, "title", r.Title, "Not run: geographic query")
	want(t, "text", r.Text, "Geographic queries are for criminal investigations. Your unit's mission is administrative (rule GEO-2). A full-plate query is open to you. This attempt is recorded.")
	want(t, "recorded", r.Recorded, "21 May 2026, 09:31:04 EDT")
	want(t, "entry", r.Entry+" "+r.Badge, "48,240 refused 09:31")
	d.OpenInstead()
	s = d.State()
	if s.Draft.Kind != session.KindPlate || s.Draft.Purpose.Case != "HSI-2026-00123" || s.Refusal != nil {
		t.Errorf("%+v", s.Draft)
	}
}

func TestStepUp(t *testing.T) {
	w := sessiontest.New(t)
	w.Code = "123456"
	for i, k := range w.Access {
		if k.Kind != detection.KindPlate {
			w.Access[i] = engine.KindAccess{Kind: k.Kind, NeedsStepUp: true, Rule: "X-2"}
		}
	}
	d := w.Desk()
	d.SetKind(session.KindGeo)
	want(t, "before", d.State().Meter.Missing, "Enter your code, then run.")
	d.StepUp("000000")
	w.Pump()
	contains(t, "wrong code", d.State().CodeError, "This code is wrong")
	d.StepUp("123456")
	w.Pump()
	if d.State().CodeError != "" || !d.State().Kind.Open {
		t.Errorf("%+v", d.State().Kind)
	}
}

func TestRunErrorsAndCancel(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return nil, engine.ErrAudit }
	d.Run()
	w.Pump()
	s := d.State()
	if s.Run.Phase != session.RunFailed || s.Results != nil {
		t.Errorf("%+v", s.Run)
	}
	contains(t, "U-2 worded", s.Run.Error, "nothing was answered")
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return &engine.Answer{}, nil }
	d.Run()
	d.Cancel()
	w.Pump()
	if s := d.State(); s.Results != nil || s.Run.Phase != session.RunIdle {
		t.Error("a cancelled run delivered")
	}
}

func TestAnswersAreReleased(t *testing.T) {
	w, d := ready(t, session.KindGeo)
	entry := int64(10)
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) {
		entry++
		return &engine.Answer{Entry: entry, Rows: []engine.Row{sessiontest.Read("1", "7KDM482", 0, 0)}}, nil
	}
	d.Run()
	w.Pump()
	d.Run()
	w.Pump()
	d.CloseResults()
	w.Pump()
	if len(w.Released) != 2 || w.Released[0] != 11 || w.Released[1] != 12 || d.State().Results != nil {
		t.Errorf("released %v", w.Released)
	}
}
