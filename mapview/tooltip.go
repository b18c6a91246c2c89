package mapview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"cordon/mapview/tools"
	"cordon/mapview/viewport"
)

// tooltip follows the pointer while a tool draws: what is placed next, how large it is, which keys end it.
type tooltip struct {
	box   *fyne.Container
	back  *canvas.Rectangle
	title *label
	line  *label
	warn  *label
	keys  [3]keyHint
	name  string // of the area being drawn
	size  fyne.Size
}

type keyHint struct {
	cap  *canvas.Rectangle
	key  *label
	text *label
}

func newTooltip() *tooltip {
	t := &tooltip{back: canvas.NewRectangle(color.Black), title: newLabel(13), line: newLabel(12), warn: newLabel(12)}
	t.back.CornerRadius = 6
	objs := []fyne.CanvasObject{t.back, t.title.Text, t.line.Text, t.warn.Text}
	for i, k := range []string{"Enter", "⌫", "Esc"} {
		h := keyHint{cap: canvas.NewRectangle(color.Black), key: newLabel(11), text: newLabel(12)}
		h.cap.CornerRadius = 3
		h.cap.StrokeWidth = 1
		h.key.Text.Text = k
		t.keys[i] = h
		objs = append(objs, h.cap, h.key.Text, h.text.Text)
	}
	t.box = container.NewWithoutLayout(objs...)
	t.box.Hide()
	return t
}

func (t *tooltip) restyle(s *Style) {
	t.back.FillColor = s.Inverse
	t.title.style(orTheme(s.SemiBold, true), s.InverseText)
	t.line.style(s.Regular, s.InverseQuiet)
	t.warn.style(orTheme(s.SemiBold, true), s.Amber)
	for _, k := range t.keys {
		k.cap.FillColor = s.InverseKey
		k.cap.StrokeColor = fade(s.InverseQuiet, 0.35)
		font := orTheme(s.SemiBold, true)
		if k.key.Text.Text == "⌫" {
			font = nil // Fyne's symbol font has it
		}
		k.key.style(font, s.InverseText)
		k.text.style(s.Regular, s.InverseQuiet)
	}
}

// tipText words the sketch: title, figures, and what Enter, Backspace and Esc do ("" for nothing).
func tipText(s tools.Sketch, name string) (title, line string, keys [3]string) {
	if s.State != tools.Drawing && !(s.Mode == tools.Edit && s.State == tools.Editing) {
		return "", "", keys
	}
	drops := "drops it"
	if name != "" {
		drops = "drops " + name
	}
	area := AreaText(s.AreaM2)
	switch s.Mode {
	case tools.Polygon:
		title, line = "Corner "+thousands(float64(s.Corner)), "edge "+LengthText(s.EdgeM)
		if s.AreaM2 > 0 {
			line += " · " + area + " so far"
		}
		keys = [3]string{"", "takes back", drops}
		if s.Corner > 3 {
			keys[0] = "closes"
		}
	case tools.Corridor:
		title = "Point " + thousands(float64(s.Corner))
		line = LengthText(s.LengthM) + " · " + LengthText(s.WidthM) + " wide ([ ]) · " + area
		keys = [3]string{"", "takes back", drops}
		if s.Corner > 2 {
			keys[0] = "ends"
		}
	case tools.Measure:
		title, line = LengthText(s.LengthM), "last "+LengthText(s.EdgeM)
		if s.AreaM2 > 0 {
			line += " · encloses " + area
		}
		keys = [3]string{"ends", "takes back", "drops it"}
	case tools.Rectangle:
		title, line, keys[2] = "Rectangle", "diagonal "+LengthText(s.EdgeM)+" · "+area, drops
	case tools.Circle:
		title, line, keys[2] = "Circle", "radius "+LengthText(s.EdgeM)+" · "+area, drops
	case tools.Freehand:
		title, line, keys[2] = "Freehand", area+" so far", drops
	case tools.Edit:
		if s.Active.Kind == tools.NoHandle {
			return "", "", keys
		}
		switch s.Active.Kind {
		case tools.VertexHandle:
			title, line = "Corner "+thousands(float64(s.Active.Vert+1)), area
			keys[1] = "takes it away"
		case tools.EdgeHandle:
			title, line = "New corner", "drag to add it"
		default:
			title, line = "Whole area", area+" · drag to move it"
		}
	}
	return title, line, keys
}

