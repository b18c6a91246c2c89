package main

import (
	"math"
	"math/rand/v2"
	"sort"
)

// spot is a place where a vehicle stands: at home, at work or at a shop.
type spot struct {
	at      lonlat
	heading float64
	kind    uint8 // 0 home, 1 work, 2 shop
	zone    int
}

// zone is a neighbourhood, reached at one node of the graph; or a gate at the state's border.
type zone struct {
	at     lonlat
	node   int32
	gate   float64 // weight of a border crossing; 0: a neighbourhood
	weight [3]float64
}

var gates = []struct {
	at     lonlat
	weight float64
}{
	{lonlat{-75.428, 39.828}, 9},     // I-95, Pennsylvania
	{lonlat{-75.783, 39.648}, 9},     // I-95, Maryland
	{lonlat{-75.500, 39.688}, 7},     // I-295, New Jersey
	{lonlat{-75.5465, 39.838}, 3},    // US 202
	{lonlat{-75.5775, 38.4525}, 2.5}, // US 13, Delmar
	{lonlat{-75.2235, 38.4525}, 1.2}, // US 113, Selbyville
	{lonlat{-75.0512, 38.4525}, 2},   // DE 1, Fenwick Island
	{lonlat{-75.766, 39.41}, 2},      // US 301
	{lonlat{-75.785, 39.606}, 2.5},   // US 40
	{lonlat{-75.705, 39.80}, 1},      // DE 41
	{lonlat{-75.452, 39.807}, 1.5},   // US 13, Philadelphia Pike
	{lonlat{-75.69, 38.80}, 1.5},     // DE 404
	{lonlat{-75.12, 38.78}, 0.6},     // the ferry at Lewes
}

// pinned are neighbourhoods that the planted stories need: the Wilmington riverside.
var pinned = []lonlat{
	{-75.5506, 39.7319}, // Pine Street at A Street
	{-75.5455, 39.7352}, // E Front Street
	{-75.5386, 39.7318}, // Christiana Avenue, the port
	{-75.5446, 39.7368}, // E 3rd Street
	{-75.5503, 39.7290}, // S Heald Street
}

const neighbourhoods = 200

// makeSpots samples residential streets for homes and takes the map's places for work and shops.
func makeSpots(x *extract, g *graph) []spot {
	r := rand.New(rand.NewPCG(1, 2))
	var spots []spot
	var total float64
	for i, e := range g.edges {
		if e.from < e.to && g.class(int32(i)) == "residential" && g.big[e.from] && inDelaware(g.pt[e.from]) {
			total += e.lenM
		}
	}
	const homes = 5200
	step, acc := total/homes, 0.0
	for i, e := range g.edges {
		if e.from >= e.to || g.class(int32(i)) != "residential" || !g.big[e.from] || !inDelaware(g.pt[e.from]) {
			continue
		}
		acc += e.lenM
		for acc >= step {
			acc -= step
			t := 0.15 + 0.7*r.Float64()
			a, b := g.pt[e.from], g.pt[e.to]
			spots = append(spots, spot{at: lonlat{a.lon + t*(b.lon-a.lon), a.lat + t*(b.lat-a.lat)}, heading: a.headingDeg(b)})
		}
	}
	any := func(int32) bool { return true }
	for _, p := range x.pois {
		n := g.near(p.at, any)
		if n < 0 {
			continue
		}
		e := g.edges[g.out[n][0]]
		k := uint8(1)
		if p.kind == "shop" {
			k = 2
		}
		for range p.weight {
			at := lonlat{p.at.lon + (r.Float64()-0.5)*4e-4, p.at.lat + (r.Float64()-0.5)*3e-4}
			spots = append(spots, spot{at: at, heading: g.pt[e.from].headingDeg(g.pt[e.to]), kind: k})
		}
	}
	for _, p := range pinned {
		for range 14 {
			at := lonlat{p.lon + (r.Float64()-0.5)*18e-4, p.lat + (r.Float64()-0.5)*13e-4}
			if n := g.near(at, any); n >= 0 {
				e := g.edges[g.out[n][0]]
				q := g.pt[n]
				spots = append(spots, spot{at: lonlat{q.lon + (at.lon-q.lon)*0.2, q.lat + (at.lat-q.lat)*0.2}, heading: g.pt[e.from].headingDeg(g.pt[e.to]), kind: 1})
			}
		}
	}
	return spots
}

