package detection_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

const sample = `{"kind": "geo",
 "areas": [{"name": "A", "geometry": {"type": "Polygon", "coordinates": [[[-75.55,39.74],[-75.54,39.74],[-75.54,39.75],[-75.55,39.74]]]}}],
 "windows": [{"from": "2026-05-01T00:00:00Z", "to": "2026-05-08T00:00:00Z"}],
 "plate": "", "star": "one", "state": [], "make": ["toyota "], "model": [], "color": ["RED"], "year": {"min": 2015, "max": 2018},
 "limit": 5000,
 "purpose": {"reason": "criminal-investigation", "case": "HSI-2026-00123", "subject": "x",
             "on_behalf_of": "", "justification": "y", "attested": true}}`

func TestCanonicalFormIsOneForm(t *testing.T) {
	q, err := detection.ParseQuery([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	got, err := q.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"areas":[{"geometry":{"coordinates":[[[-75.55,39.74],[-75.54,39.74],[-75.54,39.75],[-75.55,39.74]]],"type":"Polygon"},"name":"A"}],` +
		`"color":["RED"],"kind":"geo","limit":5000,"make":["TOYOTA"],` +
		`"purpose":{"attested":true,"case":"HSI-2026-00123","justification":"y","reason":"criminal-investigation","subject":"x"},` +
		`"windows":[{"from":"2026-05-01T00:00:00Z","to":"2026-05-08T00:00:00Z"}],"year":{"max":2018,"min":2015}}`
	if string(got) != want {
		t.Errorf("canonical form\n got %s\nwant %s", got, want)
	}
	spelled := strings.NewReplacer(`"2026-05-01T00:00:00Z"`, `"2026-04-30T20:00:00-04:00"`, `-75.55,39.74`, `-7.555e1, 39.740`).Replace(sample)
	other, err := detection.ParseQuery([]byte(spelled))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := other.Canonical(); string(again) != want {
		t.Errorf("the same query spelled otherwise has another form: %s", again)
	}
}

func TestParseQueryRefuses(t *testing.T) {
	for name, c := range map[string]struct{ old, new, field string }{
		"unknown field":               {`"star"`, `"stars"`, "stars"},
		"unknown purpose field":       {`"subject"`, `"subjekt"`, "subjekt"},
		"no timeframe (Q-ALL-1)":      {`[{"from": "2026-05-01T00:00:00Z", "to": "2026-05-08T00:00:00Z"}]`, `[]`, "windows"},
		"timeframe backwards":         {`2026-05-08`, `2026-04-08`, "windows[0]"},
		"not a time":                  {`2026-05-08T00:00:00Z`, `8 May`, "windows[0].to"},
		"NaN":                         {`-75.54,39.75`, `NaN,39.75`, "query"},
		"position with one number":    {`-75.54,39.75`, `-75.54`, "areas[0].geometry, polygon 1, ring 1, position 3"},
		"point instead of polygon":    {`"Polygon"`, `"Point"`, "areas[0].geometry"},
		"unknown kind":                {`"geo"`, `"face"`, "kind"},
		"negative limit":              {`5000`, `-5`, "limit"},
		"text among coordinates":      {`-75.54,39.75`, `"x",39.75`, "areas[0].geometry"},
		"limit of another type":       {`5000`, `"many"`, "limit"},
		"year backwards":              {`2018`, `2001`, "year"},
		"plate in a geographic query": {`"plate": ""`, `"plate": "ABC123"`, "plate"},
		"trailing text":               {`"attested": true}}`, `"attested": true}} {}`, "query"},
		"a name twice":                {`"limit": 5000`, `"limit": 5000, "limit": 0`, "limit"},
		"a name twice, deep":          {`"attested": true`, `"attested": true, "attested": false`, "attested"},
		"a name in capitals":          {`"limit"`, `"Limit"`, "Limit"},
		"a name in capitals, twice":   {`"limit": 5000`, `"limit": 5000, "LIMIT": 0`, "LIMIT"},
		"a name that folds to one":    {`"state": []`, `"ſtate": [], "state": []`, "ſtate"},
		"a name escaped, twice":       {`"type": "Polygon"`, `"type": "Polygon", "ty\u0070e": "Polygon"`, "type"},
		"a geometry's name twice":     {`"type": "Polygon"`, `"type": "Polygon", "type": "Polygon"`, "type"},
		"ends early":                  {`"attested": true}}`, `"attested": true}`, "query"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(sample, c.old, c.new, 1)
			_, err := detection.ParseQuery([]byte(text))
			var field *detection.FieldError
			if !errors.As(err, &field) || !errors.Is(err, detection.ErrInvalid) {
				t.Fatalf("got %v, want a FieldError", err)
			}
			if strings.Contains(err.Error(), "detection.") || strings.Contains(err.Error(), "json:") || strings.Contains(err.Error(), "Go value") {
				t.Errorf("words of Go: %v", err)
			}
			if field.Field != c.field {
				t.Errorf("field %q (%v), want %q", field.Field, err, c.field)
			}
		})
	}
}

func TestLimitAbsentIsPolicyMaximumAndZeroIsCountAlone(t *testing.T) {
	q, err := detection.ParseQuery([]byte(strings.Replace(sample, `"limit": 5000,`, ``, 1)))
	if err != nil || q.Limit != detection.NoLimit {
		t.Errorf("limit %d, %v", q.Limit, err)
	}
	q, err = detection.ParseQuery([]byte(strings.Replace(sample, `5000`, `0`, 1)))
	if err != nil || q.Limit != 0 {
		t.Errorf("limit %d, %v", q.Limit, err)
	}
}

// TestCanonicalRoundTrip: parse(canonical(q)) has the same canonical form, for any query.
func TestCanonicalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Z0-9]{1,6}`)
		from := time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, "from")).UTC()
		q := detection.Query{
			Kind:    detection.KindModel,
			Windows: []detection.Window{{From: from, To: from.Add(time.Duration(rapid.Int64Range(1, 1e9).Draw(t, "ms")) * time.Millisecond)}},
			Make:    rapid.SliceOfN(word, 1, 4).Draw(t, "make"), Model: rapid.SliceOfN(word, 1, 4).Draw(t, "model"),
			Limit:   rapid.IntRange(-1, 5000).Draw(t, "limit"),
			Purpose: detection.Purpose{Subject: strings.TrimSpace(rapid.StringMatching(`[ -~é<&>]{0,40}`).Draw(t, "subject"))},
		}
		if rapid.Bool().Draw(t, "spatial") {
			q.Kind = detection.KindGeo
			pt := func() orb.Point {
				return orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")}
			}
			first := pt()
			q.Areas = []detection.Area{{Name: "A", Shape: orb.MultiPolygon{{{first, pt(), pt(), first}}}}}
		}
		a, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		back, err := detection.ParseQuery(a)
		if err != nil {
			t.Fatalf("%s: %v", a, err)
		}
		b, err := back.Canonical()
		if err != nil || string(a) != string(b) {
			t.Fatalf("%v\n%s\n%s", err, a, b)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(strings.Replace(sample, `"limit": 5000`, `"limit": 5000, "limit": 0`, 1)))
	f.Add([]byte(strings.Replace(sample, `"limit"`, `"Limit"`, 1)))
	f.Add([]byte(strings.Replace(sample, `"type"`, `"type": "Polygon", "ty\u0070e"`, 1)))
	f.Add([]byte(`{"kind":"repeat","windows":[{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := detection.ParseQuery(data)
		if err != nil {
			if !errors.Is(err, detection.ErrInvalid) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		a, err := q.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		back, err := detection.ParseQuery(a)
		if err != nil {
			t.Fatalf("canonical form of a valid query is refused: %v\n%s", err, a)
		}
		if b, _ := back.Canonical(); string(a) != string(b) {
			t.Fatalf("two forms\n%s\n%s", a, b)
		}
	})
}
