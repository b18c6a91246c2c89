package kit_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	. "cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

type listBench struct {
	*kittest.Window
	l         *List
	n         int
	made      int
	picked    []int
	activated []int
}

func newList(t *testing.T, n int) *listBench {
	b := &listBench{n: n}
	b.Window = open(t, func() fyne.CanvasObject {
		b.l = NewList(28, func() int { return b.n },
			func() fyne.CanvasObject { b.made++; return NewText("", Body) },
			func(i int, o fyne.CanvasObject) { o.(*Text).SetText(fmt.Sprintf("row %d.", i)) })
		b.l.OnSelected = func(i int) { b.picked = append(b.picked, i) }
		b.l.OnActivated = func(i int) { b.activated = append(b.activated, i) }
		return Fixed(0, 280, b.l)
	})
	return b
}

func TestListMakesOnlyTheRowsInView(t *testing.T) {
	b := newList(t, 300000)
	b.l.SetSelected(299999)
	if !b.Shows("row 299999.") || b.Shows("row 0.") {
		t.Error("the last row is not in view, or the first still is")
	}
	from, to := b.l.InView()
	if to != 300000 || to-from > 13 {
		t.Errorf("in view %d to %d", from, to)
	}
	if b.made > 40 {
		t.Errorf("%d row objects were made for 10 rows in view", b.made)
	}
	if len(b.picked) != 0 {
		t.Error("SetSelected called back")
	}
}

func TestListByKeys(t *testing.T) {
	b := newList(t, 100)
	b.Focus(b.l)
	b.Key(fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyEnd, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyUp, fyne.KeyReturn)
	want := []int{0, 1, 0, 99, 90, 0}
	if fmt.Sprint(b.picked) != fmt.Sprint(want) || fmt.Sprint(b.activated) != "[0]" {
		t.Errorf("picked %v, want %v; activated %v", b.picked, want, b.activated)
	}
}

func TestListByMouse(t *testing.T) {
	b := newList(t, 100)
	b.ClickAt(60, 20+28*2+10)
	b.ClickAt(60, 20+28*2+10)
	if fmt.Sprint(b.picked) != "[2]" || fmt.Sprint(b.activated) != "[2]" {
		t.Errorf("picked %v, activated %v", b.picked, b.activated)
	}
	if b.Focused() != fyne.Focusable(b.l) {
		t.Error("a tap does not give the list the keys")
	}
}

func TestListFollowsTheData(t *testing.T) {
	b := newList(t, 100)
	b.l.SetSelected(50)
	b.n = 3
	b.l.Refresh()
	if b.l.Selected() != -1 || b.Shows("row 50.") || !b.Shows("row 2.") {
		t.Errorf("selected %d; texts %v", b.l.Selected(), b.Texts())
	}
	b.n = 0
	b.l.Refresh()
	b.Focus(b.l)
	b.Key(fyne.KeyDown, fyne.KeyEnd, fyne.KeyReturn)
	if len(b.picked) != 0 || b.Shows("row") {
		t.Errorf("an empty list picked %v", b.picked)
	}
}

func TestTable(t *testing.T) {
	kittest.NewApp(t, theme.Light)
	var tb *Table
	picked := -1
	tb = NewTable([]Column{{Title: "Entry", Width: 60}, {Title: "What"}, {Title: "Matches", Width: 60, Right: true}}, theme.RowTable, func() int { return 5 },
		func(row, col int) Cell {
			return Cell{Text: fmt.Sprintf("%d/%d", row, col)}
		})
	tb.OnSelected = func(i int) { picked = i }
	w := kittest.Open(t, 400, 240, tb)
	for _, want := range []string{"Entry", "Matches", "3/0", "4/2"} {
		if !w.Shows(want) {
			t.Errorf("%q is not shown", want)
		}
	}
	w.ClickAt(20, 13) // a head does nothing
	w.ClickAt(60, 27+31+15)
	if picked != 1 {
		t.Errorf("picked %d, want 1", picked)
	}
}

func TestPlateShowsUnknownCharactersAsBoxedDots(t *testing.T) {
	var p *Plate
	w := open(t, func() fyne.CanvasObject { p = NewPlate("7Q?B·7*", "PA", PlateRow); return H(0, p) })
	got := kittest.TextsOf(p)
	want := []string{"7Q", "·", "B", "·", "7", "·", "PA"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("drawn %q, want %q", got, want)
	}
	size := p.MinSize()
	p.Set("7QXB07Y", "PA")
	if p.MinSize() != size {
		t.Error("a plate with unknown characters has another width: columns would jump")
	}
	if p.Set("", ""); w.Shows("PA") {
		t.Error("an empty plate keeps its state")
	}
}
