package views

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// summaryChip says, over the map, what was run; "Change" opens the query again.
type summaryChip struct {
	box     *kit.Ground
	row     *fyne.Container
	kind    *kit.Text
	letters *fyne.Container
	least   *kit.Text
	when    *fyne.Container
	vehicle *fyne.Container
	texts   [2]*kit.Text // of when and vehicle
}

func newSummaryChip(d *mapDesk) *summaryChip {
	c := &summaryChip{letters: kit.H(4), kind: kit.NewText("", kit.BodyStrong), least: kit.NewText("", kit.Body.In(theme.ColorText2))}
	part := func(i int) *fyne.Container {
		c.texts[i] = kit.NewText("", kit.Body.In(theme.ColorText2))
		return kit.H(10, kit.Fixed(1, 18, kit.VDivider().In(theme.ColorStrong)), c.texts[i])
	}
	c.when, c.vehicle = part(0), part(1)
	change := kit.NewButton("Change", kit.Link, func() { d.desk.foldQuery(false) })
	c.row = kit.H(10, c.kind, c.letters, c.least, c.when, c.vehicle, change)
	c.box = kit.Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, kit.PadXY(12, 7, c.row))
	return c
}

func (c *summaryChip) update(s session.DeskState, ran bool) {
	c.box.Hidden = !ran
	if !ran {
		return
	}
	dr := s.Results.Draft()
	c.kind.SetText(session.KindTitle(dr.Kind))
	c.letters.Objects = nil
	least := ""
	switch {
	case dr.Kind.Spatial():
		for i := range min(len(dr.Areas), 8) {
			c.letters.Add(kit.NewLetter(i))
		}
		if dr.Kind != session.KindGeo {
			least = fmt.Sprintf("at least %d of %d", dr.Threshold(), dr.Places())
		}
	case dr.Plate != "":
		least = dr.Plate
	}
	c.letters.Hidden = len(c.letters.Objects) == 0
	c.least.SetText(least)
	c.least.Hidden = least == ""
	c.texts[0].SetText(session.WhenWords(dr, s.Zone))
	c.texts[1].SetText(session.RefinementWords(dr.Vehicle))
	c.row.Refresh()
}

// fit leaves out parts from the right until the chip is no wider than w.
func (c *summaryChip) fit(w float32) fyne.Size {
	parts := []fyne.CanvasObject{c.vehicle, c.when, c.letters}
	hidden := c.letters.Hidden
	c.vehicle.Hidden, c.when.Hidden = false, false
	size := c.box.MinSize()
	for _, p := range parts {
		if size.Width <= w {
			break
		}
		if p == fyne.CanvasObject(c.letters) && hidden {
			continue
		}
		p.Hide()
		size = c.box.MinSize()
	}
	return size
}

// legend explains the marks of the map after a run.
type legend struct {
	box   *kit.Ground
	col   *fyne.Container
	brush *fyne.Container
}

func newLegend() *legend {
	l := &legend{}
	line := func(mark markKind, text string) *fyne.Container {
		return kit.H(8, kit.Fixed(22, 18, newMark(mark)), kit.NewText(text, kit.Label.In(theme.ColorText2)))
	}
	l.brush = line(markFaded, "outside the brush")
	l.col = kit.V(1, line(markRead, "one mobile read"), line(markCamera, "fixed camera, reads"), line(markSelected, "selected plate"), l.brush)
	l.box = kit.Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, kit.PadXY(9, 7, l.col))
	return l
}

func (l *legend) update(s session.DeskState, ran bool) {
	l.box.Hidden = !ran || s.Results.Total() == 0
	l.brush.Hidden = !ran || s.Results.Brush().IsZero()
	l.col.Refresh()
}

// markKind is a mark of the map.
type markKind int

const (
	markRead markKind = iota
	markCamera
	markSelected
	markFaded
)

// mark draws a mark of the map for the legend.
type mark struct {
	widget.BaseWidget
	kind markKind
}

func newMark(k markKind) *mark {
	m := &mark{kind: k}
	m.ExtendBaseWidget(m)
	return m
}

func (m *mark) draw(p *pen, s fyne.Size) {
	x, y := s.Width/2, s.Height/2
	circle := func(r float32, role fyne.ThemeColorName, alpha float32) {
		p.rect(x-r, y-r, 2*r, 2*r, r, p.role(role, alpha))
	}
	switch m.kind {
	case markRead:
		circle(3.4, theme.ColorBar, 1)
	case markFaded:
		circle(2.8, theme.ColorBar, .4)
	case markCamera:
		circle(8, theme.ColorBar, 1)
		p.text(x, y-7.5, "9", theme.SemiBold, theme.ColorPanel, fyne.TextAlignCenter)
	case markSelected:
		circle(7.5, theme.ColorText, 1)
		circle(5.7, theme.ColorPanel, 1)
		circle(4.2, theme.ColorBar, 1)
	}
}

// CreateRenderer implements fyne.Widget.
func (m *mark) CreateRenderer() fyne.WidgetRenderer {
	return &chartRenderer{of: m, min: fyne.NewSize(18, 18), draw: m.draw}
}
