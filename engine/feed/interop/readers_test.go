package interop

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
	"cordon/engine/geo"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/paulmach/orb"
)

const rows = 2*segment.GroupRows/10*10 + 17

// written makes a segment of rows in a lane's folder, as in a bucket.
func written(t *testing.T) ([]feed.Read, *feed.Record, string) {
	t.Helper()
	reads := fleet(rows)
	for i := range reads {
		for k := range i % 3 {
			reads[i].Pictures = append(reads[i].Pictures, feed.Picture{Kind: []string{"vehicle", "plate"}[k], SHA256: sha256.Sum256([]byte{byte(i), byte(k)}), Bytes: int64(i + 1)})
		}
		reads[i].Photos = len(reads[i].Pictures)
	}
	dir := filepath.Join(t.TempDir(), "segments", "period=2026-W20")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "one.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := segment.Write(f, seq(reads))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return reads, rec, path
}

// shapes are the areas of the polygon queries: a triangle, a concave one, one without reads.
func shapes() map[string]orb.Polygon {
	return map[string]orb.Polygon{
		"triangle": {{{-75.55, 39.62}, {-75.45, 39.65}, {-75.5, 39.78}, {-75.55, 39.62}}},
		"concave":  {{{-75.6, 39.6}, {-75.4, 39.6}, {-75.4, 39.8}, {-75.5, 39.65}, {-75.6, 39.8}, {-75.6, 39.6}}},
		"hole": {
			{{-75.58, 39.61}, {-75.42, 39.61}, {-75.42, 39.79}, {-75.58, 39.79}, {-75.58, 39.61}},
			{{-75.52, 39.68}, {-75.48, 39.68}, {-75.48, 39.72}, {-75.52, 39.72}, {-75.52, 39.68}},
		},
		"nothing": {{{10, 10}, {11, 10}, {11, 11}, {10, 10}}},
	}
}

// inside counts with the engine's own geometry.
func inside(t *testing.T, reads []feed.Read, p orb.Polygon) int64 {
	t.Helper()
	prepared, err := geo.Prepare(orb.MultiPolygon{p})
	if err != nil {
		t.Fatal(err)
	}
	n := int64(0)
	for i := range reads {
		if prepared.Contains(reads[i].Pos[0], reads[i].Pos[1]) {
			n++
		}
	}
	return n
}

// crossings is the even-odd rule in SQL, for engines without a spatial extension: how often
// a ray from the point to the east crosses the edges.
func crossings(p orb.Polygon) string {
	var terms []string
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			terms = append(terms, fmt.Sprintf("(((%g > lat) <> (%g > lat)) AND lon < (%g - (%g)) * (lat - (%g)) / (%g - (%g)) + (%g))::INT",
				a[1], b[1], b[0], a[0], a[1], b[1], a[1], a[0]))
		}
	}
	return "(" + strings.Join(terms, " + ") + ") % 2 = 1"
}

// TestDuckDB_F_1: DuckDB reads a segment and agrees on counts, extents, nulls and polygons.
func TestDuckDB_F_1(t *testing.T) {
	reads, rec, path := written(t)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Skipf("DuckDB cannot be had here: %v", err)
	}
	defer db.Close()
	from := "read_parquet('" + filepath.Join(filepath.Dir(filepath.Dir(path)), "*", "*.parquet") + "', hive_partitioning = true)"
	one := func(into any, query string) {
		t.Helper()
		if err := db.QueryRow(strings.ReplaceAll(query, "FEED", from)).Scan(into); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	var n int64
	if one(&n, "SELECT count(*) FROM FEED"); n != rec.Rows {
		t.Errorf("%d rows, want %d", n, rec.Rows)
	}
	if one(&n, "SELECT count(*) FROM FEED WHERE period = '2026-W20'"); n != rec.Rows {
		t.Errorf("%d rows of the week, want %d", n, rec.Rows)
	}
	for column, want := range map[string]float64{"min(lon)": rec.Box.Min[0], "max(lon)": rec.Box.Max[0], "min(lat)": rec.Box.Min[1], "max(lat)": rec.Box.Max[1]} {
		var got float64
		if one(&got, "SELECT "+column+" FROM FEED"); got != want {
			t.Errorf("%s is %v, want %v", column, got, want)
		}
	}
	for column, want := range map[string]time.Time{"min(time)": rec.From, "max(time)": rec.To} {
		var got time.Time
		if one(&got, "SELECT "+column+" FROM FEED"); !got.Equal(want) {
			t.Errorf("%s is %v, want %v", column, got, want)
		}
	}
	known, passes, photos, size, same := int64(0), int64(0), int64(0), int64(0), int64(0)
	one01 := feed.Digest(sha256.Sum256([]byte{1, 0}))
	for i := range reads {
		for _, p := range reads[i].Pictures {
			if p.SHA256 == one01 {
				same++
			}
			if photos++; p.Kind == "plate" {
				size += p.Bytes
			}
		}
		if reads[i].State != "" {
			known++
		}
		passes += int64(reads[i].Passes)
	}
	for column, want := range map[string]int64{
		"count(state)": known, "count(heading)": known, "count(box_x)": known, "count(confidence)": known, "sum(passes)::BIGINT": passes,
		"count(DISTINCT id)": rec.Rows, "sum(len(photos))::BIGINT": photos,
		"sum(coalesce(photos[2].bytes, 0))::BIGINT": size, "count(*) FILTER (WHERE photos[1].sha256 = from_hex('" + one01.String() + "'))": same,
	} {
		if one(&n, "SELECT "+column+" FROM FEED"); n != want {
			t.Errorf("%s is %d, want %d", column, n, want)
		}
	}
	for name, p := range shapes() {
		want := inside(t, reads, p)
		if one(&n, "SELECT count(*) FROM FEED WHERE "+crossings(p)); n != want {
			t.Errorf("%s: DuckDB counts %d, the engine %d", name, n, want)
		}
		t.Logf("%s: %d reads", name, want)
	}
}

