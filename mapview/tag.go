package mapview

import (
	"math"
	"sort"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/paulmach/orb"

	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

// tag is the floating name of an area.
type tag struct {
	area    int // index
	box     *fyne.Container
	corners []orb.Point // places to stand above, the highest first
	anchor  orb.Point   // the one in use
	shape   orb.MultiPolygon
	bound   orb.Bound
	size    fyne.Size
}

func newTag(s *Style, a *Area) *tag {
	const height, chip = 24, 18
	back := canvas.NewRectangle(s.Panel)
	back.StrokeColor, back.StrokeWidth, back.CornerRadius = s.Line, 1, 4
	switch a.Status {
	case StatusWarn:
		back.StrokeColor = s.Amber
	case StatusRefused:
		back.StrokeColor = s.Red
	}
	if a.Selected {
		back.StrokeColor = s.areaColor(a)
	}
	chipBack := canvas.NewRectangle(s.areaColor(a))
	chipBack.CornerRadius = 3
	letter, name, detail := newLabel(11), newLabel(12), newLabel(12)
	letter.style(orTheme(s.SemiBold, true), s.OnArea)
	name.style(orTheme(s.SemiBold, true), s.Text)
	detail.style(s.Regular, s.TextSecondary)
	letter.set(a.Letter)
	name.set(a.Name)
	detail.set(a.Label)
	chipBack.Move(fyne.NewPos(3, 3))
	chipBack.Resize(fyne.NewSquareSize(chip))
	letter.at(3+(chip-letter.size.Width)/2, height/2)
	x := float32(chip + 9)
	for _, l := range []*label{name, detail} {
		if l.Text.Text != "" {
			l.at(x, height/2)
			x += l.size.Width + 6
		}
	}
	t := &tag{size: fyne.NewSize(x+1, height), shape: a.Shape, bound: a.Shape.Bound()}
	back.Resize(t.size)
	t.box = container.NewWithoutLayout(back, chipBack, letter.Text, name.Text, detail.Text)
	t.box.Resize(t.size)
	t.corners = tagCorners(a.Shape)
	t.anchor = t.corners[0]
	return t
}

// maxTagCorners bounds the places that are tried for a tag.
const maxTagCorners = 8

// tagCorners returns corners spread over the shape, the highest first.
func tagCorners(shape orb.MultiPolygon) []orb.Point {
	var all []orb.Point
	for _, poly := range shape {
		if len(poly) > 0 && len(poly[0]) > 1 {
			all = append(all, poly[0][1:]...)
		}
	}
	if len(all) == 0 {
		return []orb.Point{shape.Bound().Center()}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i][1] > all[j][1] })
	step := max(1, len(all)/maxTagCorners)
	out := all[:1:1]
	for i := step; i < len(all) && len(out) < maxTagCorners; i += step {
		out = append(out, all[i])
	}
	return out
}

// anchorTags chooses the corner for each tag at which it covers least of what else stands on the map. It
// depends on the zoom only, so that tags keep their corner while panning.
func (m *Map) anchorTags() {
	m.tagZoom = m.view.Zoom
	var taken, soft []orb.Bound
	box := func(x, y, left, top, right, bottom float64) {
		taken = append(taken, orb.Bound{Min: orb.Point{x - left, y - top}, Max: orb.Point{x + right, y + bottom}})
	}
	for i, p := range m.scene.places {
		x, y := m.view.Project(p.Pos)
		box(x, y, 12, 12, 12, 12)
		if r := p.BufferM / m.view.MetresPerPixel(); r < 400 {
			soft = append(soft, orb.Bound{Min: orb.Point{x - r, y - r}, Max: orb.Point{x + r, y + r}})
		}
		if r := placeLabelRect(&m.scene.places[i], m.view.Zoom); r.Max[0] > 0 {
			box(x, y, -r.Min[0], -r.Min[1], r.Max[0], r.Max[1])
		}
	}
	for i := range m.scene.cameras {
		x, y := m.view.Project(m.scene.cameras[i].Pos)
		box(x, y, 11, 11, 11, 11)
	}
	for _, t := range m.tags {
		best := math.Inf(1)
		var bestBox orb.Bound
		for i, c := range t.corners {
			x, y := m.view.Project(c)
			w, h := float64(t.size.Width), float64(t.size.Height)
			b := orb.Bound{Min: orb.Point{x - w/2, y - h - tagGap}, Max: orb.Point{x + w/2, y - tagGap}}
			cost := float64(i) * w * h / 40
			for _, o := range taken {
				cost += overlap(b, o)
			}
			for _, o := range soft {
				cost += overlap(b, o) / 3
			}
			cost += w * h / 2 * m.coveredShare(t.shape, b)
			if cost < best {
				best, bestBox, t.anchor = cost, b, c
			}
		}
		taken = append(taken, bestBox)
	}
}

