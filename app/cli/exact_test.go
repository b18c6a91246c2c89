package cli_test

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/app/cli"
)

// TestExactSanFrancisco: 436,714 real positions are imported with no reject, and geographic
// and common-plate queries over downtown San Francisco answer, through the command line,
// exactly as a scan of the file does (Q-GEO-1, Q-COM-1, Q-ALL-1, Q-ALL-3, Q-ALL-4). The scan
// shares no code with the engine: its own reader, its own point-in-polygon in rationals,
// its own grouping.
func TestExactSanFrancisco(t *testing.T) {
	if testing.Short() {
		t.Skip("imports 436,714 rows")
	}
	file := filepath.Join(sharedData(t), "sf-vehicles-2008-05-20.csv.gz")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the shared test data is absent (%v): exactness over real positions is not shown here", err)
	}
	w, err := world()
	if err != nil {
		t.Fatal(err)
	}
	station := filepath.Join(t.TempDir(), "sf")
	all := scanFile(t, file)
	if len(all) != 436_714 {
		t.Fatalf("the scan reads %d rows", len(all))
	}
	run := func(stdin string, args ...string) []byte {
		t.Helper()
		var stdout, stderr bytes.Buffer
		vars := map[string]string{
			"HOME": station, "CORDON_DATA": station, "CORDON_USER": w.accounts[0].User,
			"CORDON_PASSWORD": w.accounts[0].Password, "CORDON_TOTP": w.accounts[0].TOTP,
		}
		status := cli.Run(t.Context(), append(args, "--accept-rules", w.rules), cli.Env{
			Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr, GOOS: "linux", Clock: time.Now,
			Getenv: func(k string) string { return vars[k] },
		})
		if status != 0 {
			t.Fatalf("%v: exit status %d\n%s", args, status, stderr.String())
		}
		return stdout.Bytes()
	}
	run("", "demo", "--rows", "0")
	var imported struct {
		Rows, Duplicates, Rejects int64
		PerSecond                 float64 `json:"rows_per_second"`
	}
	if err := json.Unmarshal(run("", "import", file, "--json"), &imported); err != nil {
		t.Fatal(err)
	}
	if imported.Rows != 436_714 || imported.Rejects != 0 || imported.Duplicates != 0 {
		t.Fatalf("imported %+v", imported)
	}
	t.Logf("imported at %.0f rows a second", imported.PerSecond)

	queries := downtownQueries(all)
	var lines bytes.Buffer
	for _, q := range queries {
		b, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(b, '\n'))
	}
	answers := bufio.NewScanner(bytes.NewReader(run(lines.String(), "query", "-", "--batch", "--confirm")))
	answers.Buffer(nil, 64<<20)
	var filled, cut, common int
	for i, q := range queries {
		if !answers.Scan() {
			t.Fatalf("only %d answers to %d queries", i, len(queries))
		}
		scanned := scanAnswer(all, q)
		want, err := json.Marshal(scanned)
		if err != nil {
			t.Fatal(err)
		}
		if scanned.Count > 0 {
			filled++
			if q.Kind == "common" {
				common++
			}
			if scanned.Cut && q.Limit == nil {
				cut++
			}
		}
		got := comparable(t, answers.Bytes())
		if !bytes.Equal(got, want) {
			t.Errorf("query %d (%s, %d areas) differs at byte %d:\n got %s\nwant %s", i, q.Kind, len(q.Areas), firstDifference(got, want), around(got, want), around(want, got))
		}
	}
	t.Logf("%d queries, %d with an answer, %d of them common-plate, %d cut at 5,000", len(queries), filled, common, cut)
	if filled < len(queries)*3/4 || common < 8 || cut < 1 {
		t.Error("the queries are too poor to show anything")
	}
}

// record is one row of the file, read by the test itself.
type record struct {
	id          int
	plate       string
	state       string
	at          int64 // Unix seconds
	lon, lat    float64
	maker, tint string
	year        int
}

func scanFile(t *testing.T, name string) []record {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, h := range rows[0] {
		col[h] = i
	}
	number := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	out := make([]record, 0, len(rows)-1)
	for _, x := range rows[1:] {
		rec := record{
			id: int(number(x[col["id"]])), plate: x[col["plate"]], state: x[col["state"]], at: int64(number(x[col["time"]])),
			lon: number(x[col["lon"]]), lat: number(x[col["lat"]]), maker: x[col["make"]], tint: x[col["color"]],
		}
		if y := x[col["year"]]; y != "" {
			rec.year = int(number(y))
		}
		out = append(out, rec)
	}
	return out
}

