package intake

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/segment"

	"github.com/paulmach/orb"
)

// TestGeoParquet_F_3: rows of a file that is GeoParquet are placed, normalised and collapsed
// like others, and what they carry beyond a detection stays.
func TestGeoParquet_F_3(t *testing.T) {
	row := func(id, color string, at time.Duration, pos orb.Point) feed.Read {
		return feed.Read{Passes: 1, Detection: detection.Detection{
			ID: id, Plate: "2TST1", State: "DE", Camera: "C7", Color: color, Time: testNow.Add(at - time.Hour), Pos: pos, HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
		}}
	}
	here := orb.Point{-75.5, 39.7}
	rows := []feed.Read{row("a", "GREY", 0, here), row("b", "GREY", 5*time.Second, here), row("c", "RED", time.Minute, here), row("d", "RED", 2*time.Minute, orb.Point{})}
	rows[0].Passes, rows[2].Supersedes, rows[2].Photos = 4, "x", 1
	rows[2].Pictures = []feed.Picture{{Kind: "vehicle", SHA256: feed.Digest{1}, Bytes: 9}}
	rows[2].Box = feed.Box{X: 1, Y: 2, W: 3, H: 4}
	var file bytes.Buffer
	if _, err := segment.Write(&file, func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "reads.parquet")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var rejects []Reject
	o := testOptions()
	o.Window, o.Reject = 0, func(r Reject) error { rejects = append(rejects, r); return nil }
	s, closer, err := OpenFile(context.Background(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]feed.Read{}
	for r, err := range s.Reads() {
		if err != nil {
			t.Fatal(err)
		}
		got[r.Read.ID] = r.Read
	}
	if err := closer.Close(); err != nil {
		t.Error(err)
	}
	if len(got) != 2 || len(rejects) != 1 || rejects[0].Item != 4 || s.Report().Items != 4 || s.Report().Format != FormatGeoParquet {
		t.Fatalf("%+v %+v %+v", got, rejects, s.Report())
	}
	if a := got["a"]; a.Passes != 5 || a.Color != "GRAY" || a.HeadingDeg != 90 || a.Source != detection.SourceCommercial {
		t.Errorf("%+v", a)
	}
	if c := got["c"]; c.Supersedes != "x" || c.Photos != 1 || c.Pictures[0].SHA256 != (feed.Digest{1}) || c.Box != rows[2].Box {
		t.Errorf("%+v", c)
	}

	for _, format := range []Format{FormatCSV, FormatOpenALPR} {
		o.Format = format
		if _, _, err := OpenFile(context.Background(), path, o); !errors.Is(err, ErrFormat) {
			t.Errorf("as %s: %v", format, err)
		}
	}
	csv := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(csv, []byte("id,plate,time,lon,lat\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Format = FormatGeoParquet
	if _, _, err := OpenFile(context.Background(), csv, o); !errors.Is(err, ErrFormat) {
		t.Errorf("CSV as GeoParquet: %v", err)
	}
	if _, _, err := OpenFile(context.Background(), filepath.Join(t.TempDir(), "none"), o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestPreview: the first items, each shown, and the reading ends there.
func TestPreview(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.csv")
	text := "id,plate,time,lon,lat,camera\na,2TST1,2026-05-20T10:00:00Z,-75.5,39.7,C7\nb,2TST1,2026-05-20T10:00:01Z,-75.5,39.7,C7\nc,?,2026-05-20T10:00:00Z,-75.5,39.7,C7\nd,2TST1,2026-05-20T10:00:00Z,-75.5,39.7,C7\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := testOptions()
	o.Window = 0
	for n, want := range map[int]string{1: "2", 2: "23", 3: "23!4", 9: "23!45"} {
		rows, _, err := Preview(context.Background(), path, o, n)
		got := ""
		for _, r := range rows {
			if r.Taken == nil {
				got += "!"
			}
			got += string(rune('0' + r.Item))
		}
		if err != nil || got != want {
			t.Errorf("%d: %s %v, want %s", n, got, err, want)
		}
	}
	if _, _, err := Preview(context.Background(), path, o, 0); err == nil {
		t.Error("no rows were shown without an error")
	}
}
