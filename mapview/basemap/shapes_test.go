package basemap

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

func genPts(t *rapid.T, least, most int) []pt {
	var out []pt
	for range rapid.IntRange(least, most).Draw(t, "n") {
		out = append(out, pt{
			float32(rapid.IntRange(-160, 560).Draw(t, "x")) / 4, float32(rapid.IntRange(-160, 560).Draw(t, "y")) / 4,
		})
	}
	return out
}

func toOrb(ps []pt) orb.LineString {
	var out orb.LineString
	for _, p := range ps {
		out = append(out, orb.Point{float64(p.x), float64(p.y)})
	}
	return out
}

var (
	testRect  = rect{0, 0, 100, 100}
	testBound = orb.Bound{Max: orb.Point{100, 100}}
)

// TestClipLineAsOrb takes orb/clip as the oracle: the pieces inside have the same length.
func TestClipLineAsOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := genPts(t, 2, 12)
		var got float64
		var buf []pt
		clipLine(in, testRect, &buf, func(l []pt) {
			for _, p := range l {
				if p.x < -1e-2 || p.x > 100.01 || p.y < -1e-2 || p.y > 100.01 {
					t.Fatalf("%v is outside", p)
				}
			}
			got += planar.Length(toOrb(l))
		})
		want := planar.Length(clip.LineString(testBound, toOrb(in)))
		if math.Abs(got-want) > 0.01 {
			t.Fatalf("length %v, want %v", got, want)
		}
	})
}

func TestClipRingAsOrb(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := genPts(t, 3, 12)
		var a, b []pt
		got := toOrb(clipRing(in, testRect, &a, &b))
		if len(got) > 0 {
			got = append(got, got[0])
		}
		ring := orb.Ring(append(toOrb(in), toOrb(in[:1])...))
		want := 0.0
		if r := clip.Ring(testBound, ring); len(r) > 3 {
			want = signedArea(orb.LineString(r))
		}
		if math.Abs(signedArea(got)-want) > 0.5 {
			t.Fatalf("area %v, want %v", signedArea(got), want)
		}
	})
}

func signedArea(r orb.LineString) float64 {
	a := 0.0
	for i := 1; i < len(r); i++ {
		a += r[i-1][0]*r[i][1] - r[i][0]*r[i-1][1]
	}
	return a / 2
}

// coverageOf paints the path of a canvas in white on black and returns the picture.
func coverageOf(size int, build func(*path)) *image.RGBA {
	c := &canvas{dst: image.NewRGBA(image.Rect(0, 0, size, size))}
	c.flood(color.RGBA{A: 255})
	c.path.reset()
	build(&c.path)
	c.fill(color.RGBA{255, 255, 255, 255})
	return c.dst
}

// TestStrokeCoversWhatIsNear compares a stroked line with the distance of each pixel from the line, which
// knows nothing of quads and joints. Bevelled corners lack at most some width on their outside.
func TestStrokeCoversWhatIsNear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var line []pt
		for range rapid.IntRange(2, 6).Draw(t, "n") {
			line = append(line, pt{
				float32(rapid.IntRange(10, 50).Draw(t, "x")), float32(rapid.IntRange(10, 50).Draw(t, "y")),
			})
		}
		w := rapid.Float64Range(1.5, 9).Draw(t, "w")
		im := coverageOf(60, func(p *path) { p.stroke(line, float32(w), true) })
		moves := false
		for i := 1; i < len(line); i++ {
			moves = moves || line[i] != line[i-1]
		}
		for y := range 60 {
			for x := range 60 {
				d := planar.DistanceFrom(toOrb(line), orb.Point{float64(x) + 0.5, float64(y) + 0.5})
				got := im.RGBAAt(x, y).R
				if moves && d < w/2*0.85-0.75 && got < 250 {
					t.Fatalf("pixel (%d, %d), %.2f from the line of width %.2f, has %d", x, y, d, w, got)
				}
				if d > w/2+0.75 && got > 3 {
					t.Fatalf("pixel (%d, %d), %.2f from the line of width %.2f, has %d", x, y, d, w, got)
				}
			}
		}
	})
}

