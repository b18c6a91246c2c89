package intake

import (
	"encoding/json"
	"maps"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/paulmach/orb"
)

func golden(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// with returns a JSON object with fields changed; a nil value takes one out.
func with(t testing.TB, text string, change map[string]any) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	for path, v := range change {
		at, keys := m, strings.Split(path, ".")
		for _, k := range keys[:len(keys)-1] {
			at = at[k].(map[string]any)
		}
		if last := keys[len(keys)-1]; v == nil {
			delete(at, last)
		} else {
			at[last] = v
		}
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestOpenALPR_F_3: a whole message of an agent, with pictures, as written by hand from the
// published field list.
func TestOpenALPR_F_3(t *testing.T) {
	crop, plate := jpegOf(t, 40, 30), jpegOf(t, 12, 6)
	text := with(t, golden(t, "group.json"), map[string]any{"vehicle_crop_jpeg": b64(crop), "best_plate.plate_crop_jpeg": "data:image/jpeg;base64," + b64(plate)})
	out := openAll(t, text, testOptions())
	if out.err != nil || len(out.reads) != 1 {
		t.Fatalf("%+v", out)
	}
	got := out.reads[0]
	wantRead := detection.Detection{
		ID: "AGENT7-CAM3-1", Plate: "2TSTBB2", State: "PA", Time: time.Date(2026, 5, 20, 10, 0, 0, 500e6, time.UTC), Pos: orb.Point{-75.5467, 39.7391},
		Make: "HONDA", Model: "CR-V", Color: "BLUE", HeadingDeg: 182.5, Camera: "agent7/3", Photos: 2,
	}
	wantRead.Confidence = got.Read.Confidence
	if got.Read.Detection != wantRead || math.Abs(got.Read.Confidence-0.914) > 1e-9 {
		t.Errorf("read\n%+v\nwant\n%+v", got.Read.Detection, wantRead)
	}
	if got.Lane != (feed.Lane{Source: "pd", Region: "de"}) || got.Read.Passes != 1 || got.Read.Box != (feed.Box{W: 40, H: 30}) {
		t.Errorf("%+v", got)
	}
	if p := got.Read.Pictures; len(p) != 2 || p[0].Kind != "vehicle" || p[1].Kind != "plate" || string(got.Pictures[p[0].SHA256]) != string(crop) || string(got.Pictures[p[1].SHA256]) != string(plate) {
		t.Errorf("pictures %v", p)
	}
	if len(out.report.Unknown) != 0 {
		t.Errorf("unknown words %v", out.report.Unknown)
	}
}

func TestOpenALPRByField(t *testing.T) {
	base := golden(t, "group.json")
	for _, c := range []struct {
		name, reason string
		change       map[string]any
		ok           func(r feed.Read) bool
	}{
		{"no id: derived", "", map[string]any{"best_uuid": nil}, func(r feed.Read) bool { return strings.HasPrefix(r.ID, "d-") && len(r.ID) == 34 }},
		{"long id: its digest", "", map[string]any{"best_uuid": strings.Repeat("x", 65)}, func(r feed.Read) bool { return strings.HasPrefix(r.ID, "u-") && len(r.ID) == 34 }},
		{"plate of best_plate", "", map[string]any{"best_plate_number": ""}, func(r feed.Read) bool { return r.Plate == "2TSTBB2" }},
		{"plate not a text", "best_plate_number: a text is expected, this is a list", map[string]any{"best_plate_number": []int{1}}, nil},
		{"plate of signs", "plate", map[string]any{"best_plate_number": "?!"}, nil},
		{"no plate", "plate", map[string]any{"best_plate_number": nil, "best_plate": nil}, nil},
		{"state with country", "", map[string]any{"best_region": "de", "country": "us"}, func(r feed.Read) bool { return r.State == "DE" }},
		{"Germany is not Delaware", "", map[string]any{"best_region": "eu-de", "country": "eu"}, func(r feed.Read) bool { return r.State == "GERMANY" }},
		{"country alone", "", map[string]any{"best_region": "ca", "country": ""}, func(r feed.Read) bool { return r.State == "CANADA" }},
		{"province", "", map[string]any{"best_region": "ca-on"}, func(r feed.Read) bool { return r.State == "ON" }},
		{"a region that no table has", "", map[string]any{"best_region": "br-sp"}, func(r feed.Read) bool { return r.State == "BR-SP" }},
		{"seconds", "are these seconds", map[string]any{"epoch_start": 1779271200}, nil},
		{"no time", "time is empty", map[string]any{"epoch_start": nil}, nil},
		{"half a millisecond", "no time in milliseconds", map[string]any{"epoch_start": 1779271200500.5}, nil},
		{"ahead within the skew", "", map[string]any{"epoch_start": testNow.Add(9 * time.Minute).UnixMilli()}, func(r feed.Read) bool { return r.Time.After(testNow) }},
		{"ahead of the clock", "ahead of now", map[string]any{"epoch_start": testNow.Add(11 * time.Minute).UnixMilli()}, nil},
		{"a clock that was never set", "before 1990", map[string]any{"epoch_start": 315532800000}, nil},
		{"0, 0: the camera's place", "", map[string]any{"gps_latitude": 0, "gps_longitude": 0}, func(r feed.Read) bool { return r.Pos == orb.Point{-75.56, 39.75} }},
		{"0, 0 and no camera", "no position: the read says 0, 0", map[string]any{"gps_latitude": 0, "gps_longitude": 0, "camera_id": 99}, nil},
		{"no place and no camera", "no position: the read has none", map[string]any{"gps_latitude": nil, "gps_longitude": nil, "camera_id": 99}, nil},
		{"half a place", "one of gps_latitude", map[string]any{"gps_latitude": nil}, nil},
		{"off the earth", "lat 91", map[string]any{"gps_latitude": 91}, nil},
		{"latitude in words", "gps_latitude: \"north\" is not a number", map[string]any{"gps_latitude": "north"}, nil},
		{"no direction", "", map[string]any{"travel_direction": -1}, func(r feed.Read) bool { return r.HeadingDeg == detection.NoHeading }},
		{"360 is north", "", map[string]any{"travel_direction": 360}, func(r feed.Read) bool { return r.HeadingDeg == 0 }},
		{"direction 400", "travel_direction 400", map[string]any{"travel_direction": 400}, nil},
		{"confidence 101", "outside 0 to 100", map[string]any{"best_confidence": 101}, nil},
		{"confidence of the plate", "", map[string]any{"best_confidence": nil}, func(r feed.Read) bool { return r.Confidence == 0.9 }},
		{"confidence 0.5 of 100", "", map[string]any{"best_confidence": 0.5}, func(r feed.Read) bool { return r.Confidence == 0.005 }},
		{"no vehicle", "", map[string]any{"vehicle": nil}, func(r feed.Read) bool { return r.Make == "" && r.Model == "" && r.Color == "" }},
		{"vehicle is a text", "vehicle: an object is expected", map[string]any{"vehicle": "car"}, nil},
		{"colours are numbers", "vehicle.color[0]: an object is expected", map[string]any{"vehicle.color": []int{1}}, nil},
		{"a year", "", map[string]any{"vehicle.year": []any{map[string]any{"name": "2019", "confidence": 5}}}, func(r feed.Read) bool { return r.Year == 2019 }},
		{"silver-gray", "", map[string]any{"vehicle.color": []any{map[string]any{"name": "silver-gray", "confidence": 5}}}, func(r feed.Read) bool { return r.Color == "GRAY" }},
		{"camera without agent", "", map[string]any{"agent_uid": nil, "camera_id": "C7"}, func(r feed.Read) bool { return r.Camera == "C7" && r.Source == detection.SourceCommercial }},
		{"broken picture: the read is taken", "", map[string]any{"vehicle_crop_jpeg": "%%%"}, func(r feed.Read) bool { return r.Photos == 0 }},
		{"region without picture: no box", "", map[string]any{}, func(r feed.Read) bool { return r.Box == feed.Box{} }},
		{"a picture of another size: no box", "", map[string]any{"vehicle_crop_jpeg": b64(jpegOf(t, 41, 30))}, func(r feed.Read) bool { return r.Photos == 1 && r.Box == feed.Box{} }},
		{"PNG", "", map[string]any{"vehicle_crop_jpeg": b64(pngOf(t, 40, 30))}, func(r feed.Read) bool { return r.Photos == 1 && r.Box.W == 40 }},
		{"another kind", `data_type "alpr_x" is not known`, map[string]any{"data_type": "alpr_x"}, nil},
		{"no kind", "data_type is missing", map[string]any{"data_type": nil}, nil},
	} {
		o := testOptions()
		o.Format = FormatOpenALPR
		r, reason := one(t, with(t, base, c.change), o)
		want(t, c.name, reason, c.reason)
		if c.ok != nil && !c.ok(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
	}
}

// TestOpenALPRKinds: what is no group is passed over, an alert's group is taken once.
func TestOpenALPRKinds(t *testing.T) {
	base := golden(t, "group.json")
	compact := with(t, base, nil)
	alert := `{"data_type":"alpr_alert","alert_list":"x","plate_number":"2TSTBB2","group":` + compact + `}`
	text := `{"data_type":"heartbeat"}` + "\n" + `{"data_type":"alpr_results","results":[]}` + "\n" + compact + "\n" + alert + "\n" + with(t, base, map[string]any{"is_preview": true}) + "\n"
	o := testOptions()
	o.Format = FormatOpenALPR
	out := openAll(t, text, o)
	if len(out.reads) != 1 || out.report.Redelivered != 1 || len(out.rejects) != 0 || out.report.Items != 5 {
		t.Errorf("%+v", out)
	}
	if want := map[string]int64{"heartbeat": 1, "alpr_results": 1, "alpr_group preview": 1}; !maps.Equal(out.report.Skipped, want) {
		t.Errorf("skipped %v", out.report.Skipped)
	}
	for _, bad := range []string{`{"data_type":"alpr_alert"}`, `{"data_type":"alpr_alert","group":{"data_type":"heartbeat"}}`} {
		if _, reason := one(t, bad, o); reason == "" {
			t.Errorf("%s was taken", bad)
		}
	}
}
