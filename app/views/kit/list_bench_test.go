package kit_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"cordon/app/theme"
	. "cordon/app/views/kit"
)

// BenchmarkListScroll is the main-thread cost of one wheel step over a list of
// 5,000 result cards at 444 × 600.
func BenchmarkListScroll(b *testing.B) {
	app := test.NewTempApp(b)
	app.Settings().SetTheme(theme.New(theme.Light))
	l := NewList(theme.RowCard, func() int { return 5000 }, func() fyne.CanvasObject {
		return PadXY(14, 5, V(1, NewPlate("", "", PlateRow), Shrink("", Small)))
	}, func(i int, o fyne.CanvasObject) {
		col := o.(*fyne.Container).Objects[0].(*fyne.Container)
		col.Objects[0].(*Plate).Set(fmt.Sprintf("7KDM%03d", i%1000), "DE")
		col.Objects[1].(*Text).SetText(fmt.Sprintf("%d reads, 3 May 21:14 – 13 May 02:06", i+1))
	})
	l.OnSelected = func(int) {}
	l.Resize(fyne.NewSize(444, 600))
	i := 0
	for b.Loop() {
		i = (i + 1) % 4900
		l.Reveal(i)
	}
}
