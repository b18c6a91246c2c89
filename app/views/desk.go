package views

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
	"cordon/mapview"
)

// DeskLayout is what a person arranged; the wiring keeps it by user. The zero value is the
// arrangement of the pictures. The results fold and unfold with an answer, and so does the
// query while one is open: only what a person folds without one is kept.
type DeskLayout struct {
	Query, Results, Timeline float32 // sizes of the panels, 0: as drawn
	QueryFolded              bool
}

// DeskProps is what a desk needs. Model, Map and Now are required.
type DeskProps struct {
	Model *session.Desk
	Map   *mapview.Map // with its base set; the desk gives it colours, data and callbacks
	Now   func() time.Time

	Layout   DeskLayout
	OnLayout func(DeskLayout) // a panel was resized or folded

	Kept         func() int          // reads in the current case, for the case button; may be nil
	OnCase       func(number string) // open the case place
	OnPhoto      func(session.Photo) // show a photo large; may be nil
	OnImportFile func()              // choose a GeoJSON file, then call Desk.Import; may be nil
	OnShortcut   func(fyne.Shortcut) // a shortcut of the window while the map has the focus; may be nil
}

// Desk is the map desk: query panel, map with its tools, timeline and results.
//
// Wiring: make session.NewDesk and mapview.New (with uithread.Do), give the map its base,
// then NewDesk, which takes over Model.OnChange and the map's callbacks. While the desk is
// in view, hand it the window's keys that nothing has the focus for: canvas.SetOnTypedKey
// (desk.Key), canvas.SetOnTypedRune(desk.Rune), and bind its shortcuts with desk.Bind(canvas). A dropped or chosen GeoJSON file goes to desk.Import. After a change of the
// theme's variant call desk.ThemeChanged; desk.Commands feeds the palette.
type Desk struct {
	widget.BaseWidget
	props DeskProps
	model *session.Desk

	query    *QueryPanel
	results  *ResultsPanel
	timeline *Timeline
	mapDesk  *mapDesk
	left     *kit.Split
	right    *kit.Split
	below    *kit.Split

	layout                     DeskLayout
	queryFolded, resultsFolded bool             // at this moment
	shown                      *session.Results // what the results panel shows
	phase                      session.RunPhase
}

// NewDesk returns the desk over its model and map.
func NewDesk(p DeskProps) *Desk {
	d := &Desk{props: p, model: p.Model, layout: p.Layout}
	orSize(&d.layout.Query, theme.QueryWidth)
	orSize(&d.layout.Results, theme.ResultsWidth)
	orSize(&d.layout.Timeline, theme.TimelineMax)
	d.queryFolded, d.resultsFolded = d.layout.QueryFolded, d.model.State().Results == nil
	d.query = NewQueryPanel(p.Model, p.Now)
	d.query.OnImportFile = p.OnImportFile
	d.results, d.timeline = NewResultsPanel(), NewTimeline(p.Model)
	d.results.OnCase, d.results.detail.OnPhoto = p.OnCase, p.OnPhoto
	d.results.detail.OnAsked = func() { d.focus(d.results.detail.reason) }
	d.results.detail.OnClosed = func() { d.focus(d.results.list) }
	d.mapDesk = newMapDesk(p.Model, p.Map, d)
	d.query.OnDraw, d.query.OnEditArea, d.query.OnShowArea = d.mapDesk.drawPolygon, d.mapDesk.editArea, d.mapDesk.showArea
	d.query.OnImported = d.mapDesk.fit
	d.query.OnFold = func() { d.foldQuery(true) }
	d.query.scope.OnRan = d.query.purpose.fold
	d.query.onEnter(d.query.scope.start)
	d.results.OnFold = func() { d.foldResults(true) }
	d.results.OnClose = p.Model.CloseResults
	d.below = kit.NewSplit(kit.SplitOpts{Vertical: true, AtEnd: true, Size: d.layout.Timeline, Min: 110, Max: 280, MinRest: 240}, d.timeline, d.mapDesk)
	d.right = kit.NewSplit(kit.SplitOpts{AtEnd: true, Size: d.layout.Results, MinRest: 360}, d.results, d.below)
	d.left = kit.NewSplit(kit.SplitOpts{Size: d.layout.Query, MinRest: 360}, d.query, d.right)
	d.left.OnResized = func(v float32) { d.layout.Query = v; d.laidOut() }
	d.right.OnResized = func(v float32) { d.layout.Results = v; d.laidOut() }
	d.below.OnResized = func(v float32) { d.layout.Timeline = v; d.laidOut() }
	d.applyFolds()
	d.ExtendBaseWidget(d)
	p.Model.OnChange = d.Update
	d.ThemeChanged()
	d.Update()
	return d
}

