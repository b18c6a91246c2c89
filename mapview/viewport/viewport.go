// Package viewport holds the pure mathematics of a Web Mercator map window: the conversion between
// positions on the earth and pixels of the view, panning, zooming, fitting and the tiles in sight.
//
// Entry points: [New] and [View] with its methods. [View] is a small value: every method returns a new
// one and none changes its receiver, so views are safe to share between goroutines.
//
// Conventions. Positions are WGS 84 degrees in the order (lon, lat). Screen positions are pixels of the
// view, x to the right and y down, with (0, 0) at the top left corner. The world is [TileSize]·2^zoom pixels wide
// and zoom is fractional. Invariants of a view made by [New] or by any method: the zoom is within
// [MinZoom]–[MaxZoom], the centre's latitude within ±[MaxLat], its longitude within [-180, 180), width and
// height within 0–32768 pixels, and no number is NaN or infinite.
package viewport

import (
	"math"

	"github.com/paulmach/orb"
)

const (
	// TileSize is the edge of one tile in pixels at its own zoom.
	TileSize = 512
	// MinZoom is the smallest zoom: the whole world in one tile.
	MinZoom = 0
	// MaxZoom is the largest zoom, about 0.06 m a pixel at 38° latitude.
	MaxZoom = 20
	// MaxLat is the latitude in degrees at which the Web Mercator square ends.
	MaxLat = 85.05112878
	// maxSize is the largest width and height of a view in pixels.
	maxSize = 1 << 15
	// equatorM is the circumference in metres of the Web Mercator sphere (radius 6378137 m, EPSG:3857).
	equatorM = 2 * math.Pi * 6378137
)

// View is what a map window shows: the position in its middle, the zoom and the size in pixels.
type View struct {
	Center orb.Point // degrees, (lon, lat)
	Zoom   float64   // world width = TileSize * 2^Zoom pixels
	W, H   float64   // pixels
}

// New returns the view with all numbers brought into their limits; NaN and infinities become 0.
func New(center orb.Point, zoom, w, h float64) View {
	return View{Center: center, Zoom: zoom, W: w, H: h}.normal()
}

func (v View) normal() View {
	v.Center = ClampPoint(v.Center)
	v.Zoom = ClampZoom(v.Zoom)
	v.W = math.Min(maxSize, math.Max(0, finite(v.W)))
	v.H = math.Min(maxSize, math.Max(0, finite(v.H)))
	return v
}

// ClampZoom returns the zoom within [MinZoom, MaxZoom]; NaN gives MinZoom.
func ClampZoom(z float64) float64 {
	if math.IsNaN(z) {
		return MinZoom
	}
	return math.Min(MaxZoom, math.Max(MinZoom, z))
}

// ClampPoint returns the position with its latitude within ±MaxLat and its longitude within [-180, 180).
func ClampPoint(p orb.Point) orb.Point {
	return orb.Point{WrapLon(finite(p[0])), clampLat(finite(p[1]))}
}

// WrapLon returns the longitude in [-180, 180) that names the same meridian.
func WrapLon(lon float64) float64 {
	if lon >= -180 && lon < 180 {
		return lon
	}
	w := math.Mod(lon+180, 360)
	if w < 0 {
		w += 360
	}
	if w >= 360 { // a tiny negative remainder rounds up to the full turn
		w = 0
	}
	return w - 180
}

// WorldSize returns the width of the world in pixels at the view's zoom.
func (v View) WorldSize() float64 { return TileSize * math.Exp2(v.Zoom) }

// World returns the position in the unit square of Web Mercator: x from 0 at longitude -180 to 1 at 180
// (not wrapped), y from 0 at latitude +MaxLat to 1 at -MaxLat.
func World(p orb.Point) (x, y float64) {
	s := math.Sin(clampLat(p[1]) * math.Pi / 180)
	return (p[0] + 180) / 360, 0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)
}

