package intake

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/paulmach/orb"
)

var (
	testLane = feed.Lane{Source: "acme", Region: "de-north"}
	testNow  = time.Date(2026, 5, 20, 12, 0, 0, 0, time.UTC)
)

func testOptions() Options {
	return Options{
		Lane: testLane, Now: func() time.Time { return testNow }, Window: -1,
		Cameras: Cameras{
			"C7":       {Pos: orb.Point{-75.55, 39.74}, Placed: true, HeadingDeg: 90, Source: detection.SourceCommercial},
			"agent7/3": {Pos: orb.Point{-75.56, 39.75}, Placed: true, HeadingDeg: detection.NoHeading, Lane: feed.Lane{Source: "pd", Region: "de"}},
		},
	}
}

// taken is all that came out of one input.
type taken struct {
	reads   []Taken
	rejects []Reject
	report  Report
	err     error
}

func openAll(t testing.TB, text string, o Options) (out taken) {
	t.Helper()
	o.Reject = func(r Reject) error { out.rejects = append(out.rejects, r); return nil }
	s, err := Open(context.Background(), "input", strings.NewReader(text), o)
	if err != nil {
		out.err = err
		return out
	}
	for r, err := range s.Reads() {
		if out.err = err; err == nil {
			out.reads = append(out.reads, r)
		}
	}
	out.report = s.Report()
	return out
}

// one is for inputs with one read or one reject.
func one(t testing.TB, text string, o Options) (feed.Read, string) {
	t.Helper()
	out := openAll(t, text, o)
	switch {
	case out.err != nil:
		t.Fatalf("%v\n%s", out.err, text)
	case len(out.reads) == 1 && len(out.rejects) == 0:
		if err := feed.CheckRead(&out.reads[0].Read); err != nil {
			t.Errorf("a read that no feed carries: %v", err)
		}
		return out.reads[0].Read, ""
	case len(out.reads) == 0 && len(out.rejects) == 1:
		return feed.Read{}, out.rejects[0].Reason
	}
	t.Fatalf("%d reads, rejects %v, report %+v\n%s", len(out.reads), out.rejects, out.report, text)
	return feed.Read{}, ""
}

// want checks a reason by a part of it; an empty part wants none.
func want(t testing.TB, name, reason, part string) {
	t.Helper()
	if part == "" && reason != "" || !strings.Contains(reason, part) {
		t.Errorf("%s: reason %q, want %q in it", name, reason, part)
	}
}

func jpegOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func b64(data []byte) string { return base64.StdEncoding.EncodeToString(data) }
