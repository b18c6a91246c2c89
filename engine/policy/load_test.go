package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/engine/policy"
)

func edited(t *testing.T, edit func(map[string]any)) []byte {
	t.Helper()
	text, err := json.Marshal(load(t))
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	edit(doc)
	if text, err = json.Marshal(doc); err != nil {
		t.Fatal(err)
	}
	return text
}

// TestLoadRefuses: a policy document cannot loosen what the requirements fix.
func TestLoadRefuses(t *testing.T) {
	if _, err := policy.Load(edited(t, func(map[string]any) {})); err != nil {
		t.Fatalf("the unchanged policy: %v", err)
	}
	set := func(path string, value any) func(map[string]any) {
		return func(doc map[string]any) {
			keys := strings.Split(path, ".")
			for _, k := range keys[:len(keys)-1] {
				doc = doc[k].(map[string]any)
			}
			doc[keys[len(keys)-1]] = value
		}
	}
	reason := func(code string) any {
		return []any{map[string]any{"code": code, "label": "x", "for": []any{"criminal"}, "area": true}}
	}
	for name, edit := range map[string]func(map[string]any){
		"unknown field":                   set("confirm", 1),
		"bare other (Q-ALL-2)":            set("reasons", reason("other")),
		"bare other, dressed (Q-ALL-2)":   set("reasons", reason("Other.")),
		"no reasons":                      set("reasons", []any{}),
		"area right for a supervisor":     set("roles.supervisor.area", true),
		"area right for admin (Q-GEO-2)":  set("roles.administrative-officer.area", true),
		"manager who queries (X-6)":       set("roles.account-manager.query", true),
		"a role without rights":           func(d map[string]any) { delete(d["roles"].(map[string]any), "trainer") },
		"an unknown role":                 set("roles.chief", map[string]any{"label": "Chief", "audit": "all"}),
		"below 3 m² (Q-GEO-1)":            set("area.min_m2", 2),
		"warn above the ceiling":          set("area.warn_m2", 1e12),
		"idle over 30 minutes (X-5)":      set("session.idle_minutes", 31),
		"six failures (X-5)":              set("lockout.failures", 6),
		"window under 15 minutes (X-5)":   set("lockout.minutes", 5),
		"case pattern is broken":          set("case.pattern", "("),
		"case example does not fit":       set("case.example", "x"),
		"more rows than confirmed":        set("max_rows", 20_000),
		"no justification length (GEO-3)": set("justification_min_chars", 0),
		"five classes (X-5)":              set("password.classes", 5),
		"no banner":                       set("banner", ""),
		"no rules (X-3)":                  set("rules.items", []any{}),
		"mission without class (T-2)":     set("default_class", map[string]any{"criminal": "criminal-case-file"}),
	} {
		if _, err := policy.Load(edited(t, edit)); !errors.Is(err, policy.ErrPolicy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRetention proves the periods of T-2.
func TestRetention(t *testing.T) {
	p := load(t)
	at := time.Date(2026, 5, 21, 13, 0, 0, 0, time.UTC)
	want := map[string]string{
		"administrative-hard-copy": "2030-01-01", // three years from the end of 2026
		"criminal-case-file":       "2046-05-21",
		"enforcement-record":       "2101-05-21",
	}
	for _, c := range p.Retention {
		if got := c.Destroy(at).Format(time.DateOnly); got != want[c.Code] {
			t.Errorf("%s: destroy after %s, want %s", c.Code, got, want[c.Code])
		}
	}
	if c, _ := p.Keep(policy.MissionCriminal, at); c.Code != "criminal-case-file" {
		t.Errorf("criminal: %s", c.Code)
	}
	if c, _ := p.Keep(policy.MissionAdministrative, at); c.Code != "enforcement-record" {
		t.Errorf("administrative: %s", c.Code)
	}
}

// TestPasswords proves the password rules of X-5.
func TestPasswords(t *testing.T) {
	p := load(t)
	for password, ok := range map[string]bool{
		"four random words here":       true,
		"the moon is made of basalt":   true,
		"Tür an Tür mit dem Nachbarn":  true,
		"7h3q!pz0vmw#ek":               true,
		"7h3q!pz0vmw#e":                false, // 13
		"":                             false,
		"password1234567890":           false,
		"passwordpassword":             false,
		"aaaaaaaaaaaaaaaa":             false,
		"abababababababab":             false,
		"k.lindqvist-2026":             false, // the account's own name
		"correct horse battery staple": false,
		"welcome password admin":       false,
		"with a bell\a inside it":      false,
		strings.Repeat("long ", 100):   false,
	} {
		if r := p.CheckPassword("k.lindqvist", password); (r == nil) != ok {
			t.Errorf("%q: %+v", password, r)
		} else if r != nil && r.Rule != "X-5" {
			t.Errorf("%q: rule %s", password, r.Rule)
		}
	}
}

func TestWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := policy.Number(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	for m2, want := range map[float64]string{3: "3.0 m²", 5400: "5,400 m²", 130000: "0.13 km²", 1.4e6: "1.40 km²", 5e8: "500 km²"} {
		if got := policy.AreaWords(m2); got != want {
			t.Errorf("%g: %s", m2, got)
		}
	}
}

// TestCloneSharesNothing: whoever holds a copy cannot change the rules in force.
func TestCloneSharesNothing(t *testing.T) {
	p := load(t)
	before, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	c := p.Clone()
	c.Roles[policy.RoleAdministrative] = policy.RoleRights{Area: true}
	c.DefaultClass[policy.MissionCriminal] = "x"
	c.Reasons[0].For[0] = "x"
	c.Reasons[1].Code = "other"
	c.Retention[0].Years = 0
	c.Password.Blocklist[0] = "x"
	c.Rules.Items[0].Title = "x"
	c.Colors[0] = "x"
	if after, err := json.Marshal(p); err != nil || string(after) != string(before) {
		t.Errorf("the original changed, %v", err)
	}
}

// TestPasswordOptions: classes and a change period where a policy demands them.
func TestPasswordOptions(t *testing.T) {
	p := load(t)
	now := time.Date(2026, 5, 21, 0, 0, 0, 0, time.UTC)
	if r := p.CheckPasswordAge(now.AddDate(-9, 0, 0), now); r != nil {
		t.Errorf("the shipped policy has a change period: %+v", r)
	}
	if got := p.PasswordHint(); got != "At least 14 characters: a sentence or four random words, without your name." {
		t.Errorf("hint: %s", got)
	}
	p.Password.Classes, p.Password.MaxDays = 3, 90
	if got := p.PasswordHint(); !strings.HasSuffix(got, "without your name. 3 of lower case, upper case, digits and signs.") {
		t.Errorf("hint: %s", got)
	}
	for password, ok := range map[string]bool{"four random words here": false, "Four random words here": true, "4 random words here": true} {
		if r := p.CheckPassword("kl", password); (r == nil) != ok {
			t.Errorf("%q: %+v", password, r)
		}
	}
	for days, ok := range map[int]bool{0: true, 90: true, 91: false} {
		if r := p.CheckPasswordAge(now.AddDate(0, 0, -days), now); (r == nil) != ok {
			t.Errorf("%d days: %+v", days, r)
		}
	}
}