// coveredShare is the share of the box, in units of the window, that lies on the shape, from nine samples.
func (m *Map) coveredShare(shape orb.MultiPolygon, b orb.Bound) float64 {
	in := 0
	for _, fx := range []float64{0.05, 0.5, 0.95} {
		for _, fy := range []float64{0.05, 0.5, 0.95} {
			x, y := b.Min[0]+fx*(b.Max[0]-b.Min[0]), b.Min[1]+fy*(b.Max[1]-b.Min[1])
			if tools.Contains(shape, m.view.Unproject(x, y)) {
				in++
			}
		}
	}
	return float64(in) / 9
}

// tagGap is the room in units between a tag and its corner.
const tagGap = 10

// placeLabelRect returns where the label of a sensitive place stands, in units from the place; a zero bound
// when it is not shown. Its width is estimated, which is near enough to keep things off it.
func placeLabelRect(p *Place, zoom float64) orb.Bound {
	if zoom < placeLabelZoom || p.Label == "" {
		return orb.Bound{}
	}
	w := 6.3 * float64(utf8.RuneCountInString(p.Label))
	return orb.Bound{Min: orb.Point{16, -29}, Max: orb.Point{32 + w, -7}}
}

func overlap(a, b orb.Bound) float64 {
	w := math.Min(a.Max[0], b.Max[0]) - math.Max(a.Min[0], b.Min[0])
	h := math.Min(a.Max[1], b.Max[1]) - math.Max(a.Min[1], b.Min[1])
	return math.Max(0, w) * math.Max(0, h)
}

// position returns the left top corner in units: above its corner, inside the window and below
// what floats over its top, while any of the area is in sight.
func (t *tag) position(v viewport.View, clear float32) (x, y float32, visible bool) {
	x0, y1 := v.Project(t.bound.Min)
	x1, y0 := v.Project(t.bound.Max)
	if x1 < 0 || y1 < 0 || x0 > v.W || y0 > v.H || v.Zoom < 8 {
		return 0, 0, false
	}
	ax, ay := v.Project(t.anchor)
	x, y = float32(ax)-t.size.Width/2, float32(ay)-t.size.Height-tagGap
	x = max(6, min(float32(v.W)-t.size.Width-6, x))
	y = max(6+clear, min(float32(v.H)-t.size.Height-26, y))
	return x, y, true
}

// retag makes the tags of the areas anew.
func (m *Map) retag() {
	m.tags = m.tags[:0:0]
	for i := range m.scene.areas {
		if a := &m.scene.areas[i]; len(a.Shape) > 0 && a.Letter+a.Name != "" {
			t := newTag(&m.style, a)
			t.area = i
			m.tags = append(m.tags, t)
		}
	}
	m.anchorTags()
	m.collect()
}

func (m *Map) placeTags() {
	if m.tagZoom != m.view.Zoom {
		m.anchorTags()
	}
	for _, t := range m.tags {
		x, y, ok := t.position(m.view, m.clear)
		if !ok {
			if t.box.Visible() {
				t.box.Hide()
			}
			continue
		}
		t.box.Move(snapped(x, y, m.scale))
		if !t.box.Visible() {
			t.box.Show()
		}
	}
}

// tagAt returns the area whose tag stands at the place of the window, -1 for none. Later tags lie on top.
func (m *Map) tagAt(p fyne.Position) int {
	for i := len(m.tags) - 1; i >= 0; i-- {
		t := m.tags[i]
		q := t.box.Position()
		if t.box.Visible() && p.X >= q.X && p.Y >= q.Y && p.X < q.X+t.size.Width && p.Y < q.Y+t.size.Height {
			return t.area
		}
	}
	return -1
}

// tagRects returns where the name tags stand in a frame, in its pixels, for labels to keep off.
func (m *Map) tagRects(f frame) (out []rect) {
	for _, t := range m.tags {
		x, y, ok := t.position(m.view, m.clear)
		if !ok {
			continue
		}
		left, top, _, _ := f.place(m.view)
		out = append(out, pixelRect(float64(x)-left, float64(y)-top, float64(t.size.Width), float64(t.size.Height), f.scale))
	}
	return out
}

// placeRects returns where sensitive places and their labels stand in a frame, in its pixels.
func placeRects(places []Place, world []orb.Point, f frame) (out []rect) {
	p := f.projector()
	for i := range places {
		x, y := p.point(world[i])
		x, y = x/f.scale, y/f.scale
		if x < -200 || y < -50 || x > f.view.W+50 || y > f.view.H+50 {
			continue
		}
		out = append(out, pixelRect(x-12, y-12, 24, 24, f.scale))
		if r := placeLabelRect(&places[i], f.view.Zoom); r.Max[0] > 0 {
			out = append(out, pixelRect(x+r.Min[0], y+r.Min[1], r.Max[0]-r.Min[0], r.Max[1]-r.Min[1], f.scale))
		}
	}
	return out
}
