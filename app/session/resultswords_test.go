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
	for out, in := range map[string][2]string{
		"1–14 May 2026":                  {"2026-05-01 00:00", "2026-05-15 00:00"},
		"1 May 2026":                     {"2026-05-01 00:00", "2026-05-02 00:00"},
		"28 Apr – 3 May 2026":            {"2026-04-28 00:00", "2026-05-04 00:00"},
		"30 Dec 2025 – 2 Jan 2026":       {"2025-12-30 00:00", "2026-01-03 00:00"},
		"1 May 18:00 – 2 May 06:00 2026": {"2026-05-01 18:00", "2026-05-02 06:00"},
		"7–8 Mar 2026":                   {"2026-03-07 00:00", "2026-03-09 00:00"}, // a day of 23 hours
	} {
		from, err := time.ParseInLocation("2006-01-02 15:04", in[0], zone)
		if err != nil {
			t.Fatal(err)
		}
		to, err := time.ParseInLocation("2006-01-02 15:04", in[1], zone)
		if err != nil {
			t.Fatal(err)
		}
		want(t, in[0], session.SpanWords(session.Span{From: from, To: to}, zone), out)
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
