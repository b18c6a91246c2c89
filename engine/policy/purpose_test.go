package policy_test

import (
	"strings"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/policy"

	"pgregory.net/rapid"
)

var criminal = policy.Person{User: "kl", Role: policy.RoleInvestigator, Mission: policy.MissionCriminal, Enhanced: true, EnhancedTrained: true, SteppedUp: true}

func complete() detection.Purpose {
	return detection.Purpose{
		Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "white van",
		Justification: "A burned van was found here; the same van was seen near two earlier fires.", Attested: true,
	}
}

// TestPurpose proves Q-ALL-2, Q-GEO-3 and Q-PART-3: what each kind demands.
func TestPurpose(t *testing.T) {
	p := load(t)
	hints := p.Hints
	for name, c := range map[string]struct {
		change func(*detection.Purpose)
		all    string // rule for every kind; empty: fine
		area   string // rule for spatial kinds when all is empty
	}{
		"complete":                  {func(*detection.Purpose) {}, "", ""},
		"on behalf of":              {func(u *detection.Purpose) { u.OnBehalfOf = "R. Okafor" }, "", ""},
		"no reason":                 {func(u *detection.Purpose) { u.Reason = "" }, "ALL-2", ""},
		"other":                     {func(u *detection.Purpose) { u.Reason = "other" }, "ALL-2", ""},
		"another mission's reason":  {func(u *detection.Purpose) { u.Reason = "administrative-enforcement" }, "ALL-2", ""},
		"reason without areas":      {func(u *detection.Purpose) { u.Reason = "officer-safety" }, "", "GEO-3"},
		"no case":                   {func(u *detection.Purpose) { u.Case = "" }, "ALL-2", ""},
		"case of another form":      {func(u *detection.Purpose) { u.Case = "123" }, "ALL-2", ""},
		"case with a tail":          {func(u *detection.Purpose) { u.Case = "HSI-2026-00123\nx" }, "ALL-2", ""},
		"no subject":                {func(u *detection.Purpose) { u.Subject = " - " }, "ALL-2", ""},
		"subject repeats the hint":  {func(u *detection.Purpose) { u.Subject = hints.Subject }, "ALL-2", ""},
		"nobody named":              {func(u *detection.Purpose) { u.OnBehalfOf = "." }, "ALL-2", ""},
		"hint as name":              {func(u *detection.Purpose) { u.OnBehalfOf = hints.OnBehalfOf }, "ALL-2", ""},
		"no justification":          {func(u *detection.Purpose) { u.Justification = "" }, "", "GEO-3"},
		"signs only":                {func(u *detection.Purpose) { u.Justification = strings.Repeat("-. ", 40) }, "", "GEO-3"},
		"short":                     {func(u *detection.Purpose) { u.Justification = "same van as before" }, "", "GEO-3"},
		"padded with spaces":        {func(u *detection.Purpose) { u.Justification = "van" + strings.Repeat(" ", 60) + "x" }, "", "GEO-3"},
		"the hint":                  {func(u *detection.Purpose) { u.Justification = hints.Justification }, "", "GEO-3"},
		"the hint in other letters": {func(u *detection.Purpose) { u.Justification = strings.ToUpper(hints.Justification) + "!!" }, "", "GEO-3"},
		"the hint twice":            {func(u *detection.Purpose) { u.Justification = hints.Justification + " " + hints.Justification }, "", "GEO-3"},
		"the hint and a word":       {func(u *detection.Purpose) { u.Justification = hints.Justification + " van" }, "", "GEO-3"},
		"the hint with a real reason": {func(u *detection.Purpose) {
			u.Justification = hints.Justification + ": the van burned on 13 May near here"
		}, "", ""},
		"not attested": {func(u *detection.Purpose) { u.Attested = false }, "", "GEO-3"},
	} {
		for _, kind := range detection.Kinds() {
			u := complete()
			c.change(&u)
			want := c.all
			if want == "" && kind.Spatial() {
				want = c.area
			}
			got := ""
			if list := p.CheckPurpose(criminal, detection.Query{Kind: kind, Purpose: u}); len(list) > 0 {
				got = list[0].Rule
			}
			if got != want {
				t.Errorf("%s, %s: got %q, want %q", name, kind, got, want)
			}
		}
	}
}

// TestHintIsNeverEnough: however the hint is dressed, it is refused (Q-GEO-3).
func TestHintIsNeverEnough(t *testing.T) {
	p := load(t)
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.StringMatching(`[ .,!\-\n]{0,20}`)
		u := complete()
		u.Justification = noise.Draw(t, "before") + p.Hints.Justification + noise.Draw(t, "after")
		if len(p.CheckPurpose(criminal, detection.Query{Kind: detection.KindGeo, Purpose: u})) == 0 {
			t.Fatalf("%q was taken", u.Justification)
		}
	})
}

// TestScope proves Q-PART-1, Q-PART-2, Q-GEO-1 and Q-GEO-4.
func TestScope(t *testing.T) {
	p := load(t)
	for name, c := range map[string]struct {
		q       detection.Query
		areas   []float64
		refused string
		warned  string
	}{
		"3 m²":               {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{3}},
		"under 3 m²":         {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{2.999}, refused: "GEO-1"},
		"one of two small":   {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{1e5, 1}, refused: "GEO-1"},
		"just under large":   {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{p.Area.WarnM2 - 1}},
		"large":              {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{p.Area.WarnM2}, warned: "GEO-4"},
		"large together":     {q: detection.Query{Kind: detection.KindCommon}, areas: []float64{p.Area.WarnM2 / 2, p.Area.WarnM2 / 2}, warned: "GEO-4"},
		"at the ceiling":     {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{p.Area.MaxM2}, warned: "GEO-4"},
		"above the ceiling":  {q: detection.Query{Kind: detection.KindGeo}, areas: []float64{p.Area.MaxM2 + 1}, refused: "GEO-4"},
		"one known":          {q: detection.Query{Kind: detection.KindPartial, Plate: "A?????"}, warned: "PART-2"},
		"two known":          {q: detection.Query{Kind: detection.KindPartial, Plate: "A*B"}, warned: "PART-2"},
		"three known":        {q: detection.Query{Kind: detection.KindPartial, Plate: "A*BC"}},
		"runs where allowed": {q: detection.Query{Kind: detection.KindPartial, Plate: "ABC*", Star: detection.StarAny}},
	} {
		refusals, warnings := p.CheckScope(c.q, c.areas)
		got := ""
		if len(refusals) > 0 {
			got = refusals[0].Rule
		}
		warned := ""
		if len(warnings) > 0 {
			warned = warnings[0].Rule
		}
		if got != c.refused || warned != c.warned {
			t.Errorf("%s: refused %q, warned %q; want %q, %q", name, got, warned, c.refused, c.warned)
		}
	}
	strict := p
	strict.StarAny = false
	if r, _ := strict.CheckScope(detection.Query{Kind: detection.KindPartial, Plate: "ABC*", Star: detection.StarAny}, nil); len(r) != 1 || r[0].Rule != "PART-1" {
		t.Errorf("a run where the policy forbids it: %+v", r)
	}
}

// TestCount proves the numbers of Q-ALL-4.
func TestCount(t *testing.T) {
	p := load(t)
	if p.ConfirmAt != 10_000 || p.MaxRows != 5_000 {
		t.Errorf("confirm at %d, rows %d", p.ConfirmAt, p.MaxRows)
	}
	if w := p.CheckCount(detection.KindGeo, 9_999); w != nil {
		t.Errorf("9,999 matches warn: %+v", w)
	}
	w := p.CheckCount(detection.KindGeo, 10_000)
	if w == nil || w.Rule != "ALL-4" || !strings.Contains(w.Text, "10,000 reads") || !strings.Contains(w.Text, "5,000") {
		t.Errorf("10,000 matches: %+v", w)
	}
}