// place words the sketch and puts the box near the pointer, inside the window.
func (t *tooltip) place(v viewport.View, s tools.Sketch) {
	title, line, keys := tipText(s, t.name)
	if title == "" || !s.HasHover {
		if t.box.Visible() {
			t.box.Hide()
		}
		return
	}
	t.title.set(title)
	t.line.set(line)
	warn := ""
	if s.Crossing != nil {
		warn = "The border crosses itself"
	}
	t.warn.set(warn)
	t.layout(keys)
	x, y := v.Project(s.Hover)
	px, py := float32(x)-t.size.Width*0.55, float32(y)+16
	if s.Mode == tools.Edit { // beside the shape rather than on it
		px = float32(x) + 14
	}
	if py+t.size.Height > float32(v.H)-24 {
		py = float32(y) - 18 - t.size.Height
	}
	px = max(8, min(float32(v.W)-t.size.Width-8, px))
	t.box.Move(fyne.NewPos(float32(int(px)), float32(int(max(8, py)))))
	if !t.box.Visible() {
		t.box.Show()
	}
}

func (t *tooltip) layout(keys [3]string) {
	const pad = 10
	t.title.at(pad, 16)
	t.line.at(pad, 34)
	width := max(t.title.size.Width, t.line.size.Width)
	y := float32(44)
	if t.warn.Text.Text != "" {
		t.warn.at(pad, y+8)
		width = max(width, t.warn.size.Width)
		y += 18
	}
	x := float32(pad)
	for i, k := range t.keys {
		show := keys[i] != ""
		for _, o := range []fyne.CanvasObject{k.cap, k.key.Text, k.text.Text} {
			if show != o.Visible() {
				if show {
					o.Show()
				} else {
					o.Hide()
				}
			}
		}
		if !show {
			continue
		}
		k.text.set(keys[i])
		w := k.key.size.Width + 12
		k.cap.Move(fyne.NewPos(x, y+1))
		k.cap.Resize(fyne.NewSize(w, 17))
		k.key.at(x+6, y+9.5)
		x += w + 5
		k.text.at(x, y+9.5)
		x += k.text.size.Width + 11
		width = max(width, x-11-pad)
	}
	if x > pad {
		y += 22
	}
	t.size = fyne.NewSize(width+2*pad, y+8)
	if t.box.Size() != t.size {
		t.back.Resize(t.size)
		t.box.Resize(t.size)
	}
}

// calloutBox is the box at the selected read.
type calloutBox struct {
	box               *fyne.Container
	back, frame       *canvas.Rectangle
	title, state, row *label
	at                *Callout
	size              fyne.Size
}

func newCalloutBox() *calloutBox {
	c := &calloutBox{
		back: canvas.NewRectangle(color.White), frame: canvas.NewRectangle(color.Transparent),
		title: newLabel(14), state: newLabel(11), row: newLabel(12),
	}
	c.back.CornerRadius, c.frame.CornerRadius, c.frame.StrokeWidth = 4, 3, 1
	c.box = container.NewWithoutLayout(c.back, c.frame, c.title.Text, c.state.Text, c.row.Text)
	c.box.Hide()
	return c
}

func (c *calloutBox) restyle(s *Style) {
	c.back.FillColor = s.Inverse
	c.frame.StrokeColor = s.InverseQuiet
	c.title.style(orTheme(s.Mono, true), s.InverseText)
	c.state.style(orTheme(s.SemiBold, true), s.InverseQuiet)
	c.row.style(s.Regular, s.InverseQuiet)
}

func (c *calloutBox) set(at *Callout) {
	c.at = at
	if at == nil {
		c.box.Hide()
		return
	}
	const pad = 10
	c.title.set(at.Title)
	c.state.set(at.Tag)
	c.row.set(at.Line)
	c.title.at(pad, 13)
	x := pad + c.title.size.Width + 7
	if at.Tag == "" {
		c.frame.Hide()
	} else {
		c.frame.Show()
		c.frame.Move(fyne.NewPos(x, 5))
		c.frame.Resize(fyne.NewSize(c.state.size.Width+9, 16))
		c.state.at(x+4.5, 13)
		x += c.state.size.Width + 9
	}
	c.row.at(pad, 30.5)
	c.size = fyne.NewSize(max(x, pad+c.row.size.Width)+pad, 43)
	c.back.Resize(c.size)
	c.box.Resize(c.size)
	c.box.Refresh()
}

// CalloutAt is where the box at the selected read stands; false while none is in sight.
func (m *Map) CalloutAt() (pos fyne.Position, size fyne.Size, shown bool) {
	return m.box.box.Position(), m.box.size, m.box.box.Visible()
}

func (c *calloutBox) place(v viewport.View) {
	if c.at == nil {
		return
	}
	x, y := v.Project(c.at.Pos)
	if x < 0 || y < 0 || x > v.W || y > v.H {
		if c.box.Visible() {
			c.box.Hide()
		}
		return
	}
	px, py := float32(x)-50, float32(y)+20
	if py+c.size.Height > float32(v.H)-24 {
		py = float32(y) - 20 - c.size.Height
	}
	px = max(8, min(float32(v.W)-c.size.Width-8, px))
	c.box.Move(fyne.NewPos(float32(int(px)), float32(int(py))))
	if !c.box.Visible() {
		c.box.Show()
	}
}