// TestArrow_F_1: Arrow's reader reads a segment row for row, its geometry included, and the
// GeoParquet metadata say what is there.
func TestArrow_F_1(t *testing.T) {
	reads, rec, path := written(t)
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	geoParquet(t, f.MetaData().KeyValueMetadata().FindValue("geo"), rec)
	if got := f.NumRowGroups(); got != len(rec.Groups) {
		t.Errorf("%d row groups, want %d", got, len(rec.Groups))
	}
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := r.ReadTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	if table.NumRows() != rec.Rows {
		t.Fatalf("%d rows, want %d", table.NumRows(), rec.Rows)
	}
	row := 0
	tr := array.NewTableReader(table, 4096)
	defer tr.Release()
	counts := map[string]int64{}
	for tr.Next() {
		batch := tr.Record()
		col := func(name string) arrow.Array { return batch.Column(batch.Schema().FieldIndices(name)[0]) }
		id, plate, geometry := col("id").(*array.String), col("plate").(*array.String), col("geometry").(*array.Binary)
		lon, lat, at := col("lon").(*array.Float64), col("lat").(*array.Float64), col("time").(*array.Timestamp)
		heading, year, camera := col("heading").(*array.Float64), col("year").(*array.Int32), col("camera").(*array.String)
		for i := range int(batch.NumRows()) {
			want := &reads[row]
			x, y := wkb(t, geometry.Value(i))
			if id.Value(i) != want.ID || plate.Value(i) != want.Plate || lon.Value(i) != want.Pos[0] || lat.Value(i) != want.Pos[1] || x != want.Pos[0] || y != want.Pos[1] ||
				int64(at.Value(i)) != want.Time.UnixMilli() || year.IsNull(i) != (want.Year == 0) || camera.IsNull(i) != (want.Camera == "") ||
				heading.IsNull(i) != (want.HeadingDeg < 0) || !heading.IsNull(i) && heading.Value(i) != want.HeadingDeg {
				t.Fatalf("row %d: %v %v %v %v, want %+v", row, id.Value(i), plate.Value(i), lon.Value(i), lat.Value(i), want)
			}
			for name, p := range shapes() {
				if evenOdd(p, x, y) {
					counts[name]++
				}
			}
			row++
		}
	}
	for name, p := range shapes() {
		if want := inside(t, reads, p); counts[name] != want {
			t.Errorf("%s: a scan of Arrow's rows counts %d, the engine %d", name, counts[name], want)
		}
	}
}

// evenOdd tells whether a point lies in a polygon, by crossings of a ray to the east.
func evenOdd(p orb.Polygon, x, y float64) bool {
	in := false
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > y) != (b[1] > y) && x < (b[0]-a[0])*(y-a[1])/(b[1]-a[1])+a[0] {
				in = !in
			}
		}
	}
	return in
}

func wkb(t *testing.T, b []byte) (x, y float64) {
	t.Helper()
	if len(b) != 21 || b[0] != 1 || b[1] != 1 {
		t.Fatalf("geometry %x is no little-endian point", b)
	}
	number := func(b []byte) float64 {
		v := uint64(0)
		for i := 7; i >= 0; i-- {
			v = v<<8 | uint64(b[i])
		}
		return math.Float64frombits(v)
	}
	return number(b[5:]), number(b[13:])
}

// geoParquet checks the "geo" metadata after the GeoParquet 1.1 schema's required fields.
func geoParquet(t *testing.T, text *string, rec *feed.Record) {
	t.Helper()
	if text == nil {
		t.Fatal("no geo metadata")
	}
	var geo struct {
		Version string `json:"version"`
		Primary string `json:"primary_column"`
		Columns map[string]struct {
			Encoding string    `json:"encoding"`
			Types    []string  `json:"geometry_types"`
			BBox     []float64 `json:"bbox"`
			CRS      any       `json:"crs"`
		} `json:"columns"`
	}
	if err := json.Unmarshal([]byte(*text), &geo); err != nil {
		t.Fatal(err)
	}
	c, ok := geo.Columns[geo.Primary]
	if geo.Version != "1.1.0" || geo.Primary != "geometry" || !ok || c.Encoding != "WKB" || len(c.Types) != 1 || c.Types[0] != "Point" || c.CRS != nil || len(c.BBox) != 4 ||
		c.BBox[0] != rec.Box.Min[0] || c.BBox[1] != rec.Box.Min[1] || c.BBox[2] != rec.Box.Max[0] || c.BBox[3] != rec.Box.Max[1] {
		t.Errorf("geo metadata %s", *text)
	}
}
