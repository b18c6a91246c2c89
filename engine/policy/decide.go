package policy

import (
	"fmt"
	"strings"

	"cordon/engine/detection"
)

// Person is what a decision needs to know about who asks.
type Person struct {
	User, Name      string
	Role            Role
	Mission         Mission
	Enhanced        bool // holds the enhanced grant
	EnhancedTrained bool // enhanced training is current
	SteppedUp       bool // the enhanced period runs
}

// Refusal is a decision against. What has no full stop; the others are sentences.
type Refusal struct{ Rule, What, Why, Next string }

// Warning is a decision that needs the person's confirmation.
type Warning struct{ Rule, Text string }

// Access says whether a kind of query is open to a person now: nil when it is. The order
// of rules is fixed, so that the reason given is the one that no smaller change removes:
// role, mission and role (GEO-2), grant, training, step-up.
func (p Policy) Access(who Person, kind detection.Kind) *Refusal {
	rights := p.Roles[who.Role]
	name := KindWords(kind)
	switch {
	case !rights.Query && rights.Accounts:
		return &Refusal{
			"X-6", "An account manager does not query", "Who grants access must not be the one who uses it.",
			"Ask a person with a querying role.",
		}
	case !rights.Query:
		return &Refusal{
			"X-1", fmt.Sprintf("Queries are not part of the role %s", p.roleWords(who.Role)),
			"Each role sees what its duty needs and no more.", "Ask a person with a querying role.",
		}
	case kind.Spatial() && who.Mission != MissionCriminal:
		return &Refusal{
			"GEO-2", fmt.Sprintf("%s queries are for criminal investigations. Your unit's mission is %s", name, missionWords(who.Mission)),
			"An area query returns everyone who passed by. Only a criminal investigation can justify that.",
			"A full-plate query is open to you.",
		}
	case kind.Spatial() && !rights.Area:
		return &Refusal{
			"GEO-2", fmt.Sprintf("%s queries are for criminal investigators, task force officers, criminal analysts and investigative assistants. Your role is %s",
				name, p.roleWords(who.Role)),
			"An area query returns everyone who passed by. Only those who investigate may look.",
			"A full-plate query is open to you.",
		}
	case kind == detection.KindPlate:
		return nil
	case !who.Enhanced:
		return &Refusal{
			"X-1", fmt.Sprintf("%s queries need the enhanced grant, which your account does not have", name),
			"A query without a full plate returns vehicles that nobody suspects.",
			"A full-plate query is open to you; an account manager can give the grant.",
		}
	case !who.EnhancedTrained:
		return &Refusal{
			"X-4", fmt.Sprintf("%s queries need current enhanced training, and yours has run out", name),
			"Wide queries are narrowed by people who were taught how.",
			"Renew the training. A full-plate query is open to you.",
		}
	case !who.SteppedUp:
		return &Refusal{
			"X-2", fmt.Sprintf("%s queries need an enhanced session", name),
			"A second factor keeps an unattended desk from asking wide questions.",
			"Enter the code of your authenticator, then run again.",
		}
	}
	return nil
}

// CheckPurpose returns what the purpose of q lacks (Q-ALL-2, Q-PART-3, Q-GEO-3), nil when it
// is complete. All kinds need reason, case and subject; spatial ones also a justification
// and the attestation.
func (p Policy) CheckPurpose(who Person, q detection.Query) []Refusal {
	var out []Refusal
	no := func(rule, what, next string) {
		why := "Every query is tied to a case that a reviewer can look up."
		if rule == "GEO-3" {
			why = "An area query must rest on facts about a crime, never on who people are."
		}
		out = append(out, Refusal{rule, what, why, next})
	}
	out = append(out, p.checkReason(who, q)...)
	u := q.Purpose
	if !p.caseRE.MatchString(u.Case) {
		what := fmt.Sprintf("“%s” is not a case reference", u.Case)
		if u.Case == "" {
			what = "The case reference is missing"
		}
		no("ALL-2", what, fmt.Sprintf("Write it like %s (%s).", p.Case.Example, p.Case.Words))
	}
	if blank(u.Subject) || repeats(u.Subject, p.Hints.Subject) {
		no("ALL-2", "The subject is missing", "Say who or what the query is about.")
	}
	if u.OnBehalfOf != "" && (blank(u.OnBehalfOf) || repeats(u.OnBehalfOf, p.Hints.OnBehalfOf)) {
		no("ALL-2", "The person on whose behalf you ask is not named", "Give the name, or choose for self.")
	}
	if !q.Kind.Spatial() {
		return out
	}
	const link = "Say in your own words what links the area to the investigation, for example: Witness saw the van leave the depot gate on 9 May."
	lacks, words := p.JustificationLacks(u.Justification)
	switch {
	case blank(u.Justification):
		no("GEO-3", "The justification is missing", link)
	case repeats(u.Justification, p.Hints.Justification):
		no("GEO-3", "The justification repeats the field's hint", link)
	case lacks > 0:
		no("GEO-3", fmt.Sprintf("The justification has %d letters and digits; %d are the least", p.Justification-lacks, p.Justification), link)
	case words > 0:
		no("GEO-3", fmt.Sprintf("The justification has %s; %d are the least", differentWords(p.JustificationWords-words), p.JustificationWords), link)
	}
	if !u.Attested {
		no("GEO-3", "Reasonable suspicion is not attested", "Attest that facts support it and that it does not rest on race, religion, national origin, First-Amendment activity or another protected characteristic.")
	}
	return out
}

