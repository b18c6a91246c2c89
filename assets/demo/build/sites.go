package main

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
)

// site is a fixed camera, or a way point where a mobile unit can stand.
type site struct {
	id      string
	camera  bool
	name    string
	road    string
	at      lonlat
	heading float64
	source  string
	edge    int32
}

// planned are the cameras that the stories and the pictures of the interface name.
var planned = []struct {
	id      string
	at      lonlat
	heading float64
	source  string
	road    string
}{
	{"WIL-011", lonlat{-75.550503, 39.733298}, 120, "law-enforcement", "A St"},           // A: A Street
	{"WIL-012", lonlat{-75.550500, 39.732300}, 210, "commercial", "Pine St"},             // A: Pine Street
	{"WIL-013", lonlat{-75.548375, 39.736222}, 120, "commercial", "E Front St"},          // B: E Front Street
	{"WIL-014", lonlat{-75.546617, 39.735509}, 120, "law-enforcement", "E Front St"},     // B: E Front Street
	{"WIL-015", lonlat{-75.544975, 39.737132}, 120, "commercial", "E 3rd St"},            // B: E 3rd Street
	{"WIL-016", lonlat{-75.540510, 39.734564}, 160, "law-enforcement", "S Heald St"},     // C: S Heald Street
	{"WIL-017", lonlat{-75.540556, 39.733173}, 140, "law-enforcement", "Christiana Ave"}, // C: Christiana Avenue
	{"DOV-021", lonlat{-75.5316, 39.1253}, 190, "law-enforcement", "US 13"},              // US 13 at the edge of Dover
	{"DOV-022", lonlat{-75.53716, 39.1133}, 190, "commercial", "US 13"},                  // US 13 in Camden
	{"SUS-007", lonlat{-75.1185, 38.7245}, 150, "law-enforcement", "DE 1"},               // DE 1 before Rehoboth Beach
	{"SUS-008", lonlat{-75.0950, 38.7190}, 100, "commercial", "Rehoboth Ave"},            // Rehoboth Avenue
}

// regions share out the other cameras. The first region that contains a place has it.
var regions = []struct {
	prefix           string
	w, s, e, n       float64
	count            int
	spacingM         float64
	commercialOneOfN int
}{
	{"WIL", -75.600, 39.715, -75.505, 39.775, 40, 420, 3},
	{"DOV", -75.575, 39.085, -75.480, 39.215, 24, 600, 3},
	{"NWK", -75.790, 39.640, -75.690, 39.710, 14, 900, 3},
	{"NCC", -75.790, 39.500, -75.400, 39.840, 34, 1800, 4},
	{"MID", -75.790, 39.330, -75.550, 39.500, 8, 2500, 4},
	{"KEN", -75.760, 38.850, -75.300, 39.330, 9, 4000, 4},
	{"SUS", -75.720, 38.450, -75.040, 38.850, 14, 4000, 3},
}

const wayPoints = 150

// chooseSites places the planned cameras, then the busiest edges that are far enough from others.
func chooseSites(g *graph, use []float64) ([]site, error) {
	var out []site
	taken := map[string]bool{}
	mk := func(e int32, id, source string, cam bool) site {
		a, b := g.pt[g.edges[e].from], g.pt[g.edges[e].to]
		h := a.headingDeg(b)
		s := site{id: id, camera: cam, road: g.roadName(e), heading: h, source: source, edge: e}
		s.at = lonlat{round6((a.lon + b.lon) / 2), round6((a.lat + b.lat) / 2)}
		s.name = s.road + " " + bound(s.road, h)
		return s
	}
	for _, p := range planned {
		e := g.edgeNear(p.at, p.heading, p.road, use)
		if e < 0 {
			return nil, fmt.Errorf("no road for planned camera %s", p.id)
		}
		taken[p.id] = true
		s := mk(e, p.id, p.source, true)
		a, b := g.pt[g.edges[e].from], g.pt[g.edges[e].to]
		s.at = project(p.at, a, b)
		out = append(out, s)
		fmt.Printf("planned %s %-36s use %.0f, %.0f m off\n", s.id, s.name, use[e], s.at.distM(p.at))
	}
	order := make([]int32, 0, len(g.edges))
	for i, e := range g.edges {
		c := g.class(int32(i))
		if use[i] > 0 && e.lenM > 18 && c != "residential" && g.roadName(int32(i)) != "" && !isLink(c) {
			order = append(order, int32(i))
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return use[order[i]] > use[order[j]] })
	for _, r := range regions {
		n, num := 0, 1
		for spacing := r.spacingM; n < r.count && spacing > 100; spacing *= 0.7 {
			for _, e := range order {
				p := mk(e, "", "", true)
				big := isHighway(g.class(e))
				if n >= r.count || regionOf(p.at) != r.prefix || crowded(out, p, spacing, big) {
					continue
				}
				for taken[fmt.Sprintf("%s-%03d", r.prefix, num)] {
					num++
				}
				p.id = fmt.Sprintf("%s-%03d", r.prefix, num)
				p.source = "law-enforcement"
				if num%r.commercialOneOfN == 0 {
					p.source = "commercial"
				}
				taken[p.id] = true
				n++
				out = append(out, p)
			}
		}
		if n < r.count {
			return nil, errors.New("not enough road for region " + r.prefix)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].id < out[j].id })
	cams := len(out)
	for i := 0; len(out) < cams+wayPoints && i < len(order); i++ {
		e := order[(i*7919)%len(order)]
		p := mk(e, fmt.Sprintf("way-%d", len(out)-cams), "", false)
		if regionOf(p.at) == "" || crowded(out, p, 500, false) {
			continue
		}
		out = append(out, p)
	}
	return out, nil
}

