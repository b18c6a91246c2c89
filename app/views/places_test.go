package views_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
	"cordon/engine"
	"cordon/engine/detection"
)

func caseFile() engine.Case {
	c := engine.Case{Number: "HSI-2026-00123", Opened: time.Date(2026, 5, 21, 13, 0, 0, 0, time.UTC), OpenedBy: "k.lindqvist"}
	for i := range 4 {
		it := engine.CaseItem{
			ID: "i" + string(rune('1'+i)), Row: sessiontest.Read("1", "7KDM482", i*700, i%3), Reason: "Leaves B 13 minutes after the dock door opened",
			By: "k.lindqvist", Entry: 48231, Class: "criminal-case-file", Destroy: time.Date(2046, 12, 31, 12, 0, 0, 0, time.UTC),
		}
		if i < 2 {
			it.Verified = engine.PlateVerified{Plate: "7KDM482", State: "DE", By: "k.lindqvist"}
			it.Photos = append(it.Photos, engine.CasePhoto{Kind: engine.PhotoVehicle, JPEG: photo(false), Crop: engine.CropGeometry{W: 320, H: 214}, Attestation: engine.Attestation{NoPerson: true}})
		}
		c.Items = append(c.Items, it)
	}
	c.Notes = []engine.Note{{Text: "Gate log asked for from the depot.", By: "k.lindqvist", At: c.Opened}}
	c.Exports = []engine.ExportRecord{{By: "k.lindqvist", At: c.Opened, Formats: []string{"pdf", "csv"}, Entry: 48290}}
	return c
}

// TestNoExportWithoutACase: before a case is open nothing to export or to note is offered.
func TestNoExportWithoutACase(t *testing.T) {
	w := sessiontest.New(t)
	kittest.NewApp(t, theme.Light)
	m := session.NewCase(w.Env(), w, "")
	win := kittest.Open(t, 1372, 860, views.NewCaseView(views.CaseProps{Model: m}))
	m.Reload()
	w.Pump()
	if !win.Shows("No case open") || win.Shows("Before an export") || win.Shows("Notes") {
		t.Errorf("shows %q", win.Texts())
	}
}

func TestCaseViewPicturesAndGate(t *testing.T) {
	for variant, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
		w := sessiontest.New(t)
		w.CaseList = []engine.Case{caseFile()}
		w.Pol.Hints.Corroborated = "e.g. depot gate log, 9 May, 02:34"
		kittest.NewApp(t, v)
		m := session.NewCase(w.Env(), w, "HSI-2026-00123")
		m.Write = func(context.Context, engine.CaseFile, []string) ([]string, error) {
			return []string{"/home/k/HSI-2026-00123.pdf"}, nil
		}
		cropped := ""
		view := views.NewCaseView(views.CaseProps{Model: m, OnCrop: func(item, kind string) { cropped += item + kind + " " }})
		win := kittest.Open(t, 1372, 860, view)
		m.Reload()
		w.Pump()
		win.Capture("case-" + variant)
		for _, s := range []string{"Crop at least one photo of each read: 2 to go.", "Name the corroborating source.", "7KDM482"} {
			if !win.Shows(s) {
				t.Errorf("does not show %q", s)
			}
		}
		if b := win.Button("Export"); !b.Disabled() {
			t.Error("export is offered with a closed gate (R-6)")
		}
		win.Click(win.Button("Crop plate"))
		if cropped != "i1plate " {
			t.Errorf("crop of %q", cropped)
		}
		w.CaseList[0].Items = w.CaseList[0].Items[:2]
		m.Reload()
		w.Pump()
		in := kittest.Find(win, func(i *kit.Input) bool { return i.PlaceHolder == "" })
		win.Focus(in)
		win.Type("depot gate log")
		win.Click(win.Button("Export"))
		w.Pump()
		if len(w.Exports) != 1 || w.Exports[0].Corroborated != "depot gate log" || !win.Shows("HSI-2026-00123.pdf") {
			t.Errorf("%+v", w.Exports)
		}
		win.Capture("case-exported-" + variant)
	}
}

func TestAuditViewPicture(t *testing.T) {
	w := sessiontest.New(t)
	q := detection.Query{Kind: detection.KindCommon, Areas: make([]detection.Area, 3), Purpose: detection.Purpose{Case: "HSI-2026-00123", Reason: "criminal-investigation", Subject: "vehicle carrying the loads"}}
	for i := range 40 {
		e := engine.AuditEntry{Index: int64(48200 + i), Kind: []string{"query", "sign-in", "keep", "crop"}[i%4], User: "k.lindqvist", Unit: "Wilmington", At: w.Clock.Add(time.Duration(i) * time.Minute), Leaf: "9f3ca07e51d208bb"}
		if e.Kind == "query" {
			e.Query, e.Fields = &q, map[string]string{"count": "38", "digest": strings.Repeat("9f3ca07e", 8)}
		}
		if i == 20 {
			e.Kind, e.Fields = "refusal", map[string]string{"rule": "GEO-2"}
		}
		w.Entries = append(w.Entries, e)
	}
	w.Witness = engine.WitnessState{Witness: "feed.example/witness", Entries: 48236, At: w.Clock, Newer: 4}
	kittest.NewApp(t, theme.Dark)
	m := session.NewAudit(w.Env(), w)
	win := kittest.Open(t, 1212, 760, views.NewAuditView(m))
	m.Reload()
	w.Pump()
	m.Select(3)
	win.Capture("audit-dark")
	for _, s := range []string{"40 entries, newest first", "Common-plate query", "entry 48,236", "refused, rule GEO-2", "9f3ca07e 9f3ca07e", "HSI-2026-00123, criminal inv", "Witnessed by feed.example/witness up to entry 48,235, ", "; 4 newer not yet"} {
		if !win.Shows(s) {
			t.Errorf("does not show %q", s)
		}
	}
	w.Witness = engine.WitnessState{Alarm: engine.ErrLogBehind}
	m.Reload()
	w.Pump()
	if win.Shows("Witnessed by") || !win.Shows("The audit log is shorter than the one that the feed's witness has seen.") {
		t.Error("an alarm without a head")
	}
}
