package views

import (
	"reflect"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// Timeline is the strip below the map: before a run the coverage of the areas' cameras with
// the query's timeframe, after it a stacked histogram of the reads with a brush.
type Timeline struct {
	widget.BaseWidget

	model    *session.Desk
	res      *session.Results
	title    *kit.Text
	note     *kit.Text
	ranges   *kit.Segments
	days     int
	before   *kit.Text
	strong   *kit.Text
	after    *kit.Text
	only     *kit.Button
	clear    *kit.Button
	brush    *fyne.Container
	coverage *coverageChart
	bars     *histogramChart
	root     *fyne.Container
}

// NewTimeline returns the strip over the model.
func NewTimeline(model *session.Desk) *Timeline {
	t := &Timeline{model: model, days: 28}
	t.title, t.note = kit.NewText("Timeline", kit.SmallStrong.In(theme.ColorText2)), kit.Shrink("", kit.Small)
	var labels []string
	for _, r := range session.AxisRanges() {
		labels = append(labels, r.Label)
	}
	t.ranges = kit.NewSegments(labels, func(i int) {
		t.days = session.AxisRanges()[i].Days
		t.Update(t.model.State())
	})
	t.ranges.SetSelected(2)
	t.before, t.strong, t.after = kit.NewText("", kit.Small), kit.NewText("", kit.SmallStrong), kit.NewText("", kit.Small)
	t.only = kit.NewButton("Keep only these", kit.Link, func() { t.res.KeepOnlyBrush(!t.res.KeepsOnly()) })
	t.clear = kit.NewButton("Clear", kit.Link, func() { t.res.SetBrush(session.Span{}) })
	t.brush = kit.H(4, t.before, t.strong, t.after, kit.Fixed(8, 1, kit.Spacer()), t.only, kit.Fixed(4, 1, kit.Spacer()), t.clear)
	t.coverage = newCoverageChart(func(s session.Span) { model.SetSpan(0, s) })
	t.bars = newHistogramChart(func(s session.Span) { t.res.SetBrush(s) })
	head := kit.Fixed(0, 28, kit.Pad(0, theme.PanelPad, 0, theme.PanelPad, kit.H(10, t.title, kit.Grow(t.note), t.brush, t.ranges)))
	t.root = kit.Frame(kit.V(0, kit.Divider(), head), nil, nil, nil, kit.Stack(t.coverage, t.bars))
	t.ExtendBaseWidget(t)
	t.Update(model.State())
	return t
}

// Update shows a state of the model.
func (t *Timeline) Update(s session.DeskState) {
	t.res = s.Results
	ran := s.Results != nil && s.Results.Total() > 0
	t.coverage.Hidden, t.bars.Hidden = ran, !ran
	t.ranges.Hidden, t.brush.Hidden = ran, true
	if !ran {
		t.note.SetText("Data and timeframe. Counts appear after the run.")
		if s.Draft.Kind.Spatial() {
			t.note.SetText("Camera coverage. Counts appear after the run.")
		}
		t.bars.res = nil
		if axis := s.Coverage.Axis(t.days, s.Zone); axis != t.coverage.axis || !reflect.DeepEqual(s.Coverage, t.coverage.data) {
			t.coverage.set(s.Coverage, axis, s.Zone)
		}
		t.Refresh()
		return
	}
	if t.bars.res != s.Results || t.bars.rev != s.Results.RowsRevision() {
		t.bars.res, t.bars.rev = s.Results, s.Results.RowsRevision()
		t.bars.set(s.Results.Histogram(), s.Results.Brush(), s.Results.Draft().Kind == session.KindRepeat)
	}
	t.note.SetText(t.bars.data.Unit)
	before, strong, after := s.Results.BrushText()
	t.brush.Hidden = strong == ""
	t.before.SetText(before)
	t.strong.SetText(strong)
	t.after.SetText(after)
	t.only.SetText("Keep only these")
	if s.Results.KeepsOnly() {
		t.only.SetText("Show all again")
	}
	t.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Timeline) CreateRenderer() fyne.WidgetRenderer {
	return hold(t, kit.Surface(theme.ColorPanel, t.root), t.root)
}

// MinSize implements fyne.Widget.
func (t *Timeline) MinSize() fyne.Size { return fyne.NewSize(300, theme.TimelineMin) }

// coverageChart draws the areas' cameras over time with the timeframe as two handles.
type coverageChart struct {
	widget.BaseWidget
	onSpan func(session.Span) // a handle was let go
	data   session.Coverage
	axis   session.Span
	zone   *time.Location
	drag   rangeDrag
}

func newCoverageChart(onSpan func(session.Span)) *coverageChart {
	c := &coverageChart{onSpan: onSpan, zone: time.UTC}
	c.ExtendBaseWidget(c)
	return c
}

func (c *coverageChart) set(data session.Coverage, axis session.Span, zone *time.Location) {
	c.data, c.axis, c.zone = data, axis, zone
	c.Refresh()
}

const (
	coverLeft   float32 = 112 // room for the areas' labels
	chartRight  float32 = 16
	axisHeight  float32 = 20
	coverRowGap float32 = 26
)

// x is the place of a time; it is not limited to the axis.
func (c *coverageChart) x(t time.Time, w float32) float32 {
	span := c.axis.To.Sub(c.axis.From)
	if span <= 0 {
		return coverLeft
	}
	return coverLeft + float32(float64(t.Sub(c.axis.From))/float64(span))*(w-coverLeft-chartRight)
}

// at is the local midnight nearest to a place.
func (c *coverageChart) at(x, w float32) time.Time {
	share := float64((x - coverLeft) / (w - coverLeft - chartRight))
	share = min(max(share, 0), 1)
	t := c.axis.From.Add(time.Duration(share * float64(c.axis.To.Sub(c.axis.From)))).Add(12 * time.Hour).In(c.zone)
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, c.zone)
}

