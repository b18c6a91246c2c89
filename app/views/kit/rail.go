package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// RailItem is a place in the rail: an icon over a label, with a badge.
type RailItem struct {
	control
	icon   theme.IconName
	label  string
	badge  string
	active bool
	warn   bool
	low    bool
}

// NewRailItem returns an item of 60 × 52.
func NewRailItem(icon theme.IconName, label string, onTap func()) *RailItem {
	r := &RailItem{icon: icon, label: label}
	r.activate = onTap
	r.init(r)
	return r
}

// Low makes the item 40 px high with a smaller icon, for the foot of the rail.
func (r *RailItem) Low() { r.low = true }

// Label returns the label.
func (r *RailItem) Label() string { return r.label }

// Active reports whether the item is marked as the place in view.
func (r *RailItem) Active() bool { return r.active }

// SetActive marks the place in view.
func (r *RailItem) SetActive(v bool) { r.active = v; r.Refresh() }

// SetBadge shows a count; empty none.
func (r *RailItem) SetBadge(s string) { r.badge = s; r.Refresh() }

// SetIcon changes the icon.
func (r *RailItem) SetIcon(n theme.IconName) { r.icon = n; r.Refresh() }

// SetWarn turns icon and label amber.
func (r *RailItem) SetWarn(v bool) { r.warn = v; r.Refresh() }

// CreateRenderer implements fyne.Widget.
func (r *RailItem) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, img, text, dot, num := rect(), rect(), newImage(), newLine(), rect(), newLine()
	st := LabelMedium.Centered()
	height := func() float32 {
		if r.low {
			return 40
		}
		return 52
	}
	ns := Style{Size: theme.TextLabel, Weight: theme.SemiBold, Color: theme.ColorChrome, Align: fyne.TextAlignCenter}
	return newRend(r, []fyne.CanvasObject{bg, img, text, dot, num, focus},
		func() fyne.Size { return fyne.NewSize(60, height()) },
		func(s fyne.Size) {
			size, top := theme.IconRail, float32(8)
			if r.low {
				size, top = theme.IconTool, 4
			}
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.NewPos(3, 3), s.SubtractWidthHeight(6, 6))
			place(img, (s.Width-size)/2, top, size, size)
			place(text, 0, top+size+2, s.Width, 14)
			w := max(16, textWidth(r.badge, ns)+8)
			place(dot, s.Width/2+4, 3, w, 16)
			place(num, s.Width/2+4, 3, w, 16)
		},
		func() {
			fill, fg, ls := fyne.ThemeColorName(""), theme.ColorText2, st
			name := r.icon
			switch {
			case r.active:
				fill, fg, ls = theme.ColorAccentSoft, theme.ColorAccent, st.W(theme.SemiBold).In(theme.ColorAccent)
				name = filled(name)
			case r.warn:
				fg = theme.ColorAmber
			case r.hovered:
				fill = theme.ColorHover
			}
			box(r, bg, fill, "", theme.Radius)
			setIcon(r, img, name, fg)
			dress(r, text, r.label, ls)
			box(r, dot, theme.ColorBar, "", 8)
			dot.Hidden = r.badge == ""
			dress(r, num, r.badge, ns)
			ring(r, focus, r.focused, theme.Radius)
		})
}

// filled returns the filled form of an icon where it is bundled.
func filled(n theme.IconName) theme.IconName {
	if theme.HasIcon(n + "-fill") {
		return n + "-fill"
	}
	return n
}

// Avatar is the round mark of a person: the initials.
type Avatar struct {
	control
	initials string
	size     float32
}

// NewAvatar returns a mark; a nil onTap only shows.
func NewAvatar(initials string, size float32, onTap func()) *Avatar {
	a := &Avatar{initials: initials, size: size}
	a.activate = onTap
	a.init(a)
	return a
}

// Set changes the initials.
func (a *Avatar) Set(initials string) {
	if a.initials == initials {
		return
	}
	a.initials = initials
	a.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (a *Avatar) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, text := rect(), rect(), newLine()
	return newRend(a, []fyne.CanvasObject{focus, bg, text}, func() fyne.Size { return fyne.NewSquareSize(a.size) },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(text, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
		},
		func() {
			st := LabelMedium.Centered().W(theme.SemiBold).In(theme.ColorText)
			if a.size > 32 {
				st = SmallStrong.Centered()
			}
			fill := theme.ColorHover
			box(a, bg, fill, theme.ColorStrong, a.size/2)
			dress(a, text, a.initials, st)
			ring(a, focus, a.focused && a.activate != nil, a.size/2)
		})
}

// Press makes any object a button: hover ground, focus ring, tool tip.
type Press struct {
	control
	content fyne.CanvasObject
}

// NewPress wraps an object with 6 px of padding at the sides.
func NewPress(content fyne.CanvasObject, tip string, onTap func()) *Press {
	p := &Press{content: content}
	p.tip, p.activate = tip, onTap
	p.init(p)
	return p
}

// HeightForWidth returns the content's height.
func (p *Press) HeightForWidth(w float32) float32 { return heightOf(p.content, w-12) }

// CreateRenderer implements fyne.Widget.
func (p *Press) CreateRenderer() fyne.WidgetRenderer {
	bg, focus := rect(), rect()
	return newRend(p, []fyne.CanvasObject{focus, bg, p.content},
		func() fyne.Size { return p.content.MinSize().AddWidthHeight(12, 0) },
		func(s fyne.Size) {
			h := p.content.MinSize().Height
			place(bg, 0, 0, s.Width, s.Height)
			place(p.content, 6, (s.Height-h)/2, max(0, s.Width-12), h)
			layRing(focus, fyne.Position{}, s)
		},
		func() {
			fill := fyne.ThemeColorName("")
			if p.hovered && !p.disabled {
				fill = theme.ColorHover
			}
			box(p, bg, fill, "", theme.RadiusChip)
			ring(p, focus, p.focused, theme.RadiusChip)
		})
}
