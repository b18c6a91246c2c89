package cli_test

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

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
	a.Returned, a.Cut = len(a.Rows), limit > 0 && len(a.Rows) < a.Count
	return a
}

func rfc(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }
