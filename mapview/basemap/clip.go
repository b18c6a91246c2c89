package basemap

// rect is a clipping rectangle in pixels.
type rect struct{ minX, minY, maxX, maxY float32 }

func (r rect) holds(p pt) bool {
	return p.x >= r.minX && p.x <= r.maxX && p.y >= r.minY && p.y <= r.maxY
}

// clipRing cuts a closed ring to the rectangle (Sutherland and Hodgman, 1974). It returns a slice of one of
// the two buffers, which it grows as needed; fewer than three points mean that nothing is left.
func clipRing(ring []pt, r rect, a, b *[]pt) []pt {
	cur, next := ring, a
	for side := range 4 {
		out := (*next)[:0]
		if len(cur) == 0 {
			return nil
		}
		prev := cur[len(cur)-1]
		pin := inside(prev, r, side)
		for _, q := range cur {
			qin := inside(q, r, side)
			if qin != pin {
				out = append(out, cross(prev, q, r, side))
			}
			if qin {
				out = append(out, q)
			}
			prev, pin = q, qin
		}
		*next = out
		cur = out
		if next == a {
			next = b
		} else {
			next = a
		}
	}
	return cur
}

func inside(p pt, r rect, side int) bool {
	switch side {
	case 0:
		return p.x >= r.minX
	case 1:
		return p.x <= r.maxX
	case 2:
		return p.y >= r.minY
	}
	return p.y <= r.maxY
}

// cross returns where the segment from p to q meets a side of the rectangle.
func cross(p, q pt, r rect, side int) pt {
	switch side {
	case 0, 1:
		x := r.minX
		if side == 1 {
			x = r.maxX
		}
		return pt{x, p.y + (q.y-p.y)*((x-p.x)/(q.x-p.x))}
	}
	y := r.minY
	if side == 3 {
		y = r.maxY
	}
	return pt{p.x + (q.x-p.x)*((y-p.y)/(q.y-p.y)), y}
}

// clipLine calls emit for each piece of the line within the rectangle. The buffer is grown as needed and
// used for the pieces, which emit must not keep.
func clipLine(line []pt, r rect, buf *[]pt, emit func([]pt)) {
	out := (*buf)[:0]
	flush := func() {
		if len(out) > 1 {
			emit(out)
		}
		out = out[:0]
	}
	for i := 1; i < len(line); i++ {
		a, b := line[i-1], line[i]
		ca, cb, ok := clipSegment(a, b, r)
		if !ok {
			flush()
			continue
		}
		if len(out) == 0 {
			out = append(out, ca)
		}
		out = append(out, cb)
		if cb != b {
			flush()
		}
	}
	flush()
	*buf = out
}

// clipSegment cuts a segment to the rectangle (Liang and Barsky, 1984).
func clipSegment(a, b pt, r rect) (pt, pt, bool) {
	if r.holds(a) && r.holds(b) {
		return a, b, true
	}
	dx, dy := b.x-a.x, b.y-a.y
	t0, t1 := float32(0), float32(1)
	for _, e := range [4][2]float32{{-dx, a.x - r.minX}, {dx, r.maxX - a.x}, {-dy, a.y - r.minY}, {dy, r.maxY - a.y}} {
		p, q := e[0], e[1]
		if p == 0 {
			if q < 0 {
				return a, b, false
			}
			continue
		}
		t := q / p
		if p < 0 {
			t0 = max(t0, t)
		} else {
			t1 = min(t1, t)
		}
		if t0 > t1 {
			return a, b, false
		}
	}
	ca, cb := a, b
	if t0 > 0 {
		ca = pt{a.x + t0*dx, a.y + t0*dy}
	}
	if t1 < 1 {
		cb = pt{a.x + t1*dx, a.y + t1*dy}
	}
	return ca, cb, true
}
