package mapview

import (
	"math"
	"sort"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

// pointIndex finds points of the unit square near a place: a grid over their bound.
type pointIndex struct {
	points []orb.Point
	bound  orb.Bound
	n      int // cells a side
	start  []int32
	order  []int32
}

func newPointIndex(points []orb.Point) pointIndex {
	x := pointIndex{points: points}
	if len(points) == 0 {
		return x
	}
	x.bound = boundOf([][]orb.Point{points})
	x.n = max(1, min(256, int(math.Sqrt(float64(len(points))))))
	x.start = make([]int32, x.n*x.n+1)
	cells := make([]int32, len(points))
	for i, p := range points {
		cx, cy := x.cell(p)
		cells[i] = int32(cy*x.n + cx)
		x.start[cells[i]+1]++
	}
	for i := 1; i < len(x.start); i++ {
		x.start[i] += x.start[i-1]
	}
	x.order = make([]int32, len(points))
	next := append([]int32(nil), x.start...)
	for i, c := range cells {
		x.order[next[c]] = int32(i)
		next[c]++
	}
	return x
}

func (x *pointIndex) cell(p orb.Point) (int, int) {
	at := func(v, lo, hi float64) int {
		if hi <= lo {
			return 0
		}
		return max(0, min(x.n-1, int((v-lo)/(hi-lo)*float64(x.n))))
	}
	return at(p[0], x.bound.Min[0], x.bound.Max[0]), at(p[1], x.bound.Min[1], x.bound.Max[1])
}

// near calls found with the number and distance of every point within r of p, all in the unit square.
func (x *pointIndex) near(p orb.Point, r float64, found func(i int, d float64)) {
	if x.n == 0 || p[0]+r < x.bound.Min[0] || p[0]-r > x.bound.Max[0] ||
		p[1]+r < x.bound.Min[1] || p[1]-r > x.bound.Max[1] {
		return
	}
	x0, y0 := x.cell(orb.Point{p[0] - r, p[1] - r})
	x1, y1 := x.cell(orb.Point{p[0] + r, p[1] + r})
	for cy := y0; cy <= y1; cy++ {
		for _, i := range x.order[x.start[cy*x.n+x0]:x.start[cy*x.n+x1+1]] {
			q := x.points[i]
			if d := math.Hypot(q[0]-p[0], q[1]-p[1]); d <= r {
				found(int(i), d)
			}
		}
	}
}

const (
	hitReach = 7  // units around a point that still count
	maxHits  = 50 // of points; nobody reads more
)

// hitsAt returns what lies under the place of the window, as Hit orders it. A name tag counts as its area and
// hides what is below.
func (m *Map) hitsAt(at fyne.Position) []Hit {
	if i := m.tagAt(at); i >= 0 {
		return []Hit{{Kind: HitArea, Index: i}}
	}
	pos := m.positionAt(at)
	w := worldPoint(pos)
	size := m.view.WorldSize()
	var hits []Hit
	m.index.near(w, hitReach/size, func(i int, d float64) {
		hits = append(hits, Hit{Kind: HitPoint, Index: i, Distance: d * size, PointID: m.scene.points[i].ID})
	})
	if len(hits) > maxHits {
		sort.Slice(hits, func(i, j int) bool { return hits[i].Distance < hits[j].Distance })
		hits = hits[:maxHits]
	}
	groups := m.clusters
	for gi := range groups {
		g := &groups[gi]
		if d := math.Hypot(g.at[0]-w[0], g.at[1]-w[1]) * size; d <= g.radius+2 {
			for _, i := range g.members {
				hits = append(hits, Hit{
					Kind: HitCamera, Index: i, Distance: d, CameraID: m.scene.cameras[i].ID, Clustered: len(g.members),
				})
			}
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].Distance < hits[j].Distance })
	for i, p := range m.scene.placesW {
		if d := math.Hypot(p[0]-w[0], p[1]-w[1]) * size; d <= 13 {
			hits = append(hits, Hit{Kind: HitPlace, Index: i, Distance: d})
		}
	}
	for i := range m.scene.areas {
		if tools.Contains(m.scene.areas[i].Shape, pos) {
			hits = append(hits, Hit{Kind: HitArea, Index: i})
		}
	}
	return hits
}

// tolM is how many metres on the ground a reach of units spans at the middle of the view.
func tolM(v viewport.View, units float64) float64 { return v.MetresPerPixel() * units }
