package demo

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"
)

func world(t testing.TB, o Options) *World {
	t.Helper()
	w, err := New(DefaultSeed, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestRowCountIsExactAndOrderHolds(t *testing.T) {
	for _, o := range []Options{
		{Rows: 0},
		{Rows: 1},
		{Rows: 7},
		{Rows: 999},
		{Rows: StoriesFrom - 1},
		{Rows: StoriesFrom},
		{Rows: 50_001},
		{Rows: 3000, Days: 1},
		{Rows: 20_000, Days: 2, Vehicles: 10},
		{Rows: 500, Days: 400, Vehicles: 3},
		{Rows: 40_000, Days: 1, Vehicles: 1},
		{Rows: 5000, Days: 1, End: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC)},
		{Rows: 5000, Days: 30, End: time.Date(2027, 11, 20, 0, 0, 0, 0, time.UTC)},
	} {
		w := world(t, o)
		from, to := w.Range()
		n, lastMs, lastID := 0, int64(math.MinInt64), uint64(0)
		for r := range w.Detections() {
			n++
			id, err := strconv.ParseUint(r.ID, 10, 64)
			if err != nil || id <= lastID {
				t.Fatalf("%+v: row %d: id %q after %d", o, n, r.ID, lastID)
			}
			if r.TimeMs < lastMs {
				t.Fatalf("%+v: row %d goes back in time", o, n)
			}
			if r.TimeMs < from.UnixMilli() || r.TimeMs >= to.UnixMilli() {
				t.Fatalf("%+v: row %d at %v is outside the world", o, n, r.Time())
			}
			lastMs, lastID = r.TimeMs, id
		}
		if n != o.Rows {
			t.Errorf("%+v: %d rows", o, n)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{
		{Rows: -1},
		{Rows: MaxRows + 1},
		{Days: -1},
		{Days: 4000},
		{Vehicles: -2},
		{Vehicles: 20_000_000},
		{End: time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if _, err := New(1, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func digest(w *World) string {
	h := sha256.New()
	for r := range w.Detections() {
		fmt.Fprintln(h, r)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := digest(world(t, Options{Rows: 20_000})), digest(world(t, Options{Rows: 20_000}))
	if a != b {
		t.Error("two worlds of one seed differ")
	}
	other, err := New(DefaultSeed+1, Options{Rows: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	if digest(other) == a {
		t.Error("another seed gives the same world")
	}
	w := world(t, Options{Rows: 20_000}) // stopping early must not disturb the next pass
	for range w.Detections() {
		break
	}
	if digest(w) != a {
		t.Error("a second pass over one world differs")
	}
}

func TestRowsAreWellFormed(t *testing.T) {
	w := world(t, Options{Rows: 60_000})
	cams := map[string]Camera{}
	for _, c := range w.Cameras() {
		if _, twice := cams[c.ID]; twice {
			t.Errorf("camera %s twice", c.ID)
		}
		cams[c.ID] = c
	}
	one, mobile, misread := 0, 0, 0
	plates := map[string]bool{}
	for r := range w.Detections() {
		c, ok := cams[r.Camera]
		switch {
		case !ok:
			t.Fatalf("row %s: unknown camera %q", r.ID, r.Camera)
		case c.Source != r.Source:
			t.Fatalf("row %s: source %q of camera %+v", r.ID, r.Source, c)
		case c.Kind == "fixed" && (r.Lon != c.Lon || r.Lat != c.Lat):
			t.Fatalf("row %s is not at its camera", r.ID)
		case c.Kind == "fixed" && turn(r.HeadingDeg, c.HeadingDeg) > 6:
			t.Fatalf("row %s: heading %v at a camera for %v", r.ID, r.HeadingDeg, c.HeadingDeg)
		case r.HeadingDeg < 0 || r.HeadingDeg >= 360 || r.HeadingDeg != math.Trunc(r.HeadingDeg):
			t.Fatalf("row %s: heading %v", r.ID, r.HeadingDeg)
		case r.Lon != round6(r.Lon) || r.Lat != round6(r.Lat) || r.Lon < -75.81 || r.Lon > -75.0 || r.Lat < 38.4 || r.Lat > 39.9:
			t.Fatalf("row %s: at %v %v", r.ID, r.Lon, r.Lat)
		case r.Confidence < 0.4 || r.Confidence > 0.99:
			t.Fatalf("row %s: confidence %v", r.ID, r.Confidence)
		case r.Photos != 1 && r.Photos != 2:
			t.Fatalf("row %s: %d photos", r.ID, r.Photos)
		case r.Year != 0 && (r.Year < 2001 || r.Year > 2027):
			t.Fatalf("row %s: year %d", r.ID, r.Year)
		}
		for _, b := range []byte(r.Plate) {
			if !(b >= '0' && b <= '9' || b >= 'A' && b <= 'Z') {
				t.Fatalf("row %s: plate %q", r.ID, r.Plate)
			}
		}
		plates[r.Plate] = true
		if r.Photos == 1 {
			one++
		}
		if c.Kind == "mobile" {
			mobile++
		}
		v, ok := w.Truth(r.ID, r.Plate, r.State)
		if !ok {
			t.Fatalf("row %s %s %s has no truth", r.ID, r.Plate, r.State)
		}
		if v.Plate != r.Plate || v.State != r.State {
			misread++
			if r.Confidence > 0.86 {
				t.Fatalf("row %s is misread with confidence %v", r.ID, r.Confidence)
			}
		} else if r.Make != "" && (r.Make != v.Make || r.Model != v.Model) {
			t.Fatalf("row %s: %s %s, really %+v", r.ID, r.Make, r.Model, v)
		}
	}
	t.Logf("%d plates, %d mobile, %d misread, %d with one photo", len(plates), mobile, misread, one)
	within(t, "mobile share", float64(mobile)/60_000, 0.13, 0.25)
	within(t, "misread share", float64(misread)/60_000, 0.02, 0.05)
	within(t, "one-photo share", float64(one)/60_000, 0.008, 0.02)
	within(t, "plates", float64(len(plates)), 8000, 30_000)
}

func within(t *testing.T, what string, v, lo, hi float64) {
	t.Helper()
	if v < lo || v > hi {
		t.Errorf("%s: %.4g, want %.4g to %.4g", what, v, lo, hi)
	}
}

func turn(a, b float64) float64 {
	d := math.Abs(a - b)
	return math.Min(d, 360-d)
}

// A vehicle cannot be read at two places that it could not drive between.
func TestNobodyIsInTwoPlaces(t *testing.T) {
	w := world(t, Options{Rows: 60_000, Days: 6})
	type last struct {
		ms       int64
		lon, lat float64
	}
	seen := map[string]last{}
	worst, jumps := 0.0, 0
	for r := range w.Detections() {
		v, _ := w.Truth(r.ID, r.Plate, r.State)
		k := v.Plate + v.State
		if p, ok := seen[k]; ok {
			m := math.Hypot((p.lon-r.Lon)*86150, (p.lat-r.Lat)*111040)
			speed := (m - 150) / (float64(r.TimeMs-p.ms)/1000 + 1)
			if speed > 33 {
				jumps++
				worst = math.Max(worst, speed)
			}
		}
		seen[k] = last{r.TimeMs, r.Lon, r.Lat}
	}
	if jumps > 0 {
		t.Errorf("%d jumps, the worst at %.0f m/s", jumps, worst)
	}
}

func TestRhythmOfDayAndWeek(t *testing.T) {
	w := world(t, Options{Rows: 60_000, Days: 84})
	var hour [24]int
	var weekday [7]int
	for r := range w.Detections() {
		at := Eastern(r.Time())
		weekday[at.Weekday()]++
		if at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
			hour[at.Hour()]++
		}
	}
	t.Logf("hours %v, weekdays %v", hour, weekday)
	if hour[7] < 3*hour[3] || hour[17] < 3*hour[3] {
		t.Error("the rush hours do not stand out from the night")
	}
	if hour[7] < hour[10] || hour[17] < hour[14] {
		t.Error("the rush hours do not stand out from the day")
	}
	for _, h := range hour {
		if h == 0 {
			t.Error("an hour is empty")
		}
	}
	if weekday[0] >= weekday[3]*8/10 || weekday[5] < weekday[0] {
		t.Error("the weekend does not stand out")
	}
}

func TestEasternTime(t *testing.T) {
	for in, want := range map[string]string{
		"2026-03-08T06:59:59Z": "01:59:59 EST", "2026-03-08T07:00:00Z": "03:00:00 EDT",
		"2026-11-01T05:59:59Z": "01:59:59 EDT", "2026-11-01T06:00:00Z": "01:00:00 EST",
		"2026-05-21T13:12:00Z": "09:12:00 EDT",
	} {
		at, err := time.Parse(time.RFC3339, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Eastern(at).Format("15:04:05 MST"); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func BenchmarkDetections(b *testing.B) {
	for _, rows := range []int{300_000, 3_000_000} {
		b.Run(strconv.Itoa(rows), func(b *testing.B) {
			for range b.N {
				n := 0
				for range world(b, Options{Rows: rows}).Detections() {
					n++
				}
			}
			b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
