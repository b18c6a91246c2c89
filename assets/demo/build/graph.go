package main

import (
	"container/heap"
	"math"
	"strings"

	"github.com/paulmach/osm"
)

// edge is one straight piece of road in one direction.
type edge struct {
	from, to int32
	lenM     float64
	sec      float64
	road     int32 // index into extract.roads
}

type graph struct {
	pt    []lonlat
	edges []edge
	out   [][]int32 // edges leaving a node
	in    [][]int32
	big   []bool // node lies in the part where everything reaches everything
	roads []road
	grid  map[[2]int][]int32
}

func newGraph(x *extract) *graph {
	g := &graph{roads: x.roads, grid: map[[2]int][]int32{}}
	id := map[osm.NodeID]int32{}
	node := func(n osm.NodeID) int32 {
		if i, ok := id[n]; ok {
			return i
		}
		i := int32(len(g.pt))
		id[n] = i
		g.pt = append(g.pt, x.at[n])
		return i
	}
	for ri, r := range x.roads {
		for i := 1; i < len(r.pts); i++ {
			if _, ok := x.at[r.pts[i-1]]; !ok {
				continue
			}
			if _, ok := x.at[r.pts[i]]; !ok {
				continue
			}
			a, b := node(r.pts[i-1]), node(r.pts[i])
			d := g.pt[a].distM(g.pt[b])
			sec := d / speedMS[r.class]
			if r.oneway >= 0 {
				g.edges = append(g.edges, edge{a, b, d, sec, int32(ri)})
			}
			if r.oneway <= 0 {
				g.edges = append(g.edges, edge{b, a, d, sec, int32(ri)})
			}
		}
	}
	g.out, g.in = make([][]int32, len(g.pt)), make([][]int32, len(g.pt))
	for i, e := range g.edges {
		g.out[e.from] = append(g.out[e.from], int32(i))
		g.in[e.to] = append(g.in[e.to], int32(i))
	}
	g.connect()
	for i, p := range g.pt {
		if g.big[i] {
			k := cell(p)
			g.grid[k] = append(g.grid[k], int32(i))
		}
	}
	return g
}

// connect marks the nodes that both reach Rodney Square, Wilmington, and are reached from it.
func (g *graph) connect() {
	centre, best := int32(0), math.Inf(1)
	for i, p := range g.pt {
		if d := p.distM(lonlat{-75.5466, 39.7459}); d < best && len(g.out[i]) > 1 {
			centre, best = int32(i), d
		}
	}
	flood := func(adj [][]int32, end func(edge) int32) []bool {
		seen := make([]bool, len(g.pt))
		seen[centre] = true
		todo := []int32{centre}
		for len(todo) > 0 {
			n := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, e := range adj[n] {
				if m := end(g.edges[e]); !seen[m] {
					seen[m] = true
					todo = append(todo, m)
				}
			}
		}
		return seen
	}
	to := flood(g.out, func(e edge) int32 { return e.to })
	back := flood(g.in, func(e edge) int32 { return e.from })
	g.big = make([]bool, len(g.pt))
	for i := range g.big {
		g.big[i] = to[i] && back[i]
	}
}

func cell(p lonlat) [2]int { return [2]int{int(math.Floor(p.lon * 100)), int(math.Floor(p.lat * 100))} }

// near returns the connected node nearest to p for which ok holds, or -1 beyond about 3 km.
func (g *graph) near(p lonlat, ok func(int32) bool) int32 {
	best, at := int32(-1), math.Inf(1)
	c := cell(p)
	for r := 0; r <= 3 && best < 0; r++ {
		for dx := -r - 1; dx <= r+1; dx++ {
			for dy := -r - 1; dy <= r+1; dy++ {
				for _, n := range g.grid[[2]int{c[0] + dx, c[1] + dy}] {
					if d := p.distM(g.pt[n]); d < at && ok(n) {
						best, at = n, d
					}
				}
			}
		}
	}
	return best
}

func (g *graph) class(e int32) string { return g.roads[g.edges[e].road].class }

// roadName is how a sign or a log names the road: "I-95", "US 13", "E Front St".
func (g *graph) roadName(e int32) string {
	r := g.roads[g.edges[e].road]
	ref := strings.Split(r.ref, ";")[0]
	if strings.HasPrefix(r.class, "motorway") || strings.HasPrefix(r.class, "trunk") || r.name == "" {
		if ref != "" && !strings.HasPrefix(ref, "(") {
			return strings.Replace(ref, "I ", "I-", 1)
		}
	}
	return abbreviate(r.name)
}

var short = map[string]string{
	"Street": "St", "Avenue": "Ave", "Road": "Rd", "Drive": "Dr", "Boulevard": "Blvd", "Highway": "Hwy", "Lane": "Ln",
	"Parkway": "Pkwy", "Place": "Pl", "Court": "Ct", "Circle": "Cir", "North": "N", "South": "S", "East": "E", "West": "W",
}

func abbreviate(name string) string {
	w := strings.Fields(name)
	for i := range w {
		if s, ok := short[w[i]]; ok && (len(s) > 1 || i == 0) {
			w[i] = s
		}
	}
	return strings.Join(w, " ")
}

// tree is the result of one shortest-path search: the edge by which each node is reached.
type tree struct {
	via []int32
	sec []float64
}

type item struct {
	n int32
	d float64
}
type queue []item

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].d < q[j].d }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(v any)        { *q = append(*q, v.(item)) }
func (q *queue) Pop() any {
	o := *q
	v := o[len(o)-1]
	*q = o[:len(o)-1]
	return v
}

// search finds the fastest ways from one node to all others.
func (g *graph) search(from int32) tree {
	t := tree{via: make([]int32, len(g.pt)), sec: make([]float64, len(g.pt))}
	for i := range t.via {
		t.via[i], t.sec[i] = -1, math.Inf(1)
	}
	t.sec[from] = 0
	q := &queue{{from, 0}}
	for q.Len() > 0 {
		it := heap.Pop(q).(item)
		if it.d > t.sec[it.n] {
			continue
		}
		for _, ei := range g.out[it.n] {
			e := g.edges[ei]
			if d := it.d + e.sec; d < t.sec[e.to] {
				t.sec[e.to], t.via[e.to] = d, ei
				heap.Push(q, item{e.to, d})
			}
		}
	}
	return t
}

// path returns the edges from the tree's root to n, in driving order.
func (g *graph) path(t tree, n int32) []int32 {
	var p []int32
	for t.via[n] >= 0 {
		p = append(p, t.via[n])
		n = g.edges[t.via[n]].from
	}
	for i, j := 0, len(p)-1; i < j; i, j = i+1, j-1 {
		p[i], p[j] = p[j], p[i]
	}
	return p
}

func shortest(g *graph, zones []zone) []tree {
	trees := make([]tree, len(zones))
	for i, z := range zones {
		trees[i] = g.search(z.node)
	}
	return trees
}
