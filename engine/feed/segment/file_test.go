package segment_test

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/segment"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// foreign is a file as other programs may write it.
type foreign struct {
	ID       int64     `parquet:"id"`
	Plate    string    `parquet:"plate"`
	Time     time.Time `parquet:"time,timestamp(microsecond)"`
	Geometry []byte    `parquet:"geometry"`
	Make     *string   `parquet:"make"`
	Year     *int64    `parquet:"year"`
	Heading  float32   `parquet:"heading"`
	Source   string    `parquet:"source,optional"`
	Conf     *float64  `parquet:"confidence"`
}

func point(x, y float64) []byte {
	b := []byte{0, 0, 0, 0, 1} // big-endian
	for _, v := range []float64{x, y} {
		for i := 7; i >= 0; i-- {
			b = append(b, byte(math.Float64bits(v)>>(8*i)))
		}
	}
	return b
}

func rowsOf(t *testing.T, file []byte) (rows []feed.Read, rejects []string, err error) {
	t.Helper()
	f, err := segment.ReadFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	for d, err := range f.Rows(func(_ int64, reason string) error { rejects = append(rejects, reason); return nil }) {
		if err != nil {
			return nil, nil, err
		}
		rows = append(rows, *d)
	}
	return rows, rejects, nil
}

// TestReadFile_F_3: files of other writers are taken in whatever they were packed with; what
// is no read is rejected by row.
func TestReadFile_F_3(t *testing.T) {
	text, year, share := "Ford ", int64(2019), 87.0
	at := monday.Add(1234567 * time.Microsecond)
	in := []foreign{
		{7, "abc-12", at, point(-75.5, 39.7), &text, &year, 360, "Law Enforcement", &share},
		{8, "XYZ", at, point(0, 0), nil, nil, 90.5, "", nil},
		{9, "", at, point(0, 0), nil, nil, 0, "", nil},
		{10, "A1", at, []byte("no point"), nil, nil, 0, "", nil},
		{11, "A2", at.AddDate(-900, 0, 0), point(0, 0), nil, nil, 0, "", nil},
	}
	for name, codec := range map[string]compress.Codec{"zstd": &parquet.Zstd, "snappy": &parquet.Snappy, "plain": &parquet.Uncompressed} {
		for _, version := range []int{1, 2} {
			var file bytes.Buffer
			if err := parquet.Write(&file, in, parquet.Compression(codec), parquet.DataPageVersion(version), parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain)); err != nil {
				t.Fatal(err)
			}
			rows, rejects, err := rowsOf(t, file.Bytes())
			if err != nil {
				t.Fatalf("%s, version %d: %v", name, version, err)
			}
			want := []feed.Read{
				{Passes: 1, Detection: detection.Detection{ID: "7", Plate: "ABC12", Time: monday.Add(1234 * time.Millisecond), Pos: [2]float64{-75.5, 39.7}, Make: "FORD", Year: 2019, Confidence: 0.87, Source: detection.SourceLawEnforcement}},
				{Passes: 1, Detection: detection.Detection{ID: "8", Plate: "XYZ", Time: monday.Add(1234 * time.Millisecond), HeadingDeg: 90.5, Confidence: detection.NoConfidence}},
			}
			if !reflect.DeepEqual(rows, want) {
				t.Errorf("%s, version %d:\n got %+v\nwant %+v", name, version, rows, want)
			}
			if len(rejects) != 3 || !strings.Contains(rejects[0], "plate") || !strings.Contains(rejects[1], "lon") || !strings.Contains(rejects[2], "time") {
				t.Errorf("rejects %q", rejects)
			}
		}
	}
}

// TestReadFileTakesSegments: a segment is a file with the standard columns, too.
func TestReadFileTakesSegments(t *testing.T) {
	rows := fleet(1000)
	var file bytes.Buffer
	if _, err := segment.Write(&file, seq(rows)); err != nil {
		t.Fatal(err)
	}
	got, rejects, err := rowsOf(t, file.Bytes())
	if err != nil || len(rejects) > 0 || !reflect.DeepEqual(got, rows) {
		t.Errorf("%d rows, rejects %q, %v", len(got), rejects, err)
	}
}

