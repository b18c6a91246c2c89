package basemap

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"
)

// labelGap is the free space between labels in pixels.
const labelGap = 2

// maxLabels bounds what PlaceLabels returns; a full 4K screen has about 400.
const maxLabels = 2000

// PlaceLabels chooses which labels stand on a picture of w × h pixels: the more important first, none over
// another, none over an excluded rectangle, none cut by the edge, and the same text only at a distance. The name of a
// town moves aside for what is excluded.
// Exclusions are in pixels of the view. The result is in the order of importance and does not depend on that of the input.
func PlaceLabels(labels []Label, w, h float64, exclude []orb.Bound) []Label {
	order := slices.Clone(labels)
	slices.SortStableFunc(order, func(a, b Label) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.Text, b.Text),
			cmp.Compare(a.X, b.X), cmp.Compare(a.Y, b.Y))
	})
	var taken []quad
	for _, b := range exclude {
		q := quad{
			x: (b.Min[0] + b.Max[0]) / 2, y: (b.Min[1] + b.Max[1]) / 2,
			hw: (b.Max[0] - b.Min[0]) / 2, hh: (b.Max[1] - b.Min[1]) / 2, cos: 1,
		}
		if q.hw < 0 || q.hh < 0 {
			continue
		}
		q.reach = q.hw + q.hh
		taken = append(taken, q)
	}
	same := map[string][]spot{}
	var out []Label
	for i := range order {
		l := &order[i]
		for _, at := range l.spots() {
			l.X, l.Y = at.x, at.y
			q := l.quad(labelGap)
			if !q.within(w, h) || tooNear(same[l.Text], l) ||
				slices.ContainsFunc(taken, func(t quad) bool { return t.overlaps(&q) }) {
				continue
			}
			taken = append(taken, q)
			same[l.Text] = append(same[l.Text], at)
			out = append(out, *l)
			break
		}
		if len(out) == maxLabels {
			break
		}
	}
	return out
}

func tooNear(same []spot, l *Label) bool {
	for _, s := range same {
		dx, dy := s.x-l.X, s.y-l.Y
		if dx*dx+dy*dy < l.apart*l.apart {
			return true
		}
	}
	return false
}
