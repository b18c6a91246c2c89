package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Severity is what a Banner or a Notice says.
type Severity int

// The severities.
const (
	Info    Severity = iota
	Warning          // amber
	Refusal          // red
)

func (s Severity) look() (tone Tone, icon theme.IconName, bar, text fyne.ThemeColorName) {
	switch s {
	case Warning:
		return Amber, theme.IconWarningFill, theme.ColorAmberFill, theme.ColorAmber
	case Refusal:
		return Red, theme.IconProhibit, theme.ColorRed, theme.ColorRed
	default:
		return Neutral, theme.IconInfo, theme.ColorAccent, theme.ColorText
	}
}

// Banner is a block with a bar at its left: a warning or a refusal with its
// reason and what can be done.
type Banner struct {
	widget.BaseWidget
	severity Severity
	title    string
	head     *Para
	col      *fyne.Container
}

// NewBanner returns a banner with a title and objects below it; paragraphs in
// them wrap.
func NewBanner(s Severity, title string, objs ...fyne.CanvasObject) *Banner {
	_, icon, _, role := s.look()
	b := &Banner{severity: s, title: title, head: P(title, Head.In(role))}
	head := HTop(8, Pad(2, 0, 0, 0, NewIcon(icon, role, theme.IconList)), Grow(b.head))
	b.col = Pad(11, theme.PanelPad, 13, theme.PanelPad, V(6, append([]fyne.CanvasObject{head}, objs...)...))
	b.ExtendBaseWidget(b)
	return b
}

// Title returns the title.
func (b *Banner) Title() string { return b.title }

// HeightForWidth returns the height with wrapped texts.
func (b *Banner) HeightForWidth(w float32) float32 { return heightOf(b.col, w) }

// CreateRenderer implements fyne.Widget.
func (b *Banner) CreateRenderer() fyne.WidgetRenderer {
	bg, bar := rect(), rect()
	return newRend(b, []fyne.CanvasObject{bg, bar, b.col}, func() fyne.Size { return b.col.MinSize() },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			place(bar, 0, 0, theme.SelectionBar, s.Height)
			place(b.col, 0, 0, s.Width, s.Height)
		},
		func() {
			tone, _, role, _ := b.severity.look()
			fill, _, _ := tone.roles()
			if fill == "" {
				fill = theme.ColorSunken
			}
			box(b, bg, fill, "", 0)
			box(b, bar, role, "", 0)
		}).deepened()
}

// Notice is a line with an icon that wraps; without a ground.
type Notice struct {
	widget.BaseWidget
	severity Severity
	icon     *Icon
	text     *Para
	row      *fyne.Container
}

// NewNotice returns a notice.
func NewNotice(s Severity, text string) *Notice {
	n := &Notice{icon: NewIcon("", "", 15), text: P("", Small)}
	n.row = HTop(8, Pad(1, 0, 0, 0, n.icon), Grow(n.text))
	n.Set(s, text)
	n.ExtendBaseWidget(n)
	return n
}

// Text returns what it says.
func (n *Notice) Text() string { return n.text.Text() }

// SetText changes the text.
func (n *Notice) SetText(s string) { n.Set(n.severity, s) }

// SetIcon changes the icon, for example to that of a school.
func (n *Notice) SetIcon(name theme.IconName) {
	_, _, _, role := n.severity.look()
	n.icon.Set(name, role)
}

// Set changes severity and text.
func (n *Notice) Set(s Severity, text string) {
	n.severity = s
	_, icon, _, role := s.look()
	if s == Info {
		role = theme.ColorText2
	}
	n.icon.Set(icon, role)
	n.text.SetSpans(Span{text, Small.In(role)})
}

// HeightForWidth returns the height with the wrapped text.
func (n *Notice) HeightForWidth(w float32) float32 { return heightOf(n.row, w) }

// CreateRenderer implements fyne.Widget.
func (n *Notice) CreateRenderer() fyne.WidgetRenderer { return newWrap(n, n.row) }

// NewEmpty says that there is nothing, why, and what can be done; action may be
// nil.
func NewEmpty(icon theme.IconName, title, text string, action fyne.CanvasObject) *fyne.Container {
	var act fyne.CanvasObject
	if action != nil {
		act = Pad(6, 0, 0, 0, Center(action))
	}
	return Center(Fixed(320, 0, V(8,
		Center(NewIcon(icon, theme.ColorText3, 28)),
		P(title, BodyStrong.Centered()),
		P(text, Small.Centered()),
		act)))
}
