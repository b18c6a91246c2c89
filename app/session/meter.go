package session

import (
	"slices"
	"strings"
	"time"

	"cordon/engine"
)

// MeterPhase is how far the scope meter is.
type MeterPhase int

// The phases of the meter.
const (
	MeterIncomplete MeterPhase = iota // not enough to estimate
	MeterWorking                      // a first estimate is on its way
	MeterReady                        // shows an estimate
	MeterWarning                      // shows an estimate that needs a confirmation
	MeterRefused                      // would be refused
	MeterFailed                       // the estimate failed
)

// Meter is what the scope meter shows (Q-ALL-5).
type Meter struct {
	Phase    MeterPhase
	Title    string // "Scope", "Scope: over 10,000"
	Aside    string // "estimate, live · nothing has run"
	Headline string // "About 2,400 reads"
	Sub      string // per area: "A about 1,700 · B fewer than 100"
	Bar      Bar
	Facts    []Fact
	Notes    []string // amber lines that need no confirmation
	Warning  string   // what needs a confirmation; empty: nothing does
	Confirm  string   // label of the check box
	Narrow   []NarrowChoice
	Missing  string // what is still missing before a run: "Close C, then run."
	Error    string
	Stale    bool // the figures belong to an earlier draft; a new estimate is running
}

// Bar is the meter's bar; values are reads, Max is its right end.
type Bar struct {
	Show              bool
	Value, Shown, Max int64 // Shown: rows returned at most; what is over it is amber in a warning
	Confirm           int64
}

// Fact is one of the figures under the bar.
type Fact struct{ Value, Label string }

// NarrowChoice is one way to narrow, applied with Desk.Narrow(Index).
type NarrowChoice struct {
	Label string // "One week, 8–14 May"
	Left  string // "about 3,200"
	Index int
}

func meterOf(e engine.Estimate, d Draft, zone *time.Location) Meter {
	m := Meter{Phase: MeterReady, Title: "Scope", Aside: "estimate, live · nothing has run"}
	m.Headline = upperFirst(about(e.Reads, e.Blurred)) + " reads"
	m.Sub = perArea(e.PerArea)
	m.Bar = Bar{Show: e.ConfirmAt > 0, Value: e.Reads, Shown: int64(e.MaxRows), Confirm: e.ConfirmAt, Max: max(e.ConfirmAt, e.Reads)}
	m.Facts = facts(e, d, zone)
	for i, n := range e.Narrower {
		m.Narrow = append(m.Narrow, NarrowChoice{Label: n.Label, Left: about(n.Reads, n.Blurred), Index: i})
	}
	over := false
	for _, w := range e.Warnings {
		over = over || w.Rule == "ALL-4" || w.Rule == "Q-ALL-4"
	}
	if len(e.Warnings) > 0 {
		m.Phase, m.Aside = MeterWarning, "nothing has run"
		m.Title, m.Warning = "Scope: please confirm", warningText(e.Warnings)
		m.Confirm = "Run it anyway. My confirmation is recorded."
	}
	if over {
		m.Title = "Scope: over " + Number(e.ConfirmAt)
		m.Warning = cutText(e, zone)
		if rest := warningText(without(e.Warnings, "ALL-4", "Q-ALL-4")); rest != "" {
			m.Warning += " " + rest
		}
		m.Confirm = "Show the newest " + Number(int64(e.MaxRows)) + " of " + about(e.Reads, e.Blurred) + " anyway. My confirmation is recorded."
	}
	return m
}

func without(list []engine.Warning, rules ...string) []engine.Warning {
	var out []engine.Warning
next:
	for _, w := range list {
		for _, r := range rules {
			if w.Rule == r {
				continue next
			}
		}
		out = append(out, w)
	}
	return out
}

func warningText(list []engine.Warning) string {
	var parts []string
	for _, w := range list {
		parts = append(parts, sentence(w.Text))
	}
	return strings.Join(parts, " ")
}

func cutText(e engine.Estimate, zone *time.Location) string {
	s := "Over " + Number(e.ConfirmAt) + " the newest " + Number(int64(e.MaxRows)) + " are shown."
	if !e.CutAt.IsZero() {
		s += " They would reach back to about " + e.CutAt.In(zone).Format("2 Jan") + "; older reads would be missing."
	}
	return s
}

func perArea(list []engine.AreaEstimate) string {
	if len(list) < 2 {
		return ""
	}
	if !slices.ContainsFunc(list, func(a engine.AreaEstimate) bool { return !a.Blurred }) {
		return about(0, true) + " in each area"
	}
	var parts []string
	for i, a := range list {
		parts = append(parts, Letter(i)+" "+about(a.Reads, a.Blurred))
		if i == 3 && len(list) > 4 {
			return strings.Join(append(parts, itoa(len(list)-4)+" more"), " · ")
		}
	}
	return strings.Join(parts, " · ")
}

func facts(e engine.Estimate, d Draft, zone *time.Location) []Fact {
	var out []Fact
	if d.Kind.Spatial() {
		out = append(out, Fact{AreaText(e.AreaM2), "area"})
	}
	n := 0
	for _, s := range d.spans() {
		n += days(s, zone)
	}
	hours := "all day"
	if !d.Hours.AllDay() {
		hours = shortHours(d.Hours)
	}
	out = append(out, Fact{count(int64(n), "day", "days"), hours})
	if d.Kind.Spatial() {
		out = append(out, Fact{count(int64(e.Cameras), "camera", "cameras"), "fixed, plus mobile"})
	}
	return out
}

// shortHours is "18–06 h" for whole hours, else "18:30–06:00".
func shortHours(h DayHours) string {
	if h.FromMin%60 != 0 || h.ToMin%60 != 0 {
		return HoursWords(h)
	}
	two := func(m int) string { return clock(m)[:2] }
	return two(h.FromMin) + "–" + two(h.ToMin) + " h"
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
