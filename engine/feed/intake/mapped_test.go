package intake

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

const testMapping = `{"columns": {"id": "Read ID", "plate": "Plate", "state": "St", "time": ["Day", "Clock"], "lon": "X", "lat": "Y", "make": "Make", "camera": "Cam",
 "confidence": "Conf", "year": "Year", "heading": "Dir"}, "constants": {"source": "law enforcement", "color": "grey"},
 "time": {"format": "1/2/2006 15:04:05", "zone": "America/New_York"}, "delimiter": ";"}`

const testHeader = "Cam;Plate;St;Day;Clock;X;Y;Make;Read ID;Conf;Year;Dir;Notes\n"

func mapping(t testing.TB, text string) *Mapping {
	t.Helper()
	m, err := LoadMapping(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMappedByField_F_3(t *testing.T) {
	row := map[string]string{
		"Cam": "K1", "Plate": "2tst 1", "St": "New Jersey", "Day": "5/19/2026", "Clock": "23:30:05", "X": "-75.5", "Y": "39.7", "Make": "chevy",
		"Read ID": "a1", "Conf": "88", "Year": "2015", "Dir": "360", "Notes": "x",
	}
	for _, c := range []struct {
		name, reason string
		change       map[string]string
		ok           func(r feed.Read) bool
	}{
		{"all", "", nil, func(r feed.Read) bool {
			return r.ID == "a1" && r.Plate == "2TST1" && r.State == "NJ" && r.Time.Equal(time.Date(2026, 5, 20, 3, 30, 5, 0, time.UTC)) && r.Pos[0] == -75.5 &&
				r.Pos[1] == 39.7 && r.Make == "CHEVROLET" && r.Color == "GRAY" && r.Year == 2015 && r.HeadingDeg == 0 && r.Confidence == 0.88 && r.Camera == "K1" && r.Source == detection.SourceLawEnforcement
		}},
		{"no id: derived", "", map[string]string{"Read ID": ""}, func(r feed.Read) bool { return strings.HasPrefix(r.ID, "d-") }},
		{"quoted", "", map[string]string{"Notes": `"a;b ""c"""`}, func(r feed.Read) bool { return r.Plate == "2TST1" }},
		{"stray quote", "quote", map[string]string{"Notes": `a"b`}, nil},
		{"no plate", "plate", map[string]string{"Plate": ""}, nil},
		{"no time", "time is empty", map[string]string{"Day": "", "Clock": ""}, nil},
		{"half a time", "is not written as", map[string]string{"Clock": ""}, nil},
		{"no position, camera has one", "", map[string]string{"Cam": "C7", "X": "", "Y": ""}, func(r feed.Read) bool { return r.Pos[0] == -75.55 && r.HeadingDeg == 0 }},
		{"0, 0", "0, 0", map[string]string{"X": "0", "Y": "0.0"}, nil},
		{"half a position", "lon", map[string]string{"X": ""}, nil},
		{"off the earth", "lon", map[string]string{"X": "-181"}, nil},
		{"year", "year", map[string]string{"Year": "15"}, nil},
		{"heading", "heading", map[string]string{"Dir": "N"}, nil},
		{"confidence", "confidence", map[string]string{"Conf": "101"}, nil},
		{"too long", "make is longer", map[string]string{"Make": strings.Repeat("m", 300)}, nil},
		{"not shown", "does not show", map[string]string{"Cam": "K\u202e1"}, nil},
		{"not UTF-8", "UTF-8", map[string]string{"Cam": "K\xff"}, nil},
		{"more cells", "13", map[string]string{"Notes": "a;b"}, nil},
		{"twice", "is twice in America/New_York", map[string]string{"Day": "11/2/2025", "Clock": "01:30:00"}, nil},
		{"never", "does not exist in America/New_York", map[string]string{"Day": "3/8/2026", "Clock": "02:30:00"}, nil},
	} {
		cells := strings.Split(strings.TrimSpace(testHeader), ";")
		for i, name := range cells {
			cells[i] = row[name]
			if v, ok := c.change[name]; ok {
				cells[i] = v
			}
		}
		o := testOptions()
		o.Mapping = mapping(t, testMapping)
		r, reason := one(t, testHeader+strings.Join(cells, ";")+"\r\n", o)
		want(t, c.name, reason, c.reason)
		if c.ok != nil && !c.ok(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

func TestMappingRefuses(t *testing.T) {
	body := func(s string) string {
		return `{"columns": {"plate": "p", "time": "t"}, "time": {"zone": "UTC", "format": "2006-01-02 15:04"}` + s + `}`
	}
	for text, part := range map[string]string{
		``:                            "JSON",
		`[]`:                          "object",
		`{"columns": {"plate": "p"}}`: `no "time"`,
		body(`, "colour": 1`):         `unknown field "colour"`,
		body(`, "delimiter": "x"`):    "separates no columns",
		body(`, "delimiter": ",", "delimiter": ";"`):                                                        "twice",
		body(`, "constants": {"plate": "X"}`):                                                               "cannot be the same",
		body(`, "constants": {"colour": "X"}`):                                                              `"colour" is no target`,
		body(`, "constants": {"lon": "1"}`):                                                                 "one of lon and lat",
		`{"columns": {"plate": "p", "time": "t", "size": "s"}}`:                                             `"size" is no target`,
		`{"columns": {"plate": [], "time": "t"}}`:                                                           "names no column",
		`{"columns": {"plate": 7, "time": "t"}}`:                                                            "cannot unmarshal",
		`{"columns": {"plate": "p", "time": "t", "color": "c"}, "constants": {"color": "red"}}`:             "column as well",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "dd.mm.yyyy"}}`:                        "does not tell",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "2006-01-02"}}`:                        "does not tell",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "2006-01-02 15:04 MST"}}`:              "letters of a zone",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "2006-01-02 15:04"}}`:                  "time.zone: is missing",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "unix", "zone": "UTC"}}`:               "has the offset",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "2006-01-02 15:04", "zone": "Local"}}`: "this computer",
		`{"columns": {"plate": "p", "time": "t"}, "time": {"format": "2006-01-02 15:04", "zone": "Mars"}}`:  "not known",
		strings.Repeat(" ", maxMapping) + "{}":                                                              "too large",
	} {
		_, err := LoadMapping(strings.NewReader(text))
		var field *detection.FieldError
		if !errors.As(err, &field) || !strings.Contains(err.Error(), part) {
			t.Errorf("%.80s: %v, want %q", text, err, part)
		}
	}
	m := mapping(t, `{"columns": {"plate": "p", "time": "t"}}`)
	for head, part := range map[string]string{"p,x\n": `no column "t"`, "p,t,T\n": "twice", "p,\x00,t\n": "no text", "p,\"t\n": "cannot be read", strings.Repeat("p,", maxColumns) + "t\n": "more than"} {
		o := testOptions()
		o.Mapping = m
		if out := openAll(t, head, o); out.err == nil || !strings.Contains(out.err.Error(), part) {
			t.Errorf("%.40q: %v, want %q", head, out.err, part)
		}
	}
}

