package basemap

import (
	"context"
	"image"
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"cordon/mapview/viewport"
)

var city = viewport.New(orb.Point{-75.548, 39.738}, 15, 1000, 700)

func placed(t testing.TB, r *Renderer, v viewport.View, exclude []orb.Bound) []Label {
	t.Helper()
	ls, err := r.Labels(context.Background(), v)
	if err != nil {
		t.Fatal(err)
	}
	return PlaceLabels(ls, v.W, v.H, exclude)
}

func TestLabelsOfWilmington(t *testing.T) {
	r := testRenderer(t)
	got := map[string]Label{}
	for _, l := range placed(t, r, city, nil) {
		got[l.Text] = l
	}
	for _, want := range []string{"N King St", "Martin Luther King Blvd", "Christina River", "Tubman-Garrett Riverfront Park"} {
		if _, ok := got[want]; !ok {
			t.Errorf("no label %q", want)
		}
	}
	for _, want := range []string{"US 13", "US 13 Bus", "DE 48"} {
		if l, ok := got[want]; !ok || !l.Shield || l.Angle != 0 {
			t.Errorf("no upright shield %q", want)
		}
	}
	low := placed(t, r, viewport.New(orb.Point{-75.5, 39.3}, 9, 1000, 900), nil)
	if !slices.ContainsFunc(low, func(l Label) bool { return l.Text == "WILMINGTON" }) {
		t.Error("no WILMINGTON in capitals at zoom 9")
	}
}

// corners returns points all over the area of a label, for an oracle of overlap that knows no axes.
func cornersOf(l Label) []orb.Point {
	var out []orb.Point
	c, s := math.Cos(l.Angle), math.Sin(l.Angle)
	for i := range 21 {
		for j := range 5 {
			x, y := l.W*(float64(i)/20-0.5), l.H*(float64(j)/4-0.5)
			out = append(out, orb.Point{l.X + x*c - y*s, l.Y + x*s + y*c})
		}
	}
	return out
}

func covers(l Label, p orb.Point) bool {
	c, s := math.Cos(l.Angle), math.Sin(l.Angle)
	dx, dy := p[0]-l.X, p[1]-l.Y
	return math.Abs(dx*c+dy*s) <= l.W/2 && math.Abs(dy*c-dx*s) <= l.H/2
}

// TestPlacedLabelsNeverMeet: no label over another, over an excluded rectangle (floating boxes, cameras) or over the edge.
func TestPlacedLabelsNeverMeet(t *testing.T) {
	r := testRenderer(t)
	rapid.Check(t, func(t *rapid.T) {
		v := viewport.New(
			orb.Point{-75.55 + rapid.Float64Range(-0.05, 0.05).Draw(t, "lon"), 39.74 + rapid.Float64Range(-0.05, 0.05).Draw(t, "lat")},
			rapid.Float64Range(9, 17).Draw(t, "zoom"), 700, 500)
		x, y := rapid.Float64Range(0, 500).Draw(t, "x"), rapid.Float64Range(0, 400).Draw(t, "y")
		box := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + 180, y + 90}}
		ls, err := r.Labels(context.Background(), v)
		if err != nil {
			t.Fatal(err)
		}
		got := PlaceLabels(ls, v.W, v.H, []orb.Bound{box})
		for i, a := range got {
			if a.Angle > math.Pi/2+1e-9 || a.Angle < -math.Pi/2-1e-9 {
				t.Fatalf("%q stands on its head", a.Text)
			}
			for _, p := range cornersOf(a) {
				if p[0] < 0 || p[1] < 0 || p[0] > v.W || p[1] > v.H || box.Contains(p) {
					t.Fatalf("%q reaches %v", a.Text, p)
				}
				for j, b := range got {
					if i != j && covers(b, p) {
						t.Fatalf("%q lies over %q", a.Text, b.Text)
					}
				}
			}
			for _, b := range got[:i] {
				if a.Text == b.Text && math.Hypot(a.X-b.X, a.Y-b.Y) < a.apart {
					t.Fatalf("%q stands twice within %v px", a.Text, a.apart)
				}
			}
		}
	})
}

// TestTownsMoveAside: a camera on the middle of a town does not take its name away.
func TestTownsMoveAside(t *testing.T) {
	r := testRenderer(t)
	v := viewport.New(orb.Point{-75.5, 39.3}, 9, 1000, 900)
	find := func(exclude []orb.Bound) (Label, bool) {
		for _, l := range placed(t, r, v, exclude) {
			if l.Text == "WILMINGTON" {
				return l, true
			}
		}
		return Label{}, false
	}
	at, ok := find(nil)
	if !ok {
		t.Fatal("no WILMINGTON without a camera")
	}
	around := func(d float64) []orb.Bound {
		return []orb.Bound{{Min: orb.Point{at.X - d, at.Y - d}, Max: orb.Point{at.X + d, at.Y + d}}}
	}
	moved, ok := find(around(12))
	if !ok || math.Hypot(moved.X-at.X, moved.Y-at.Y) > 70+at.W/2 || moved.X == at.X && moved.Y == at.Y {
		t.Errorf("with a camera on it the name stands at %v, %v (%v); its point is %v, %v", moved.X, moved.Y, ok, at.X, at.Y)
	}
	if _, ok := find(around(150)); ok {
		t.Error("the name stands far from its town")
	}
}

