package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// Tool is a button of 30 × 28 that shows an icon only; its tip names it.
type Tool struct {
	control
	icon   theme.IconName
	active bool
	size   float32 // of the icon
}

// NewTool returns a tool; tip is what it does, and its key in brackets.
func NewTool(icon theme.IconName, tip string, onTap func()) *Tool {
	t := &Tool{icon: icon, size: theme.IconTool}
	t.tip, t.activate = tip, onTap
	t.init(t)
	return t
}

// Small gives the tool a 16 px icon, for rows and heads.
func (t *Tool) Small() *Tool { t.size = theme.IconList; return t }

// SetActive marks the tool in use.
func (t *Tool) SetActive(v bool) {
	if t.active == v {
		return
	}
	t.active = v
	t.Refresh()
}

// Active reports whether the tool is marked as in use.
func (t *Tool) Active() bool { return t.active }

// SetIcon changes the icon.
func (t *Tool) SetIcon(n theme.IconName) {
	if t.icon == n {
		return
	}
	t.icon = n
	t.Refresh()
}

// Tip returns the tool tip.
func (t *Tool) Tip() string { return t.tip }

// CreateRenderer implements fyne.Widget.
func (t *Tool) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, img := rect(), rect(), newImage()
	return newRend(t, []fyne.CanvasObject{focus, bg, img},
		func() fyne.Size {
			if t.size < theme.IconTool {
				return fyne.NewSize(24, 24)
			}
			return fyne.NewSize(theme.ToolWidth, theme.ToolHeight)
		},
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			place(img, (s.Width-t.size)/2, (s.Height-t.size)/2, t.size, t.size)
		},
		func() {
			fill, fg := fyne.ThemeColorName(""), theme.ColorText2
			switch {
			case t.disabled:
				fg = theme.ColorStrong
			case t.active:
				fill, fg = theme.ColorAccent, theme.ColorOnAccent
			case t.hovered:
				fill, fg = theme.ColorHover, theme.ColorText
			}
			box(t, bg, fill, "", theme.RadiusChip)
			ring(t, focus, t.focused, theme.RadiusChip)
			setIcon(t, img, t.icon, fg)
		})
}

// NewToolBox puts tools into a floating box with a strong hairline.
func NewToolBox(vertical bool, objs ...fyne.CanvasObject) *Ground {
	if vertical {
		return Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, PadAll(3, V(2, objs...)))
	}
	return Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, PadAll(3, H(2, objs...)))
}

// ToolGap is the divider between groups of tools in a horizontal tool box.
func ToolGap() fyne.CanvasObject { return Fixed(9, 20, PadXY(4, 0, VDivider())) }

// ToolGapV is the divider between groups of tools in a vertical tool box.
func ToolGapV() fyne.CanvasObject { return PadXY(4, 3, Divider()) }
