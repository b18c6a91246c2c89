package tools

import (
	"github.com/paulmach/orb"
)

// simplify returns the line without the points that stand less than tolM metres beside it (Douglas–Peucker
// 1973). The ends stay. The input is not changed.
func simplify(pts []orb.Point, tolM float64) []orb.Point {
	if len(pts) < 3 {
		return pts
	}
	keep := make([]bool, len(pts))
	keep[0], keep[len(pts)-1] = true, true
	stack := [][2]int{{0, len(pts) - 1}}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		worst, at := tolM, -1
		for i := s[0] + 1; i < s[1]; i++ {
			if _, d := nearestOnSegment(pts[i], pts[s[0]], pts[s[1]]); d > worst {
				worst, at = d, i
			}
		}
		if at > 0 {
			keep[at] = true
			stack = append(stack, [2]int{s[0], at}, [2]int{at, s[1]})
		}
	}
	out := make([]orb.Point, 0, len(pts))
	for i, k := range keep {
		if k {
			out = append(out, pts[i])
		}
	}
	return out
}
