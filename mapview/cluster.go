package mapview

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// cluster is one marker on the map: a camera, or several that would stand on each other.
type cluster struct {
	at       orb.Point // unit square
	members  []int     // indices of the cameras, ascending
	count    int       // their reads together
	color    int       // their colour, -1 when they differ
	selected bool
	radius   float64 // units
}

// clusterReach is the distance in units below which icons become one marker.
const clusterReach = 18

// clusterCameras groups cameras whose markers would cover each other at the size of the world in units.
// Cameras come in order, each joins the first group near enough, so the result depends on nothing else.
func clusterCameras(cams []Camera, world []orb.Point, worldSize float64) []cluster {
	type cell struct{ x, y int }
	reach := clusterReach / worldSize
	cellOf := func(p orb.Point) cell { return cell{int(math.Floor(p[0] / reach)), int(math.Floor(p[1] / reach))} }
	var out []cluster
	grid := map[cell][]int{}
	for i := range cams {
		c := cellOf(world[i])
		found := -1
		for dx := -1; dx <= 1 && found < 0; dx++ {
			for dy := -1; dy <= 1 && found < 0; dy++ {
				for _, g := range grid[cell{c.x + dx, c.y + dy}] {
					if math.Hypot(out[g].at[0]-world[i][0], out[g].at[1]-world[i][1]) < reach {
						found = g
						break
					}
				}
			}
		}
		if found < 0 {
			found = len(out)
			out = append(out, cluster{at: world[i], color: cams[i].ColorIndex})
			grid[c] = append(grid[c], found)
		}
		g := &out[found]
		g.members = append(g.members, i)
		g.count += max(0, cams[i].Count)
		g.selected = g.selected || cams[i].Selected
		if g.color != cams[i].ColorIndex {
			g.color = -1
		}
	}
	for i := range out {
		out[i].size()
	}
	return uncovered(out, worldSize)
}

// size sets the radius by the count.
func (g *cluster) size() {
	g.radius = 10.5
	if g.count > 0 {
		g.radius = math.Min(26, 6+1.5*math.Sqrt(float64(g.count)))
	}
}

// uncovered joins to a marker with a count the others whose middle, and so whose own count, it
// would cover, until none is. The order stays.
func uncovered(groups []cluster, worldSize float64) []cluster {
	order := make([]int, len(groups))
	for i := range order {
		order[i] = i
	}
	gone := make([]bool, len(groups))
	for joined := true; joined; {
		joined = false
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(groups[b].count, groups[a].count) })
		for _, i := range order {
			g := &groups[i]
			for _, j := range order {
				o := &groups[j]
				if i == j || gone[i] || gone[j] || g.count == 0 ||
					math.Hypot(g.at[0]-o.at[0], g.at[1]-o.at[1])*worldSize >= g.radius {
					continue
				}
				g.join(o)
				gone[j], joined = true, true
			}
		}
	}
	out := groups[:0]
	for i := range groups {
		if !gone[i] {
			slices.Sort(groups[i].members)
			out = append(out, groups[i])
		}
	}
	return out
}

// join takes the cameras of o in.
func (g *cluster) join(o *cluster) {
	if o.count > 0 && g.color != o.color {
		g.color = -1
	}
	g.members = append(g.members, o.members...)
	g.count += o.count
	g.selected = g.selected || o.selected
	g.size()
}

// markers draws the cameras: counts after a query, icons before.
func (a *overlayArt) markers() {
	for pass := range 2 {
		for i := range a.clusters {
			g := &a.clusters[i]
			if g.selected != (pass == 1) {
				continue
			}
			x, y := a.proj.point(g.at)
			if !a.near(x, y, 40*a.k) {
				continue
			}
			if g.count > 0 {
				a.countMarker(g, x, y)
			} else {
				a.cameraMarker(g, x, y)
			}
		}
	}
}

// countText keeps counts to four characters: "9999", "12k".
func countText(n int) string {
	switch {
	case n < 10_000:
		return strconv.Itoa(n)
	case n < 1_000_000:
		return strconv.Itoa(n/1000) + "k"
	default:
		return strconv.Itoa(n/1_000_000) + "M"
	}
}

func (a *overlayArt) countMarker(g *cluster, x, y float64) {
	text := countText(g.count)
	r := math.Max(g.radius*a.k, textWidth(a.count, text)/2+3*a.k)
	if g.selected {
		a.disc(x, y, r+4.2*a.k, a.look.Land)
		a.ring(x, y, r+3.4*a.k, 1.8*a.k, a.look.Ring)
	} else {
		a.disc(x, y, r+1.4*a.k, a.look.Land)
	}
	a.disc(x, y, r, a.look.indexed(g.color))
	drawCentred(a.dst, a.count, text, x, y, a.look.OnArea)
}

func (a *overlayArt) cameraMarker(g *cluster, x, y float64) {
	r := g.radius * a.k
	cam := &a.cameras[g.members[0]]
	if len(g.members) == 1 && !math.IsNaN(cam.HeadingDeg) && a.zoom >= 13 {
		a.wedge(x, y, r, cam.HeadingDeg)
	}
	line := a.look.Text
	if g.selected {
		line = a.look.Accent
		a.ring(x, y, r+2.2*a.k, 1.8*a.k, a.look.Accent)
	}
	a.disc(x, y, r+1.2*a.k, fade(a.look.Panel, 0.9))
	a.disc(x, y, r, line)
	a.disc(x, y, r-1.2*a.k, a.look.Panel)
	switch {
	case len(g.members) > 1:
		drawCentred(a.dst, a.count, countText(len(g.members)), x, y, a.look.Text)
	case !a.icon("camera", x, y, a.look.Text):
		k := a.k
		a.paths([][]orb.Point{
			rectPath(x-5.5*k, y-3.5*k, x+2.5*k, y+3.5*k, 1.2*k),
			{{x + 3.2*k, y - 1*k}, {x + 6*k, y - 2.8*k}, {x + 6*k, y + 2.8*k}, {x + 3.2*k, y + 1*k}},
		}, a.dst, uniform(a.look.Text))
	}
}

// wedge shows where the camera looks.
func (a *overlayArt) wedge(x, y, r, heading float64) {
	const half, reach = 28, 23
	path := []orb.Point{{x, y}}
	for d := -half; d <= half; d += 7 {
		s, c := math.Sincos((heading + float64(d)) * math.Pi / 180)
		path = append(path, orb.Point{x + s*reach*a.k, y - c*reach*a.k})
	}
	a.paths([][]orb.Point{path}, a.dst, uniform(fade(a.look.Text, 0.28)))
}
