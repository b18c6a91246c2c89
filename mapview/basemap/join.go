package basemap

import "math"

// spot is a position in pixels of the view.
type spot struct{ x, y float64 }

// joinRadius is how near two ends of lines of the same name must be to count as one point, in pixels:
// tiles round the crossing of their common edge each in its own way.
const joinRadius = 0.75

// joinLines joins lines end to end where exactly two of them meet, or more in pairs as they come, so that a
// street cut into pieces by its crossings and by tiles can carry one label. Directions of lines do not matter.
func joinLines(lines [][]spot) [][]spot {
	type cell struct{ x, y int32 }
	cellOf := func(s spot) cell {
		return cell{int32(math.Floor(s.x / (2 * joinRadius))), int32(math.Floor(s.y / (2 * joinRadius)))}
	}
	ends := map[cell][]int{} // lines that have an end in the cell
	for i, l := range lines {
		ends[cellOf(l[0])] = append(ends[cellOf(l[0])], i)
		ends[cellOf(l[len(l)-1])] = append(ends[cellOf(l[len(l)-1])], i)
	}
	used := make([]bool, len(lines))
	// near finds an unused line that starts or ends at s and returns it starting there. Of several it takes the one
	// that goes on straightest from direction d.
	near := func(s, d spot) []spot {
		best, bestCos, flip := -1, -0.2, false // never turn back sharply
		c := cellOf(s)
		for dx := int32(-1); dx <= 1; dx++ {
			for dy := int32(-1); dy <= 1; dy++ {
				for _, i := range ends[cell{c.x + dx, c.y + dy}] {
					if used[i] {
						continue
					}
					l := lines[i]
					n := len(l)
					if math.Hypot(l[0].x-s.x, l[0].y-s.y) <= joinRadius {
						if k := cosine(d, spot{l[1].x - l[0].x, l[1].y - l[0].y}); k > bestCos {
							best, bestCos, flip = i, k, false
						}
					}
					if math.Hypot(l[n-1].x-s.x, l[n-1].y-s.y) <= joinRadius {
						if k := cosine(d, spot{l[n-2].x - l[n-1].x, l[n-2].y - l[n-1].y}); k > bestCos {
							best, bestCos, flip = i, k, true
						}
					}
				}
			}
		}
		if best < 0 {
			return nil
		}
		used[best] = true
		if flip {
			return reversed(lines[best])
		}
		return lines[best]
	}
	grow := func(l []spot) []spot {
		for {
			n := len(l)
			next := near(l[n-1], spot{l[n-1].x - l[n-2].x, l[n-1].y - l[n-2].y})
			if next == nil {
				return l
			}
			l = append(l[:n:n], next[1:]...)
		}
	}
	var out [][]spot
	for i, l := range lines {
		if used[i] {
			continue
		}
		used[i] = true
		l = grow(l)
		l = grow(reversed(l))
		out = append(out, l)
	}
	return out
}

func reversed(l []spot) []spot {
	out := make([]spot, len(l))
	for i, s := range l {
		out[len(l)-1-i] = s
	}
	return out
}

func cosine(a, b spot) float64 {
	n := math.Hypot(a.x, a.y) * math.Hypot(b.x, b.y)
	if n == 0 {
		return 1
	}
	return (a.x*b.x + a.y*b.y) / n
}

// anchor is a place on a line for a straight text: its middle and the direction of the line there.
type anchor struct {
	x, y, angle float64
	off         float64 // how far the line leaves the chord, in pixels
}

// maxAnchors bounds the anchors of one line.
const maxAnchors = 24

// straightRuns finds where a straight text of the width can stand on the line without leaving it by more
// than tol pixels, in steps along the line.
func straightRuns(l []spot, width, tol float64) []anchor {
	at := make([]float64, len(l)) // distance along the line
	for i := 1; i < len(l); i++ {
		at[i] = at[i-1] + math.Hypot(l[i].x-l[i-1].x, l[i].y-l[i-1].y)
	}
	total := at[len(at)-1]
	if total < width {
		return nil
	}
	step := math.Max(12, (total-width)/(4*maxAnchors))
	var out []anchor
	i := 0
	// Half of what is left over at both ends, so that a short street has its name in the middle.
	first := math.Mod(total-width, step) / 2
	for s := first; s+width <= total+1e-9; s += step {
		for i+1 < len(at)-1 && at[i+1] <= s {
			i++
		}
		a := along(l, at, i, s)
		j := i
		for j+1 < len(at)-1 && at[j+1] <= s+width {
			j++
		}
		b := along(l, at, j, s+width)
		dx, dy := b.x-a.x, b.y-a.y
		n := math.Hypot(dx, dy)
		if n < 0.97*width {
			continue
		}
		off := 0.0
		for k := i + 1; k <= j; k++ {
			off = math.Max(off, math.Abs((l[k].x-a.x)*dy-(l[k].y-a.y)*dx)/n)
		}
		if off > tol {
			continue
		}
		out = append(out, anchor{(a.x + b.x) / 2, (a.y + b.y) / 2, upright(math.Atan2(dy, dx)), off})
	}
	for len(out) > maxAnchors { // thin out evenly
		k := 0
		for i := 0; i < len(out); i += 2 {
			out[k] = out[i]
			k++
		}
		out = out[:k]
	}
	return out
}

// along returns the position at distance s, which lies on segment i or after it.
func along(l []spot, at []float64, i int, s float64) spot {
	d := at[i+1] - at[i]
	if d <= 0 {
		return l[i]
	}
	t := math.Min(1, (s-at[i])/d)
	return spot{l[i].x + t*(l[i+1].x-l[i].x), l[i].y + t*(l[i+1].y-l[i].y)}
}

// upright turns an angle so that text along it is read from the left.
func upright(a float64) float64 {
	if a > math.Pi/2 {
		return a - math.Pi
	}
	if a <= -math.Pi/2 {
		return a + math.Pi
	}
	return a
}
