package detcsv_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

const head = "id,plate,state,time,lon,lat,make,model,color,year,heading,camera,source,confidence\n"

func read(t testing.TB, text string) ([]detection.Detection, []detcsv.Reject, error) {
	t.Helper()
	r, err := detcsv.NewReader(strings.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	var rejects []detcsv.Reject
	var rows []detection.Detection
	for d, err := range r.Rows(func(j detcsv.Reject) error { rejects = append(rejects, j); return nil }) {
		if err != nil {
			return rows, rejects, err
		}
		rows = append(rows, d)
	}
	return rows, rejects, nil
}

func TestRowsAreNormalised(t *testing.T) {
	rows, rejects, err := read(t, "\ufeff"+head+
		"7, 7kd-m482,de,2026-05-09T02:47:31.25-04:00,-75.54,39.73,Toyota, Camry  LE ,red,2016,360,WIL-014,Law-Enforcement,97\r\n"+
		"8,ABC123,,1211242756,-122.39412,37.75135,,,,,,,,\n")
	if err != nil || len(rejects) > 0 {
		t.Fatal(err, rejects)
	}
	want := []detection.Detection{
		{
			ID: "7", Plate: "7KDM482", State: "DE", Time: time.Date(2026, 5, 9, 6, 47, 31, 250e6, time.UTC), Pos: orb.Point{-75.54, 39.73},
			Make: "TOYOTA", Model: "CAMRY LE", Color: "RED", Year: 2016, Camera: "WIL-014", Source: detection.SourceLawEnforcement, Confidence: 0.97,
		},
		{
			ID: "8", Plate: "ABC123", Time: time.Unix(1211242756, 0).UTC(), Pos: orb.Point{-122.39412, 37.75135},
			HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
		},
	}
	if len(rows) != 2 || rows[0] != want[0] || rows[1] != want[1] {
		t.Errorf("got %+v\nwant %+v", rows, want)
	}
}

func TestBadRowsAreRejectedAndTheRestIsTaken(t *testing.T) {
	good := "1,ABC123,DE,1211242756,-75,39,,,,,,,,\n"
	for name, c := range map[string]struct{ line, reason string }{
		"no id":             {",ABC123,DE,1211242756,-75,39,,,,,,,,", "id is empty"},
		"no plate":          {"2,,DE,1211242756,-75,39,,,,,,,,", "plate is empty"},
		"plate characters":  {"2,ÄBC,DE,1211242756,-75,39,,,,,,,,", "plate holds “Ä”"},
		"plate too long":    {"2,ABCDEFGHIJKLM,DE,1211242756,-75,39,,,,,,,,", "plate is longer than 12 characters"},
		"time":              {"2,ABC,DE,yesterday,-75,39,,,,,,,,", `time "yesterday" is neither RFC 3339 nor Unix seconds`},
		"milliseconds":      {"2,ABC,DE,1211242756000,-75,39,,,,,,,,", `time "1211242756000" is beyond the year 2286; are these milliseconds?`},
		"NaN":               {"2,ABC,DE,1211242756,NaN,39,,,,,,,,", `lon "NaN" is not a number`},
		"outside":           {"2,ABC,DE,1211242756,-75,139,,,,,,,,", "lat 139 is outside -90 to 90"},
		"year":              {"2,ABC,DE,1211242756,-75,39,,,,16,,,,", `year "16" is no model year from 1885 to 2200`},
		"source":            {"2,ABC,DE,1211242756,-75,39,,,,,,,spy,", `source "spy" is neither law-enforcement nor commercial`},
		"too few fields":    {"2,ABC,DE", "the line has 3 fields, the header 14"},
		"an open quote":     {`2,"ABC,DE,1211242756,-75,39,,,,,,,,`, "a quote is not closed or stands inside a field, at character 36"},
		"not UTF-8":         {"2,AB\xff,DE,1211242756,-75,39,,,,,,,,", "the line is not UTF-8"},
		"an endless line":   {strings.Repeat("9", 1<<20), "the line is longer than 65536 bytes"},
		"control character": {"2\x01,ABC,DE,1211242756,-75,39,,,,,,,,", "id holds a character that does not show"},
		"turned text":       {"2,ABC,DE,1211242756,-75,39,,,,,,CAM \u202Exe,,", "camera holds a character that does not show"},
	} {
		t.Run(name, func(t *testing.T) {
			rows, rejects, err := read(t, head+good+c.line+"\n"+strings.Replace(good, "1,", "3,", 1))
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) != 2 || rows[1].ID != "3" {
				t.Errorf("rows %+v", rows)
			}
			if len(rejects) != 1 || rejects[0].Line != 3 || rejects[0].Reason != c.reason {
				t.Errorf("rejects %.300v, want line 3: %s", rejects, c.reason)
			}
		})
	}
}

func TestHeaderIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, problem string }{
		"empty":          {"", "is missing"},
		"extra column":   {"id,plate,time,lon,lat,driver\n", `"driver"`},
		"missing column": {"id,plate,time,lon\n", `no column "lat"`},
		"twice":          {"id,plate,time,lon,lat,ID\n", "twice"},
		"UTF-16":         {"\xff\xfei\x00d\x00", "UTF-16"},
		"binary":         {"PK\x03\x04\x00\x00\n", "not text"},
	} {
		_, _, err := read(t, c.text)
		var field *detection.FieldError
		if !errors.As(err, &field) || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: got %v, want %s", name, err, c.problem)
		}
	}
}

func TestGzipAndItsBomb(t *testing.T) {
	pack := func(text []byte) string {
		var buf bytes.Buffer
		w := gzip.NewWriter(&buf)
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return buf.String()
	}
	rows, _, err := read(t, pack([]byte(head+"1,ABC123,DE,1211242756,-75,39,,,,,,,,\n")))
	if err != nil || len(rows) != 1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if _, _, err := read(t, pack(append([]byte(head), make([]byte, 64<<20)...))); !errors.Is(err, detection.ErrInvalid) {
		t.Errorf("a bomb gave %v", err)
	}
	whole := pack([]byte(head + strings.Repeat("1,ABC123,DE,1211242756,-75,39,,,,,,,,\n", 999)))
	if _, _, err := read(t, whole[:len(whole)-10]); err == nil {
		t.Error("a cut gzip file was taken as whole")
	}
}

// TestRoundTrip writes with encoding/csv and strconv and reads back the same values.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lon, lat := rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")
		at := time.UnixMilli(rapid.Int64Range(0, 9e12).Draw(t, "ms")).UTC()
		maker := rapid.StringMatching(`[A-Z",&-]{0,10}`).Draw(t, "make")
		var buf bytes.Buffer
		w := csv.NewWriter(&buf)
		f := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
		_ = w.Write([]string{"lat", "lon", "time", "plate", "id", "make"})
		_ = w.Write([]string{f(lat), f(lon), at.Format(time.RFC3339Nano), "ABC123", "x", maker})
		w.Flush()
		r, err := detcsv.NewReader(&buf)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for d, err := range r.Rows(func(j detcsv.Reject) error { return fmt.Errorf("rejected: %s", j.Reason) }) {
			if err != nil {
				t.Fatal(err)
			}
			if d.Pos != (orb.Point{lon, lat}) || !d.Time.Equal(at) || d.Make != maker {
				t.Fatalf("got %+v, want %v %v %v %q", d, lon, lat, at, maker)
			}
			n++
		}
		if n != 1 {
			t.Fatalf("%d rows", n)
		}
	})
}

func TestRealFileHasNoRejects(t *testing.T) {
	f, err := os.Open("../../../../shared/data/sf-vehicles-2008-05-20.csv.gz")
	if err != nil {
		t.Skipf("the real positions are not beside this checkout: %v", err)
	}
	defer f.Close()
	r, err := detcsv.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range r.Rows(func(j detcsv.Reject) error { return fmt.Errorf("line %d: %s", j.Line, j.Reason) }) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 436714 {
		t.Errorf("%d rows, want 436,714", n)
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(head + "1,ABC123,DE,1211242756,-75,39,,,,,,,,\n"))
	f.Add([]byte("id,plate,time,lon,lat\n\"1\",A,2026-05-09T02:47:31Z,1e2,-0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := detcsv.NewReader(bytes.NewReader(data))
		if err != nil {
			return
		}
		for d, err := range r.Rows(func(detcsv.Reject) error { return nil }) {
			if err != nil {
				return
			}
			if detection.CheckPlate(d.Plate) != nil || d.ID == "" || d.Pos[0] < -180 || d.Pos[0] > 180 || d.Pos[1] < -90 || d.Pos[1] > 90 {
				t.Fatalf("took %+v", d)
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	var text strings.Builder
	text.WriteString(head)
	for i := range 10000 {
		fmt.Fprintf(&text, "%d,3EUE211,CA,%d,-122.39412,37.75135,FORD,CROWN VICTORIA,BLUE,2007,,,commercial,\n", i, 1211242756+i)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if rows, _, err := read(b, text.String()); err != nil || len(rows) != 10000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*10000/b.Elapsed().Seconds(), "rows/s")
}
