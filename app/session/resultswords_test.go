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

func TestErrorWords(t *testing.T) {
	for _, err := range []error{
		engine.ErrCredentials, engine.ErrLockedOut, engine.ErrSession, engine.ErrNotFound, engine.ErrAudit, engine.ErrDamaged,
		engine.ErrNoSpace, engine.ErrReadOnly, errors.New("open /x: broken pipe"),
		&detection.FieldError{Field: "windows[0].to", Problem: "is empty", Hint: "Give both."},
	} {
		text := session.ErrorText(err)
		if text == "" || text[len(text)-1] != '.' || strings.ToUpper(text[:1]) != text[:1] || strings.Contains(text, "engine") || strings.Contains(text, "[") {
			t.Errorf("%v: %q", err, text)
		}
	}
	want(t, "no error", session.ErrorText(nil), "")
}

func TestNumbers(t *testing.T) {
	for n, s := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 14012: "14,012", -1234567: "-1,234,567"} {
		want(t, "number", session.Number(n), s)
	}
	for m2, s := range map[float64]string{0: "–", 3: "3 m²", 40_000: "0.04 km²", 1_400_000: "1.4 km²", 5.2e9: "5,200 km²"} {
		want(t, "area", session.AreaText(m2), s)
	}
}

func TestTimeWords(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 5, 21, 12, 0, 0, 0, zone)
	for in, out := range map[[2]string]string{
		{"2026-05-01", "14 May 2026"}:  "1–14 May 2026",
		{"1 may", "1 May"}:             "1 May 2026",
		{"28 Apr", "May 3"}:            "28 Apr – 3 May 2026",
		{"2025-12-30", "2026-01-02"}:   "30 Dec 2025 – 2 Jan 2026",
		{"1 May 18:00", "2 May 06:00"}: "1 May 18:00 – 2 May 06:00 2026",
		{"7 Mar 2026", "8 Mar 2026"}:   "7–8 Mar 2026", // a day of 23 hours
	} {
		from, err := session.ParseDay(in[0], false, now, zone)
		if err != nil {
			t.Fatal(err)
		}
		to, err := session.ParseDay(in[1], true, now, zone)
		if err != nil {
			t.Fatal(err)
		}
		want(t, in[0], session.SpanWords(session.Span{From: from, To: to}, zone), out)
	}
	for _, bad := range []string{"", "soon", "2026-02-30", "32 May"} {
		if _, err := session.ParseDay(bad, false, now, zone); err == nil {
			t.Errorf("%q is taken as a day", bad)
		}
	}
	for in, out := range map[string]int{"18:00": 1080, "6": 360, "24:00": 0, "0630": 390} {
		if got, err := session.ParseClock(in); err != nil || got != out {
			t.Errorf("%q: %d, %v", in, got, err)
		}
	}
}

func TestEmptyAnswerSaysWhy(t *testing.T) {
	_, _, r := answered(t, session.KindGeo, &engine.Answer{})
	want(t, "empty", r.Empty(), "No reads in these areas between 1 and 14 May. 7 cameras cover them; the newest data is from 21 May 09:12.")
}

func TestCutAnswerIsMarked(t *testing.T) {
	_, _, r := answered(t, session.KindGeo, &engine.Answer{Count: 14012, Cut: true, Rows: []engine.Row{sessiontest.Read("1", "AAA", 0, 0)}})
	want(t, "cut", r.CutNote(), "1 of 14,012 reads shown, the newest, back to 2 May 20:00. Narrow the timeframe or an area.")
	contains(t, "sub", r.SubLine(), "newest 1 shown")
}

// TestCutHitsAreMarked (Q-ALL-4): every plate is listed, but not every read behind them.
func TestCutHitsAreMarked(t *testing.T) {
	a := common()
	_, _, r := answered(t, session.KindCommon, a)
	want(t, "whole", r.CutNote(), "")
	behind := 0
	for _, p := range a.Plates {
		behind += p.Reads
	}
	a.HitsCut, a.PlateHits = true, a.PlateHits[:2]
	_, _, r = answered(t, session.KindCommon, a)
	want(t, "cut", r.CutNote(), "2 of "+session.Number(int64(behind))+" reads behind the plates shown, the newest. Narrow the timeframe or an area.")
}