func TestNumbersAsTimes(t *testing.T) {
	for _, c := range []struct {
		format, text string
		ms           int64
		ok           bool
	}{
		{"unix", "1779271200", 1779271200000, true},
		{"unix", "1779271200.5", 1779271200500, true},
		{"unix", "1779271200.1239", 1779271200123, true},
		{"unix", "1779271200500", 0, false},
		{"unix-ms", "1779271200500", 1779271200500, true},
		{"unix-ms", "1779271200500.7", 1779271200500, true},
		{"unix", "-5", 0, false},
		{"unix", ".5", 0, false},
		{"unix", "1e9", 0, false},
		{"rfc3339", "2026-05-20T12:00:00.5+02:00", 1779271200500, true},
		{"rfc3339", "2026-05-20 12:00:00", 0, false},
	} {
		k, err := newClock(c.format, "")
		if err != nil {
			t.Fatal(err)
		}
		got, err := k.read(c.text)
		if (err == nil) != c.ok || c.ok && got.UnixMilli() != c.ms {
			t.Errorf("%s %s: %v %v", c.format, c.text, got, err)
		}
	}
}

// TestZones: local times against all moments whose clock shows them, found by going through
// the moments one by one.
func TestZones(t *testing.T) {
	const layout = "2006-01-02 15:04"
	r := rand.New(rand.NewPCG(1, 2))
	for _, zone := range []string{"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		k, err := newClock(layout, zone)
		if err != nil {
			t.Fatal(err)
		}
		// Around each change of 2025, and anywhere.
		var around []time.Time
		for at := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() == 2025; at = at.Add(30 * time.Minute) {
			_, a := at.In(loc).Zone()
			if _, b := at.Add(30 * time.Minute).In(loc).Zone(); a != b {
				around = append(around, at)
			}
		}
		for n := range 300 {
			moment := time.Date(2025, 1, 1, 0, r.IntN(525_600), 0, 0, time.UTC)
			if len(around) > 0 && n%3 > 0 {
				moment = around[n%len(around)].Add(time.Duration(r.IntN(360)-180) * time.Minute)
			}
			_, offset := moment.In(loc).Zone()
			text := moment.Add(time.Duration(offset+60*(r.IntN(180)-90)) * time.Second).Format(layout)
			var shown []time.Time
			for m := -8 * 60; m <= 8*60; m++ {
				if at := moment.Add(time.Duration(m) * time.Minute); at.In(loc).Format(layout) == text {
					shown = append(shown, at)
				}
			}
			got, err := k.read(text)
			if (err == nil) != (len(shown) == 1) || err == nil && !got.Equal(shown[0]) {
				t.Fatalf("%s in %s: %v %v, want %v", text, zone, got, err, shown)
			}
		}
	}
}

func TestCameraTable(t *testing.T) {
	const head = "camera_id,lon,lat,heading,source,lane\n"
	got, err := LoadCameras(strings.NewReader(head + "C1,-75.5,39.7,360,commercial,pd.de\n C2 ,,,,,\n"))
	if err != nil || len(got) != 2 || !got["C1"].Placed || got["C1"].HeadingDeg != 0 || got["C1"].Lane.String() != "pd.de" || got["C2"].Placed || got["C2"].HeadingDeg != detection.NoHeading {
		t.Errorf("%+v %v", got, err)
	}
	for text, part := range map[string]string{
		"":                                 "empty",
		"camera,lon\n":                     "six cells",
		"id,lon,lat,heading,source,lane\n": "header",
		head + ",1,1,,,\n":                 "camera_id is empty",
		head + "C,1,,,,\n":                 `lat ""`,
		head + "C,181,1,,,\n":              "lon",
		head + "C,NaN,1,,,\n":              "lon",
		head + "C,0,0,,,\n":                "no position",
		head + "C,1,1,361,,\n":             "heading",
		head + "C,1,1,,private,\n":         "source",
		head + "C,1,1,,,nowhere\n":         "source.region",
		head + "C,1,1,,,\nC,1,1,,,\n":      "twice",
		head + "C,\"1,1,,,\n":              "line",
	} {
		if _, err := LoadCameras(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v, want %q", text, err, part)
		}
	}
	var b strings.Builder
	b.WriteString(head)
	for i := range maxTableRows + 1 {
		fmt.Fprintf(&b, "C%d,,,,,\n", i)
	}
	if _, err := LoadCameras(strings.NewReader(b.String())); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("too many cameras: %v", err)
	}
}
