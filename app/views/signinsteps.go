package views

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

func hypot(x, y float32) float32 { return float32(math.Hypot(float64(x), float64(y))) }

// stepLine shows the steps: those done with a tick, the present one on the
// accent, those to come with their number.
type stepLine struct {
	widget.BaseWidget
	titles []string
	at     int
	row    *fyne.Container
}

func newStepLine(titles ...string) *stepLine {
	s := &stepLine{titles: titles, at: -1, row: kit.H(9)}
	s.set(0)
	s.ExtendBaseWidget(s)
	return s
}

func (s *stepLine) set(at int) {
	if s.at == at {
		return
	}
	s.at = at
	s.row.Objects = nil
	for i, t := range s.titles {
		if i > 0 {
			s.row.Objects = append(s.row.Objects, kit.Fixed(28, 1, kit.Divider().In(theme.ColorStrong)))
		}
		s.row.Objects = append(s.row.Objects, stepMark(i, at))
		st := kit.Body.In(theme.ColorText2)
		if i == at {
			st = kit.BodyStrong
		}
		s.row.Objects = append(s.row.Objects, kit.NewText(t, st))
	}
	s.row.Refresh()
}

func stepMark(i, at int) fyne.CanvasObject {
	number := strconv.Itoa(i + 1)
	num := kit.Label.W(theme.SemiBold).Centered()
	switch {
	case i < at:
		return kit.NewIcon(theme.IconCheckFill, theme.ColorText2, 16)
	case i == at:
		return kit.Fixed(18, 18, kit.Box(theme.ColorAccent, "", 9, kit.NewText(number, num.In(theme.ColorOnAccent))))
	default:
		return kit.Fixed(18, 18, kit.Box("", theme.ColorStrong, 9, kit.NewText(number, num.In(theme.ColorText2))))
	}
}

// CreateRenderer implements fyne.Widget.
func (s *stepLine) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(s, s.row) }