// The query as the test writes it: field names are those of design section 5.
type sfQuery struct {
	Kind     string         `json:"kind"`
	Areas    []sfArea       `json:"areas"`
	Windows  []sfWindow     `json:"windows"`
	Make     []string       `json:"make,omitempty"`
	Color    []string       `json:"color,omitempty"`
	Year     map[string]int `json:"year,omitempty"`
	MinAreas int            `json:"min_areas,omitempty"`
	Limit    *int           `json:"limit,omitempty"`
	Purpose  map[string]any `json:"purpose"`
	from, to int64
}

type sfArea struct {
	Name     string `json:"name"`
	Geometry struct {
		Type        string         `json:"type"`
		Coordinates [][][2]float64 `json:"coordinates"`
	} `json:"geometry"`
}

type sfWindow struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// downtownQueries are shapes of all sizes over downtown, some with holes, some with
// corners and edges on recorded positions, with and without refinements.
func downtownQueries(all []record) []sfQuery {
	r := rand.New(rand.NewPCG(20080520, 1))
	var out []sfQuery
	for i := range 36 {
		q := sfQuery{Kind: "geo", Purpose: map[string]any{
			"reason": "criminal-investigation", "case": "HSI-2026-00123", "subject": "exactness", "attested": true,
			"justification": "A measured comparison with a scan of the same file.",
		}}
		hours := []int64{1, 6, 24}[i%3]
		q.from = 1211241600 + r.Int64N(86_400-hours*3600+1)
		q.to = q.from + hours*3600
		q.Windows = []sfWindow{{time.Unix(q.from, 0).UTC().Format(time.RFC3339), time.Unix(q.to, 0).UTC().Format(time.RFC3339)}}
		n := 1 + r.IntN(3)
		if i%3 == 2 {
			q.Kind, n = "common", 2+r.IntN(4)
			q.MinAreas = 2 + r.IntN(n-1)
		}
		for k := range n {
			centre := all[r.IntN(len(all))]
			for centre.lon < -122.43 || centre.lon > -122.39 || centre.lat < 37.77 || centre.lat > 37.80 {
				centre = all[r.IntN(len(all))]
			}
			size := []float64{0.0003, 0.002, 0.008}[r.IntN(3)]
			if i%12 == 9 {
				size = 0.03 // most of downtown: more than the 5,000 that are returned
			}
			var a sfArea
			a.Name, a.Geometry.Type = string(rune('A'+k)), "Polygon"
			switch r.IntN(3) {
			case 0: // a box whose edges run through a recorded position
				a.Geometry.Coordinates = [][][2]float64{box(centre.lon, centre.lat, centre.lon+size, centre.lat+size)}
			case 1: // a star with a corner on a recorded position
				a.Geometry.Coordinates = [][][2]float64{star(r, centre.lon, centre.lat, size)}
			default: // a box with a hole
				a.Geometry.Coordinates = [][][2]float64{
					box(centre.lon-size, centre.lat-size, centre.lon+size, centre.lat+size),
					box(centre.lon-size/2, centre.lat-size/2, centre.lon, centre.lat),
				}
			}
			q.Areas = append(q.Areas, a)
		}
		switch i % 5 {
		case 1:
			q.Color = []string{"BLUE", "WHITE"}
		case 2:
			q.Make = []string{"FORD"}
		case 3:
			q.Year = map[string]int{"min": 2004, "max": 2007}
		}
		if i%7 == 6 {
			zero := 0
			q.Limit = &zero
		}
		out = append(out, q)
	}
	return out
}

func box(x1, y1, x2, y2 float64) [][2]float64 {
	return [][2]float64{{x1, y1}, {x2, y1}, {x2, y2}, {x1, y2}, {x1, y1}}
}

// star is a simple polygon around a point left of its first corner, which is (x, y).
func star(r *rand.Rand, x, y, size float64) [][2]float64 {
	cx := x - size
	ring := [][2]float64{{x, y}}
	for _, d := range [][2]float64{{0.7, 0.7}, {0, 1}, {-0.7, 0.7}, {-1, 0}, {-0.7, -0.7}, {0, -1}, {0.7, -0.7}} {
		k := size * (0.3 + 0.7*r.Float64())
		ring = append(ring, [2]float64{cx + d[0]*k, y + d[1]*k})
	}
	return append(ring, [2]float64{x, y})
}

