package detection_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"

	"pgregory.net/rapid"
)

// Q-PART-1: the two examples of the requirement, and "*" as a run.
func TestPatternExamples_Q_PART_1(t *testing.T) {
	for _, c := range []struct {
		pattern, plate string
		star           detection.Star
		want           bool
	}{
		{"AB*123", "ABC123", detection.StarOne, true},
		{"XY*7*9", "XYZ789", detection.StarOne, true},
		{"AB*123", "AB123", detection.StarOne, false},
		{"AB*123", "ABCD123", detection.StarOne, false},
		{"AB*123", "AB123", detection.StarAny, true},
		{"AB*123", "ABCD123", detection.StarAny, true},
		{"ab-?123", "ABC123", "", true},
		{"*9", "7QXB079", detection.StarAny, true},
	} {
		p, err := detection.ParsePattern(c.pattern, c.star)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Match(c.plate); got != c.want {
			t.Errorf("%s (%s) on %s: %v, want %v", c.pattern, c.star, c.plate, got, c.want)
		}
	}
}

// The oracle is package regexp.
func TestPatternAgainstRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[AB1?*]{1,8}`).Draw(t, "pattern")
		plate := rapid.StringMatching(`[AB1]{1,10}`).Draw(t, "plate")
		star := rapid.SampledFrom([]detection.Star{detection.StarOne, detection.StarAny}).Draw(t, "star")
		p, err := detection.ParsePattern(text, star)
		if err != nil {
			if strings.ContainsAny(text, "AB1") {
				t.Fatal(err)
			}
			return
		}
		run := "."
		if star == detection.StarAny {
			run = ".*"
		}
		re := regexp.MustCompile("^" + strings.NewReplacer("?", ".", "*", run).Replace(text) + "$")
		if got, want := p.Match(plate), re.MatchString(plate); got != want {
			t.Fatalf("%s on %s: %v, want %v", text, plate, got, want)
		}
	})
}

func TestHoursFollowTheWallClock(t *testing.T) {
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	h := detection.Hours{FromMin: 18 * 60, ToMin: 6 * 60, Zone: "America/New_York"}
	rapid.Check(t, func(t *rapid.T) {
		from := time.Unix(rapid.Int64Range(1.7e9, 1.8e9).Draw(t, "from"), 0).UTC()
		w := detection.Window{From: from, To: from.Add(time.Duration(rapid.IntRange(1, 30*24*3600).Draw(t, "s")) * time.Second)}
		spans, err := h.Intervals(w)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(spans); i++ {
			if spans[i].From.Before(spans[i-1].To) {
				t.Fatalf("spans %v and %v overlap", spans[i-1], spans[i])
			}
		}
		at := from.Add(time.Duration(rapid.Int64Range(-100000, 40*24*3600).Draw(t, "probe")) * time.Second)
		hour := at.In(ny).Hour()
		want := w.Contains(at) && (hour >= 18 || hour < 6)
		got := false
		for _, s := range spans {
			got = got || s.Contains(at)
		}
		if got != want {
			t.Fatalf("%v (local hour %d): %v, want %v", at, hour, got, want)
		}
	})
}

func TestCompareIDs(t *testing.T) {
	order := []string{"0", "9", "10", "4567", "007", "10a", "a", "b"}
	for i, a := range order {
		for j, b := range order {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := detection.CompareIDs(a, b); got != want {
				t.Errorf("CompareIDs(%q, %q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

// The oracle is the definition: upper case, fields joined by one space.
func TestNormalizeWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ \tA-Ca-céß1-2]{0,8}`).Draw(t, "word")
		if got, want := detection.NormalizeWord(s), strings.ToUpper(strings.Join(strings.Fields(s), " ")); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
	})
}
