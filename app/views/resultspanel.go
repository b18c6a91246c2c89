package views

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// ResultsPanel is the right panel of the desk: heading, facets, combinations of areas, the
// list of rows, and the detail of the selected one.
type ResultsPanel struct {
	widget.BaseWidget

	OnCase  func(number string) // the case button was pressed
	OnFold  func()
	OnClose func() // the result is to be closed: what is not kept is dropped

	res      *session.Results
	caseNo   string
	kept     int
	heading  *kit.Text
	sub      *kit.Text
	caseB    *kit.Button
	cut      *kit.Notice
	cutBox   *fyne.Container
	facetBox *fyne.Container
	headBox  *fyne.Container
	seenBox  *fyne.Container
	facets   *fyne.Container
	chips    []*kit.Button
	clear    *kit.Button
	seen     *fyne.Container
	seenHead fyne.CanvasObject
	seenOf   *session.Results // what seen was made from, at its revision
	seenRev  int
	order    *kit.Button
	inView   *kit.Text
	listHead *fyne.Container
	list     *kit.List
	none     *fyne.Container
	detail   *DetailView
	body     *fyne.Container
	empty    *fyne.Container
	root     *fyne.Container
}

// NewResultsPanel returns the panel without an answer.
func NewResultsPanel() *ResultsPanel {
	p := &ResultsPanel{}
	p.heading, p.sub = kit.Shrink("", kit.Title), kit.Shrink("", kit.Small)
	p.caseB = kit.NewButton("Case", kit.Plain, func() {
		if p.OnCase != nil {
			p.OnCase(p.caseNo)
		}
	}).WithIcon(theme.IconCase)
	more := kit.NewTool(theme.IconDots, "Close or fold", nil)
	more = kit.NewTool(theme.IconDots, "Close or fold", func() { kit.ShowMenu(more, p.menu()) })
	p.cut = kit.NewNotice(kit.Warning, "")
	p.facets = kit.Flow(5)
	p.clear = kit.NewButton("Clear filters", kit.Link, func() { p.res.ClearFilters() })
	for _, f := range session.Facets() {
		p.chips = append(p.chips, kit.NewMenuButton(f.Title(), kit.Plain, func() []kit.MenuItem { return p.values(f) }).Compact())
		p.facets.Add(p.chips[f])
	}
	p.facets.Add(p.clear)
	p.seen = kit.V(0)
	p.order = kit.NewMenuButton("", kit.Quiet, p.orders).Compact()
	p.inView = kit.NewText("", kit.Small)
	p.list = kit.NewList(theme.RowCard, p.count, func() fyne.CanvasObject { return newResultRow() }, func(i int, o fyne.CanvasObject) {
		o.(*resultRow).set(p.res, i)
		p.updateRange() // the list tells of scrolling by filling rows
	})
	p.list.OnSelected = func(i int) { p.res.Select(i) }
	p.none = kit.NewEmpty("funnel-simple", "Nothing left", "", nil)
	p.detail = NewDetailView()
	head := kit.Pad(10, theme.PanelPad, 8, theme.PanelPad+2, kit.V(2, kit.H(6, kit.Grow(p.heading), p.caseB, more), p.sub))
	p.listHead = kit.H(8, p.order, kit.Spacer(), p.inView)
	p.seenHead = kit.H(4, kit.NewText("Seen in", kit.LabelMedium), kit.Spacer(), kit.NewText("Pick a row to keep only its plates", kit.Label))
	p.cutBox = kit.Pad(0, theme.PanelPad, 8, theme.PanelPad, p.cut)
	p.seenBox = kit.V(0, kit.Divider(), kit.Pad(8, theme.PanelPad-6, 8, theme.PanelPad-4, kit.V(2, kit.Pad(0, 6, 2, 6, p.seenHead), p.seen)))
	p.headBox = kit.V(0, kit.Surface(theme.ColorSunken, kit.V(0, kit.Divider(), kit.Pad(2, theme.PanelPad, 2, 6, p.listHead), kit.Divider())))
	p.facetBox = kit.Pad(0, theme.PanelPad, 10, theme.PanelPad+2, p.facets)
	top := kit.V(
		0, head, p.facetBox,
		p.cutBox,
		p.seenBox,
		p.headBox,
	)
	p.body = &fyne.Container{Layout: &resultsLayout{}, Objects: []fyne.CanvasObject{top, kit.Stack(p.list, p.none), p.detail}}
	p.empty = kit.NewEmpty(theme.IconResults, "No results", "Draw an area or give a plate, then run. What the query returns is listed here.", nil)
	p.root = kit.Stack(p.body, p.empty)
	p.ExtendBaseWidget(p)
	p.Update(nil, "", 0)
	return p
}