// sfAnswer is what is compared: everything that the data determine.
type sfAnswer struct {
	Count    int              `json:"count"`
	Returned int              `json:"returned"`
	Cut      bool             `json:"cut"`
	Rows     []map[string]any `json:"rows"`
}

func scanAnswer(all []record, q sfQuery) sfAnswer {
	type hit struct {
		record
		areas []string
	}
	var hits []hit
	for _, rec := range all {
		if rec.at < q.from || rec.at >= q.to ||
			len(q.Make) > 0 && !slices.Contains(q.Make, rec.maker) || len(q.Color) > 0 && !slices.Contains(q.Color, rec.tint) ||
			len(q.Year) > 0 && (rec.year < q.Year["min"] || rec.year > q.Year["max"]) {
			continue
		}
		var in []string
		for _, a := range q.Areas {
			if inside(rec.lon, rec.lat, a.Geometry.Coordinates) {
				in = append(in, a.Name)
			}
		}
		if len(in) > 0 {
			hits = append(hits, hit{rec, in})
		}
	}
	limit := 5000
	if q.Limit != nil {
		limit = *q.Limit
	}
	a := sfAnswer{Count: len(hits), Rows: []map[string]any{}}
	if q.Kind == "geo" {
		slices.SortFunc(hits, func(x, y hit) int { return cmp.Or(cmp.Compare(y.at, x.at), cmp.Compare(y.id, x.id)) })
		for _, h := range hits[:min(limit, len(hits))] {
			a.Rows = append(a.Rows, map[string]any{"id": strconv.Itoa(h.id), "plate": h.plate, "state": h.state, "time": rfc(h.at), "lon": h.lon, "lat": h.lat, "areas": h.areas})
		}
	} else {
		byPlate := map[[2]string][]hit{}
		for _, h := range hits {
			k := [2]string{h.plate, h.state}
			byPlate[k] = append(byPlate[k], h)
		}
		type found struct {
			plate, state string
			counts       map[string]int
			reads        int
			first, last  int64
		}
		var plates []found
		for k, hs := range byPlate {
			f := found{k[0], k[1], map[string]int{}, len(hs), hs[0].at, hs[0].at}
			for _, h := range hs {
				f.first, f.last = min(f.first, h.at), max(f.last, h.at)
				for _, name := range h.areas {
					f.counts[name]++
				}
			}
			if len(f.counts) >= q.MinAreas {
				plates = append(plates, f)
			}
		}
		slices.SortFunc(plates, func(x, y found) int {
			return cmp.Or(cmp.Compare(len(y.counts), len(x.counts)), cmp.Compare(y.reads, x.reads), cmp.Compare(x.plate, y.plate), cmp.Compare(x.state, y.state))
		})
		a.Count = len(plates)
		for _, f := range plates[:min(limit, len(plates))] {
			a.Rows = append(a.Rows, map[string]any{"plate": f.plate, "state": f.state, "seen": len(f.counts), "counts": f.counts, "reads": f.reads, "first": rfc(f.first), "last": rfc(f.last)})
		}
	}
	a.Returned, a.Cut = len(a.Rows), len(a.Rows) < a.Count
	return a
}

func rfc(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }

// comparable keeps of an answer what scanAnswer knows, in the same form.
func comparable(t *testing.T, line []byte) []byte {
	t.Helper()
	var a struct {
		sfAnswer
		Error any `json:"error"`
	}
	if err := json.Unmarshal(line, &a); err != nil {
		t.Fatal(err)
	}
	if a.Error != nil {
		t.Fatalf("the answer is an error: %v", a.Error)
	}
	for _, row := range a.Rows {
		if _, isRead := row["id"]; isRead {
			keepOnly(row, "id", "plate", "state", "time", "lon", "lat", "areas")
		} else {
			keepOnly(row, "plate", "state", "seen", "counts", "reads", "first", "last")
		}
	}
	b, err := json.Marshal(a.sfAnswer)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func keepOnly(m map[string]any, keys ...string) {
	for k := range m {
		if !slices.Contains(keys, k) {
			delete(m, k)
		}
	}
}

func firstDifference(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

func around(a, b []byte) string {
	i := firstDifference(a, b)
	return fmt.Sprintf("…%s…", a[max(0, i-120):min(len(a), i+120)])
}
