package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/engine/policy"

	"pgregory.net/rapid"
)

const oneAccount = `{"user": "k.lindqvist", "name": "K. Lindqvist", "role": "criminal-investigator", "unit": "Wilmington PD", "mission": "criminal",
	"enhanced": true, "training_until": "2027-05-01T00:00:00Z", "enhanced_training_until": "2027-05-01T00:00:00+02:00"}`

// F-1, X-6: what a list of accounts may hold.
func TestParseAccounts(t *testing.T) {
	list := func(items ...string) string { return `{"accounts": [` + strings.Join(items, ",") + `]}` }
	a, err := ParseAccounts([]byte(list(oneAccount)))
	if err != nil {
		t.Fatal(err)
	}
	p := a.List[0].Profile()
	if p.User != "k.lindqvist" || p.Role != policy.RoleInvestigator || p.Unit != "Wilmington PD" || !p.Enhanced ||
		!p.EnhancedTrainingUntil.Equal(time.Date(2027, 4, 30, 22, 0, 0, 0, time.UTC)) || p.EnhancedTrainingUntil.Location() != time.UTC {
		t.Errorf("%+v", p)
	}
	if _, err := ParseAccounts([]byte(`{"accounts": []}`)); err != nil {
		t.Errorf("an empty list: %v", err)
	}
	for text, says := range map[string]string{
		list(oneAccount, oneAccount):                                                                           `account 2 ("k.lindqvist"): is listed twice`,
		list(strings.Replace(oneAccount, "k.lindqvist", "K.Lindqvist", 1)):                                     "the user name",
		list(strings.Replace(oneAccount, "criminal-investigator", "chief", 1)):                                 `"chief" is not a role`,
		list(strings.Replace(oneAccount, `"mission": "criminal"`, `"mission": "any"`, 1)):                      "is not a mission",
		list(strings.Replace(oneAccount, "Wilmington PD", " ", 1)):                                             "the unit is missing",
		list(strings.Replace(oneAccount, `"training_until": "2027-05-01T00:00:00Z", `, "", 1)):                 "has no training_until",
		list(strings.Replace(oneAccount, `, "enhanced_training_until": "2027-05-01T00:00:00+02:00"`, "", 1)):   "has no enhanced_training_until",
		list(strings.Replace(oneAccount, `"enhanced": true`, `"enhanced": true, "password": "x"`, 1)):          "unknown field",
		list(strings.Replace(oneAccount, `"enhanced": true`, `"start": {"until": "2027-05-01T00:00:00Z"}`, 1)): "a start code without",
		`{"accounts": [` + oneAccount + `], "ACCOUNTS": [{"user": "x"}]}`:                                      `the key "accounts" stands twice`,
		list(strings.Replace(oneAccount, `"role"`, `"Role": "account-manager", "role"`, 1)):                    `the key "role" stands twice`,
		list(strings.Replace(oneAccount, "K. Lindqvist", "K\u202e Lindqvist", 1)):                              "invisible",
		list(strings.Replace(oneAccount, "K. Lindqvist", "\u200b", 1)):                                         "invisible",
		list(strings.Replace(oneAccount, "Wilmington PD", "Wilmington PD ", 1)):                                "blanks around",
		strings.Replace(list(oneAccount), `"mission"`, "\"mi\u017f\u017fion\"", 1):                             "unknown",
		list(strings.Replace(oneAccount, `"enhanced": true`, `"enhanced": true, "holder": -1`, 1)):             "negative holder",
		`{}`:                               "there is no list",
		`null`:                             "there is no list",
		`{"accounts": null}`:               "there is no list",
		`{"accounts": [], "based_on": -1}`: "based_on is -1",
		`[]`:                               "accounts",
		`{"accounts": []} {}`:              "something follows",
		`{"accounts": [{}]}`:               "the user name",
		`{"accounts": [null]}`:             "the user name",
	} {
		if _, err := ParseAccounts([]byte(text)); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", text, err, says)
		}
	}
}

