package policy_test

import (
	"testing"

	"cordon/engine/detection"
	"cordon/engine/policy"
)

func load(t testing.TB) policy.Policy {
	t.Helper()
	p, err := policy.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// grants are the five states of a person's enhanced access.
var grants = []struct {
	name                         string
	enhanced, trained, steppedUp bool
}{
	{"no grant", false, false, false},
	{"no grant, but a running period", false, true, true},
	{"grant, training over", true, false, true},
	{"grant, not stepped up", true, true, false},
	{"grant, stepped up", true, true, true},
}

// TestAccessMatrix proves, Q-GEO-2 over every role, mission, kind and grant.
// The table is written out by hand: for each role and mission, by kind (plate, partial, model,
// geo, common, repeat), what each of the five grants gives. "." is open.
func TestAccessMatrix(t *testing.T) {
	const (
		plate    = ". . . . ."
		enhanced = "X-1 X-1 X-4 X-2 ."
		never    = "GEO-2 GEO-2 GEO-2 GEO-2 GEO-2"
		manager  = "X-6 X-6 X-6 X-6 X-6"
		noQuery  = "X-1 X-1 X-1 X-1 X-1"
	)
	area := [6]string{plate, enhanced, enhanced, enhanced, enhanced, enhanced}
	noArea := [6]string{plate, enhanced, enhanced, never, never, never}
	all := func(s string) [6]string { return [6]string{s, s, s, s, s, s} }
	table := map[policy.Role]map[policy.Mission][6]string{
		policy.RoleInvestigator:   {policy.MissionCriminal: area, policy.MissionAdministrative: noArea},
		policy.RoleTaskForce:      {policy.MissionCriminal: area, policy.MissionAdministrative: noArea},
		policy.RoleAnalyst:        {policy.MissionCriminal: area, policy.MissionAdministrative: noArea},
		policy.RoleAssistant:      {policy.MissionCriminal: area, policy.MissionAdministrative: noArea},
		policy.RoleAdministrative: {policy.MissionCriminal: noArea, policy.MissionAdministrative: noArea},
		policy.RoleSupervisor:     {policy.MissionCriminal: noArea, policy.MissionAdministrative: noArea},
		policy.RoleAuditor:        {policy.MissionCriminal: all(noQuery), policy.MissionAdministrative: all(noQuery)},
		policy.RoleManager:        {policy.MissionCriminal: all(manager), policy.MissionAdministrative: all(manager)},
		policy.RoleTrainer:        {policy.MissionCriminal: all(noQuery), policy.MissionAdministrative: all(noQuery)},
		"":                        {policy.MissionCriminal: all(noQuery), "": all(noQuery)},
		"chief":                   {policy.MissionCriminal: all(noQuery)},
	}
	p := load(t)
	if len(table) < len(policy.Roles()) {
		t.Fatal("a role is missing in the table")
	}
	cells := 0
	for role, missions := range table {
		for mission, kinds := range missions {
			for k, kind := range detection.Kinds() {
				want := splitFields(kinds[k])
				for g, grant := range grants {
					cells++
					r := p.Access(policy.Person{Role: role, Mission: mission, Enhanced: grant.enhanced, EnhancedTrained: grant.trained, SteppedUp: grant.steppedUp}, kind)
					got := "."
					if r != nil {
						got = r.Rule
						if r.What == "" || r.Why == "" || r.Next == "" || r.What[len(r.What)-1] == '.' {
							t.Errorf("refusal without words, or with a full stop: %+v", r)
						}
					}
					if got != want[g] {
						t.Errorf("%s, %s mission, %s, %s: got %s, want %s", role, mission, kind, grant.name, got, want[g])
					}
				}
			}
		}
	}
	if cells < 9*2*6*5 {
		t.Errorf("only %d cells", cells)
	}
	// A criminal role in a unit without mission never asks by area (Q-GEO-2).
	if r := p.Access(policy.Person{Role: policy.RoleInvestigator, Enhanced: true, EnhancedTrained: true, SteppedUp: true}, detection.KindGeo); r == nil || r.Rule != "GEO-2" {
		t.Errorf("no mission: %+v", r)
	}
}

func splitFields(s string) []string {
	var out []string
	start := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == ' ' {
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return out
}

// TestRefusalWords pins the sentence of the target picture (Q-GEO-2).
func TestRefusalWords(t *testing.T) {
	p := load(t)
	r := p.Access(policy.Person{Role: policy.RoleAdministrative, Mission: policy.MissionAdministrative, Enhanced: true, EnhancedTrained: true, SteppedUp: true}, detection.KindGeo)
	got := r.What + " (rule " + r.Rule + "). " + r.Next
	want := "Geographic queries are for criminal investigations. Your unit's mission is administrative (rule GEO-2). A full-plate query is open to you."
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
