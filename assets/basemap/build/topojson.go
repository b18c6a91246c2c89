package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/paulmach/orb"
)

// topology is a TopoJSON file: arcs that the polygons of its objects share.
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]float64 `json:"arcs"`
	Objects map[string]struct {
		Geometries []topoGeometry `json:"geometries"`
	} `json:"objects"`
}

type topoGeometry struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Arcs       json.RawMessage `json:"arcs"`
	Properties struct {
		Name string `json:"name"`
	} `json:"properties"`
}

// readTopology reads the file and undoes the delta encoding and the quantisation of its arcs.
func readTopology(path string) (*topology, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var t topology
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, arc := range t.Arcs {
		var x, y float64
		for i, p := range arc {
			x += p[0]
			y += p[1]
			arc[i] = [2]float64{
				x*t.Transform.Scale[0] + t.Transform.Translate[0],
				y*t.Transform.Scale[1] + t.Transform.Translate[1],
			}
		}
	}
	return &t, nil
}

// rings returns the arc numbers of the geometry: polygons, their rings, the arcs of each ring.
func (g topoGeometry) rings() ([][][]int, error) {
	switch g.Type {
	case "Polygon":
		var p [][]int
		err := json.Unmarshal(g.Arcs, &p)
		return [][][]int{p}, err
	case "MultiPolygon":
		var m [][][]int
		err := json.Unmarshal(g.Arcs, &m)
		return m, err
	case "": // a null geometry: TopoJSON of countries has some
		return nil, nil
	}
	return nil, fmt.Errorf("geometry %s of type %q", g.ID, g.Type)
}

// arc returns the points of arc n; ~n means backwards.
func (t *topology) arc(n int) orb.LineString {
	back := n < 0
	if back {
		n = ^n
	}
	src := t.Arcs[n]
	ls := make(orb.LineString, len(src))
	for i, p := range src {
		if back {
			i = len(src) - 1 - i
		}
		ls[i] = orb.Point(p)
	}
	return ls
}

// polygons returns the geometry with outer rings counter-clockwise and holes clockwise. What crosses the
// antimeridian comes twice, once beyond each edge of the map.
func (t *topology) polygons(g topoGeometry) (orb.MultiPolygon, error) {
	rr, err := g.rings()
	if err != nil {
		return nil, err
	}
	var mp orb.MultiPolygon
	for _, poly := range rr {
		var p orb.Polygon
		var crosses bool
		for i, arcs := range poly {
			var r orb.Ring
			for _, n := range arcs {
				ls := t.arc(n)
				if len(r) > 0 {
					ls = ls[1:]
				}
				r = append(r, ls...)
			}
			if len(r) < 4 {
				continue
			}
			r, c := unwrap(r)
			crosses = crosses || c
			if (r.Orientation() == orb.CCW) != (i == 0) {
				r.Reverse()
			}
			p = append(p, r)
		}
		if len(p) == 0 {
			continue
		}
		mp = append(mp, p)
		if crosses {
			mp = append(mp, shift(p, -360), shift(p, 360))
		}
	}
	return mp, nil
}

// unwrap makes the longitudes of a ring run on beyond ±180 where it crosses the antimeridian; a ring around the
// South Pole is closed along the lower edge of the map.
func unwrap(r orb.Ring) (orb.Ring, bool) {
	crosses := false
	for i := 1; i < len(r); i++ {
		for r[i][0]-r[i-1][0] > 180 {
			r[i][0] -= 360
			crosses = true
		}
		for r[i][0]-r[i-1][0] < -180 {
			r[i][0] += 360
			crosses = true
		}
	}
	if first, last := r[0], r[len(r)-1]; math.Abs(last[0]-first[0]) > 180 {
		r = append(r, orb.Point{last[0], -90}, orb.Point{first[0], -90}, first)
	}
	return r, crosses
}

func shift(p orb.Polygon, lon float64) orb.Polygon {
	out := p.Clone()
	for _, r := range out {
		for i := range r {
			r[i][0] += lon
		}
	}
	return out
}

// users returns for each arc which geometries use it, in order and without repetition.
func (t *topology) users(gs []topoGeometry) ([][]int, error) {
	use := make([][]int, len(t.Arcs))
	for gi, g := range gs {
		rr, err := g.rings()
		if err != nil {
			return nil, err
		}
		for _, poly := range rr {
			for _, ring := range poly {
				for _, n := range ring {
					if n < 0 {
						n = ^n
					}
					if u := use[n]; len(u) == 0 || u[len(u)-1] != gi {
						use[n] = append(u, gi)
					}
				}
			}
		}
	}
	return use, nil
}
