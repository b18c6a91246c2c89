package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
	"cordon/mapview/tools"
)

// toolBar is the floating box of drawing tools.
type toolBar struct {
	d          *mapDesk
	box        *kit.Ground
	modes      map[tools.Mode]*kit.Tool
	edit       *kit.Tool
	undo, redo *kit.Tool
	snap       *kit.Tool
	lock       *fyne.Container
	lockRule   *kit.Text
}

func newToolBar(d *mapDesk) *toolBar {
	b := &toolBar{d: d, modes: map[tools.Mode]*kit.Tool{}}
	tool := func(m tools.Mode, icon theme.IconName, tip string) *kit.Tool {
		b.modes[m] = kit.NewTool(icon, tip, func() { d.setTool(m) })
		return b.modes[m]
	}
	b.edit = kit.NewTool("pencil-simple", "Move corners of the marked area (E)", d.editSelected)
	b.undo = kit.NewTool(theme.IconUndo, "Undo (Ctrl Z)", d.undo)
	b.redo = kit.NewTool(theme.IconRedo, "Redo (Ctrl Shift Z)", d.redo)
	b.snap = kit.NewTool("magnet", "Snap to corners and sides", func() {
		d.m.SetSnap(!d.m.Snap())
		b.update(d.state, d.ran)
	})
	b.lockRule = kit.NewText("", kit.SmallMedium.In(theme.ColorText2))
	b.lock = kit.H(4, kit.ToolGap(), kit.NewIcon(theme.IconLock, theme.ColorText2, theme.IconText), b.lockRule, kit.Fixed(4, 1, kit.Spacer()))
	b.box = kit.NewToolBox(
		false, tool(tools.Pan, theme.IconHand, "Pan (V)"), tool(tools.Polygon, theme.IconPolygon, "Polygon (P)"),
		tool(tools.Rectangle, theme.IconRectangle, "Rectangle (R)"), tool(tools.Circle, "circle", "Circle (C)"),
		tool(tools.Corridor, "path", "Corridor along a line; [ and ] set its width"), b.edit, kit.ToolGap(), b.undo, b.redo, kit.ToolGap(),
		b.snap, tool(tools.Measure, "ruler", "Measure"), kit.ToolGap(), newLayersTool(d), b.lock,
	)
	return b
}

func (b *toolBar) update(s session.DeskState, ran bool) {
	b.box.Hidden = ran
	mode := b.d.m.Tool()
	may := b.d.mayDraw()
	for m, t := range b.modes {
		t.SetActive(m == mode)
		enable(t, may || m == tools.Pan || m == tools.Measure)
	}
	b.edit.SetActive(mode == tools.Edit)
	enable(b.edit, may && b.d.editable() >= 0)
	enable(b.undo, b.d.m.CanUndo() || s.CanUndo)
	enable(b.redo, b.d.m.CanRedo() || s.CanRedo)
	b.snap.SetActive(b.d.m.Snap())
	rule := ""
	if !may || s.Draft.Kind.Spatial() && !s.Kind.Open && !s.Kind.NeedsStepUp {
		for _, k := range s.Kinds {
			if k.Kind == session.KindGeo {
				rule = k.Rule
			}
		}
	}
	b.lock.Hidden = rule == ""
	b.lockRule.SetText(rule)
}

// newLayersTool opens the menu of the map's layers.
func newLayersTool(d *mapDesk) *kit.Tool {
	var t *kit.Tool
	t = kit.NewTool("stack", "Layers", func() {
		kit.ShowMenu(t, []kit.MenuItem{{
			Label: "Cameras", Icon: "video-camera", Checked: !d.hideCameras, Hint: "before a run",
			OnTap: func() {
				d.hideCameras = !d.hideCameras
				d.setReads(d.state)
			},
		}})
	})
	return t
}

// zoomBox is the floating box at the right edge.
type zoomBox struct {
	box   *kit.Ground
	extra *fyne.Container
	ruler *kit.Tool
	d     *mapDesk
}

func newZoomBox(d *mapDesk) *zoomBox {
	z := &zoomBox{d: d}
	z.ruler = kit.NewTool("ruler", "Measure", func() {
		d.setTool(tools.Measure)
		z.update(d.ran)
	})
	z.extra = kit.V(2, kit.ToolGapV(), newLayersTool(d), z.ruler)
	z.box = kit.NewToolBox(
		true, kit.NewTool(theme.IconPlus, "Zoom in (+)", d.m.ZoomIn), kit.NewTool(theme.IconMinus, "Zoom out (−)", d.m.ZoomOut),
		kit.ToolGapV(), kit.NewTool(theme.IconFit, "Fit the areas (F)", d.fit), z.extra,
	)
	return z
}

func (z *zoomBox) update(ran bool) {
	z.extra.Hidden = !ran
	z.ruler.SetActive(z.d.m.Tool() == tools.Measure)
}
