package demo

import (
	"encoding/base32"
	"encoding/json"
	"strings"
	"testing"
)

func TestAccountsCoverEveryRole(t *testing.T) {
	want := []string{
		"criminal-investigator", "task-force-officer", "criminal-analyst", "investigative-assistant",
		"administrative-officer", "supervisor", "auditor", "account-manager", "trainer",
	}
	have, user, secret := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, a := range Accounts() {
		have[a.Role] = true
		p, s := Password(a.User), TOTPSecret(a.User)
		if user[a.User] || secret[p] || secret[s] {
			t.Errorf("%s: user, password or secret comes twice", a.User)
		}
		user[a.User], secret[p], secret[s] = true, true, true
		if len(p) < 14 || strings.Contains(p, a.User) {
			t.Errorf("%s: password %q", a.User, p)
		}
		if b, err := base32.StdEncoding.DecodeString(s); err != nil || len(b) != 20 {
			t.Errorf("%s: secret %q, %v", a.User, s, err)
		}
		if p != Password(a.User) || s != TOTPSecret(a.User) {
			t.Errorf("%s: not deterministic", a.User)
		}
		if a.Mission != "criminal" && a.Mission != "administrative" || a.Unit == "" || a.Name == "" {
			t.Errorf("%+v", a)
		}
	}
	for _, r := range want {
		if !have[r] {
			t.Errorf("no account with role %s", r)
		}
	}
	t.Log(Password("k.lindqvist"))
}

// Q-SENS-1: the layer of sensitive places, among them the school beside the story's depot.
func TestSensitivePlaces(t *testing.T) {
	var fc struct {
		Type     string
		Features []struct {
			Properties struct{ Kind, Name string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(Sensitive(), &fc); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	school := false
	for _, f := range fc.Features {
		kinds[f.Properties.Kind]++
		if f.Geometry.Type != "Point" && f.Geometry.Type != "Polygon" {
			t.Errorf("%s: %s", f.Properties.Name, f.Geometry.Type)
		}
		school = school || f.Properties.Name == "Elementary Workshop Montessori School"
	}
	if fc.Type != "FeatureCollection" || kinds["school"] < 20 || kinds["worship"] < 20 || kinds["medical"] < 5 || len(kinds) != 3 {
		t.Errorf("%s, kinds %v", fc.Type, kinds)
	}
	if !school {
		t.Error("the school beside the depot is missing")
	}
	t.Log(kinds)
}

func TestCameras(t *testing.T) {
	cams := world(t, Options{}).Cameras()
	kinds, sources, found := map[string]int{}, map[string]int{}, Camera{}
	for _, c := range cams {
		kinds[c.Kind]++
		sources[c.Source]++
		if c.Name == "" || c.Kind == "fixed" && (c.Road == "" || c.HeadingDeg < 0 || c.HeadingDeg >= 360) {
			t.Errorf("%+v", c)
		}
		if c.ID == "WIL-014" {
			found = c
		}
	}
	if kinds["fixed"] < 145 || kinds["fixed"] > 160 || kinds["mobile"] < 4 || sources["commercial"] < 30 || len(sources) != 2 {
		t.Errorf("kinds %v, sources %v", kinds, sources)
	}
	if found.Name != "E Front St eastbound" || found.Source != "law-enforcement" {
		t.Errorf("WIL-014 is %+v", found)
	}
}

// A plate says which vehicle it is, and no state's pattern is one that the state issues.
func TestPlatesAreReversible(t *testing.T) {
	w := world(t, Options{})
	for s := range states {
		l, d := strings.Count(states[s].pattern, "L"), strings.Count(states[s].pattern, "D")
		if l != 3 || d != 4 {
			t.Errorf("%s: pattern %s", states[s].code, states[s].pattern)
		}
		for _, v := range []uint32{0, 1, 29_999, firstVisitor, firstVisitor + 12_345, plateSpace - 1} {
			p := w.plate(s, v)
			got, ok := w.vehicleOf(s, p)
			if !ok || got != v || len(p) != 7 {
				t.Errorf("%s %s: vehicle %d, want %d", states[s].code, p, got, v)
			}
		}
	}
	for _, p := range w.fleet {
		if _, ok := w.vehicleOf(stateIndex(p.State), p.Plate); !ok {
			t.Errorf("planted plate %s is not in the demo pattern of %s", p.Plate, p.State)
		}
	}
}

func TestTruthRefusesWhatIsNotOurs(t *testing.T) {
	w := world(t, Options{Rows: 10})
	for _, c := range [][3]string{{"", "7KDM482", "DE"}, {"12", "7KDM482", "DE"}, {"x", "7KDM482", "DE"}, {"99999999999999999999", "7KDM482", "DE"}, {"48231", "", "DE"}, {"48231", "7KDM482", "ZZ"}} {
		if v, ok := w.Truth(c[0], c[1], c[2]); ok {
			t.Errorf("%v is %+v", c, v)
		}
	}
}