func (c *coverageChart) draw(p *pen, s fyne.Size) {
	if c.axis.IsZero() {
		p.text(s.Width/2, s.Height/2-8, "No data on this workstation yet.", theme.Regular, theme.ColorText3, fyne.TextAlignCenter)
		return
	}
	bottom := s.Height - axisHeight
	c.drawDays(p, s, bottom)
	clip := func(t time.Time) float32 { return min(max(c.x(t, s.Width), coverLeft), s.Width-chartRight) }
	spans := c.data.Spans
	if span, ok := c.drag.now(); ok {
		spans = []session.Span{span}
	}
	for _, span := range spans {
		p.rect(clip(span.From), 0, clip(span.To)-clip(span.From), bottom, 0, p.role(theme.ColorAccent, .07))
		for _, w := range session.HourSpans(span, c.data.Hours, c.zone) {
			p.rect(clip(w.From), 0, clip(w.To)-clip(w.From), bottom, 0, p.role(theme.ColorAccent, .10))
		}
	}
	from, to := clip(c.data.Oldest), clip(c.data.Newest)
	rows := c.data.Rows
	if len(rows) == 0 {
		rows = []session.CoverageRow{{Index: -1, Text: "all cameras"}}
	}
	gap := min(coverRowGap, (bottom-14)/float32(len(rows)))
	y := (bottom - gap*float32(len(rows))) / 2
	for _, row := range rows {
		mid := y + gap/2
		role := theme.ColorBar
		if row.Index >= 0 {
			role = theme.Area(row.Index)
			p.rect(theme.PanelPad, mid-8, 16, 16, theme.RadiusChip, p.role(role, 1))
			p.text(theme.PanelPad+8, mid-7.5, row.Letter, theme.SemiBold, theme.OnArea, fyne.TextAlignCenter)
		}
		p.text(theme.PanelPad+24, mid-7.5, row.Text, theme.Regular, theme.ColorText2, fyne.TextAlignLeading)
		if row.Index < 0 || row.Cameras > 0 {
			p.rect(from, mid-3.5, to-from, 7, 1, p.role(role, .85))
		}
		y += gap
	}
	if len(spans) == 1 && !spans[0].IsZero() {
		p.handles(clip(spans[0].From), clip(spans[0].To), 0, bottom)
	}
	if !c.data.Newest.IsZero() && !c.data.Newest.Before(c.axis.From) && !c.data.Newest.After(c.axis.To) {
		p.rect(to-.75, 0, 1.5, bottom, 0, p.role(theme.ColorText3, 1))
		p.note(to-5, 0, c.data.Label, theme.Regular, theme.ColorText2, fyne.TextAlignTrailing)
	}
}

// drawDays draws the grid and its labels; days of the timeframe stand out.
func (c *coverageChart) drawDays(p *pen, s fyne.Size, bottom float32) {
	days := int(c.axis.To.Sub(c.axis.From).Hours()/24 + .5)
	each := 1
	for float32(days)/float32(each)*30 > s.Width-coverLeft-chartRight {
		each++
	}
	for i := range days {
		day := c.axis.From.In(c.zone).AddDate(0, 0, i)
		x := c.x(day, s.Width)
		strength := float32(.6)
		if day.Weekday() == time.Monday {
			strength = 1
		}
		role := theme.ColorHairline
		if day.Weekday() == time.Monday {
			role = theme.ColorStrong
		}
		p.rect(x, 0, 1, bottom, 0, p.role(role, strength))
		if i%each != 0 {
			continue
		}
		label := day.Format("2")
		if i == 0 || day.Day() <= each {
			label = day.Format("2 Jan")
		}
		weight, text := theme.Regular, theme.ColorText3
		for _, span := range c.data.Spans {
			if !day.Before(span.From) && day.Before(span.To) {
				weight, text = theme.Medium, theme.ColorText
			}
		}
		mid := (x + c.x(day.AddDate(0, 0, 1), s.Width)) / 2
		p.text(mid, bottom+4, label, weight, text, fyne.TextAlignCenter)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *coverageChart) CreateRenderer() fyne.WidgetRenderer {
	return &chartRenderer{of: c, min: fyne.NewSize(200, 90), draw: c.draw}
}