func TestReadFileRefusesColumns(t *testing.T) {
	type missing struct {
		ID    string    `parquet:"id"`
		Plate string    `parquet:"plate"`
		Time  time.Time `parquet:"time,timestamp(microsecond)"`
	}
	type extra struct {
		ID, Plate string
		Time      time.Time `parquet:"time,timestamp(millisecond)"`
		Lon, Lat  float64
		Driver    string `parquet:"driver"`
	}
	type wrong struct {
		ID    string  `parquet:"id"`
		Plate string  `parquet:"plate"`
		Time  string  `parquet:"time"`
		Lon   float64 `parquet:"lon"`
		Lat   float64 `parquet:"lat"`
	}
	write := func(t *testing.T, v any) []byte {
		var b bytes.Buffer
		w := parquet.NewWriter(&b, parquet.SchemaOf(v))
		if err := errors.Join(w.Write(v), w.Close()); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for _, c := range []struct {
		file    any
		column  string
		problem segment.Problem
	}{
		{missing{}, "lon and lat, or geometry,", segment.Missing},
		{extra{}, "ID", segment.Extra},
		{wrong{}, "time", segment.WrongType},
	} {
		_, err := segment.ReadFile(bytes.NewReader(write(t, c.file)), int64(len(write(t, c.file))))
		var column *segment.ColumnError
		if !errors.As(err, &column) || column.Column != c.column || column.Problem != c.problem || !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%T: %v", c.file, err)
		}
	}
	for _, junk := range []string{"", "PAR1", "id,plate\n1,2\n", "PAR1\xff\xff\xff\xffPAR1", strings.Repeat("\x00", 100) + "PAR1"} {
		if _, err := segment.ReadFile(strings.NewReader(junk), int64(len(junk))); !errors.Is(err, feed.ErrInvalid) && !errors.Is(err, feed.ErrDamaged) {
			t.Errorf("%q: %v", junk, err)
		}
	}
}

// TestOpenRefusesColumns: a Reader takes exactly the columns of a segment.
func TestOpenRefusesColumns(t *testing.T) {
	file, rec := foreignSegment(t, []foreign{{ID: 1, Plate: "A"}})
	var column *segment.ColumnError
	if _, err := segment.Open(rec, file[rec.Footer.Offset:]); !errors.As(err, &column) || column.Problem != segment.Missing || column.Column != "state" {
		t.Errorf("got %v", err)
	}
	type more struct {
		row
		Extra string `parquet:"extra"`
	}
	file, rec = foreignSegment(t, []more{{}})
	if _, err := segment.Open(rec, file[rec.Footer.Offset:]); !errors.As(err, &column) || column.Problem != segment.Extra || column.Column != "extra" {
		t.Errorf("got %v", err)
	}
	type wrong struct {
		row
		Passes int64 `parquet:"passes"`
	}
	file, rec = foreignSegment(t, []wrong{{}})
	if _, err := segment.Open(rec, file[rec.Footer.Offset:]); !errors.As(err, &column) || column.Problem == "" {
		t.Errorf("got %v", err)
	}
}

// TestHostile: files whose parts are damaged, with digests that name the damage, give errors
// and never take much memory.
func TestHostile(t *testing.T) {
	rows := fleet(60)
	var buf bytes.Buffer
	rec, err := segment.Write(&buf, seq(rows))
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < buf.Len(); at += 5 {
		for _, x := range []byte{0xff, 0x80, 0x01} {
			file := bytes.Clone(buf.Bytes())
			file[at] ^= x
			r := resign(rec, file)
			if got, err := readAll(r, file); err != nil && !errors.Is(err, feed.ErrInvalid) && !errors.Is(err, feed.ErrDamaged) {
				t.Fatalf("byte %d: %v", at, err)
			} else if err == nil && len(got) != len(rows) {
				t.Fatalf("byte %d: %d rows", at, len(got))
			}
			_, _, _ = rowsOf(t, file)
		}
	}
}
