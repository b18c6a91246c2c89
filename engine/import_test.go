package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
)

const header = "id,plate,state,time,lon,lat,make,model,color,year,heading,camera,source,confidence\n"

// TestImport: good lines are taken as one batch, bad ones go to the rejects file with number
// and reason, the data state and the log say so.
func TestImport(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	s := f.door(t, "kl")
	text := "\xef\xbb\xbf" + header +
		"1,van-123,DE,2026-05-01T00:00:00Z,-75.55,39.74,Ford,Transit,white,2015,90,C1,commercial,0.9\r\n" +
		"2,P1,DE,1777593600,-75.55,200,,,,,,,,\n" +
		"=cmd|x,P 2,DE,yesterday,-75.55,39.74,,,,,,,,\n" +
		"4,P4,,1777593600.5,-75.55,39.74,,,,,,C2,,\n" +
		"4,P4,,1777593600.5,-75.55,39.74,,,,,,C2,,\n" +
		"5,P5,,1777593601,-75.56,39.74,,,,,,C2,,\n"
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	precious := filepath.Join(t.TempDir(), "precious")
	if err := errors.Join(os.WriteFile(precious, []byte("as it was"), 0o600), os.Symlink(precious, rejects+".tmp")); err != nil {
		t.Fatal(err)
	}
	defer func() { // a link in the rejects file's place is not followed
		if text, err := os.ReadFile(precious); err != nil || string(text) != "as it was" {
			t.Errorf("%q, %v", text, err)
		}
	}()
	var progress ImportProgress
	r, err := s.Import(ctx, ImportOptions{Name: "/some/where/reads.csv", RejectsPath: rejects}, strings.NewReader(text), func(p ImportProgress) { progress = p })
	if err != nil || r.Batch != 1 || r.Rows != 3 || r.Duplicates != 1 || r.Rejects != 2 || r.RejectsFile != rejects {
		t.Fatalf("%+v, %v", r, err)
	}
	if progress.Rows == 0 {
		t.Errorf("%+v", progress)
	}
	file, err := os.Open(rejects)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines, err := csv.NewReader(file).ReadAll()
	if err != nil || len(lines) != 3 || lines[1][0] != "3" || lines[2][0] != "4" || !strings.HasPrefix(lines[2][2], "'=cmd") || lines[1][1] == "" {
		t.Errorf("%q, %v", lines, err)
	}
	if e := last(f.all(t)); e.Kind != "import-done" || e.Fields["rows"] != "3" || e.Fields["rejects"] != "2" || e.Fields["state"] != "local@1" || e.Fields["file"] != "reads.csv" {
		t.Errorf("%+v", e)
	}
	if a, err := s.Run(ctx, plateQuery(), RunOptions{}); err != nil || a.Count != 1 || a.Rows[0].Make != "FORD" || a.Rows[0].HeadingDeg != 90 {
		t.Errorf("%+v, %v", a, err)
	}
	cameras, err := s.Cameras(ctx)
	if err != nil || len(cameras) != 2 || cameras[0].Mobile || !cameras[1].Mobile {
		t.Errorf("%+v, %v", cameras, err)
	}
	wantRefusal(t, func() error {
		_, err := f.door(t, "df").Import(ctx, ImportOptions{}, strings.NewReader(text), nil)
		return err
	}(), "X-1")
}

// TestImportIsAtomic: a file that breaks in its middle, a cancelled import and a header that
// is none leave the data as it was.
func TestImportIsAtomic(t *testing.T) {
	f := open(t)
	s := f.door(t, "kl")
	f.load(t, "two", 10)
	var whole bytes.Buffer
	gz := gzip.NewWriter(&whole)
	io.WriteString(gz, header)
	for i := range 50_000 {
		fmt.Fprintf(gz, "n%d,P%d,DE,%d,-75.5,39.7,,,,,,,,\n", i, i%5000, 1777593600+i)
	}
	gz.Close()
	for name, c := range map[string]struct {
		in   io.Reader
		want error
		stop bool
	}{
		"cut gzip":       {bytes.NewReader(whole.Bytes()[:whole.Len()/2]), io.ErrUnexpectedEOF, false},
		"unknown column": {strings.NewReader("id,plate,time,lon,lat,owner\n1,A,1,1,1,x\n"), ErrInvalid, false},
		"missing column": {strings.NewReader("id,plate,lon,lat\n"), ErrInvalid, false},
		"empty":          {strings.NewReader(""), ErrInvalid, false},
		"cancelled":      {bytes.NewReader(whole.Bytes()), context.Canceled, true},
	} {
		rejects := filepath.Join(t.TempDir(), "rejects.csv")
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_, err := s.Import(ctx, ImportOptions{Name: name, RejectsPath: rejects}, c.in, func(p ImportProgress) {
			if c.stop {
				cancel()
			}
		})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if st := f.DataState(); st.Rows != 10 || st.Name != "local@1" {
			t.Errorf("%s: %+v", name, st)
		}
		if left, _ := filepath.Glob(rejects + "*"); len(left) > 0 {
			t.Errorf("%s: left behind %q", name, left)
		}
	}
}

