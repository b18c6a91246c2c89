package session_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/engine"
	"cordon/engine/feed"
)

// a read that came with a feed is reported as wrong from the result, and what became of the
// report stands on the read, also of one that was reported before.
func TestReportFromTheDetail(t *testing.T) {
	a := common()
	for i := range a.PlateHits {
		if a.PlateHits[i].ID != "7" {
			a.PlateHits[i].Lane = "toll.de-north"
		}
	}
	w, _, r := answered(t, session.KindCommon, a)
	earlier := engine.ErrorReport{Sent: w.Clock}
	earlier.Lane, earlier.Read, earlier.Kind, earlier.At = "toll.de-north", "2", "state", w.Clock.Add(-48*time.Hour)
	earlier.State = feed.ReportState{Verdict: feed.VerdictCorrected, Note: "It is PA."}
	w.ReportList = []engine.ErrorReport{earlier}
	r.Select(0)
	w.Pump()
	if f := r.ReportForm(); !f.Can || f.State != "" || len(f.Kinds) != len(feed.ReportKinds()) {
		t.Errorf("%+v", f)
	}
	for _, k := range r.ReportForm().Kinds {
		if strings.EqualFold(k.Code, k.Words) {
			t.Errorf("%s has no words", k.Code)
		}
	}
	r.AskReport(true)
	r.Report("", "", "x")
	want(t, "no kind", r.ReportForm().KindError, "Choose what is wrong.")
	w.ReportErr = errors.New("note is empty")
	r.Report("plate", "", "")
	w.Pump()
	if f := r.ReportForm(); !f.Open || f.Error == "" {
		t.Errorf("refused: %+v", f)
	}
	w.ReportErr = nil
	r.Report("plate", "7KDM481", "The last sign is a 1.")
	w.Pump()
	if len(w.Reported) != 1 || w.Reported[0].Entry != 48231 || w.Reported[0].Ref != (engine.DetectionRef{Lane: "toll.de-north", ID: "3"}) {
		t.Fatalf("%+v", w.Reported)
	}
	if f := r.ReportForm(); f.Open || f.State != "Reported on 21 May, 09:20: the plate is misread, right would be 7KDM481. It goes with the next sync." {
		t.Errorf("%+v", f)
	}
	r.StepRead(-1)
	w.Pump()
	if f := r.ReportForm(); !strings.HasSuffix(f.State, "the state is wrong. The provider has corrected it: It is PA.") {
		t.Errorf("reported before: %+v", f)
	}
	r.Select(2)
	w.Pump()
	if r.AskReport(true); r.ReportForm().Can && r.ReportForm().Open {
		if d, _ := r.Detail(); d.Hit.Ref.Lane == "local" {
			t.Error("a read of a file can be reported to nobody")
		}
	}
}
