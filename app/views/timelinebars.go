package views

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
)

// histogramChart draws stacked counts by day or night with a brush.
type histogramChart struct {
	widget.BaseWidget
	onBrush func(session.Span)
	res     *session.Results // what data was made from, at its revision
	rev     int
	data    session.Histogram
	brush   session.Span
	plain   bool // stacks are timeframes, not areas: one colour
	drag    rangeDrag
}

func newHistogramChart(onBrush func(session.Span)) *histogramChart {
	c := &histogramChart{onBrush: onBrush}
	c.ExtendBaseWidget(c)
	return c
}

func (c *histogramChart) set(h session.Histogram, brush session.Span, plain bool) {
	c.data, c.brush, c.plain = h, brush, plain
	c.Refresh()
}

const (
	barsLeft float32 = 40
	groupGap float32 = 8
)

// barX is the left edge of bin i and the width of a bin; i may be len(Bins).
func (c *histogramChart) barX(i int) (x, w float32) {
	n, groups := len(c.data.Bins), len(c.data.Groups)
	gap := groupGap
	width := c.Size().Width - barsLeft - chartRight
	if gap*float32(groups) > width/3 {
		gap = 1
	}
	w = (width - gap*float32(groups)) / float32(max(n, 1))
	x = barsLeft + gap/2
	for _, g := range c.data.Groups {
		if i < g.Bins {
			return x + float32(i)*w, w
		}
		i -= g.Bins
		x += float32(g.Bins)*w + gap
	}
	return x - gap, w
}

// at is the edge of a bin nearest to a place: the time at which it begins, or the end.
func (c *histogramChart) at(x float32) time.Time {
	bins := c.data.Bins
	for i, b := range bins {
		left, w := c.barX(i)
		if x < left+w/2 {
			return b.Span.From
		}
		if next, _ := c.barX(i + 1); x < left+w || i+1 < len(bins) && x < (left+w+next)/2 {
			return b.Span.To
		}
	}
	return bins[len(bins)-1].Span.To
}

// edges are the places of the brush, or of all bins without one.
func (c *histogramChart) edges() (x1, x2 float32) {
	return c.spanEdges(c.brush)
}