// TestSanFrancisco imports the real positions and compares geographic and common-plate
// queries with a scan of the file that shares no code with the engine (Q-GEO-1, Q-COM-1).
func TestSanFrancisco(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const path = "../../shared/data/sf-vehicles-2008-05-20.csv.gz"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Skip("the measured positions are not here: " + err.Error())
	}
	ctx := context.Background()
	f := open(t)
	s := f.door(t, "kl")
	began := time.Now()
	r, err := s.Import(ctx, ImportOptions{Name: path}, bytes.NewReader(data), nil)
	if err != nil || r.Rows != 436_714 || r.Rejects != 0 || r.Duplicates != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	t.Logf("%.0f rows a second", float64(r.Rows)/time.Since(began).Seconds())

	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(gz)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
	from := time.Unix(1211260000, 0).UTC()
	areas := []detection.Area{square("A", -122.41, 37.785, 0.004), square("B", -122.395, 37.79, 0.003), square("C", -122.39, 37.75, 0.01)}
	windows := []detection.Window{{From: from, To: from.Add(6 * time.Hour)}}
	inside := func(a detection.Area, lon, lat float64) bool { // the areas are upright squares
		ring := a.Shape[0][0]
		return lon >= ring[0][0] && lon <= ring[1][0] && lat >= ring[0][1] && lat <= ring[2][1]
	}
	union, seen := 0, map[string]uint8{}
	for _, line := range lines {
		c := strings.Split(line, ",")
		at, _ := strconv.ParseInt(c[3], 10, 64)
		lon, _ := strconv.ParseFloat(c[4], 64)
		lat, _ := strconv.ParseFloat(c[5], 64)
		if at < from.Unix() || at >= from.Add(6*time.Hour).Unix() {
			continue
		}
		mask := uint8(0)
		for i, a := range areas {
			if inside(a, lon, lat) {
				mask |= 1 << i
			}
		}
		if mask != 0 {
			union++
			seen[c[1]+" "+c[2]] |= mask
		}
	}
	common := [4]int{}
	for _, mask := range seen {
		n := 0
		for ; mask != 0; mask &= mask - 1 {
			n++
		}
		for k := 2; k <= n; k++ {
			common[k]++
		}
	}
	q := detection.Query{Kind: detection.KindGeo, Areas: areas, Windows: windows, Limit: detection.NoLimit, Purpose: purpose}
	a, err := s.Run(ctx, q, RunOptions{Confirm: true})
	if err != nil || a.Count != int64(union) || union == 0 {
		t.Fatalf("geo: %d reads, a scan finds %d, %v", a.Count, union, err)
	}
	t.Logf("geo: %d reads, engine %v, audit %v, all %v", a.Count, a.EngineTime, a.AuditTime, a.Elapsed)
	q.Kind = detection.KindCommon
	for k := 2; k <= 3; k++ {
		q.MinAreas = k
		a, err := s.Run(ctx, q, RunOptions{Confirm: true})
		if err != nil || a.Count != int64(common[k]) || common[k] == 0 {
			t.Fatalf("common, %d areas: %d plates, a scan finds %d, %v", k, a.Count, common[k], err)
		}
		t.Logf("common: %d plates, engine %v, audit %v, all %v", a.Count, a.EngineTime, a.AuditTime, a.Elapsed)
	}
	e, err := s.Estimate(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("estimate: about %d of %d reads in %d µs, %d ways to narrow", e.Reads, union, e.ElapsedUS, len(e.Narrower))
	if ratio := float64(e.Reads) / float64(union); ratio < 0.5 || ratio > 2 {
		t.Errorf("the estimate is %d, the truth %d", e.Reads, union)
	}
}
