package kit_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"pgregory.net/rapid"

	"cordon/app/theme"
	. "cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

const long = "Geographic queries are for criminal investigations. Your unit’s mission is administrative (rule GEO-2). A full-plate query is open to you. This attempt is recorded."

func TestParagraphsWrapAndTakeTheirHeight(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	p := P(long, Body)
	wide, narrow := p.HeightForWidth(900), p.HeightForWidth(200)
	if wide >= narrow || int(narrow)%18 != 0 {
		t.Errorf("height %v at 900, %v at 200; lines are 18 high", wide, narrow)
	}
	below := NewText("below", Body)
	col := V(10, p, below)
	kittest.Open(t, 200, 600, col)
	if y := below.Position().Y; y != narrow+10 {
		t.Errorf("the next object lies at %v, want %v", y, narrow+10)
	}
}

// No word is lost, none is split that fits, and no line is wider than asked.
func TestWrapKeepsWords(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[A-Za-z0-9.,]{1,14}`), 1, 30).Draw(rt, "words")
		width := float32(rapid.IntRange(60, 700).Draw(rt, "width"))
		p := NewPara(Span{strings.Join(words[:len(words)/2], " ") + " ", Body}, Span{strings.Join(words[len(words)/2:], " "), BodyStrong})
		p.Resize(fyne.NewSize(width, p.HeightForWidth(width)))
		lines := map[float32]string{}
		joined := ""
		for _, o := range kittest.Objects(p) {
			lines[o.Position().Y] += o.Text
			joined += o.Text
			if right := o.Position().X + o.MinSize().Width; right > width+8 && strings.Contains(strings.TrimSpace(o.Text), " ") {
				rt.Fatalf("line %q ends at %v, width %v", o.Text, right, width)
			}
		}
		if strip(joined) != strip(strings.Join(words, "")) {
			rt.Fatalf("drawn %q, want %q", joined, words)
		}
	})
}

func strip(s string) string { return strings.ReplaceAll(s, " ", "") }

func TestShrinkCutsWithAnEllipsis(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	s := Shrink("Run over a sensitive place: 1 hospital", Body)
	s.Resize(fyne.NewSize(120, 18))
	got := s.Shown()
	if !strings.HasSuffix(got, "…") || !strings.HasPrefix(got, "Run over") {
		t.Errorf("cut to %q", got)
	}
	s.Resize(fyne.NewSize(600, 18))
	if s.Shown() != s.Text() {
		t.Errorf("cut to %q although there is room", s.Shown())
	}
	if s.MinSize().Width != 0 {
		t.Error("a text that shrinks asks for width")
	}
}

func TestStacksShareTheSpace(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	a, b, c := NewButton("a", Plain, nil), NewButton("b", Plain, nil), NewButton("c", Plain, nil)
	hidden := NewButton("hidden", Plain, nil)
	hidden.Hide()
	row := H(10, Fixed(50, 0, a), Grow(b), hidden, Fixed(70, 0, c))
	row.Resize(fyne.NewSize(400, 40))
	if w := b.Size().Width; w != 400-50-70-20 {
		t.Errorf("what grows is %v wide, want 260", w)
	}
	if b.Size().Height != 40 || a.Size().Height != theme.Control {
		t.Errorf("heights %v, %v: what grows fills, the rest is centred", b.Size().Height, a.Size().Height)
	}
	top, mid, left := NewText("top", Body), P(long, Body), NewText("left", Body)
	f := Frame(top, nil, left, nil, mid)
	f.Resize(fyne.NewSize(300, 200))
	if mid.Position() != fyne.NewPos(left.MinSize().Width, 18) || mid.Size().Height != 182 {
		t.Errorf("the middle lies at %v, %v", mid.Position(), mid.Size())
	}
	cols := Columns(6, NewInput("a"), NewInput("b"), NewInput("c"))
	cols.Resize(fyne.NewSize(312, 28))
	if w := cols.Objects[1].Size().Width; w != 100 {
		t.Errorf("a column is %v wide, want 100", w)
	}
	flow := Flow(8, Fixed(100, 20, nil), Fixed(100, 20, nil), Fixed(100, 20, nil))
	flow.Resize(fyne.NewSize(220, 60))
	if p := flow.Objects[2].Position(); p != fyne.NewPos(0, 28) {
		t.Errorf("the third lies at %v, want on a new line", p)
	}
}

func TestScrollerGivesContentItsHeight(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	end := NewText("end", Body)
	s := Scroll(V(8, P(strings.Repeat(long+" ", 6), Body), end))
	w := kittest.Open(t, 240, 160, s)
	if s.AtEnd() {
		t.Fatal("everything fits?")
	}
	s.Reveal(end)
	if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(end).Y; y+18 > 160 || !s.AtEnd() {
		t.Errorf("the end lies at %v after Reveal, at end %v", y, s.AtEnd())
	}
	s.ToTop()
	if s.Offset() != 0 {
		t.Error("not at the top")
	}
	w.W.Resize(fyne.NewSize(4000, 400))
	if !s.AtEnd() {
		t.Error("a wide window does not make the content lower")
	}
}

func TestSplitKeepsItsLimits(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	sp := NewSplit(SplitOpts{Size: 320, Min: 280, Max: 420, MinRest: 200}, Surface(theme.ColorPanel, nil), Surface(theme.ColorWindow, nil))
	var told []float32
	sp.OnResized = func(v float32) { told = append(told, v) }
	w := kittest.Open(t, 800, 300, sp)
	at := func(x float32) fyne.Position { return fyne.NewPos(x, 150) }
	drag := func(x, dx float32) { kittest.DragAt(w, at(x), dx, 0) }
	drag(320, 50)
	if sp.PanelSize() != 370 || len(told) != 1 || told[0] != 370 {
		t.Errorf("size %v, told %v; want 370", sp.PanelSize(), told)
	}
	drag(370, 500)
	if sp.PanelSize() != 420 {
		t.Errorf("size %v, want the limit of 420", sp.PanelSize())
	}
	drag(420, -500)
	if sp.PanelSize() != 280 {
		t.Errorf("size %v, want the limit of 280", sp.PanelSize())
	}
	w.W.Resize(fyne.NewSize(481, 300))
	sp.SetPanelSize(420)
	if sp.PanelSize() != 280 {
		t.Errorf("size %v in a narrow window, want 280: the rest keeps 200", sp.PanelSize())
	}
}