func orSize(v *float32, def float32) {
	if *v <= 0 {
		*v = def
	}
}

func (d *Desk) laidOut() {
	if d.props.OnLayout != nil {
		d.props.OnLayout(d.layout)
	}
}

func (d *Desk) foldQuery(v bool) {
	d.queryFolded = v
	if d.shown == nil && d.layout.QueryFolded != v {
		d.layout.QueryFolded = v
		d.laidOut()
	}
	d.applyFolds()
	d.Update()
}

func (d *Desk) foldResults(v bool) {
	d.resultsFolded = v
	d.applyFolds()
	d.Update()
}

// applyFolds puts panels or their strips into the splits.
func (d *Desk) applyFolds() {
	if d.queryFolded {
		d.left.SetSide(kit.NewFold(theme.IconQuery, "Query", func() { d.foldQuery(false) }), theme.FoldWidth, theme.FoldWidth, theme.FoldWidth)
	} else {
		d.left.SetSide(d.query, d.layout.Query, 300, 480)
	}
	if d.resultsFolded {
		d.right.SetSide(kit.NewFold(theme.IconResults, "Results", func() { d.foldResults(false) }), theme.FoldWidth, theme.FoldWidth, theme.FoldWidth)
	} else {
		d.right.SetSide(d.results, d.layout.Results, theme.ResultsMin, 640)
	}
}

// Update shows the model's present state; the model calls it.
func (d *Desk) Update() {
	s := d.model.State()
	fresh := s.Results != nil && d.shown == nil
	d.followRun(s)
	if !d.queryFolded {
		d.query.Update(s)
	}
	kept := 0
	if d.props.Kept != nil {
		kept = d.props.Kept()
	}
	if !d.resultsFolded {
		d.results.Update(s.Results, s.Draft.Purpose.Case, kept)
	}
	d.timeline.Update(s)
	d.mapDesk.update(s, d.queryFolded && s.Results != nil)
	if fresh {
		d.mapDesk.keepInView()
	}
	if fresh && s.Results.Total() > 0 {
		d.focus(d.results.list) // the arrows walk through the rows
	}
}

// followRun folds the query and opens the results when an answer arrives, and the other way
// round when it is closed, refused or needs a confirmation.
func (d *Desk) followRun(s session.DeskState) {
	switch {
	case s.Results != d.shown:
		d.queryFolded = s.Results != nil || d.layout.QueryFolded
		d.resultsFolded = s.Results == nil
		d.applyFolds()
	case s.Run.Phase != d.phase && (s.Run.Phase == session.RunRefused || s.Run.Phase == session.RunConfirm || s.Run.Phase == session.RunFailed):
		d.queryFolded = false
		d.applyFolds()
	}
	d.shown, d.phase = s.Results, s.Run.Phase
}

func (d *Desk) focus(f fyne.Focusable) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(d); c != nil {
		c.Focus(f)
	}
}

// Import adds the areas of a GeoJSON text; what is wrong with it is shown in the panel.
func (d *Desk) Import(text string) {
	if d.queryFolded {
		d.foldQuery(false)
	}
	if _, err := d.model.ImportAreas(text); err != nil {
		d.query.areas.paste.fail(text, err)
		return
	}
	d.mapDesk.fit()
}

// CreateRenderer implements fyne.Widget.
func (d *Desk) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(d.left) }
