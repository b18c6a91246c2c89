package session

import (
	"regexp"
	"slices"

	"cordon/engine/policy"
)

// Terms are the parts of the policy that the forms need, for one identity.
type Terms struct {
	Kinds       []KindOption
	Reasons     []Reason // what this mission may give
	CaseExample string
	CaseWords   string
	AnyStar     bool // "*" may stand for any run (Q-PART-1)
	Hints       policy.Hints
	Role, Unit  string // words
	Mission     string

	caseRE *regexp.Regexp // nil: any reference
	policy policy.Policy
}

// Reason is one reason code of the policy.
type Reason struct {
	Code, Words string
	Area        bool // may carry an area query
}

// TermsOf reads the terms of a door.
func TermsOf(d Door) Terms {
	p, id := d.Policy(), d.Identity()
	t := Terms{
		policy: p, CaseExample: p.Case.Example, CaseWords: p.Case.Words, AnyStar: p.StarAny,
		Hints: p.Hints, Role: p.Roles[id.Role].Label, Unit: id.Unit, Mission: string(id.Mission),
	}
	if t.Role == "" {
		t.Role = string(id.Role)
	}
	if p.Case.Pattern != "" {
		t.caseRE, _ = regexp.Compile(`^(?:` + p.Case.Pattern + `)$`)
	}
	for _, r := range p.Reasons {
		if len(r.For) == 0 || slices.Contains(r.For, id.Mission) {
			t.Reasons = append(t.Reasons, Reason{r.Code, r.Label, r.Area})
		}
	}
	for i, k := range d.Kinds() {
		t.Kinds = append(t.Kinds, KindOption{
			Kind: k.Kind, Title: KindTitle(k.Kind), Shortcut: "Ctrl " + itoa(i+1),
			Open: k.Open, NeedsStepUp: k.NeedsStepUp, Rule: k.Rule, Why: k.Why,
		})
	}
	return t
}

// MayQuery reports whether any kind of query is open, now or after a step-up. Those who may
// not query have no cases either.
func (t Terms) MayQuery() bool {
	return slices.ContainsFunc(t.Kinds, func(k KindOption) bool { return k.Open || k.NeedsStepUp })
}

// CaseOK reports whether a case reference has the policy's form.
func (t Terms) CaseOK(ref string) bool { return t.caseRE == nil || t.caseRE.MatchString(ref) }

// ReasonWords returns the words of a code, also of one that this mission may not give, as
// the log has others' too; the code itself where the policy has no such reason.
func (t Terms) ReasonWords(code string) string {
	for _, r := range t.policy.Reasons {
		if r.Code == code {
			return r.Label
		}
	}
	return code
}

// ReasonsFor lists the reasons that a kind of query may be run for.
func (t Terms) ReasonsFor(k Kind) []Reason {
	var out []Reason
	for _, r := range t.Reasons {
		if r.Area || !k.Spatial() {
			out = append(out, r)
		}
	}
	return out
}

func (t Terms) kind(k Kind) KindOption {
	for _, o := range t.Kinds {
		if o.Kind == k {
			return o
		}
	}
	return KindOption{Kind: k, Title: KindTitle(k), Open: len(t.Kinds) == 0}
}

// reasonFits reports whether a reason may carry the kind; one that is not listed is left to
// the engine.
func (t Terms) reasonFits(code string, k Kind) bool {
	for _, r := range t.Reasons {
		if r.Code == code {
			return r.Area || !k.Spatial()
		}
	}
	return true
}
