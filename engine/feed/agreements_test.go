package feed

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// X-8, F-4: what a unit may see of a lane is the union of its agreements, and nothing else.
func TestAgreements(t *testing.T) {
	a, err := ParseAgreements([]byte(`{"agreements": [
		{"name": "all of ours", "units": ["Wilmington"], "lanes": ["wilmington-pd.*"]},
		{"name": "spring", "units": ["*"], "lanes": ["*.de-north"], "from": "2026-03-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"},
		{"name": "may to july", "units": ["Dover"], "lanes": ["toll.de-north"], "from": "2026-05-01T00:00:00Z", "to": "2026-08-01T00:00:00Z"},
		{"name": "autumn", "units": ["Dover"], "lanes": ["toll.de-north"], "from": "2026-10-01T00:00:00Z"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	day := func(text string) time.Time {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		unit, lane string
		all        bool
		at         string // days that may be seen
		not        string
	}{
		{"Wilmington", "wilmington-pd.de-north", true, "", ""},
		{"Wilmington", "toll.de-north", false, "2026-03-01 2026-05-31", "2026-02-28 2026-06-01 2026-07-01 2026-11-01"},
		{"Dover", "toll.de-north", false, "2026-03-01 2026-06-15 2026-07-31 2026-10-01 2099-01-01", "2026-08-01 2026-09-30 1999-01-01"},
		{"Dover", "toll.de-south", false, "", "2026-05-05"},
		{"Dover", "wilmington-pd.de-south", false, "", "2026-05-05"},
		{"", "toll.de-north", false, "2026-04-01", "2026-06-01"},
	} {
		windows, all := a.Times(c.unit, c.lane)
		if all != c.all {
			t.Errorf("%s %s: all %v", c.unit, c.lane, all)
		}
		inside := func(at time.Time) bool {
			for i, w := range windows {
				if i > 0 && !w.From.After(windows[i-1].To) {
					t.Errorf("%s %s: %v are not disjoint", c.unit, c.lane, windows)
				}
				if !at.Before(w.From) && at.Before(w.To) {
					return true
				}
			}
			return false
		}
		for _, d := range strings.Fields(c.at) {
			if !inside(day(d)) {
				t.Errorf("%s %s: %s may not be seen", c.unit, c.lane, d)
			}
		}
		for _, d := range strings.Fields(c.not) {
			if inside(day(d)) {
				t.Errorf("%s %s: %s may be seen", c.unit, c.lane, d)
			}
		}
	}
	for _, bad := range []string{
		``, `{}{}`, `{"agreements": [{}]}`, `{"lanes": []}`,
		`{"agreements": [{"name": "x", "units": [], "lanes": ["a.b"]}]}`,
		`{"agreements": [{"name": "x", "units": ["*"], "lanes": ["ab"]}]}`,
		`{"agreements": [{"name": "x", "units": ["*"], "lanes": ["a/../b.c"]}]}`,
		`{"agreements": [{"name": "x", "units": ["*"], "lanes": ["a.b"], "from": "2026-05-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"}]}`,
	} {
		if _, err := ParseAgreements([]byte(bad)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}
