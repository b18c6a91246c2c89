package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/mapview/tools"
)

// Key takes a key that nothing has the focus for: Enter closes the drawing or runs, Esc drops
// it, the arrows walk through rows and reads.
func (d *Desk) Key(e *fyne.KeyEvent) {
	s := d.model.State()
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if !d.mapDesk.m.ToolKey(e.Name) {
			d.query.scope.start()
		}
	case fyne.KeyEscape:
		d.escape(e.Name, s)
	case fyne.KeyBackspace, fyne.KeyDelete:
		d.mapDesk.m.ToolKey(e.Name)
	case fyne.KeyUp:
		d.results.Step(-1)
	case fyne.KeyDown:
		d.results.Step(1)
	case fyne.KeyLeft:
		if s.Results != nil {
			s.Results.StepRead(-1)
		}
	case fyne.KeyRight:
		if s.Results != nil {
			s.Results.StepRead(1)
		}
	}
}

// escape drops the drawing, else puts the tool down, else cancels a run, else folds the query
// again that "Change" had opened.
func (d *Desk) escape(name fyne.KeyName, s session.DeskState) {
	m := d.mapDesk
	switch {
	case m.m.ToolKey(name):
	case m.m.Tool() != tools.Pan:
		m.setTool(tools.Pan)
	case s.Run.Phase == session.RunRunning:
		d.model.Cancel()
	case s.Results != nil && !d.queryFolded:
		d.foldQuery(true)
	}
}

// Rune takes a letter that nothing has the focus for: the tools.
func (d *Desk) Rune(r rune) {
	m := d.mapDesk
	switch r {
	case 'p', 'P':
		m.setTool(tools.Polygon)
	case 'r', 'R':
		m.setTool(tools.Rectangle)
	case 'c', 'C':
		m.setTool(tools.Circle)
	case 'v', 'V':
		m.setTool(tools.Pan)
	case 'e', 'E':
		m.editSelected()
	case 'f', 'F':
		m.fit()
	case '+', '=':
		m.m.ZoomIn()
	case '-':
		m.m.ZoomOut()
	}
}

// Bind adds the desk's shortcuts to a canvas: undo, redo and the paste of areas. The returned
// function takes them away again.
func (d *Desk) Bind(c fyne.Canvas) (unbind func()) {
	var bound []fyne.Shortcut
	add := func(s fyne.Shortcut, f func()) {
		c.AddShortcut(s, func(fyne.Shortcut) { f() })
		bound = append(bound, s)
	}
	add(&fyne.ShortcutUndo{}, d.mapDesk.undo)
	add(&fyne.ShortcutRedo{}, d.mapDesk.redo)
	add(&desktop.CustomShortcut{KeyName: fyne.KeyZ, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift}, d.mapDesk.redo)
	add(&fyne.ShortcutPaste{}, d.paste)
	return func() {
		for _, s := range bound {
			c.RemoveShortcut(s)
		}
	}
}

// shortcut takes one that came while the map has the focus.
func (d *Desk) shortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutUndo:
		d.mapDesk.undo()
		return
	case *fyne.ShortcutRedo:
		d.mapDesk.redo()
		return
	case *fyne.ShortcutPaste:
		d.paste()
		return
	case *desktop.CustomShortcut:
		if s.KeyName == fyne.KeyZ && s.Modifier == fyne.KeyModifierControl|fyne.KeyModifierShift {
			d.mapDesk.redo()
			return
		}
	}
	if d.props.OnShortcut != nil {
		d.props.OnShortcut(s)
	}
}

// paste takes areas from the clipboard.
func (d *Desk) paste() {
	if text := fyne.CurrentApp().Clipboard().Content(); text != "" {
		d.Import(text)
	}
}

// SetKind begins a query of a kind, with the panel open.
func (d *Desk) SetKind(k session.Kind) {
	if d.queryFolded {
		d.foldQuery(false)
	}
	d.model.SetKind(k)
}

// Commands are the desk's lines of the command palette at this moment.
func (d *Desk) Commands() []Command {
	s := d.model.State()
	var out []Command
	for _, k := range s.Kinds {
		why := ""
		if !k.Open && !k.NeedsStepUp {
			why = k.Rule
		}
		out = append(out, Command{Title: "New " + lower(k.Title) + " query", Group: "Query", Key: k.Shortcut, Icon: kindIcon(k.Kind), Disabled: why, Run: func() { d.SetKind(k.Kind) }})
	}
	draw := ""
	if !d.mapDesk.mayDraw() {
		draw = "areas are not open to you"
	}
	run := s.Meter.Missing
	if run == "" && !s.CanRun {
		run = "confirm the warning first"
	}
	shut := ""
	if s.Results == nil {
		shut = "no result is open"
	}
	return append(
		out,
		Command{Title: "Run the query", Group: "Query", Key: "Enter", Icon: "play", Disabled: run, Run: d.query.scope.start},
		Command{Title: "Draw a polygon", Group: "Map", Key: "P", Icon: theme.IconPolygon, Disabled: draw, Run: d.mapDesk.drawPolygon},
		Command{Title: "Fit the areas", Group: "Map", Key: "F", Icon: theme.IconFit, Run: d.mapDesk.fit},
		Command{Title: "Undo", Group: "Map", Key: "Ctrl Z", Icon: theme.IconUndo, Run: d.mapDesk.undo},
		Command{Title: "Redo", Group: "Map", Key: "Ctrl Shift Z", Icon: theme.IconRedo, Run: d.mapDesk.redo},
		Command{Title: "Import areas from the clipboard", Group: "Map", Key: "Ctrl V", Icon: "upload-simple", Disabled: draw, Run: d.paste},
		Command{Title: "Start over", Group: "Query", Icon: theme.IconTrash, Run: d.model.Clear},
		Command{Title: "Close the result", Group: "Query", Icon: theme.IconX, Disabled: shut, Run: d.model.CloseResults},
	)
}

func lower(s string) string {
	if s == "" {
		return s
	}
	return string(s[0]|0x20) + s[1:]
}
