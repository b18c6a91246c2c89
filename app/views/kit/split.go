package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// SplitOpts says how a Split shares its space: the side panel has a size in
// Fyne units, the rest grows.
type SplitOpts struct {
	Vertical bool    // the panels are above each other; else beside each other
	AtEnd    bool    // the side panel is at the right, or at the bottom
	Size     float32 // of the side panel
	Min, Max float32 // limits of Size; Max 0 is none
	MinRest  float32 // what the rest keeps
}

// Split has a hairline between two panels that can be dragged.
type Split struct {
	widget.BaseWidget

	// OnResized is called after a person dragged the line.
	OnResized func(size float32)

	o          SplitOpts
	side, rest fyne.CanvasObject
	handle     *splitHandle
}

// NewSplit returns a split of a side panel and the rest.
func NewSplit(o SplitOpts, side, rest fyne.CanvasObject) *Split {
	s := &Split{o: o, side: side, rest: rest}
	s.handle = &splitHandle{s: s}
	s.handle.ExtendBaseWidget(s.handle)
	s.ExtendBaseWidget(s)
	return s
}

// PanelSize returns the size of the side panel.
func (s *Split) PanelSize() float32 { return s.o.Size }

// SetPanelSize sets the size of the side panel within its limits.
func (s *Split) SetPanelSize(v float32) {
	v = s.limit(v)
	if s.o.Size == v {
		return
	}
	s.o.Size = v
	s.Refresh()
}

// SetSide replaces the side panel, for example by a Fold, with its limits.
func (s *Split) SetSide(o fyne.CanvasObject, size, least, most float32) {
	s.side, s.o.Size, s.o.Min, s.o.Max = o, size, least, most
	s.Refresh()
}

func (s *Split) limit(v float32) float32 {
	v = max(v, s.o.Min)
	if s.o.Max > 0 {
		v = min(v, s.o.Max)
	}
	if whole := s.along(s.Size()); whole > 0 {
		v = min(v, max(s.o.Min, whole-s.o.MinRest-theme.Hairline))
	}
	return v
}

func (s *Split) along(z fyne.Size) float32 {
	if s.o.Vertical {
		return z.Height
	}
	return z.Width
}

// splitAcross is the least measure of a split across its parts.
const splitAcross float32 = 200

// CreateRenderer implements fyne.Widget.
func (s *Split) CreateRenderer() fyne.WidgetRenderer {
	r := newRend(s, nil, nil, nil, func() {})
	// Both parts are cut to what the window gives, so what they would like is not asked:
	// Fyne asks every object at each frame, and each would ask the whole panel below it.
	r.min = func() fyne.Size {
		if s.o.Vertical {
			return fyne.NewSize(splitAcross, s.o.Min+s.o.MinRest+1)
		}
		return fyne.NewSize(s.o.Min+s.o.MinRest+1, splitAcross)
	}
	r.layout = func(z fyne.Size) {
		size, whole := s.limit(s.o.Size), s.along(z)
		left := max(0, whole-size-theme.Hairline)
		sideAt, restAt, lineAt := float32(0), size+theme.Hairline, size
		if s.o.AtEnd {
			sideAt, restAt, lineAt = left+theme.Hairline, 0, left
		}
		if s.o.Vertical {
			place(s.side, 0, sideAt, z.Width, size)
			place(s.rest, 0, restAt, z.Width, left)
			place(s.handle, 0, lineAt-3, z.Width, 7)
			return
		}
		place(s.side, sideAt, 0, size, z.Height)
		place(s.rest, restAt, 0, left, z.Height)
		place(s.handle, lineAt-3, 0, 7, z.Height)
	}
	r.update = func() { r.objs = []fyne.CanvasObject{s.rest, s.side, s.handle} }
	r.update()
	return r
}

// splitHandle is the line with 3 px around it that can be taken hold of.
type splitHandle struct {
	widget.BaseWidget
	s       *Split
	hovered bool
	drag    float32 // wanted size during a drag, before its limits
	moving  bool
}

func (h *splitHandle) Dragged(e *fyne.DragEvent) {
	if !h.moving {
		h.moving, h.drag = true, h.s.o.Size
	}
	d := e.Dragged.DX
	if h.s.o.Vertical {
		d = e.Dragged.DY
	}
	if h.s.o.AtEnd {
		d = -d
	}
	h.drag += d
	h.s.SetPanelSize(h.drag)
}

func (h *splitHandle) DragEnd() {
	h.moving = false
	if h.s.OnResized != nil {
		h.s.OnResized(h.s.o.Size)
	}
	h.Refresh()
}

func (h *splitHandle) MouseIn(*desktop.MouseEvent)    { h.hovered = true; h.Refresh() }
func (h *splitHandle) MouseMoved(*desktop.MouseEvent) {}
func (h *splitHandle) MouseOut()                      { h.hovered = false; h.Refresh() }

func (h *splitHandle) Cursor() desktop.Cursor {
	if h.s.o.Vertical {
		return desktop.VResizeCursor
	}
	return desktop.HResizeCursor
}

func (h *splitHandle) CreateRenderer() fyne.WidgetRenderer {
	line := rect()
	return newRend(h, []fyne.CanvasObject{line}, func() fyne.Size { return fyne.NewSize(1, 1) },
		func(s fyne.Size) {
			if h.s.o.Vertical {
				place(line, 0, 3, s.Width, theme.Hairline)
			} else {
				place(line, 3, 0, theme.Hairline, s.Height)
			}
		},
		func() {
			role := theme.ColorHairline
			if h.hovered || h.moving {
				role = theme.ColorAccent
			}
			box(h, line, role, "", 0)
		})
}
