package kit_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	. "cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

// open shows an object in a light window.
func open(t *testing.T, make func() fyne.CanvasObject) *kittest.Window {
	t.Helper()
	kittest.NewApp(t, theme.Light)
	return kittest.Open(t, 480, 360, Surface(theme.ColorPanel, PadAll(20, V(12, make()))))
}

func TestButtonByMouseAndKeys(t *testing.T) {
	n := 0
	var b *Button
	w := open(t, func() fyne.CanvasObject { b = NewButton("Run", Primary, func() { n++ }).WithKey("Enter"); return b })
	w.Click(b)
	w.Focus(b)
	w.Key(fyne.KeyReturn, fyne.KeySpace, fyne.KeyA)
	if n != 3 {
		t.Errorf("ran %d times, want 3: tap, Enter, Space", n)
	}
	b.Disable()
	w.Click(b)
	w.Key(fyne.KeyReturn)
	if n != 3 {
		t.Error("a disabled button acts")
	}
	if !w.Shows("Enter") {
		t.Error("the key is not shown")
	}
	b.Enable()
	w.Click(b)
	if n != 4 {
		t.Error("an enabled button does not act")
	}
}

func TestControlsHaveTheirHeight(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	for name, o := range map[string]fyne.CanvasObject{
		"button": NewButton("Run", Plain, nil), "input": NewInput("Make"), "select": NewSelect("State", nil, nil),
		"dates": NewDateRange(fixedNow, eastern, nil), "hours": NewTimeRange(nil),
	} {
		if h := o.MinSize().Height; h != theme.Control {
			t.Errorf("%s is %v high, want %v", name, h, theme.Control)
		}
	}
	if s := NewTool("eye", "", nil).MinSize(); s != fyne.NewSize(theme.ToolWidth, theme.ToolHeight) {
		t.Errorf("a tool is %v, want 30 × 28", s)
	}
}

func TestToolTipShowsOnHoverAndGoes(t *testing.T) {
	var tool *Tool
	n := 0
	w := open(t, func() fyne.CanvasObject { tool = NewTool("polygon", "Polygon (P)", func() { n++ }); return H(0, tool) })
	w.Hover(tool)
	if got := w.Root.Tip(); got != "Polygon (P)" {
		t.Errorf("tip = %q", got)
	}
	w.Click(tool)
	if w.Root.Tip() != "" {
		t.Error("the tip stays after the tap")
	}
	w.Hover(tool)
	tool.MouseOut()
	if w.Root.Tip() != "" || n != 1 {
		t.Errorf("tip %q after leaving, %d taps", w.Root.Tip(), n)
	}
	tool.SetActive(true)
	if !tool.Active() {
		t.Error("not active")
	}
}

func TestFocusWalksThroughControlsAndSkipsNone(t *testing.T) {
	var a, b *Button
	var in *Input
	w := open(t, func() fyne.CanvasObject {
		a, b, in = NewButton("A", Plain, func() {}), NewButton("B", Plain, func() {}), NewInput("text")
		return V(8, a, in, b)
	})
	c := w.W.Canvas()
	for i, want := range []fyne.Focusable{a, in, b} {
		c.FocusNext()
		if c.Focused() != want {
			t.Errorf("stop %d is %T", i, c.Focused())
		}
	}
}

func TestPressAndChipAndFoldAct(t *testing.T) {
	got := ""
	var p *Press
	var chip *Chip
	var f *Fold
	w := open(t, func() fyne.CanvasObject {
		p = NewPress(NewText("purpose", Body), "Change", func() { got += "p" })
		chip = NewChip("odd hours", Amber).OnTap(func() { got += "c" })
		f = NewFold(theme.IconResults, "Results", func() { got += "f" })
		return V(8, H(0, p), H(0, chip), H(0, f))
	})
	w.Click(p)
	w.Click(chip)
	w.Click(f)
	if got != "pcf" {
		t.Errorf("acted %q, want pcf", got)
	}
	if !w.Shows("odd hours") {
		t.Error("the chip is not shown")
	}
}