// resultsLayout gives the head its height, the detail what it needs as long as the list
// keeps three rows, and the list the rest.
type resultsLayout struct{}

func (resultsLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.ResultsMin, 400)
}

func (resultsLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	top, list, detail := objs[0], objs[1], objs[2]
	top.Resize(fyne.NewSize(s.Width, top.MinSize().Height)) // learn the wrapped height at this width
	h := top.MinSize().Height
	top.Move(fyne.Position{})
	top.Resize(fyne.NewSize(s.Width, h))
	d := float32(0)
	if dv, ok := detail.(*DetailView); ok && detail.Visible() {
		d = min(dv.HeightForWidth(s.Width), max(0, s.Height-h-3*theme.RowCard))
	}
	list.Move(fyne.NewPos(0, h))
	list.Resize(fyne.NewSize(s.Width, max(0, s.Height-h-d)))
	detail.Move(fyne.NewPos(0, s.Height-d))
	detail.Resize(fyne.NewSize(s.Width, d))
}

func (p *ResultsPanel) count() int {
	if p.res == nil {
		return 0
	}
	return p.res.Len()
}

// Update shows results, nil for none. kept is the number of reads in the case.
func (p *ResultsPanel) Update(res *session.Results, caseNo string, kept int) {
	p.res, p.caseNo, p.kept = res, caseNo, kept
	p.body.Hidden, p.empty.Hidden = res == nil, res != nil
	if res == nil {
		p.detail.Update(nil)
		p.Refresh()
		return
	}
	p.heading.SetText(res.Heading())
	p.sub.SetText(res.SubLine())
	label := "Case"
	if kept > 0 {
		label = fmt.Sprintf("Case  %d", kept)
	}
	p.caseB.SetText(label)
	p.cutBox.Hidden = res.CutNote() == ""
	p.cut.SetText(res.CutNote())
	p.facetBox.Hidden, p.headBox.Hidden = res.Total() == 0, res.Total() == 0
	p.updateFacets()
	if p.seenOf != res || p.seenRev != res.RowsRevision() {
		p.seenOf, p.seenRev = res, res.RowsRevision()
		p.updateSeen()
	}
	p.order.SetText(res.OrderWords(res.Order()))
	p.list.Refresh()
	p.list.SetSelected(res.Selected())
	p.updateNone()
	p.detail.Update(res)
	p.Refresh()
	p.updateRange()
	p.detail.settle()
}

func (p *ResultsPanel) updateRange() {
	from, to := p.list.InView()
	to = min(to, p.res.Len())
	p.res.InView(from, to)
	text := ""
	if p.res.Len() > 0 && to > from {
		text = fmt.Sprintf("%d–%d of %s", from+1, to, session.Number(int64(p.res.Len())))
	}
	if text != p.inView.Text() {
		p.inView.SetText(text)
		p.listHead.Refresh()
	}
}

func (p *ResultsPanel) updateNone() {
	text, title := p.res.FilteredOut(), "Nothing left"
	if p.res.Empty() != "" {
		text, title = p.res.Empty(), "Nothing found"
	}
	p.none.Hidden = text == ""
	p.list.Hidden = text != ""
	if text != "" {
		fresh := kit.NewEmpty("funnel-simple", title, text, nil)
		p.none.Objects, p.none.Layout = fresh.Objects, fresh.Layout
	}
}

