package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
	"github.com/paulmach/orb"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/mapview"
	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

// mapDesk is the map with what floats over it: tools, zoom, legend and the query's summary.
type mapDesk struct {
	widget.BaseWidget
	desk  *Desk
	model *session.Desk
	m     *mapview.Map
	bar   *toolBar
	zoom  *zoomBox
	chip  *summaryChip
	key   *legend
	root  *fyne.Container

	state       session.DeskState
	ran         bool // the map shows results alone
	editing     int  // area whose corners move, -1 none
	hideCameras bool
	shownAreas  []int             // area of each mapview.Area
	points      []session.MapRead // read of each mapview.Point
	fitted      bool
	areas       []mapview.Area // as the map has them
	shown       shownReads
}

// shownReads says what the map's cameras and points were made from.
type shownReads struct {
	made    bool
	res     *session.Results
	rev     int
	cameras int
	hidden  bool
}

func newMapDesk(model *session.Desk, m *mapview.Map, desk *Desk) *mapDesk {
	d := &mapDesk{model: model, m: m, desk: desk, editing: -1}
	d.bar, d.zoom, d.chip, d.key = newToolBar(d), newZoomBox(d), newSummaryChip(d), newLegend()
	d.root = &fyne.Container{Layout: mapDeskLayout{d}, Objects: []fyne.CanvasObject{m, d.bar.box, d.zoom.box, d.chip.box, d.key.box}}
	m.OnSketch = d.sketched
	m.OnViewChanged = func(viewport.View) { d.placeLegend() }
	m.OnTapped = d.tapped
	m.OnKey, m.OnRune, m.OnShortcut = desk.Key, desk.Rune, desk.shortcut
	d.ExtendBaseWidget(d)
	return d
}

// edge is how far what floats over the map stays from its edges.
const edge = 12

// mapDeskLayout floats the boxes over the map.
type mapDeskLayout struct{ d *mapDesk }

func (mapDeskLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(320, 240) }

func (l mapDeskLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	put := func(o fyne.CanvasObject, x, y float32, size fyne.Size) {
		o.Move(fyne.NewPos(x, y))
		o.Resize(size)
	}
	put(l.d.m, 0, 0, s)
	zoom, bar, key := l.d.zoom.box.MinSize(), l.d.bar.box.MinSize(), l.d.key.box.MinSize()
	put(l.d.zoom.box, s.Width-zoom.Width-edge, edge, zoom)
	x := (s.Width - bar.Width) / 2
	put(l.d.bar.box, max(edge, min(x, s.Width-zoom.Width-2*edge-bar.Width)), edge, bar)
	put(l.d.chip.box, edge, edge, l.d.chip.fit(s.Width-zoom.Width-3*edge))
	l.d.m.SetClear(edge + max(bar.Height, l.d.chip.box.Size().Height))
	l.d.key.box.Resize(key)
	l.d.placeLegend()
}

// placeLegend puts the legend into the lower left corner, or into the right one where it would
// lie over the box at the selected read.
func (d *mapDesk) placeLegend() {
	key, s := d.key.box.Size(), d.m.Size()
	at := fyne.NewPos(edge, s.Height-key.Height-38)
	if p, size, shown := d.m.CalloutAt(); shown && p.X < at.X+key.Width && p.Y < at.Y+key.Height && p.Y+size.Height > at.Y {
		at.X = s.Width - key.Width - edge
	}
	if d.key.box.Position() != at {
		d.key.box.Move(at)
	}
}

// update shows a state; ran means that the query is folded and only results count.
func (d *mapDesk) update(s session.DeskState, ran bool) {
	d.state, d.ran = s, ran
	if d.m.Sketch().State == tools.Drawing && d.m.Tool() != tools.Measure && !s.Sketching {
		d.m.SetTool(d.m.Tool()) // the draft was emptied under the drawing
	}
	d.setAreas(s)
	d.setReads(s)
	d.bar.update(s, ran)
	d.zoom.update(ran)
	d.chip.update(s, ran)
	d.key.update(s, ran)
	d.m.SetSketchName(s.NextName, theme.Of(d, theme.Area(len(s.Areas))))
	d.root.Refresh()
	if !d.fitted {
		d.begin()
	}
}

// begin moves the map to the areas, or to the cameras, once they are known.
func (d *mapDesk) begin() {
	b, ok := d.model.AreasBound()
	if !ok {
		b, ok = d.model.Extent()
	}
	if ok {
		d.fitted = true
		d.m.FitBounds(b, 48)
	}
}

// fitPad keeps areas, with the tags above them, clear of what floats over the map.
const fitPad = 88