func (p Policy) checkReason(who Person, q detection.Query) []Refusal {
	const why = "Every query is tied to a case that a reviewer can look up."
	code := q.Purpose.Reason
	for _, r := range p.Reasons {
		if r.Code != code {
			continue
		}
		if !contains(r.For, who.Mission) {
			return []Refusal{{"ALL-2", fmt.Sprintf("The reason “%s” is not open to a unit whose mission is %s", r.Label, missionWords(who.Mission)), why, "Choose one of your unit's reasons."}}
		}
		if q.Kind.Spatial() && !r.Area {
			return []Refusal{{"GEO-3", fmt.Sprintf("The reason “%s” does not carry an area query", r.Label), "An area query must rest on facts about a crime, never on who people are.", "Choose a criminal investigation's reason, or query a full plate."}}
		}
		return nil
	}
	what := fmt.Sprintf("“%s” is no reason code", code)
	if code == "" {
		what = "The reason is missing"
	}
	return []Refusal{{"ALL-2", what, why, "Choose one of: " + strings.Join(p.reasonsFor(who.Mission), ", ") + "."}}
}

// CheckScope judges how wide q is: refusals above the hard limits, warnings that must be
// confirmed before running. areasM2 holds the geodesic size of each area of q, in m².
func (p Policy) CheckScope(q detection.Query, areasM2 []float64) (refusals []Refusal, warnings []Warning) {
	if q.Kind == detection.KindPartial {
		if q.Star == detection.StarAny && !p.StarAny {
			refusals = append(refusals, Refusal{
				"PART-1", "Here * stands for exactly one character", "A run of unknown characters matches too many vehicles.",
				"Write one ? or * for each unknown character.",
			})
		}
		if pattern, err := detection.ParsePattern(q.Plate, q.Star); err == nil && pattern.Known() <= p.FewKnown {
			known := "1 known character"
			if n := pattern.Known(); n > 1 {
				known = fmt.Sprintf("%d known characters", n)
			}
			warnings = append(warnings, Warning{"PART-2", fmt.Sprintf("%s has %s: the return will be large. Add characters, make, model or a shorter timeframe.", q.Plate, known)})
		}
	}
	total := 0.0
	for i, m2 := range areasM2 {
		total += m2
		if m2 < p.Area.MinM2 {
			refusals = append(refusals, Refusal{
				"GEO-1", fmt.Sprintf("%s is smaller than %s", areaName(q, i), AreaWords(p.Area.MinM2)),
				"A read's place is not known that exactly.", "Draw it larger.",
			})
		}
	}
	switch {
	case total > p.Area.MaxM2:
		refusals = append(refusals, Refusal{
			"GEO-4", fmt.Sprintf("The areas measure %s; %s is the most", AreaWords(total), AreaWords(p.Area.MaxM2)),
			"A query that wide watches a population, not a suspect.", "Draw the block, the street or the crossing that matters.",
		})
	case total >= p.Area.WarnM2:
		warnings = append(warnings, Warning{"GEO-4", fmt.Sprintf("The areas measure %s, which is extremely large. Draw only what the investigation needs.", AreaWords(total))})
	}
	return refusals, warnings
}

// CheckCount returns the warning of Q-ALL-4 when so many matches need confirming, else nil.
func (p Policy) CheckCount(kind detection.Kind, matches int64) *Warning {
	if matches < p.ConfirmAt {
		return nil
	}
	what, shown := "reads", fmt.Sprintf("only the newest %s are shown; older ones are left out", Number(int64(p.MaxRows)))
	if kind == detection.KindCommon || kind == detection.KindRepeat {
		what, shown = "plates", fmt.Sprintf("only the first %s are shown", Number(int64(p.MaxRows)))
	}
	return &Warning{"ALL-4", fmt.Sprintf("%s %s match. Over %s %s. Narrow it, or confirm; your confirmation is recorded.",
		Number(matches), what, Number(p.ConfirmAt), shown)}
}

// IsCase reports whether s is a case reference as the policy writes them.
func (p Policy) IsCase(s string) bool { return p.caseRE.MatchString(s) }

func (p Policy) reasonsFor(m Mission) []string {
	var out []string
	for _, r := range p.Reasons {
		if contains(r.For, m) {
			out = append(out, r.Code)
		}
	}
	return out
}

func contains[T comparable](list []T, x T) bool {
	for _, e := range list {
		if e == x {
			return true
		}
	}
	return false
}