func TestPlacingDoesNotDependOnOrder(t *testing.T) {
	r := testRenderer(t)
	ls, err := r.Labels(context.Background(), city)
	if err != nil {
		t.Fatal(err)
	}
	want := PlaceLabels(ls, city.W, city.H, nil)
	slices.Reverse(ls)
	if got := PlaceLabels(ls, city.W, city.H, nil); !slices.Equal(got, want) {
		t.Error("the order of the input decides")
	}
}

// TestPointsAreWishedOnce: what lies in the common margin of two tiles is in both.
func TestPointsAreWishedOnce(t *testing.T) {
	tile := encode(t, 4096, "place", map[string]any{"class": "city", "name": "Edge"}, orb.MultiPoint{{4100, 4000}, {-3, 10}, {4, 4000}})
	r := newRenderer(t, fakeSource{testSource(t), func(context.Context, TileID) ([]byte, error) { return tile, nil }})
	ls, err := r.Labels(context.Background(), viewport.New(orb.Point{-75.5, 39.5}, 12, 600, 400))
	if err != nil {
		t.Fatal(err)
	}
	if len(ls) != 0 {
		t.Errorf("%d wishes for a point that another tile has", len(ls))
	}
}

// TestLabelsRunAlongTheirRoads: the middle of every street's name lies on a road of the rendered map.
func TestLabelsRunAlongTheirRoads(t *testing.T) {
	r := testRenderer(t)
	v := viewport.New(orb.Point{-75.548, 39.738}, 15, 800, 600)
	plain, err := newRenderer(t, testSource(t)).RenderWithLabels(context.Background(), v, Light(), 1, []orb.Bound{{Max: orb.Point{800, 600}}})
	if err != nil {
		t.Fatal(err)
	}
	on, all := 0, 0
	for _, l := range placed(t, r, v, nil) {
		if l.look != lookMajor && l.look != lookMinor {
			continue
		}
		all++
		c := plain.RGBAAt(int(l.X), int(l.Y))
		for class := range roadClasses {
			if c == Light().roads[class].fill {
				on++
				break
			}
		}
	}
	if all < 20 || on < all*9/10 {
		t.Errorf("%d of %d names lie on a road", on, all)
	}
}

func TestDrawnLabelStaysInItsBox(t *testing.T) {
	r := testRenderer(t)
	for _, angle := range []float64{0, 0.7, -1.2} {
		l := Label{Text: "N King St", X: 100, Y: 100, Angle: angle, look: lookMajor}
		p := lookPaints[l.look]
		l.W = float64(r.fonts.shape(l.Text, p.weight, 0).width) * p.size
		l.H = lineHeight * p.size
		im := image.NewRGBA(image.Rect(0, 0, 200, 200))
		r.DrawLabels(im, []Label{l}, Light(), 1)
		drawn := 0
		wide := l
		wide.W, wide.H = l.W+4, l.H+6 // the halo and the tails of letters
		for y := range 200 {
			for x := range 200 {
				if im.RGBAAt(x, y).A == 0 {
					continue
				}
				drawn++
				if !covers(wide, orb.Point{float64(x) + 0.5, float64(y) + 0.5}) {
					t.Fatalf("angle %v: pixel (%d, %d) lies outside", angle, x, y)
				}
			}
		}
		if drawn < 200 {
			t.Errorf("angle %v: %d pixels are drawn", angle, drawn)
		}
	}
}

func TestAbbreviateStreet(t *testing.T) {
	for in, want := range map[string]string{
		"North King Street":            "N King St",
		"Martin Luther King Boulevard": "Martin Luther King Blvd",
		"North Street":                 "North St",
		"West Street":                  "West St",
		"Avenue of the Arts":           "Avenue of the Arts",
		"Concord Pike":                 "Concord Pike",
		"Main Street East":             "Main St E",
		"Broadway":                     "Broadway",
		"Delaware Turnpike":            "Delaware Tpke",
		"":                             "",
	} {
		if got := abbreviateStreet(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestShieldText(t *testing.T) {
	for in, want := range map[string]string{
		"US 13 Business": "US 13 Bus", "DE 1;US 113": "DE 1", "(336)": "", "": "", "I 95": "I 95",
		"a very long number": "",
	} {
		if got := shieldText(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func BenchmarkLabelsOfAView(b *testing.B) {
	r := testRenderer(b)
	im := image.NewRGBA(image.Rect(0, 0, 1000, 700))
	b.ReportAllocs()
	for b.Loop() {
		r.DrawLabels(im, placed(b, r, city, nil), Light(), 1)
	}
}
