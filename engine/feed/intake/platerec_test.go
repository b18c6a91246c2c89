package intake

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/paulmach/orb"
)

// TestPlateRecognizer_F_3: a whole message, placed by the camera table.
func TestPlateRecognizer_F_3(t *testing.T) {
	got, reason := one(t, golden(t, "platerec.json"), testOptions())
	want(t, "golden", reason, "")
	if len(got.ID) != 34 || !strings.HasPrefix(got.ID, "p-") {
		t.Errorf("id %q", got.ID)
	}
	wantRead := detection.Detection{
		ID: got.ID, Plate: "2TSTCC3", State: "DE", Time: time.Date(2026, 5, 20, 10, 0, 0, 123e6, time.UTC), Pos: orb.Point{-75.55, 39.74},
		Make: "CHEVROLET", Model: "MALIBU", Color: "GRAY", HeadingDeg: 90, Camera: "C7", Source: detection.SourceCommercial, Confidence: 0.902,
	}
	if got.Detection != wantRead || got.Box != (feed.Box{}) {
		t.Errorf("read\n%+v\nwant\n%+v", got, wantRead)
	}
	again, _ := one(t, golden(t, "platerec.json"), testOptions())
	if again.ID != got.ID {
		t.Error("the same message got another id")
	}
}

func TestPlateRecognizerByField(t *testing.T) {
	base := golden(t, "platerec.json")
	result := func(s string) string {
		return `{"data":{"camera_id":"C7","timestamp":"2026-05-20T10:00:00Z","results":[` + s + `]}}`
	}
	for _, c := range []struct {
		name, reason, text string
		ok                 func(r feed.Read) bool
	}{
		{"data alone", "", `{"camera_id":"C7","timestamp":"2026-05-20T10:00:00Z","results":[{"plate":"2TST1"}]}`, func(r feed.Read) bool { return r.Plate == "2TST1" && r.Confidence == detection.NoConfidence }},
		{"an unknown camera", "no position", with(t, base, map[string]any{"data.camera_id": "C8"}), nil},
		{"time without a zone", "do not say their time zone", with(t, base, map[string]any{"data.timestamp": "2026-05-20T10:00:00", "data.timestamp_local": "2026-05-20 06:00:00"}), nil},
		{"local time with a zone", "", with(t, base, map[string]any{"data.timestamp": "2026-05-20T10:00:00"}), func(r feed.Read) bool { return r.Time.Hour() == 10 && r.Time.Nanosecond() == 123e6 }},
		{"a plus that a form lost", "", with(t, base, map[string]any{"data.timestamp": "2026-05-20T10:00:00 02:00"}), func(r feed.Read) bool { return r.Time.Hour() == 8 }},
		{"no time", "timestamp is missing", with(t, base, map[string]any{"data.timestamp": nil, "data.timestamp_local": nil}), nil},
		{"tomorrow", "ahead of now", with(t, base, map[string]any{"data.timestamp": "2026-05-21T10:00:00Z"}), nil},
		{"no results", "results is missing", `{"hook":{"event":"recognition"},"data":{"camera_id":"C7"}}`, nil},
		{"score 2", "score 2 is outside 0 to 1", result(`{"plate":"2TST1","score":2}`), nil},
		{"score a list", "score: a number is expected", result(`{"plate":"2TST1","score":[]}`), nil},
		{"plate a number", "", result(`{"plate":22755,"score":1}`), func(r feed.Read) bool { return r.Plate == "22755" && r.Confidence == 1 }},
		{"plate of signs", "plate", result(`{"plate":"--"}`), nil},
		{"Germany", "", result(`{"plate":"2TST1","region":{"code":"de"}}`), func(r feed.Read) bool { return r.State == "GERMANY" }},
		{"United States", "", result(`{"plate":"2TST1","region":{"code":"us"}}`), func(r feed.Read) bool { return r.State == "" }},
		{"VW", "", result(`{"plate":"2TST1","model_make":[{"make":"VW","model":"VW Golf","score":0.1}]}`), func(r feed.Read) bool { return r.Make == "VOLKSWAGEN" && r.Model == "GOLF" }},
		{"box of letters", "xmin", result(`{"plate":"2TST1","vehicle":{"box":{"xmin":"a","ymin":1,"xmax":2,"ymax":3}}}`), nil},
		{"too many", "has 101 entries", result(strings.TrimSuffix(strings.Repeat(`{"plate":"2TST1"},`, 101), ",")), nil},
	} {
		r, reason := one(t, c.text, testOptions())
		want(t, c.name, reason, c.reason)
		if c.ok != nil && !c.ok(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestPlateRecognizerResults: one bad result costs itself alone.
func TestPlateRecognizerResults(t *testing.T) {
	text := `{"data":{"camera_id":"C7","timestamp":"2026-05-20T10:00:00Z","results":[
		{"plate":"2TST1"},{"plate":"2TST2","score":9},{"plate":null},{"plate":"2TST3"},{"plate":"2TST1","box":{"xmin":1,"ymin":1,"xmax":9,"ymax":9}}]}}`
	out := openAll(t, text, testOptions())
	if len(out.reads) != 3 || len(out.rejects) != 1 || out.report.Skipped["vehicle without a plate"] != 1 {
		t.Fatalf("%+v", out)
	}
	ids := map[string]bool{}
	for _, r := range out.reads {
		ids[r.Read.ID] = true
	}
	if len(ids) != 3 {
		t.Errorf("ids %v", ids)
	}
	for _, skip := range []string{`{"hook":{"event":"alert"},"data":{}}`, `{"hook":{"event":"recognition"},"data":{"camera_id":"C7","results":[]}}`} {
		if out := openAll(t, skip, testOptions()); len(out.rejects) != 0 || len(out.report.Skipped) != 1 {
			t.Errorf("%s: %+v", skip, out)
		}
	}
}

// TestFiles: how JSON files may be cut into items; items are counted from 1.
func TestFiles(t *testing.T) {
	item := func(n int) string {
		return fmt.Sprintf(`{"camera_id":"C7","timestamp":"2026-05-20T10:00:%02dZ","results":[{"plate":"2TST%d"}]}`, n, n)
	}
	pretty := strings.ReplaceAll(item(1), ",", ",\n ")
	for name, c := range map[string]struct {
		text  string
		items []int64
	}{
		"one":              {item(1), []int64{1}},
		"pretty":           {pretty, []int64{1}},
		"pretty, many":     {pretty + "\n" + strings.ReplaceAll(pretty, "2TST1", "2TST9"), []int64{1, 2}},
		"list":             {"[" + item(1) + ",\n" + item(2) + "]\n", []int64{1, 2}},
		"lines":            {item(1) + "\n\n" + item(2) + "\r\n" + item(3), []int64{1, 3, 4}},
		"byte order mark":  {"\xef\xbb\xbf" + item(1), []int64{1}},
		"glued":            {item(1) + item(2), []int64{1, 2}},
		"brace in a text":  {strings.Replace(item(1), `"C7"`, `"C7","x":"}\"{"`, 1), []int64{1}},
		"a long first one": {strings.Replace(item(1), "{", `{"hook":{},"data":{"pad":"`+strings.Repeat("x", 80<<10)+`",`, 1) + "}\n" + item(2), []int64{1, 2}},
	} {
		out := openAll(t, c.text, testOptions())
		var got []int64
		for _, r := range out.reads {
			got = append(got, r.Item)
		}
		if out.err != nil || fmt.Sprint(got) != fmt.Sprint(c.items) {
			t.Errorf("%s: items %v, want %v; %v %v", name, got, c.items, out.err, out.rejects)
		}
	}
}