// fit brings all areas into view, or all that is on the map.
func (d *mapDesk) fit() {
	if b, ok := d.model.AreasBound(); ok && d.state.Draft.Kind.Spatial() {
		d.m.FitBounds(b, fitPad)
		return
	}
	d.m.Fit()
}

// keepInView brings the areas back into view where folding panels pushed one out of it.
func (d *mapDesk) keepInView() {
	b, ok := d.model.AreasBound()
	if !ok || !d.state.Draft.Kind.Spatial() {
		return
	}
	const boxes = 56 // that float at the edges
	v := d.m.View()
	x1, y1 := v.Project(orb.Point{b.Min[0], b.Max[1]})
	x2, y2 := v.Project(orb.Point{b.Max[0], b.Min[1]})
	if x1 < 0 || y1 < boxes+32 || x2 > v.W-boxes || y2 > v.H {
		d.m.FitBounds(b, fitPad)
	}
}

// sketched follows the drawing in hand.
func (d *mapDesk) sketched(s tools.Sketch) {
	if s.Mode == tools.Measure {
		return
	}
	switch s.State {
	case tools.Drawing:
		d.model.Sketching(true, s.Preview())
	case tools.Editing:
		d.model.EditShape(d.editing, s.Shape)
	case tools.Closed:
		d.closed(s)
	default:
		if d.editing >= 0 {
			d.endEdit()
		}
		d.model.Sketching(false, nil)
	}
	d.bar.update(d.state, d.ran)
}

// closed takes a finished shape and leaves the tool in hand for the next one.
func (d *mapDesk) closed(s tools.Sketch) {
	if d.editing >= 0 {
		d.model.EditShape(d.editing, s.Shape)
		d.endEdit()
		return
	}
	d.m.SetTool(s.Mode)
	d.model.AddArea(s.Shape, "")
}

func (d *mapDesk) endEdit() {
	d.editing = -1
	d.model.EndEdit()
	d.m.SetTool(tools.Pan)
	d.desk.Update()
}

// setTool takes up a tool; drawing one needs a kind that asks by area.
func (d *mapDesk) setTool(mode tools.Mode) {
	if d.editing >= 0 {
		d.endEdit()
	}
	if mode != tools.Pan && mode != tools.Measure && !d.state.Draft.Kind.Spatial() {
		if !d.mayDraw() {
			return
		}
		d.model.SetKind(session.KindGeo)
	}
	d.model.Sketching(false, nil)
	if d.m.Tool() == mode {
		mode = tools.Pan
	}
	d.m.SetTool(mode)
	d.bar.update(d.state, d.ran)
}

// mayDraw reports whether drawing makes sense: the kind asks by area, or geographic queries
// are open.
func (d *mapDesk) mayDraw() bool {
	if d.state.Draft.Kind.Spatial() {
		return true
	}
	for _, k := range d.state.Kinds {
		if k.Kind == session.KindGeo {
			return k.Open || k.NeedsStepUp
		}
	}
	return false
}

func (d *mapDesk) drawPolygon() {
	if d.m.Tool() != tools.Polygon {
		d.setTool(tools.Polygon)
	}
	d.desk.focus(d.m)
}

// editArea moves the corners of area i.
func (d *mapDesk) editArea(i int) {
	if i < 0 || i >= len(d.state.Areas) {
		return
	}
	if d.editing >= 0 {
		d.endEdit()
	}
	if !d.m.EditShape(d.state.Areas[i].Shape) {
		return
	}
	d.editing = i
	d.model.Select(i)
	d.m.SetSketchName(session.Letter(i), theme.Of(d, theme.Area(i)))
	d.desk.focus(d.m)
}

// editSelected edits the marked area, or the only one.
func (d *mapDesk) editSelected() {
	if i := d.editable(); i >= 0 {
		d.editArea(i)
	}
}

func (d *mapDesk) editable() int {
	for i, a := range d.state.Areas {
		if a.Selected || len(d.state.Areas) == 1 {
			return i
		}
	}
	return -1
}

func (d *mapDesk) showArea(i int) {
	if i >= 0 && i < len(d.state.Areas) {
		d.m.FitBounds(d.state.Areas[i].Shape.Bound(), 120)
	}
}

// undo takes back a step of the drawing in hand, else of the areas.
func (d *mapDesk) undo() {
	if !d.m.Undo() {
		d.model.Undo()
	}
}

func (d *mapDesk) redo() {
	if !d.m.Redo() {
		d.model.Redo()
	}
}

// CreateRenderer implements fyne.Widget.
func (d *mapDesk) CreateRenderer() fyne.WidgetRenderer { return hold(d, d.root, nil) }
