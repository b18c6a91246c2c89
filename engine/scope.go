package engine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"

	"github.com/paulmach/orb"
)

// The scope meter must not be a query without an entry: who bisects an area, a time or a
// number must not learn whether one read exists. So it counts what was asked only roughly,
// inside shapes and times on a coarse grid, and rounds each count up or down by a chance that
// is fixed for the question and secret to the workstation. Nothing else of a count is used.
const (
	gridSteps = 32           // steps of a shape's grid along the side of a square as large
	timeSteps = 32           // steps of a timeframe's grid
	leastTime = time.Minute  // of a timeframe's grid
	metresDeg = 111_195.0    // of a degree of latitude
	cosLeast  = 0.01         // of a degree of longitude near a pole
	vastGrid  = 1 << gridMax // degrees⁻¹: finer than the coordinates of a query
	gridMax   = 24           // about 7 mm
	finer     = 64           // times finer at most, for a shape that its grid folds up
)

// rough is a count as the scope meter gives it.
type rough struct {
	reads   int64
	blurred bool
}

// much reports whether the count is told and at least n.
func (r rough) much(n int64) bool { return !r.blurred && r.reads >= n }

// gauge counts roughly what q would match: all reads, and those of each area.
func (s *Session) gauge(ctx context.Context, q detection.Query, shapes []*geo.Shape, state reads.State) (all rough, parts []rough, err error) {
	q.Windows = coarseWindows(q.Windows, state)
	count := func(shapes []*geo.Shape) (reads.Estimate, error) {
		plan, _, err := planOf(q, shapes, state)
		if err != nil {
			return reads.Estimate{}, err
		}
		plan.Lanes = s.sight().lanes(state)
		if plan.Kind.Spatial() {
			plan.Kind = detection.KindGeo
		}
		return s.e.reads.Estimate(ctx, plan)
	}
	key, err := s.scopeKey(q, state)
	if err != nil {
		return rough{}, nil, err
	}
	own := make([]*geo.Shape, len(shapes))
	for i, shape := range shapes {
		own[i] = coarse(shape, gridOf(shape.AreaM2()))
	}
	got, err := count(own)
	if err != nil {
		return rough{}, nil, err
	}
	if len(own) == 0 {
		return s.dither(key, nil, got.Reads), nil, nil
	}
	sum, few := int64(0), 0
	for i := range own {
		r := s.dither(key, own[i:i+1], got.PerArea[i])
		parts = append(parts, r)
		if sum += r.reads; r.blurred {
			few++
		}
	}
	if len(own) == 1 {
		return parts[0], parts, nil
	}
	together := onOneGrid(shapes, own)
	if got, err = count(together); err != nil {
		return rough{}, nil, err
	}
	all = s.dither(key, together, got.Reads)
	if few > 0 && few < len(own) && (all.blurred || all.reads > sum) {
		all = rough{reads: sum} // what is not told of an area does not show in the total
	}
	return all, parts, nil
}

// dither rounds a count to two digits, to fifties below a thousand, up or down by a chance
// that is fixed for key and shapes. Below the policy's limit nothing is told, and up to half
// as much again by the same chance, so that no edge is sharp.
func (s *Session) dither(key []byte, shapes []*geo.Shape, n int64) rough {
	h := hmac.New(sha256.New, key)
	for _, shape := range shapes {
		h.Write([]byte{1})
		for _, p := range shape.Geometry() {
			h.Write([]byte{2})
			for _, ring := range p {
				h.Write([]byte{3})
				for _, at := range ring {
					h.Write(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, math.Float64bits(at[0])), math.Float64bits(at[1])))
				}
			}
		}
	}
	chance := float64(binary.BigEndian.Uint64(h.Sum(nil))>>11) / (1 << 53)
	least := max(1, s.e.policy().BlurBelow/2)
	unit := max(least, int64(math.Pow10(len(fmt.Sprint(n))-2)))
	told := n / unit * unit
	if float64(n-told) > chance*float64(unit) {
		told += unit
	}
	if told <= 2*least || n < s.e.policy().BlurBelow {
		return rough{blurred: true}
	}
	return rough{reads: told}
}