func TestDashLeavesGaps(t *testing.T) {
	im := coverageOf(60, func(p *path) { p.dash([]pt{{5, 10}, {55, 10}}, 2, 3, 2) })
	for x := 5; x < 55; x++ {
		want := (x-5)%5 < 3
		if got := im.RGBAAt(x, 10).R > 128; got != want {
			t.Fatalf("at %d px drawn is %v, want %v", x-5, got, want)
		}
	}
}

func TestDashEndsOnHostileNumbers(t *testing.T) {
	var p path
	p.reset()
	p.dash([]pt{{0, 0}, {1e4, 1e4}, {1e4, 1e4}, {0, 1e-9}}, 1, 3, 2)
	if len(p.ends) == 0 || len(p.ends) > 20000 {
		t.Fatalf("%d dashes", len(p.ends))
	}
}

func TestHolesStayOpen(t *testing.T) {
	im := coverageOf(40, func(p *path) {
		for _, r := range [][]pt{{{5, 5}, {35, 5}, {35, 35}, {5, 35}}, {{15, 15}, {15, 25}, {25, 25}, {25, 15}}} {
			for _, q := range r {
				p.add(q)
			}
			p.end()
		}
	})
	if im.RGBAAt(10, 10).R != 255 || im.RGBAAt(20, 20).R != 0 || im.RGBAAt(2, 2).R != 0 {
		t.Fatal("the ring with a hole is not drawn as such")
	}
}

func TestMixIsRoundedDivision(t *testing.T) {
	for d := 0; d < 256; d += 5 {
		for s := 0; s < 256; s += 3 {
			for a := 0; a < 256; a++ {
				want := uint8(math.Floor((float64(d*(255-a)+s*a)+127)/255 + 1e-9))
				if got := mix(uint8(d), uint8(s), uint32(a)); got != want {
					t.Fatalf("mix(%d, %d, %d) = %d, want %d", d, s, a, got, want)
				}
			}
		}
	}
}

// TestJoinLinesKeepsLength cuts a random walk into pieces, turns and shuffles them and joins them again.
func TestJoinLinesKeepsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		walk := []spot{{0, 0}}
		angle := 0.0
		for range rapid.IntRange(3, 20).Draw(t, "n") {
			angle += rapid.Float64Range(-0.3, 0.3).Draw(t, "turn")
			l := rapid.Float64Range(10, 60).Draw(t, "len")
			p := walk[len(walk)-1]
			walk = append(walk, spot{p.x + l*math.Cos(angle), p.y + l*math.Sin(angle)})
		}
		var pieces [][]spot
		for i := 0; i < len(walk)-1; {
			j := min(len(walk)-1, i+rapid.IntRange(1, 3).Draw(t, "piece"))
			p := append([]spot{}, walk[i:j+1]...)
			if rapid.Bool().Draw(t, "flip") {
				p = reversed(p)
			}
			pieces = append(pieces, p)
			i = j
		}
		pieces = rapid.Permutation(pieces).Draw(t, "order")
		got := joinLines(pieces)
		if len(got) != 1 || len(got[0]) != len(walk) {
			t.Fatalf("%d lines, the first of %d points, want one of %d", len(got), len(got[0]), len(walk))
		}
	})
}

func TestStraightRunsAvoidBends(t *testing.T) {
	l := []spot{{0, 0}, {100, 0}, {100, 100}}
	for _, a := range straightRuns(l, 60, 2) {
		if a.x > 30 && a.x < 71 && a.y == 0 && a.angle == 0 {
			continue
		}
		if a.x == 100 && math.Abs(math.Abs(a.angle)-math.Pi/2) < 1e-9 {
			continue
		}
		if a.off > 2 {
			t.Errorf("%+v leaves the line", a)
		}
	}
	if n := len(straightRuns(l, 60, 2)); n == 0 {
		t.Error("no run on a straight part of 100 px for 60 px")
	}
	if n := len(straightRuns([]spot{{0, 0}, {50, 0}}, 60, 2)); n != 0 {
		t.Error("a text longer than its street")
	}
}
