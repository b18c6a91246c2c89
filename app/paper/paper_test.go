package paper_test

import (
	"bytes"
	"image/png"
	"testing"
	"time"

	"cordon/app/paper"
	"cordon/reports"

	"github.com/paulmach/orb"
)

// TestOptionsDrawDelaware: the embedded base map and fonts reach a printed map, complete,
// and at street level it is no plain ground.
func TestOptionsDrawDelaware(t *testing.T) {
	o, err := paper.Options(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	area := orb.MultiPolygon{{{{-75.552, 39.732}, {-75.545, 39.732}, {-75.545, 39.738}, {-75.552, 39.738}, {-75.552, 39.732}}}}
	pic, err := o.Maps.Map(t.Context(), reports.MapView{Aspect: 1.5, MaxPx: 1240, Areas: []reports.MapArea{{Shape: area}}})
	if err != nil {
		t.Fatal(err)
	}
	if pic.Missing != 0 {
		t.Errorf("%d of %d tiles are missing", pic.Missing, pic.Tiles)
	}
	img, err := png.Decode(bytes.NewReader(pic.PNG))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[[3]uint32]bool{}
	for y := range pic.H {
		for x := range pic.W {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 200 {
		t.Errorf("the map has %d colours: no streets were drawn", len(colours))
	}
}
