package mvt

import (
	"errors"
	"testing"

	"github.com/paulmach/orb"
	omvt "github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

// genLayers draws layers for the oracle, orb/encoding/mvt, to encode.
func genLayers(t *rapid.T) omvt.Layers {
	coord := rapid.IntRange(-300, 4400)
	pt := func(label string) orb.Point {
		return orb.Point{float64(coord.Draw(t, label+"x")), float64(coord.Draw(t, label+"y"))}
	}
	var ls omvt.Layers
	for i := range rapid.IntRange(0, 3).Draw(t, "layers") {
		l := &omvt.Layer{Name: string(rune('a' + i)), Version: 2, Extent: 4096}
		for range rapid.IntRange(1, 5).Draw(t, "features") {
			var g orb.Geometry
			switch rapid.IntRange(0, 3).Draw(t, "type") {
			case 0:
				g = pt("p")
			case 1:
				var m orb.MultiPoint
				for range rapid.IntRange(2, 4).Draw(t, "n") {
					m = append(m, pt("m"))
				}
				g = m
			case 2:
				var m orb.MultiLineString
				for range rapid.IntRange(1, 3).Draw(t, "parts") {
					var s orb.LineString
					for range rapid.IntRange(2, 6).Draw(t, "n") {
						s = append(s, pt("l"))
					}
					m = append(m, s)
				}
				g = m
			case 3:
				var r orb.Ring
				for range rapid.IntRange(3, 8).Draw(t, "n") {
					r = append(r, pt("r"))
				}
				if r[len(r)-1] == r[0] {
					r[len(r)-1][0]++ // the oracle takes equal ends for a ring that is closed already
				}
				g = orb.Polygon{append(r, r[0])}
			}
			f := geojson.NewFeature(g)
			f.Properties["s"] = rapid.StringN(0, 5, 20).Draw(t, "s")
			f.Properties["n"] = float64(rapid.IntRange(-1000, 1000).Draw(t, "num"))
			f.Properties["b"] = rapid.Bool().Draw(t, "b")
			l.Features = append(l.Features, f)
		}
		ls = append(ls, l)
	}
	return ls
}

// flatten gives the parts of an orb geometry in the way that Geometry holds them.
func flatten(g orb.Geometry) [][]orb.Point {
	switch g := g.(type) {
	case orb.Point:
		return [][]orb.Point{{g}}
	case orb.MultiPoint:
		return [][]orb.Point{g}
	case orb.LineString:
		return [][]orb.Point{g}
	case orb.MultiLineString:
		var out [][]orb.Point
		for _, l := range g {
			out = append(out, l)
		}
		return out
	case orb.Polygon:
		var out [][]orb.Point
		for _, r := range g {
			out = append(out, r[:len(r)-1])
		}
		return out
	case orb.MultiPolygon:
		var out [][]orb.Point
		for _, p := range g {
			out = append(out, flatten(p)...)
		}
		return out
	}
	return nil
}

func TestDecodesAsOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := genLayers(t)
		data, err := omvt.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		want, err := omvt.Unmarshal(data)
		if err != nil {
			t.Skip("the oracle refuses its own tile")
		}
		compare(t, data, want)
	})
}

type fataler interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

func compare(t fataler, data []byte, want omvt.Layers) {
	got, err := Layers(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d layers, want %d", len(got), len(want))
	}
	for i, l := range got {
		w := want[i]
		if l.Name != w.Name || l.Extent != w.Extent || l.Len() != len(w.Features) {
			t.Fatalf("layer %q/%d/%d, want %q/%d/%d", l.Name, l.Extent, l.Len(), w.Name, w.Extent, len(w.Features))
		}
		for j := range l.Len() {
			f, err := l.Feature(j)
			if err != nil {
				t.Fatal(err)
			}
			compareFeature(t, f, w.Features[j])
		}
	}
}