// FromWorld is the inverse of World. Positions beyond the top or the bottom are clamped to ±MaxLat.
func FromWorld(x, y float64) orb.Point {
	lat := math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi
	return orb.Point{x*360 - 180, clampLat(lat)}
}

// Project returns where the position stands on the screen. Of the copies of the earth side by side the
// one nearest to the view's centre is taken, so that x is within half a world of the middle.
func (v View) Project(p orb.Point) (x, y float64) {
	px, py := World(p)
	cx, cy := World(v.Center)
	dx := px - cx
	dx -= math.Round(dx)
	ws := v.WorldSize()
	return v.W/2 + dx*ws, v.H/2 + (py-cy)*ws
}

// Unproject returns the position under a pixel of the screen, its longitude wrapped, its latitude clamped.
func (v View) Unproject(x, y float64) orb.Point {
	cx, cy := World(v.Center)
	ws := v.WorldSize()
	p := FromWorld(cx+(x-v.W/2)/ws, cy+(y-v.H/2)/ws)
	return ClampPoint(p)
}

// Pan returns the view after its content was dragged by (dx, dy) pixels: what was at (x, y) is then
// at (x+dx, y+dy), except that the centre does not leave the world at the top and the bottom.
func (v View) Pan(dx, dy float64) View {
	v.Center = v.Unproject(v.W/2-finite(dx), v.H/2-finite(dy))
	return v
}

// ZoomAt returns the view zoomed in by dz levels (out when negative) while the position under pixel
// (x, y) stays there, unless a limit of zoom or latitude stops it.
func (v View) ZoomAt(x, y, dz float64) View {
	anchor := v.Unproject(x, y)
	v.Zoom = ClampZoom(v.Zoom + finite(dz))
	ax, ay := v.Project(anchor)
	return v.Pan(x-ax, y-ay)
}

// Fit returns the view with the largest zoom at which the bound stands inside the window with pad
// pixels free at each side. A bound of one point gives MaxZoom; one whose minimum is right of its
// maximum crosses the antimeridian. A pad larger than the window counts as none.
func (v View) Fit(b orb.Bound, pad float64) View {
	minX, maxY := World(orb.Point{finite(b.Min[0]), finite(b.Min[1])})
	maxX, minY := World(orb.Point{finite(b.Max[0]), finite(b.Max[1])})
	if maxX < minX {
		maxX++
	}
	if maxY < minY {
		minY, maxY = maxY, minY
	}
	pad = math.Max(0, finite(pad))
	w, h := v.W-2*pad, v.H-2*pad
	if w < 1 || h < 1 {
		w, h = math.Max(1, v.W), math.Max(1, v.H)
	}
	z := math.Min(math.Log2(w/(TileSize*(maxX-minX))), math.Log2(h/(TileSize*(maxY-minY))))
	v.Zoom = ClampZoom(z)
	v.Center = ClampPoint(FromWorld((minX+maxX)/2, (minY+maxY)/2))
	return v
}

// Bound returns the smallest bound that holds what the window shows. Its longitudes are continuous
// around the centre, so they may lie beyond ±180; a window wider than the world gives exactly one turn.
func (v View) Bound() orb.Bound {
	cx, cy := World(v.Center)
	ws := v.WorldSize()
	hw := math.Min(0.5, v.W/2/ws)
	hh := v.H / 2 / ws
	nw := FromWorld(cx-hw, cy-hh)
	se := FromWorld(cx+hw, cy+hh)
	return orb.Bound{Min: orb.Point{nw[0], se[1]}, Max: orb.Point{se[0], nw[1]}}
}

// MetresPerPixel returns how many metres on the ground one pixel spans at the view's centre.
func (v View) MetresPerPixel() float64 {
	return equatorM * math.Cos(v.Center[1]*math.Pi/180) / v.WorldSize()
}

func clampLat(lat float64) float64 { return math.Min(MaxLat, math.Max(-MaxLat, lat)) }

func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
