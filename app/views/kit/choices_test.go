package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	. "cordon/app/views/kit"
)

func TestCheck(t *testing.T) {
	var c *Check
	var got []bool
	w := open(t, func() fyne.CanvasObject {
		c = NewCheck("Show the newest 5,000 of about 14,000 anyway.", func(v bool) { got = append(got, v) })
		return c
	})
	c.SetChecked(true)
	if len(got) != 0 || !c.Checked() {
		t.Error("SetChecked called back or did nothing")
	}
	w.Click(c)
	w.Focus(c)
	w.Key(fyne.KeySpace)
	if len(got) != 2 || got[0] || !got[1] {
		t.Errorf("called %v, want false then true", got)
	}
	c.Disable()
	w.Click(c)
	if len(got) != 2 {
		t.Error("a disabled box changes")
	}
}

func TestTick(t *testing.T) {
	var a, b *Tick
	n := 0
	w := open(t, func() fyne.CanvasObject {
		a, b = NewTick("pavement", func(bool) { n++ }), NewTick("only shown", nil)
		return V(8, a, b)
	})
	w.Click(a)
	w.Click(b)
	if !a.Done() || b.Done() || n != 1 {
		t.Errorf("done %v and %v, %d calls", a.Done(), b.Done(), n)
	}
}

func TestRadioCards(t *testing.T) {
	var r *RadioCards
	var got []string
	w := open(t, func() fyne.CanvasObject {
		r = NewRadioCards([]RadioOption{{"a", "First", "detail"}, {"b", "Second", "detail"}}, func(v string) { got = append(got, v) })
		return r
	})
	card := func(v string) fyne.CanvasObject { return r.Card(v).(fyne.CanvasObject) }
	w.Click(card("b"))
	w.Click(card("b"))
	w.Focus(r.Card("a"))
	w.Key(fyne.KeyReturn)
	if len(got) != 2 || got[0] != "b" || got[1] != "a" || r.Value() != "a" {
		t.Errorf("called %v, value %q", got, r.Value())
	}
	r.SetDetail("a", "another")
	if !w.Shows("another") {
		t.Error("the detail did not change")
	}
	r.Disable()
	w.Click(card("b"))
	if r.Value() != "a" {
		t.Error("a disabled card was taken")
	}
	r.Enable()
	r.SetValue("")
	if r.Value() != "" || len(got) != 2 {
		t.Error("SetValue called back or did nothing")
	}
}

func TestSegments(t *testing.T) {
	var s *Segments
	var got []int
	w := open(t, func() fyne.CanvasObject {
		s = NewSegments([]string{"1 w", "2 w", "4 w"}, func(i int) { got = append(got, i) })
		return V(8, H(0, s))
	})
	s.SetSelected(2)
	w.W.Canvas().FocusNext()
	w.Key(fyne.KeyRight) // 1 w to 2 w
	w.Key(fyne.KeyLeft)
	w.Key(fyne.KeyLeft) // at the end already
	if len(got) != 2 || got[0] != 1 || got[1] != 0 || s.Selected() != 0 {
		t.Errorf("called %v", got)
	}
}

func TestMenu(t *testing.T) {
	var b *Button
	got := ""
	items := func() []MenuItem {
		return []MenuItem{
			{Label: "Full plate", Icon: "identification-card", Hint: "open", OnTap: func() { got += "f" }},
			{},
			{Label: "Geographic", Hint: "GEO-2", Locked: true, OnTap: func() { got += "g" }},
			{Label: "Common plate", Checked: true, OnTap: func() { got += "c" }},
		}
	}
	w := open(t, func() fyne.CanvasObject { b = NewMenuButton("Common plate", Quiet, items); return H(0, b) })
	w.Click(b)
	if !w.Shows("GEO-2") {
		t.Fatal("the menu did not open")
	}
	w.Capture("menu-light")
	w.Key(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn) // Geographic is locked
	if got != "" || w.Overlay() == nil {
		t.Error("a locked item acts, or closes the menu")
	}
	w.Key(fyne.KeyDown, fyne.KeyReturn)
	if got != "c" || w.Overlay() != nil {
		t.Errorf("got %q, want c and a closed menu", got)
	}
	w.Focus(b)
	w.Key(fyne.KeyReturn, fyne.KeyDown, fyne.KeyReturn)
	if got != "cf" {
		t.Errorf("got %q, want cf by keys alone", got)
	}
	w.Key(fyne.KeyReturn, fyne.KeyTab)
	if got != "cf" || w.Overlay() != nil {
		t.Error("Tab does not close the menu, or chose something")
	}
}

func TestPopoverStaysInTheWindow(t *testing.T) {
	var b *Button
	w := open(t, func() fyne.CanvasObject {
		b = NewButton("at the edge", Plain, func() {})
		return V(0, Fixed(0, 270, nil), H(0, Spacer(), b))
	})
	content := Fixed(300, 120, NewText("content", Body))
	p := ShowPopover(b, content)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(content)
	if at.X < 0 || at.X+300 > 480 || at.Y < 0 || at.Y+120 > 360 {
		t.Errorf("the box lies at %v, outside the window", at)
	}
	hidden := 0
	p.OnHidden = func() { hidden++ }
	w.Click(content) // inside: stays
	if !p.Open() {
		t.Error("a tap inside closes it")
	}
	w.Key(fyne.KeyEscape)
	p.Hide()
	if p.Open() || hidden != 1 {
		t.Errorf("open %v, hidden %d times", p.Open(), hidden)
	}
}

func TestModalStaysOnATapOutside(t *testing.T) {
	w := open(t, func() fyne.CanvasObject { return NewText("below", Body) })
	p := ShowModal(w.W.Canvas(), Fixed(200, 80, NewText("decide first", Body)))
	w.ClickAt(5, 5)
	if !p.Open() {
		t.Error("a tap outside closes a modal")
	}
	w.Key(fyne.KeyEscape)
	if p.Open() {
		t.Error("Esc does not close a modal")
	}
}