// F-1: whatever comes as a list of accounts is refused as invalid, or stays what it is when written and read.
func FuzzParseAccounts(f *testing.F) {
	f.Add([]byte(`{"accounts": [` + oneAccount + `]}`))
	f.Add([]byte(`{"accounts": [{"start": {"sha256": "00", "until": "2027-05-01T00:00:00Z"}}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := ParseAccounts(text)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		once, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseAccounts(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if twice, err := json.Marshal(b); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s, %v", once, twice, err)
		}
	})
}

// a start code has 100 random bits and survives being written down; another person's, or another
// code, has another hash.
func TestStartCodes(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 13, 13).Draw(t, "raw")
		code, err := NewStartCode(bytes.NewReader(raw))
		if err != nil || len(code) != 23 || strings.Count(code, "-") != 3 {
			t.Fatalf("%q, %v", code, err)
		}
		want := HashStartCode("kl", code)
		for _, as := range []string{strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + "\n", strings.NewReplacer("O", "0", "I", "1", "B", "8").Replace(code)} {
			if HashStartCode("kl", as) != want {
				t.Fatalf("%q is not %q", as, code)
			}
		}
		if HashStartCode("kl2", code) == want || HashStartCode("kl", code[:22]) == want || HashStartCode("kl", code+"A") == want {
			t.Fatal("another has the same hash")
		}
		other := bytes.Clone(raw)
		bit := rapid.IntRange(0, 99).Draw(t, "bit") // each of the 100 bits counts
		other[bit/8] ^= 0x80 >> (bit % 8)
		if again, err := NewStartCode(bytes.NewReader(other)); err != nil || again == code {
			t.Fatalf("bit %d is not in %q", bit, code)
		}
		seen[code] = true
	})
	if len(seen) < 50 {
		t.Errorf("%d codes", len(seen))
	}
	if _, err := NewStartCode(bytes.NewReader(make([]byte, 12))); err == nil {
		t.Error("made of too few bytes")
	}
}

// who is new, was granted more, or is named gets a new code; others keep theirs as long as
// it can be used; who is disabled has none.
func TestIssueCodes(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	account := func(user string, change ...func(*Account)) Account {
		a := Account{User: user, Name: user, Role: policy.RoleInvestigator, Unit: "Dover", Mission: policy.MissionCriminal, TrainingUntil: now.AddDate(1, 0, 0)}
		for _, c := range change {
			c(&a)
		}
		return a
	}
	enhanced := func(a *Account) { a.Enhanced, a.EnhancedTrainingUntil = true, a.TrainingUntil }
	disabled := func(a *Account) { a.Disabled = true }
	named := func(name string) func(*Account) { return func(a *Account) { a.Name = name } }
	kept, over := &Start{SHA256: Digest{1}, Until: now.Add(time.Hour)}, &Start{SHA256: Digest{2}, Until: now}
	with := func(s *Start) func(*Account) { return func(a *Account) { a.Start = s } }
	old := &Accounts{List: []Account{
		account("same", with(kept)), account("used", with(over)), account("granted", with(kept)), account("off", with(kept)), account("again"), account("carried", with(kept)), account("back", disabled),
		account("other", with(kept)), account("married", with(kept)), account("gone"),
	}}
	for i := range old.List {
		old.List[i].Holder = 3
	}
	list := &Accounts{List: []Account{
		account("same"), account("used"), account("granted", enhanced), account("off", disabled), account("again"), account("new", enhanced), account("never", disabled), account("carried", with(kept)), account("back"),
		account("other", named("another")), account("married", named("new name")),
	}}
	random := bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 100))
	codes, err := list.IssueCodes(old, CodeOptions{Again: []string{"again"}, Renamed: []string{"married"}, Version: 7, Now: now, Life: 24 * time.Hour, Random: random})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, c := range codes {
		got[c.User] = c.Code
		if !c.Until.Equal(now.Add(24 * time.Hour)) {
			t.Errorf("%+v", c)
		}
	}
	for _, x := range list.List {
		code, issued := got[x.User]
		switch x.User {
		case "granted", "again", "new", "back", "other":
			if !issued || x.Start == nil || x.Start.SHA256 != HashStartCode(x.User, code) || !x.Start.Until.Equal(now.Add(24*time.Hour)) {
				t.Errorf("%s: %q, %+v", x.User, code, x.Start)
			}
		case "used": // so that its person is told that it ran out
			if issued || x.Start == nil || *x.Start != *over {
				t.Errorf("%s: %q, %+v", x.User, code, x.Start)
			}
		case "same", "carried", "married":
			if issued || x.Start == nil || *x.Start != *kept {
				t.Errorf("%s: %q, %+v", x.User, code, x.Start)
			}
		default:
			if issued || x.Start != nil {
				t.Errorf("%s: %q, %+v", x.User, code, x.Start)
			}
		}
	}
	for _, x := range list.List { // a name belongs to its person since the list that gave it
		want := int64(3)
		switch x.User {
		case "new", "never", "other":
			want = 7
		}
		if x.Holder != want {
			t.Errorf("%s: holder %d, want %d", x.User, x.Holder, want)
		}
	}
	if d := list.Diff(old); strings.Join(d.New, " ")+"|"+strings.Join(d.Changed, " ")+"|"+strings.Join(d.Ended, " ")+"|"+strings.Join(d.Another, " ") != "never new|back granted married|gone off|other" {
		t.Errorf("%+v", d)
	}
	for name, c := range map[string]struct {
		list  []Account
		again []string
	}{
		"an own holder":   {[]Account{account("same", func(a *Account) { a.Holder = 5 })}, nil},
		"an own code":     {[]Account{account("same", with(over))}, nil},
		"another's code":  {[]Account{account("new", with(kept))}, nil},
		"nobody":          {[]Account{account("same")}, []string{"nobody"}},
		"who is disabled": {[]Account{account("same", disabled)}, []string{"same"}},
	} {
		if _, err := (&Accounts{List: c.list}).IssueCodes(old, CodeOptions{Again: c.again, Now: now, Life: time.Hour, Random: random}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if first, err := (&Accounts{List: []Account{account("a")}}).IssueCodes(nil, CodeOptions{Now: now, Life: time.Hour, Random: random}); err != nil || len(first) != 1 {
		t.Errorf("the first list: %+v, %v", first, err)
	}
}
