package views_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/session/sessiontest"
	"cordon/app/theme"
	"cordon/engine"
	"cordon/engine/detection"
)

// "Report an error…" stands on a read that came with a feed; the form sends what is typed
// and what became of it shows in its place.
func TestReportFormInTheDetail(t *testing.T) {
	d := newDeskTest(t, theme.Light, 1280, 800, func(w *sessiontest.World) {
		answers(w)
		run := w.OnRun
		w.OnRun = func(q detection.Query, o engine.RunOptions) (*engine.Answer, error) {
			a, err := run(q, o)
			if a != nil {
				for i := range a.PlateHits {
					a.PlateHits[i].Lane = "toll.de-north"
				}
			}
			return a, err
		}
	})
	d.drawn(t)
	d.model.Run()
	d.w.Pump()
	d.Click(d.Button("Report an error…"))
	d.w.Pump()
	if b := d.Button("Report"); fyne.CurrentApp().Driver().AbsolutePositionForObject(b).Y+b.Size().Height > 800 {
		t.Error("the form was not scrolled into view")
	}
	d.Click(d.Button("Report"))
	d.w.Pump()
	if !d.Shows("Choose what is wrong.") || len(d.w.Reported) != 0 {
		t.Fatalf("without a kind: %v", d.Texts())
	}
	d.model.State().Results.Report("plate", "7KDM481", "")
	d.w.Pump()
	if len(d.w.Reported) != 1 || !d.Shows("It goes with the next sync.") {
		t.Errorf("%+v, %v", d.w.Reported, d.Texts())
	}
}