func compareFeature(t fataler, f Feature, want *geojson.Feature) {
	var g Geometry
	if err := f.Geometry(&g); err != nil {
		t.Fatal(err)
	}
	parts := flatten(want.Geometry)
	if len(g.Ends) != len(parts) {
		t.Fatalf("%d parts, want %d: %v", len(g.Ends), len(parts), want.Geometry)
	}
	for k, p := range parts {
		gp := g.Part(k)
		if len(gp) != len(p) {
			t.Fatalf("part %d has %d points, want %d", k, len(gp), len(p))
		}
		for m := range p {
			if float64(gp[m].X) != p[m][0] || float64(gp[m].Y) != p[m][1] {
				t.Fatalf("point %v, want %v", gp[m], p[m])
			}
		}
	}
	n := 0
	err := f.Tags(func(k string, v Value) bool {
		n++
		switch w := want.Properties[k].(type) {
		case string:
			if v.Text() != w {
				t.Fatalf("%s = %q, want %q", k, v.Text(), w)
			}
		case float64:
			if v.Number() != w {
				t.Fatalf("%s = %v, want %v", k, v.Number(), w)
			}
		case bool:
			if (v.Number() == 1) != w {
				t.Fatalf("%s = %v, want %v", k, v.Number(), w)
			}
		default:
			t.Fatalf("unexpected attribute %s", k)
		}
		return true
	})
	if err != nil || n != len(want.Properties) {
		t.Fatalf("%d attributes, want %d, %v", n, len(want.Properties), err)
	}
}

func TestHostileSizes(t *testing.T) {
	for name, b := range map[string][]byte{
		"layer longer than the tile":  {0x1a, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"varint of eleven bytes":      {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01},
		"extent 0":                    {0x1a, 2, 0x28, 0},
		"group wire type":             {0x0b},
		"cut off in a fixed64":        {0x09, 1, 2},
		"extent beyond what fits int": {0x1a, 6, 0x28, 0xff, 0xff, 0xff, 0xff, 0x0f},
	} {
		if _, err := Layers(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestHostileGeometry(t *testing.T) {
	for name, geom := range map[string][]byte{
		"more points than bytes": {0xfa, 0xff, 0xff, 0xff, 0x0f, 2, 2},
		"line without start":     {0x0a, 2, 2},
		"unknown command":        {0x0b, 2, 2},
		"cut off":                {0x09, 2},
		"runs out of the grid":   {0x09, 0xfe, 0xff, 0xff, 0xff, 0x0f, 2},
	} {
		var g Geometry
		if err := (Feature{Type: Lines, geom: geom}).Geometry(&g); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l := &Layer{keys: []string{"a"}, values: [][]byte{{}}}
	for _, tags := range [][]byte{{1, 0}, {0, 1}, {0}, {0x80}} {
		err := (Feature{layer: l, tags: tags}).Tags(func(string, Value) bool { return true })
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("attributes %v: %v", tags, err)
		}
	}
}

func FuzzLayers(f *testing.F) {
	l := &omvt.Layer{Name: "a", Version: 2, Extent: 4096, Features: []*geojson.Feature{
		geojson.NewFeature(orb.Point{1, 2}),
		geojson.NewFeature(orb.LineString{{1, 2}, {30, 40}, {5, 6}}),
		geojson.NewFeature(orb.Polygon{{{0, 0}, {10, 0}, {10, 10}, {0, 0}}}),
	}}
	l.Features[0].Properties["name"] = "x"
	data, err := omvt.Marshal(omvt.Layers{l})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte{0x1a, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		ls, err := Layers(b)
		if err != nil {
			return
		}
		var g Geometry
		for i := range ls {
			for j := range ls[i].Len() {
				ft, err := ls[i].Feature(j)
				if err != nil {
					continue
				}
				_ = ft.Tags(func(_ string, v Value) bool { v.Text(); v.Number(); return true })
				g.Reset()
				if ft.Geometry(&g) == nil && len(g.Points) > len(b) {
					t.Fatalf("%d points out of %d bytes", len(g.Points), len(b))
				}
				for k := range g.Ends {
					_ = g.Part(k)
				}
			}
		}
	})
}
