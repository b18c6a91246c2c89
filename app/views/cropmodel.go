package views

import (
	"image"
	"slices"
)

// minCrop is the smallest edge of a crop in pixels of the original.
const minCrop = 16

// cropState is one state of the crop: what is kept and what is covered, in
// pixels of the original, origin top left.
type cropState struct {
	rect   image.Rectangle
	covers [][]image.Point
}

func (s cropState) clone() cropState {
	out := cropState{rect: s.rect, covers: make([][]image.Point, len(s.covers))}
	for i, c := range s.covers {
		out.covers[i] = slices.Clone(c)
	}
	return out
}

func (s cropState) equal(o cropState) bool {
	return s.rect == o.rect && slices.EqualFunc(s.covers, o.covers, slices.Equal[[]image.Point])
}

// cropModel holds a crop with its history. A change is made between begin and
// commit, which makes it one step of undo; drop takes it back.
type cropModel struct {
	bounds     image.Rectangle
	now        cropState
	before     *cropState
	past, next []cropState
}

// newCropModel starts with a rectangle inside the picture; an empty one is the
// whole picture.
func newCropModel(bounds image.Rectangle, rect image.Rectangle, covers [][]image.Point) *cropModel {
	m := &cropModel{bounds: bounds}
	rect = rect.Intersect(bounds)
	if rect.Dx() < minCrop || rect.Dy() < minCrop {
		rect = bounds
	}
	m.now = cropState{rect: rect, covers: covers}.clone()
	return m
}

func (m *cropModel) begin() {
	if m.before == nil {
		s := m.now.clone()
		m.before = &s
	}
}

func (m *cropModel) commit() {
	if m.before == nil {
		return
	}
	if !m.before.equal(m.now) {
		m.past = append(m.past, *m.before)
		m.next = nil
	}
	m.before = nil
}

func (m *cropModel) canUndo() bool { return len(m.past) > 0 }
func (m *cropModel) canRedo() bool { return len(m.next) > 0 }

func (m *cropModel) undo() {
	if n := len(m.past); n > 0 {
		m.next = append(m.next, m.now)
		m.now, m.past = m.past[n-1], m.past[:n-1]
	}
}

func (m *cropModel) redo() {
	if n := len(m.next); n > 0 {
		m.past = append(m.past, m.now)
		m.now, m.next = m.next[n-1], m.next[:n-1]
	}
}

// handle names a part of the crop's edge: -1, 0 or 1 in each direction; 0, 0
// is the inside.
type handle struct{ x, y int }

// handles are the eight handles.
var handles = [...]handle{{-1, -1}, {0, -1}, {1, -1}, {-1, 0}, {1, 0}, {-1, 1}, {0, 1}, {1, 1}}

// drag moves a handle of the rectangle that the drag began with by d pixels;
// the inside moves the whole. The crop stays in the picture and is never
// smaller than minCrop.
func (m *cropModel) drag(h handle, from image.Rectangle, d image.Point) {
	r := from
	if h == (handle{}) {
		d.X = min(max(d.X, m.bounds.Min.X-r.Min.X), m.bounds.Max.X-r.Max.X)
		d.Y = min(max(d.Y, m.bounds.Min.Y-r.Min.Y), m.bounds.Max.Y-r.Max.Y)
		m.now.rect = r.Add(d)
		return
	}
	switch h.x {
	case -1:
		r.Min.X = min(max(r.Min.X+d.X, m.bounds.Min.X), r.Max.X-minCrop)
	case 1:
		r.Max.X = max(min(r.Max.X+d.X, m.bounds.Max.X), r.Min.X+minCrop)
	}
	switch h.y {
	case -1:
		r.Min.Y = min(max(r.Min.Y+d.Y, m.bounds.Min.Y), r.Max.Y-minCrop)
	case 1:
		r.Max.Y = max(min(r.Max.Y+d.Y, m.bounds.Max.Y), r.Min.Y+minCrop)
	}
	m.now.rect = r
}

// span sets the crop to the rectangle between two corners, if it is large
// enough.
func (m *cropModel) span(a, b image.Point) {
	r := image.Rectangle{Min: a, Max: b}.Canon().Intersect(m.bounds)
	if r.Dx() >= minCrop && r.Dy() >= minCrop {
		m.now.rect = r
	}
}

// addCover burns in a polygon of at least three corners that enclose an area.
func (m *cropModel) addCover(p []image.Point) bool {
	p = m.tidy(p)
	if len(p) < 3 || doubleArea(p) == 0 {
		return false
	}
	m.begin()
	m.now.covers = append(m.now.covers, p)
	m.commit()
	return true
}

// tidy keeps corners in the picture and drops repeated ones.
func (m *cropModel) tidy(p []image.Point) []image.Point {
	out := make([]image.Point, 0, len(p))
	for _, q := range p {
		q = m.clamp(q)
		if len(out) == 0 || out[len(out)-1] != q {
			out = append(out, q)
		}
	}
	if n := len(out); n > 1 && out[0] == out[n-1] {
		out = out[:n-1]
	}
	return out
}

func (m *cropModel) clamp(q image.Point) image.Point {
	return image.Pt(min(max(q.X, m.bounds.Min.X), m.bounds.Max.X), min(max(q.Y, m.bounds.Min.Y), m.bounds.Max.Y))
}

// doubleArea is twice the area of a polygon, unsigned (shoelace formula).
func doubleArea(p []image.Point) int {
	a := 0
	for i, q := range p {
		n := p[(i+1)%len(p)]
		a += q.X*n.Y - n.X*q.Y
	}
	return max(a, -a)
}

// moveCorner moves a corner of a cover to a place.
func (m *cropModel) moveCorner(cover, corner int, to image.Point) {
	m.now.covers[cover][corner] = m.clamp(to)
}

// moveCover moves a cover, which it began as, by d pixels.
func (m *cropModel) moveCover(cover int, from []image.Point, d image.Point) {
	for i, q := range from {
		m.now.covers[cover][i] = m.clamp(q.Add(d))
	}
}

func (m *cropModel) removeCover(i int) {
	if i < 0 || i >= len(m.now.covers) {
		return
	}
	m.begin()
	m.now.covers = slices.Delete(m.now.covers, i, i+1)
	m.commit()
}

// coverAt returns the topmost cover that a point lies in, or -1 (even-odd).
func (m *cropModel) coverAt(q image.Point) int {
	for i := len(m.now.covers) - 1; i >= 0; i-- {
		if inside(m.now.covers[i], q) {
			return i
		}
	}
	return -1
}

func inside(p []image.Point, q image.Point) bool {
	in := false
	for i, a := range p {
		b := p[(i+1)%len(p)]
		if (a.Y > q.Y) == (b.Y > q.Y) {
			continue
		}
		x := float64(a.X) + float64(q.Y-a.Y)/float64(b.Y-a.Y)*float64(b.X-a.X)
		if float64(q.X) < x {
			in = !in
		}
	}
	return in
}
