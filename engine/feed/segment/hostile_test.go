package segment_test

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"

	"github.com/parquet-go/parquet-go"
)

// row has the columns of docs/feed.md, written down once more.
type row struct {
	ID         string   `parquet:"id"`
	Plate      string   `parquet:"plate"`
	State      *string  `parquet:"state"`
	Time       int64    `parquet:"time,timestamp(millisecond)"`
	Lon        float64  `parquet:"lon"`
	Lat        float64  `parquet:"lat"`
	Make       *string  `parquet:"make"`
	Model      *string  `parquet:"model"`
	Color      *string  `parquet:"color"`
	Year       *int32   `parquet:"year"`
	Heading    *float64 `parquet:"heading"`
	Camera     *string  `parquet:"camera"`
	Source     *string  `parquet:"source"`
	Confidence *float64 `parquet:"confidence"`
	Geometry   []byte   `parquet:"geometry"`
	Photos     []struct {
		Kind   string   `parquet:"kind"`
		SHA256 [32]byte `parquet:"sha256"`
		Bytes  int64    `parquet:"bytes"`
	} `parquet:"photos,list"`
	BoxX       *int32  `parquet:"box_x"`
	BoxY       *int32  `parquet:"box_y"`
	BoxW       *int32  `parquet:"box_w"`
	BoxH       *int32  `parquet:"box_h"`
	Passes     int32   `parquet:"passes"`
	Supersedes *string `parquet:"supersedes"`
}

// foreignSegment writes rows of any type and a record that names the file's parts.
func foreignSegment[T any](t testing.TB, rows []T, o ...parquet.WriterOption) ([]byte, *feed.Record) {
	t.Helper()
	var b bytes.Buffer
	if err := parquet.Write(&b, rows, append(o, parquet.Compression(&parquet.Zstd))...); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	end := int64(0)
	for _, c := range f.Metadata().RowGroups[0].Columns {
		m := c.MetaData
		end = max(end, m.DataPageOffset+m.TotalCompressedSize)
	}
	end = min(end, int64(b.Len())-8)
	rec := &feed.Record{
		Bytes: int64(b.Len()), Rows: int64(len(rows)), At: monday, Period: feed.PeriodOf(monday), From: monday, To: monday.Add(time.Hour),
		Groups: []feed.Group{{Range: feed.Range{Bytes: end}, Rows: int64(len(rows)), From: monday, To: monday.Add(time.Hour)}},
		Footer: feed.Range{Offset: end, Bytes: int64(b.Len()) - end},
	}
	rec.Box.Min, rec.Box.Max = [2]float64{-180, -90}, [2]float64{180, 90}
	return b.Bytes(), resign(rec, b.Bytes())
}

// resign returns the record with the digests of what the file has become.
func resign(rec *feed.Record, file []byte) *feed.Record {
	out := *rec
	out.Groups = cloneGroups(rec.Groups)
	for i := range out.Groups {
		g := &out.Groups[i]
		g.SHA256 = sha256.Sum256(file[g.Offset : g.Offset+g.Bytes])
	}
	out.Footer.SHA256 = sha256.Sum256(file[out.Footer.Offset:])
	out.Digest = sha256.Sum256(file)
	return &out
}

func cloneGroups(g []feed.Group) []feed.Group { return append([]feed.Group(nil), g...) }

// TestBombs: a small file that says it unpacks to gigabytes is refused before it does.
func TestBombs(t *testing.T) {
	good := row{ID: "a", Plate: "ABC", Time: monday.UnixMilli(), Passes: 1}
	file, rec := foreignSegment(t, []row{good}, parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain))
	if got, err := readAll(rec, file); err != nil || len(got) != 1 || got[0].ID != "a" {
		t.Fatalf("the file itself: %v %v", got, err)
	}
	long := good
	long.ID = strings.Repeat("x", 1500)
	file, rec = foreignSegment(t, slices.Repeat([]row{long}, 60_000), parquet.DefaultEncodingFor(parquet.ByteArray, &parquet.Plain), parquet.PageBufferSize(200<<20))
	if len(file) > 1<<20 {
		t.Fatalf("the bomb has %d bytes", len(file))
	}
	if _, err := readAll(rec, file); err == nil {
		t.Error("the bomb was taken")
	}
}

func FuzzOpen(f *testing.F) {
	var buf bytes.Buffer
	rec, err := segment.Write(&buf, seq(fleet(40)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(buf.Bytes()[:rec.Footer.Offset], buf.Bytes()[rec.Footer.Offset:])
	f.Fuzz(func(t *testing.T, body, footer []byte) {
		r := *rec
		r.Bytes = int64(len(body) + len(footer))
		r.Groups = cloneGroups(rec.Groups)
		r.Groups[0].Range = feed.Range{Bytes: int64(len(body))}
		r.Footer = feed.Range{Offset: int64(len(body)), Bytes: int64(len(footer))}
		file := append(bytes.Clone(body), footer...)
		got, err := readAll(resign(&r, file), file)
		if err == nil && int64(len(got)) != r.Rows {
			t.Errorf("%d rows without an error", len(got))
		}
		_, _, _ = rowsOf(t, file)
	})
}