func isHighway(c string) bool { return c == "motorway" || c == "trunk" }

func isLink(c string) bool { return len(c) > 5 && c[len(c)-5:] == "_link" }

// crowded says that another site stands too near: any within 45 m, one of the same direction
// within the spacing, or one of the same direction on the same highway within four times that.
func crowded(sites []site, p site, spacing float64, highway bool) bool {
	for _, s := range sites {
		d := s.at.distM(p.at)
		same := turn(s.heading, p.heading) < 100
		if d < 45 || same && d < spacing || same && highway && s.road == p.road && d < 4*spacing {
			return true
		}
	}
	return false
}

func turn(a, b float64) float64 {
	d := math.Abs(a - b)
	if d > 180 {
		d = 360 - d
	}
	return d
}

func regionOf(p lonlat) string {
	if !inDelaware(p) {
		return ""
	}
	for _, r := range regions {
		if p.lon >= r.w && p.lon < r.e && p.lat >= r.s && p.lat < r.n {
			return r.prefix
		}
	}
	return ""
}

// edgeNear finds the busiest edge within 12 m of the best, of the named road,
// pointing roughly the given way.
func (g *graph) edgeNear(p lonlat, heading float64, road string, use []float64) int32 {
	dist := func(e int32) float64 {
		return p.distM(project(p, g.pt[g.edges[e].from], g.pt[g.edges[e].to]))
	}
	best, at := int32(-1), math.Inf(1)
	var cand []int32
	for i, e := range g.edges {
		a := g.pt[e.from]
		if math.Abs(a.lon-p.lon) > 0.01 || math.Abs(a.lat-p.lat) > 0.01 || !g.big[e.from] || isLink(g.class(int32(i))) || g.roadName(int32(i)) != road {
			continue
		}
		if turn(a.headingDeg(g.pt[e.to]), heading) > 75 {
			continue
		}
		cand = append(cand, int32(i))
		if d := dist(int32(i)); d < at {
			best, at = int32(i), d
		}
	}
	for _, e := range cand {
		if dist(e) < at+12 && use[e] > use[best] {
			best = e
		}
	}
	return best
}

// project returns the point of segment ab nearest to p, at 6 decimals.
func project(p, a, b lonlat) lonlat {
	ax, ay := (a.lon-p.lon)*mPerLon, (a.lat-p.lat)*mPerLat
	dx, dy := (b.lon-a.lon)*mPerLon, (b.lat-a.lat)*mPerLat
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = math.Max(0.02, math.Min(0.98, -(ax*dx+ay*dy)/l))
	}
	return lonlat{round6(a.lon + t*(b.lon-a.lon)), round6(a.lat + t*(b.lat-a.lat))}
}

// bound words a direction as signs do: odd routes run north and south, even ones east and west;
// a street goes by its bearing.
func bound(road string, h float64) string {
	if i := strings.LastIndexAny(road, " -"); i >= 0 {
		switch n, err := strconv.Atoi(road[i+1:]); {
		case err != nil:
		case n%2 == 1 || n == 202 || n == 896 || n == 72:
			if h < 90 || h >= 270 {
				return "northbound"
			}
			return "southbound"
		case h < 180:
			return "eastbound"
		default:
			return "westbound"
		}
	}
	switch {
	case h < 45 || h >= 315:
		return "northbound"
	case h < 135:
		return "eastbound"
	case h < 225:
		return "southbound"
	}
	return "westbound"
}

func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