func makeZones(g *graph, spots []spot) []zone {
	r := rand.New(rand.NewPCG(3, 4))
	c := append([]lonlat(nil), pinned...)
	for len(c) < neighbourhoods { // far-spread starts: the best of a few random spots
		best, far := lonlat{}, -1.0
		for range 6 {
			p := spots[r.IntN(len(spots))].at
			d := math.Inf(1)
			for _, q := range c {
				d = math.Min(d, p.distM(q))
			}
			if d > far {
				best, far = p, d
			}
		}
		c = append(c, best)
	}
	for range 12 {
		sum, n := make([]lonlat, len(c)), make([]float64, len(c))
		for _, s := range spots {
			k := nearest(c, s.at)
			sum[k].lon += s.at.lon
			sum[k].lat += s.at.lat
			n[k]++
		}
		for k := len(pinned); k < len(c); k++ {
			if n[k] > 0 {
				c[k] = lonlat{sum[k].lon / n[k], sum[k].lat / n[k]}
			}
		}
	}
	local := func(n int32) bool {
		for _, e := range g.out[n] {
			switch g.class(e) {
			case "motorway", "motorway_link", "trunk", "trunk_link", "primary_link", "secondary_link":
				return false
			}
		}
		return true
	}
	var zs []zone
	for _, p := range c {
		if n := g.near(p, local); n >= 0 {
			zs = append(zs, zone{at: p, node: n})
		}
	}
	major := func(n int32) bool {
		for _, e := range g.out[n] {
			switch g.class(e) {
			case "motorway", "trunk", "primary":
				return true
			}
		}
		return false
	}
	for _, b := range gates {
		if n := g.near(b.at, major); n >= 0 {
			zs = append(zs, zone{at: g.pt[n], node: n, gate: b.weight})
		}
	}
	return zs
}

func nearest(c []lonlat, p lonlat) int {
	k, best := 0, math.Inf(1)
	for i, q := range c {
		if d := p.distM(q); d < best {
			k, best = i, d
		}
	}
	return k
}

// assign gives each spot its neighbourhood, and sorts the spots of each along a space-filling order.
func assign(spots []spot, zs []zone) []spot {
	var c []lonlat
	for _, z := range zs {
		if z.gate == 0 {
			c = append(c, z.at)
		}
	}
	for i := range spots {
		spots[i].zone = nearest(c, spots[i].at)
		zs[spots[i].zone].weight[spots[i].kind]++
	}
	sort.SliceStable(spots, func(i, j int) bool {
		a, b := spots[i], spots[j]
		if a.zone != b.zone {
			return a.zone < b.zone
		}
		if a.kind != b.kind {
			return a.kind < b.kind
		}
		return morton(a.at) < morton(b.at)
	})
	return spots
}

func morton(p lonlat) uint64 {
	x, y := uint64((p.lon+180)*2e4), uint64((p.lat+90)*2e4)
	var m uint64
	for i := range 24 {
		m |= (x>>i&1)<<(2*i) | (y>>i&1)<<(2*i+1)
	}
	return m
}

// demand is the traffic from zone a to zone b that camera sites are chosen by.
func demand(a, b zone, sec float64) float64 {
	wa := a.gate*60 + a.weight[0] + 0.5*(a.weight[1]+a.weight[2])
	wb := b.gate*60 + b.weight[1] + b.weight[2] + 0.3*b.weight[0]
	reach := 900.0
	if a.gate > 0 && b.gate > 0 {
		reach = 6000
	}
	return wa * wb * math.Exp(-sec/reach)
}

// usage adds up the demand on every edge.
func usage(g *graph, zs []zone, trees []tree) []float64 {
	use := make([]float64, len(g.edges))
	for i := range zs {
		for j := range zs {
			if i == j {
				continue
			}
			d := demand(zs[i], zs[j], trees[i].sec[zs[j].node])
			for _, e := range g.path(trees[i], zs[j].node) {
				use[e] += d
			}
		}
	}
	return use
}