// scopeKey is the key of the chances for all that q asks besides areas, at one data state.
func (s *Session) scopeKey(q detection.Query, state reads.State) ([]byte, error) {
	q.Areas, q.Purpose, q.Limit, q.MinAreas = nil, detection.Purpose{}, detection.NoLimit, 0
	if q.Kind.Spatial() {
		q.Kind = detection.KindGeo
	}
	text, err := q.Canonical()
	if err != nil {
		return nil, err
	}
	h := hmac.New(sha256.New, s.e.scopeSecret[:])
	fmt.Fprintf(h, "%s\n%s", stateDigest(state), text)
	return h.Sum(nil), nil
}

// coarseWindows puts the ends of timeframes on a grid. The ends of the data are no secret.
func coarseWindows(list []detection.Window, state reads.State) []detection.Window {
	oldest, end := state.Oldest, state.Newest.Add(time.Millisecond)
	out := make([]detection.Window, len(list))
	for i, w := range list {
		if out[i] = w; state.Rows == 0 || !w.To.After(oldest) || !w.From.Before(end) {
			continue
		}
		if w.From.Before(oldest) {
			w.From = oldest
		}
		if w.To.After(end) {
			w.To = end
		}
		grid := leastTime
		for grid*2*timeSteps <= w.To.Sub(w.From) {
			grid *= 2
		}
		if w.From.After(oldest) {
			w.From = w.From.Round(grid)
		}
		if w.To.Before(end) {
			w.To = w.To.Round(grid)
		}
		if !w.To.After(w.From) {
			w.To = w.From.Add(grid)
		}
		out[i] = w
	}
	return out
}

// gridOf is how many steps of a degree of latitude the grid of an area of m2 has, a power of
// two, so that a shape that is a little larger has the same.
func gridOf(m2 float64) float64 {
	steps := 1.0
	for steps < vastGrid && steps*math.Sqrt(m2) < gridSteps*metresDeg {
		steps *= 2
	}
	return steps / 2
}

// coarse returns the shape with its corners on a grid: on a finer one where that folds it up.
func coarse(shape *geo.Shape, steps float64) *geo.Shape {
	for s := steps; s <= vastGrid && s <= steps*finer; s *= 4 {
		if c := onGrid(shape, s); c != nil {
			return c
		}
	}
	if box, err := geo.Prepare(orb.MultiPolygon{shape.Bound().ToPolygon()}); err == nil {
		return box
	}
	return shape
}

// onGrid returns the shape with its corners on a grid; nil where that folds it up.
func onGrid(shape *geo.Shape, steps float64) *geo.Shape {
	middle := shape.Bound().Center()
	wide := 1.0
	for cos := max(math.Cos(middle[1]*math.Pi/180), cosLeast); cos < 0.75; cos *= 2 {
		wide *= 2 // degrees of longitude are shorter
	}
	var out orb.MultiPolygon
	for _, p := range shape.Geometry() {
		var q orb.Polygon
		for i, ring := range p {
			var r orb.Ring
			for _, at := range ring {
				x := orb.Point{math.Round(at[0]*steps/wide) / steps * wide, math.Round(at[1]*steps) / steps}
				if len(r) == 0 || r[len(r)-1] != x {
					r = append(r, x)
				}
			}
			if len(r) >= 4 {
				q = append(q, r)
			} else if i == 0 {
				break
			}
		}
		if len(q) > 0 {
			out = append(out, q)
		}
	}
	if len(out) == 0 {
		return nil
	}
	c, err := geo.Prepare(out)
	if err != nil {
		return nil
	}
	return c
}

// onOneGrid returns all shapes on the grid of the largest of them. One that is small on it is
// left out: a total must not tell of it.
func onOneGrid(shapes, own []*geo.Shape) []*geo.Shape {
	largest := 0.0
	for _, shape := range shapes {
		largest = max(largest, shape.AreaM2())
	}
	steps := gridOf(largest)
	var out []*geo.Shape
	for i, shape := range shapes {
		side := metresDeg / steps
		if c := onGrid(shape, steps); c != nil {
			out = append(out, c)
		} else if shape.AreaM2() > 16*side*side {
			out = append(out, own[i])
		}
	}
	if len(out) == 0 {
		return own
	}
	return out
}