func (c *histogramChart) spanEdges(s session.Span) (x1, x2 float32) {
	first, last := -1, -1
	for i, b := range c.data.Bins {
		if b.Span.To.After(s.From) && b.Span.From.Before(s.To) {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return -100, -100
	}
	x1, _ = c.barX(first)
	x2, w := c.barX(last)
	return x1 - 1, x2 + w + 1
}

func (c *histogramChart) draw(p *pen, s fyne.Size) {
	bottom := s.Height - axisHeight
	top := float32(8)
	step := yStep(c.data.Max)
	full := float32(max(c.data.Max, 1))
	y := func(n int) float32 { return bottom - float32(n)/full*(bottom-top-6) }
	for n := 0; n <= c.data.Max; n += step {
		p.rect(barsLeft-4, y(n), s.Width-barsLeft-chartRight+4, 1, 0, p.role(theme.ColorHairline, 1))
		p.text(barsLeft-10, y(n)-7, strconv.Itoa(n), theme.Regular, theme.ColorText3, fyne.TextAlignTrailing)
	}
	brush := c.brush
	if live, ok := c.drag.now(); ok {
		brush = live
	}
	x1, x2 := c.spanEdges(brush)
	if !brush.IsZero() {
		p.rect(x1, 0, x2-x1, bottom, 0, p.role(theme.ColorAccentSoft, .55))
	}
	c.drawBars(p, brush, y)
	c.drawLabels(p, s, bottom, brush)
	if !brush.IsZero() {
		p.handles(x1, x2, 0, bottom)
	}
}

// yStep is the distance of the horizontal lines: 1, 2, 4 or 5 times a power of ten, at most
// three lines.
func yStep(most int) int {
	for unit := 1; ; unit *= 10 {
		for _, f := range []int{1, 2, 4, 5} {
			if most/(f*unit) <= 3 {
				return f * unit
			}
		}
	}
}

func (c *histogramChart) drawBars(p *pen, brush session.Span, y func(int) float32) {
	for i, b := range c.data.Bins {
		x, w := c.barX(i)
		lit := brush.IsZero() || b.Span.To.After(brush.From) && b.Span.From.Before(brush.To)
		alpha := float32(1)
		if !lit {
			alpha = .35
		}
		below := 0
		for place, n := range b.Counts {
			if n == 0 {
				continue
			}
			role := theme.Area(place)
			if c.plain || len(b.Counts) == 1 {
				role = theme.ColorBar
			}
			inset := float32(.5)
			if w < 4 {
				inset = 0
			}
			p.rect(x+inset, y(below+n), w-2*inset, y(below)-y(below+n)-.5, min(1, w/4), p.role(role, alpha))
			below += n
		}
	}
}

func (c *histogramChart) drawLabels(p *pen, s fyne.Size, bottom float32, brush session.Span) {
	i, last := 0, float32(-100)
	for _, g := range c.data.Groups {
		x, w := c.barX(i)
		mid := x + w*float32(g.Bins)/2
		i += g.Bins
		if mid-last < 38 {
			continue
		}
		last = mid
		weight, role := theme.Regular, theme.ColorText3
		if brush.IsZero() || g.Span.To.After(brush.From) && g.Span.From.Before(brush.To) {
			weight, role = theme.Medium, theme.ColorText
		}
		p.text(mid, bottom+4, g.Label, weight, role, fyne.TextAlignCenter)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *histogramChart) CreateRenderer() fyne.WidgetRenderer {
	return &chartRenderer{of: c, min: fyne.NewSize(200, 90), draw: c.draw}
}

// miniTimeline shows the reads of one plate over the query's timeframe; a tap shows one.
type miniTimeline struct {
	widget.BaseWidget
	onRead func(i int)
	det    session.Detail
	ends   [2]string
	areas  bool
}

func newMiniTimeline(onRead func(i int)) *miniTimeline {
	m := &miniTimeline{onRead: onRead}
	m.ExtendBaseWidget(m)
	return m
}

func (m *miniTimeline) set(det session.Detail, res *session.Results) {
	m.det = det
	m.ends[0], m.ends[1] = res.AxisEnds(det.Span)
	m.areas = res.Draft().Kind != session.KindRepeat
	m.Refresh()
}

func (m *miniTimeline) x(at float64, w float32) float32 { return 6 + float32(at)*(w-12) }

// Tapped shows the nearest read.
func (m *miniTimeline) Tapped(e *fyne.PointEvent) {
	best, dist := -1, float32(14)
	for i, d := range m.det.Dots {
		if off := m.x(d.At, m.Size().Width) - e.Position.X; max(off, -off) < dist {
			best, dist = i, max(off, -off)
		}
	}
	if best >= 0 {
		m.onRead(best)
	}
}

func (m *miniTimeline) draw(p *pen, s fyne.Size) {
	const y = 11
	p.rect(6, y, s.Width-12, 1, 0, p.role(theme.ColorStrong, 1))
	for i := range 15 {
		p.rect(m.x(float64(i)/14, s.Width), y-3, 1, 7, 0, p.role(theme.ColorHairline, 1))
	}
	p.text(6, 17, m.ends[0], theme.Regular, theme.ColorText3, fyne.TextAlignLeading)
	p.text(s.Width-6, 17, m.ends[1], theme.Regular, theme.ColorText3, fyne.TextAlignTrailing)
	mark := func(d session.DetailDot, r float32) {
		role := theme.ColorBar
		if d.Place >= 0 && m.areas {
			role = theme.Area(d.Place)
		}
		x := m.x(d.At, s.Width)
		if d.Current {
			p.rect(x-r-2, y-r-1.5, 2*r+4, 2*r+4, r+2, p.role(theme.ColorText, 1))
		}
		p.rect(x-r, y-r+.5, 2*r, 2*r, r, p.role(role, 1))
	}
	for _, d := range m.det.Dots {
		if !d.Current {
			mark(d, 4)
		}
	}
	for _, d := range m.det.Dots {
		if d.Current {
			mark(d, 5)
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (m *miniTimeline) CreateRenderer() fyne.WidgetRenderer {
	return &chartRenderer{of: m, min: fyne.NewSize(120, 32), draw: m.draw}
}