func (p *ResultsPanel) updateFacets() {
	for i, b := range p.chips {
		f := session.Facet(i)
		chosen := p.res.Chosen(f)
		switch {
		case len(chosen) == 0:
			b.SetText(f.Title())
		case len(chosen) == 1:
			b.SetText(f.Title() + ": " + chosen[0])
		default:
			b.SetText(fmt.Sprintf("%s: %d", f.Title(), len(chosen)))
		}
		b.SetKind(kit.Plain)
	}
	p.clear.Hidden = !p.res.Restricted()
}

// values is the menu of a facet.
func (p *ResultsPanel) values(f session.Facet) []kit.MenuItem {
	var out []kit.MenuItem
	for i, v := range p.res.Values(f) {
		if i == 30 {
			break
		}
		out = append(out, kit.MenuItem{
			Label: v.Label, Hint: session.Number(int64(v.Rows)), Checked: v.On, OnTap: func() { p.res.Toggle(f, v.Value) },
		})
	}
	if len(p.res.Chosen(f)) > 0 {
		out = append(out, kit.MenuItem{}, kit.MenuItem{Label: "All " + f.Plural(), OnTap: func() { p.res.ClearFacet(f) }})
	}
	return out
}

func (p *ResultsPanel) orders() []kit.MenuItem {
	var out []kit.MenuItem
	for _, o := range p.res.Orders() {
		out = append(out, kit.MenuItem{Label: p.res.OrderWords(o), Checked: o == p.res.Order(), OnTap: func() { p.res.SetOrder(o) }})
	}
	return out
}

func (p *ResultsPanel) menu() []kit.MenuItem {
	return []kit.MenuItem{
		{Label: "Fold this panel", Icon: theme.IconCollapse, OnTap: func() { call(p.OnFold) }},
		{},
		{Label: "Close the result", Icon: theme.IconX, Hint: "drops what is not kept", OnTap: func() { call(p.OnClose) }},
	}
}

// maxCombos is how many combinations are listed; the rest can be had by sorting.
const maxCombos = 6

// updateSeen shows in which areas plates were seen, with a bar for how many.
func (p *ResultsPanel) updateSeen() {
	combos := p.res.Combos()
	show := len(combos) > 1
	p.seenBox.Hidden = !show
	p.seen.Objects = nil
	most := 1
	for _, c := range combos {
		most = max(most, c.Rows)
	}
	for i, c := range combos {
		if i == maxCombos || !show {
			break
		}
		dots := kit.H(6)
		for area, on := range c.Places {
			dots.Add(newDot(area, on))
		}
		bar := kit.NewBar()
		role := theme.ColorBar
		style := kit.SmallStrong.In(theme.ColorText2).Right()
		if c.On {
			role, style = theme.ColorText, kit.SmallStrong.Right()
		}
		bar.Set(float64(c.Rows)/float64(most), role)
		tip := "Keep only plates seen in exactly these"
		if c.On {
			tip = "Show all plates again"
		}
		row := kit.Fixed(0, 18, kit.H(10, dots, kit.Grow(bar), kit.Fixed(34, 0, kit.NewText(session.Number(int64(c.Rows)), style))))
		p.seen.Add(kit.NewPress(row, tip, func() { p.res.PickCombo(c) }))
	}
}

// Step moves the selection of the list, for the arrow keys.
func (p *ResultsPanel) Step(n int) {
	if p.res != nil {
		p.res.Step(n)
	}
}

// MinSize implements fyne.Widget: the panel scrolls, and is cut to what the window gives.
func (p *ResultsPanel) MinSize() fyne.Size { return fyne.NewSize(300, 400) }

// CreateRenderer implements fyne.Widget.
func (p *ResultsPanel) CreateRenderer() fyne.WidgetRenderer {
	return hold(p, kit.Surface(theme.ColorPanel, p.root), p.root)
}
