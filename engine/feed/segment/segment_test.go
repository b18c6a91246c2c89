package segment_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/segment"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

var monday = time.Date(2026, 5, 11, 0, 0, 0, 0, time.UTC)

func seq(rows []feed.Read) iter.Seq2[*feed.Read, error] {
	return func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	}
}

// someRead draws a read of the week of monday.
func someRead(t *rapid.T, i int) feed.Read {
	pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(t, "word") }
	d := feed.Read{
		Detection: detection.Detection{
			ID: fmt.Sprintf("%s-%d", pick("a", "Ünï", "x y", "00"), i), Plate: rapid.StringMatching(`[A-Z0-9]{1,12}`).Draw(t, "plate"),
			State: pick("", "DE", "NEW YORK"), Make: pick("", "FORD", "CITROËN"), Model: pick("", "F 150"), Color: pick("", "RED"),
			Time: monday.Add(time.Duration(rapid.Int64Range(0, 7*24*3600*1000-1).Draw(t, "ms")) * time.Millisecond),
			Pos:  orb.Point{rapid.Float64Range(-180, 180).Draw(t, "lon") + 0, rapid.Float64Range(-90, 90).Draw(t, "lat") + 0},
			Year: rapid.SampledFrom([]int{0, 1885, 2026, 2200}).Draw(t, "year"), Camera: pick("", "CAM 1", "Brücke"),
			HeadingDeg: rapid.SampledFrom([]float64{detection.NoHeading, 0, 359.5}).Draw(t, "heading"),
			Confidence: rapid.SampledFrom([]float64{detection.NoConfidence, 0, 1, 0.87}).Draw(t, "confidence"),
			Source:     rapid.SampledFrom([]detection.Source{"", detection.SourceCommercial, detection.SourceLawEnforcement}).Draw(t, "source"),
		},
		Passes: rapid.IntRange(1, 9).Draw(t, "passes"), Supersedes: pick("", "", "old-1"),
	}
	for k := range rapid.IntRange(0, feed.MaxPictures).Draw(t, "photos") {
		d.Pictures = append(d.Pictures, feed.Picture{Kind: pick("vehicle", "plate"), SHA256: sha256.Sum256([]byte{byte(k), byte(i)}), Bytes: int64(k + 1)})
	}
	d.Photos = len(d.Pictures)
	if rapid.Bool().Draw(t, "box") {
		d.Box = feed.Box{X: 0, Y: i, W: 1, H: 4000}
	}
	return d
}

// readAll reads a segment by its parts, as a client does.
func readAll(rec *feed.Record, file []byte) ([]feed.Read, error) {
	cut := func(r feed.Range) []byte { return file[r.Offset : r.Offset+r.Bytes] }
	r, err := segment.Open(rec, cut(rec.Footer))
	if err != nil {
		return nil, err
	}
	var out []feed.Read
	for i, g := range rec.Groups {
		if out, err = r.Decode(i, cut(g.Range), out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// TestRoundTrip_F_1: what is written is read again, whatever it is.
func TestRoundTrip_F_1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]feed.Read, rapid.IntRange(1, 300).Draw(t, "rows"))
		for i := range rows {
			rows[i] = someRead(t, i)
		}
		slices.SortStableFunc(rows, func(a, b feed.Read) int { return a.Time.Compare(b.Time) })
		var file, again bytes.Buffer
		rec, err := segment.Write(&file, seq(rows))
		if err != nil {
			t.Fatal(err)
		}
		if rec.Digest != sha256.Sum256(file.Bytes()) || rec.Bytes != int64(file.Len()) || rec.Rows != int64(len(rows)) || rec.Period != "2026-W20" {
			t.Fatalf("record %+v", rec)
		}
		got, err := readAll(rec, file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, rows) {
			for i := range rows {
				if !reflect.DeepEqual(got[i], rows[i]) {
					t.Fatalf("row %d:\n got %+v\nwant %+v", i, got[i], rows[i])
				}
			}
		}
		if _, err := segment.Write(&again, seq(rows)); err != nil || !bytes.Equal(file.Bytes(), again.Bytes()) {
			t.Fatalf("the same rows gave other bytes (%v)", err)
		}
	})
}

