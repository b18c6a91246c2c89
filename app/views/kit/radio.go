package kit

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// RadioOption is a choice of RadioCards.
type RadioOption struct {
	Value  string
	Title  string
	Detail string
}

// RadioCards offers a few choices as cards, one of which can be taken.
type RadioCards struct {
	widget.BaseWidget
	cards    []*radioCard
	value    string
	onChange func(string)
	col      *fyne.Container
}

// NewRadioCards returns cards with none taken.
func NewRadioCards(options []RadioOption, onChange func(value string)) *RadioCards {
	r := &RadioCards{onChange: onChange}
	objs := make([]fyne.CanvasObject, 0, len(options))
	for _, o := range options {
		c := newRadioCard(r, o)
		r.cards = append(r.cards, c)
		objs = append(objs, c)
	}
	r.col = V(6, objs...)
	r.ExtendBaseWidget(r)
	return r
}

// Value returns the value of the card taken, or "".
func (r *RadioCards) Value() string { return r.value }

// SetValue takes a card, or none, without a callback.
func (r *RadioCards) SetValue(v string) {
	r.value = v
	for _, c := range r.cards {
		c.Refresh()
	}
}

// SetDetail changes the second line of a card.
func (r *RadioCards) SetDetail(value, detail string) {
	for _, c := range r.cards {
		if c.o.Value == value {
			c.detail.SetText(detail)
		}
	}
}

// Card returns the object of a card, to give it the focus; nil if unknown.
func (r *RadioCards) Card(value string) fyne.Focusable {
	for _, c := range r.cards {
		if c.o.Value == value {
			return c
		}
	}
	return nil
}

// Disable and Enable act on all cards.
func (r *RadioCards) Disable() {
	for _, c := range r.cards {
		c.Disable()
	}
}

// Enable makes the cards usable.
func (r *RadioCards) Enable() {
	for _, c := range r.cards {
		c.Enable()
	}
}

// HeightForWidth returns the height with wrapped texts.
func (r *RadioCards) HeightForWidth(w float32) float32 { return heightOf(r.col, w) }

// CreateRenderer implements fyne.Widget.
func (r *RadioCards) CreateRenderer() fyne.WidgetRenderer { return newWrap(r, r.col) }

type radioCard struct {
	control
	r             *RadioCards
	o             RadioOption
	title, detail *Para
	col           *fyne.Container
}

func newRadioCard(r *RadioCards, o RadioOption) *radioCard {
	c := &radioCard{r: r, o: o, title: P(o.Title, BodyMedium), detail: P(o.Detail, Small)}
	c.col = Pad(7, 10, 8, 33, V(1, c.title, c.detail))
	c.activate = func() {
		if r.value == o.Value {
			return
		}
		r.SetValue(o.Value)
		if r.onChange != nil {
			r.onChange(o.Value)
		}
	}
	c.init(c)
	return c
}

func (c *radioCard) HeightForWidth(w float32) float32 { return heightOf(c.col, w) }

func (c *radioCard) CreateRenderer() fyne.WidgetRenderer {
	bg, focus, outer, inner := rect(), rect(), rect(), rect()
	return newRend(c, []fyne.CanvasObject{focus, bg, outer, inner, c.col},
		func() fyne.Size { return c.col.MinSize() },
		func(s fyne.Size) {
			place(bg, 0, 0, s.Width, s.Height)
			layRing(focus, fyne.Position{}, s)
			place(outer, 10, 9, 15, 15)
			place(inner, 15, 14, 5, 5)
			place(c.col, 0, 0, s.Width, s.Height)
		},
		func() {
			on := c.r.value == c.o.Value
			fill, stroke := theme.ColorControl, theme.ColorStrong
			switch {
			case on:
				fill, stroke = theme.ColorAccentSoft, theme.ColorAccent
			case c.hovered && !c.disabled:
				fill = theme.ColorHover
			}
			box(c, bg, fill, stroke, theme.Radius)
			ring(c, focus, c.focused, theme.Radius)
			box(c, outer, theme.ColorControl, theme.ColorEdge, 7.5)
			if on {
				box(c, outer, theme.ColorAccent, "", 7.5)
			}
			box(c, inner, theme.ColorControl, "", 2.5)
			titleRole := theme.ColorText
			if c.disabled {
				titleRole = theme.ColorText3
			}
			if st := BodyMedium.In(titleRole); c.title.spans[0].Style != st {
				c.title.SetSpans(Span{c.o.Title, st})
			}
		})
}
