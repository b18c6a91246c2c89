package kit

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
)

// Span is a run of text in one style within a paragraph; "\n" ends a line.
type Span struct {
	Text  string
	Style Style
}

// Para is text that wraps between words at the width it is given, in one or
// more styles. It knows its height for a width; see V.
type Para struct {
	widget.BaseWidget
	spans []Span
	width float32 // last laid out

	tall  float32 // height at tallW; the driver asks at every frame
	tallW float32
	known bool
}

// P returns a paragraph in one style.
func P(s string, st Style) *Para { return NewPara(Span{s, st}) }

// NewPara returns a paragraph of spans, which follow each other without a space
// unless their texts have one.
func NewPara(spans ...Span) *Para {
	p := &Para{spans: spans}
	p.ExtendBaseWidget(p)
	return p
}

// SetSpans replaces the text.
func (p *Para) SetSpans(spans ...Span) {
	p.spans, p.known = spans, false
	p.Refresh()
}

// SetText replaces the text and keeps the style of the first span.
func (p *Para) SetText(s string) {
	st := Body
	if len(p.spans) > 0 {
		st = p.spans[0].Style
	}
	p.SetSpans(Span{s, st})
}

// Text returns the text without its styles.
func (p *Para) Text() string {
	var b strings.Builder
	for _, s := range p.spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// HeightForWidth returns the height that the wrapped text needs.
func (p *Para) HeightForWidth(w float32) float32 {
	if p.known && p.tallW == w {
		return p.tall
	}
	h := float32(0)
	for _, l := range wrap(p.spans, w) {
		h += l.height
	}
	p.tall, p.tallW, p.known = h, w, true
	return h
}

// run is a piece of one style on one line, at x.
type run struct {
	text  string
	style Style
	x     float32
}

type textLine struct {
	runs   []run
	width  float32
	height float32
}

// wrap breaks spans into lines no wider than w; a word wider than w is broken
// between characters. w ≤ 0 means no limit.
func wrap(spans []Span, w float32) []textLine {
	var lines []textLine
	cur := textLine{}
	push := func(fallback Style) {
		if cur.height == 0 {
			cur.height = theme.LineHeight(fallback.Size)
		}
		lines = append(lines, cur)
		cur = textLine{}
	}
	add := func(s string, st Style, sw float32) {
		if n := len(cur.runs); n > 0 && cur.runs[n-1].style == st {
			cur.runs[n-1].text += s
		} else {
			cur.runs = append(cur.runs, run{s, st, cur.width})
		}
		cur.width += sw
		cur.height = max(cur.height, theme.LineHeight(st.Size))
	}
	last := Body
	for _, sp := range spans {
		last = sp.Style
		space := textWidth(" ", sp.Style)
		for i, part := range strings.Split(sp.Text, "\n") {
			if i > 0 {
				push(sp.Style)
			}
			for j, word := range strings.Split(part, " ") {
				ww := textWidth(word, sp.Style)
				if j > 0 {
					if w > 0 && cur.width+space+ww > w && cur.width > 0 {
						push(sp.Style)
					} else if cur.width > 0 {
						add(" ", sp.Style, space)
					}
				} else if w > 0 && cur.width > 0 && cur.width+ww > w && endsInSpace(cur) {
					push(sp.Style)
				}
				for w > 0 && ww > w && len(word) > 1 {
					head := breakWord(word, sp.Style, w-cur.width)
					if head == "" {
						if cur.width == 0 {
							break
						}
						push(sp.Style)
						continue
					}
					add(head, sp.Style, textWidth(head, sp.Style))
					push(sp.Style)
					word = word[len(head):]
					ww = textWidth(word, sp.Style)
				}
				if word != "" {
					add(word, sp.Style, ww)
				}
			}
		}
	}
	if len(cur.runs) > 0 || len(lines) == 0 {
		push(last)
	}
	return lines
}

func endsInSpace(l textLine) bool {
	n := len(l.runs)
	return n > 0 && strings.HasSuffix(l.runs[n-1].text, " ")
}

// breakWord returns the longest start of a word that is at most w wide.
func breakWord(word string, st Style, w float32) string {
	end := 0
	for i := range word {
		if i > 0 && textWidth(word[:i], st) > w {
			break
		}
		end = i
	}
	return word[:end]
}

// CreateRenderer implements fyne.Widget.
func (p *Para) CreateRenderer() fyne.WidgetRenderer {
	r := &paraRenderer{p: p}
	r.Refresh()
	return r
}

type paraRenderer struct {
	p    *Para
	objs []fyne.CanvasObject
}

func (r *paraRenderer) Destroy()                     {}
func (r *paraRenderer) Objects() []fyne.CanvasObject { return r.objs }

func (r *paraRenderer) MinSize() fyne.Size {
	if r.p.width <= 0 {
		w := float32(0)
		for _, l := range wrap(r.p.spans, 0) {
			w = max(w, l.width)
		}
		return fyne.NewSize(min(w, 120), r.p.HeightForWidth(0))
	}
	return fyne.NewSize(min(r.p.width, 40), r.p.HeightForWidth(r.p.width))
}

func (r *paraRenderer) Layout(s fyne.Size) {
	r.p.width = s.Width
	r.build()
}

func (r *paraRenderer) Refresh() {
	r.build()
	canvas.Refresh(r.p)
}

func (r *paraRenderer) build() {
	n := 0
	y := float32(0)
	for _, l := range wrap(r.p.spans, r.p.width) {
		shift := float32(0)
		if len(l.runs) > 0 {
			switch l.runs[0].style.Align {
			case fyne.TextAlignTrailing:
				shift = r.p.width - l.width
			case fyne.TextAlignCenter:
				shift = (r.p.width - l.width) / 2
			}
		}
		for _, t := range l.runs {
			if n == len(r.objs) {
				r.objs = append(r.objs, newLine())
			}
			line := r.objs[n].(*canvas.Text)
			line.Hidden = false
			st := t.style
			st.Align = fyne.TextAlignLeading
			dress(r.p, line, t.text, st)
			place(line, max(shift, 0)+t.x, y, textWidth(t.text, st), l.height)
			n++
		}
		y += l.height
	}
	r.objs = r.objs[:n:n]
}