// fleet makes n reads like those of a county: 200 cameras, 50,000 plates, two photos each.
func fleet(n int) []feed.Read {
	rng := rand.New(rand.NewPCG(1, 2))
	makes, colors := []string{"FORD", "TOYOTA", "HONDA", "JEEP"}, []string{"RED", "WHITE", "BLACK", "GRAY", "BLUE"}
	out := make([]feed.Read, n)
	for i := range out {
		cam := rng.IntN(200)
		d := feed.Read{Detection: detection.Detection{
			ID: fmt.Sprintf("wpd-%09d", i), Plate: fmt.Sprintf("%dKD%03d", 1+rng.IntN(9), rng.IntN(1000)), State: "DE",
			Time: monday.Add(time.Duration(int64(i)*6*24*3_600_000/int64(n)) * time.Millisecond),
			Pos:  orb.Point{-75.5 + float64(cam)/1000, 39.7 + float64(cam%17)/900}, Make: makes[rng.IntN(4)], Model: fmt.Sprint("M ", rng.IntN(60)),
			Color: colors[rng.IntN(5)], Year: 2000 + rng.IntN(26), HeadingDeg: float64(cam % 360), Camera: fmt.Sprint("CAM-", cam),
			Source: detection.SourceLawEnforcement, Confidence: float64(rng.IntN(100)) / 100, Photos: 2,
		}, Passes: 1, Box: feed.Box{X: rng.IntN(500), Y: rng.IntN(500), W: 300 + rng.IntN(300), H: 300}}
		for _, kind := range []string{"vehicle", "plate"} {
			var sum feed.Digest
			for k := range sum {
				sum[k] = byte(rng.Uint32())
			}
			d.Pictures = append(d.Pictures, feed.Picture{Kind: kind, SHA256: sum, Bytes: int64(20_000 + rng.IntN(9000))})
		}
		out[i] = d
	}
	return out
}

// TestGroups: parts follow each other, stay below the bound, and any of them reads alone.
func TestGroups(t *testing.T) {
	rows := fleet(segment.GroupRows + 700)
	var file bytes.Buffer
	rec, err := segment.Write(&file, seq(rows))
	if err != nil {
		t.Fatal(err)
	}
	at, row := int64(0), 0
	for i, g := range append(slices.Clone(rec.Groups), feed.Group{Range: rec.Footer}) {
		if g.Offset != at || g.Rows > segment.GroupRows || sha256.Sum256(file.Bytes()[g.Offset:g.Offset+g.Bytes]) != g.SHA256 {
			t.Errorf("part %d: %+v", i, g)
		}
		at += g.Bytes
	}
	if len(rec.Groups) != 2 || at != rec.Bytes {
		t.Fatalf("%d groups, %d of %d bytes", len(rec.Groups), at, rec.Bytes)
	}
	r, err := segment.Open(rec, file.Bytes()[rec.Footer.Offset:])
	if err != nil {
		t.Fatal(err)
	}
	for i := len(rec.Groups) - 1; i >= 0; i-- {
		g := rec.Groups[i]
		row = i * segment.GroupRows
		got, err := r.Decode(i, file.Bytes()[g.Offset:g.Offset+g.Bytes], nil)
		if err != nil || !reflect.DeepEqual(got, rows[row:row+int(g.Rows)]) {
			t.Fatalf("group %d: %v", i, err)
		}
	}
	// every part damaged at some places
	rng := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		bad := bytes.Clone(file.Bytes())
		bad[rng.IntN(len(bad))] ^= 1 << rng.IntN(8)
		if _, err := readAll(rec, bad); !errors.Is(err, feed.ErrDamaged) {
			t.Fatalf("a flipped bit gave %v", err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	good := fleet(3)
	for name, change := range map[string]func(r []feed.Read){
		"unsorted":     func(r []feed.Read) { r[1].Time = r[0].Time.Add(-time.Millisecond) },
		"another week": func(r []feed.Read) { r[2].Time = r[2].Time.Add(14 * 24 * time.Hour) },
		"no id":        func(r []feed.Read) { r[1].ID = "" },
		"plate":        func(r []feed.Read) { r[1].Plate = "abc" },
		"heading":      func(r []feed.Read) { r[1].HeadingDeg = 360 },
		"photos":       func(r []feed.Read) { r[1].Photos = 1 },
		"lower case":   func(r []feed.Read) { r[1].Color = "red" },
		"turned text":  func(r []feed.Read) { r[1].Camera = "a\u202eb" },
		"itself":       func(r []feed.Read) { r[1].Supersedes = r[1].ID },
	} {
		rows := slices.Clone(good)
		change(rows)
		if _, err := segment.Write(&bytes.Buffer{}, seq(rows)); !errors.Is(err, feed.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := segment.Write(&bytes.Buffer{}, seq(nil)); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("no rows: got %v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	rows := fleet(200_000)
	for b.Loop() {
		var file bytes.Buffer
		rec, err := segment.Write(&file, seq(rows))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(rec.Bytes)/float64(rec.Rows), "bytes/row")
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkDecode(b *testing.B) {
	rows := fleet(2 * segment.GroupRows)
	var file bytes.Buffer
	rec, err := segment.Write(&file, seq(rows))
	if err != nil {
		b.Fatal(err)
	}
	r, err := segment.Open(rec, file.Bytes()[rec.Footer.Offset:])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	var into []feed.Read
	for b.Loop() {
		for i, g := range rec.Groups {
			if into, err = r.Decode(i, file.Bytes()[g.Offset:g.Offset+g.Bytes], into[:0]); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}
