package reports_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"sync"
	"testing"
	"time"

	"cordon/reports"

	"github.com/paulmach/orb"
)

func drawMap(t *testing.T, m *reports.Maps, v reports.MapView) (reports.MapPicture, image.Image) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	pic, err := m.Map(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(pic.PNG))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != pic.W || img.Bounds().Dy() != pic.H {
		t.Fatalf("picture is %v, said %d × %d", img.Bounds(), pic.W, pic.H)
	}
	return pic, img
}

func count(img image.Image, like color.NRGBA) int {
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y++ {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x++ {
			if c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA); c == like {
				n++
			}
		}
	}
	return n
}

var (
	colourA = color.NRGBA{0x1F, 0x63, 0xD0, 0xff}
	colourB = color.NRGBA{0xA0, 0x30, 0x9A, 0xff}
	colourR = color.NRGBA{0x0B, 0x75, 0x6F, 0xff}
)

// TestMapShowsAreasAndReads: outlines, letters and dots are there in their colours.
func TestMapShowsAreasAndReads(t *testing.T) {
	q := sampleQuery()
	v := reports.MapView{Aspect: 1.5, MaxPx: 900, Points: []reports.MapPoint{{Pos: orb.Point{-75.5541, 39.7402}, Label: "1"}}}
	for i, a := range q.Areas {
		v.Areas = append(v.Areas, reports.MapArea{Index: i, Shape: a.Shape})
	}
	pic, img := drawMap(t, sampleMaps(t, false), v)
	for name, c := range map[string]color.NRGBA{"A": colourA, "B": colourB, "reads": colourR} {
		if n := count(img, c); n < 40 {
			t.Errorf("%s: %d pixels of its colour", name, n)
		}
	}
	if pic.Missing != 0 || pic.Tiles == 0 {
		t.Errorf("%d of %d tiles missing", pic.Missing, pic.Tiles)
	}
	if pic.MetresPerPx < 1 || pic.MetresPerPx > 20 {
		t.Errorf("%f m a pixel", pic.MetresPerPx)
	}
}

// TestMapScaleIsTrue: two reads 1,000 m apart on the sphere stand as many pixels apart as
// the scale says.
func TestMapScaleIsTrue(t *testing.T) {
	dlon := 1000 / (6378137 * math.Cos(39.74*math.Pi/180)) * 180 / math.Pi
	pic, img := drawMap(t, sampleMaps(t, false), reports.MapView{Aspect: 1.5, MaxPx: 640, Points: []reports.MapPoint{
		{Pos: orb.Point{-75.55, 39.74}}, {Pos: orb.Point{-75.55 + dlon, 39.74}},
	}})
	left, right := math.MaxInt, 0
	for y := range pic.H {
		for x := range pic.W {
			if color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) == colourR {
				left, right = min(left, x), max(right, x)
			}
		}
	}
	dot := 10.4 * float64(pic.W) / 860
	if got := (float64(right-left) - dot) * pic.MetresPerPx; math.Abs(got-1000) > 4*pic.MetresPerPx {
		t.Errorf("1,000 m measure %.1f m", got)
	}
}

// TestMapHostileShapes: shapes far outside any picture, around the world, at the poles and
// of no size end in a picture, in time.
func TestMapHostileShapes(t *testing.T) {
	for name, mp := range map[string]orb.MultiPolygon{
		"world":        {{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}},
		"antimeridian": {{{{179, 10}, {180, 10}, {180, 11}, {179, 11}, {179, 10}}}, {{{-180, 10}, {-179, 10}, {-179, 11}, {-180, 11}, {-180, 10}}}},
		"pole":         {{{{0, 89}, {10, 89}, {10, 90}, {0, 90}, {0, 89}}}},
		"point":        {{{{5, 5}, {5, 5}, {5, 5}, {5, 5}}}},
		"sliver":       {{{{-75, 39}, {-75 + 1e-9, 39}, {-75, 39 + 1e-9}, {-75, 39}}}},
		"tall":         {{{{0, -60}, {0.001, -60}, {0.001, 60}, {0, 60}, {0, -60}}}},
		"date line":    square(179.9999, 0, 0.0001),
	} {
		t.Run(name, func(t *testing.T) {
			drawMap(t, sampleMaps(t, false), reports.MapView{Aspect: 1.5, MaxPx: 640, Areas: []reports.MapArea{{Index: 0, Shape: mp}}})
		})
	}
}

// TestMapCountsMissingTiles: holes in the base map are told, not hidden.
func TestMapCountsMissingTiles(t *testing.T) {
	pic, _ := drawMap(t, sampleMaps(t, true), reports.MapView{Aspect: 1.5, MaxPx: 640, Areas: []reports.MapArea{{Shape: square(-75.556, 39.738, 0.02)}}})
	if pic.Missing == 0 || pic.Missing == pic.Tiles {
		t.Errorf("%d of %d tiles missing", pic.Missing, pic.Tiles)
	}
}

func TestMapEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sampleMaps(t, false).Map(ctx, reports.MapView{Aspect: 1, MaxPx: 600, Areas: []reports.MapArea{{Shape: square(0, 0, 1)}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := sampleMaps(t, false).Map(t.Context(), reports.MapView{Aspect: 1, MaxPx: 600}); err == nil {
		t.Error("a map of nothing is drawn")
	}
}

// TestMapsTogether: pictures drawn at the same time do not mix their tiles.
func TestMapsTogether(t *testing.T) {
	m := sampleMaps(t, false)
	view := func(i int) reports.MapView {
		return reports.MapView{Aspect: 1.5, MaxPx: 600, Areas: []reports.MapArea{{Shape: square(float64(i), 10, 0.5)}}}
	}
	want := make([]reports.MapPicture, 4)
	for i := range want {
		want[i], _ = drawMap(t, m, view(i))
	}
	var wg sync.WaitGroup
	for i := range want {
		wg.Go(func() {
			got, err := m.Map(t.Context(), view(i))
			if err != nil || !bytes.Equal(got.PNG, want[i].PNG) {
				t.Errorf("picture %d differs (%v)", i, err)
			}
		})
	}
	wg.Wait()
}
