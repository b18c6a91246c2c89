package views

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// Command is a line of the command palette.
type Command struct {
	Title    string
	Group    string // "Go to", "Query", …; shown at the right
	Key      string // "Ctrl 1"
	Icon     theme.IconName
	Disabled string // why it cannot run now; empty: it can
	Run      func()
}

const paletteRows = 10

// palette filters commands by the words typed.
type palette struct {
	commands []Command
	matches  []int
	input    *kit.Input
	list     *kit.List
	none     *kit.Text
	pop      *kit.Popover
}

// ShowPalette opens the command palette over a window. Enter runs the chosen
// command, arrows choose, Esc closes.
func ShowPalette(c fyne.Canvas, commands []Command) *kit.Popover {
	p := &palette{commands: commands}
	p.input = kit.NewInput("Go to or do").WithIcon(theme.IconSearch)
	p.input.OnChanged = func(s string) { p.match(s) }
	p.input.OnKey = p.key
	p.list = kit.NewList(30, func() int { return len(p.matches) }, func() fyne.CanvasObject { return newCommandRow() },
		func(i int, o fyne.CanvasObject) { o.(*commandRow).set(p.commands[p.matches[i]]) })
	p.list.Lines = false
	p.list.OnTapped(p.run)
	p.none = kit.NewText("No command has these words.", kit.Small)
	p.match("")
	body := kit.PadAll(8, kit.Fixed(560, 0, kit.V(8, p.input, kit.Fixed(0, paletteRows*30, kit.Stack(p.list, kit.PadXY(10, 8, kit.V(0, p.none)))))))
	p.pop = kit.ShowModal(c, body)
	c.Focus(p.input)
	return p.pop
}

// match keeps the commands that have every typed word, those whose title
// begins with the text first.
func (p *palette) match(s string) {
	s = strings.ToLower(strings.TrimSpace(s))
	words := strings.Fields(s)
	var first, rest []int
	for i, c := range p.commands {
		text := strings.ToLower(c.Title + " " + c.Group)
		ok := true
		for _, w := range words {
			ok = ok && strings.Contains(text, w)
		}
		switch {
		case !ok:
		case strings.HasPrefix(strings.ToLower(c.Title), s):
			first = append(first, i)
		default:
			rest = append(rest, i)
		}
	}
	p.matches = append(first, rest...)
	p.list.SetSelected(-1)
	if len(p.matches) > 0 {
		p.list.SetSelected(0)
	}
	p.none.Hidden = len(p.matches) > 0
	p.list.Refresh()
	p.none.Refresh()
}

func (p *palette) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp:
		p.list.TypedKey(e)
	case fyne.KeyReturn, fyne.KeyEnter:
		p.run(p.list.Selected())
	case fyne.KeyEscape:
		p.pop.Hide()
	default:
		return false
	}
	return true
}

func (p *palette) run(i int) {
	if i < 0 || i >= len(p.matches) {
		return
	}
	c := p.commands[p.matches[i]]
	if c.Disabled != "" {
		return
	}
	p.pop.Hide()
	call(c.Run)
}

// commandRow is one command in the palette.
type commandRow struct {
	widget.BaseWidget
	row        *fyne.Container
	icon       *kit.Icon
	title      *kit.Text
	group, why *kit.Text
	key        *kit.Text
}

func newCommandRow() *commandRow {
	r := &commandRow{
		icon: kit.NewIcon("", theme.ColorText2, theme.IconList), title: kit.NewText("", kit.Body), why: kit.Shrink("", kit.Small.In(theme.ColorText3)),
		group: kit.NewText("", kit.Label), key: kit.NewText("", kit.LabelMedium),
	}
	r.row = kit.PadXY(10, 0, kit.H(10, r.icon, r.title, kit.Grow(r.why), r.group, r.key))
	r.ExtendBaseWidget(r)
	return r
}

// CreateRenderer implements fyne.Widget.
func (r *commandRow) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(r, r.row) }

func (r *commandRow) set(c Command) {
	role := theme.ColorText
	if c.Disabled != "" {
		role = theme.ColorText3
	}
	r.icon.Set(c.Icon, theme.ColorText2)
	r.title.Set(c.Title, kit.Body.In(role))
	r.why.SetText(c.Disabled)
	r.group.SetText(c.Group)
	r.key.SetText(c.Key)
	r.row.Refresh()
}
