package kit_test

import (
	"fmt"
	"image"
	"image/color"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	. "cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

var eastern = time.FixedZone("EDT", -4*3600)

func fixedNow() time.Time { return time.Date(2026, 5, 21, 9, 12, 0, 0, eastern) }

// TestGallery draws every widget once, light and dark, and compares the page
// with the golden picture.
func TestGallery(t *testing.T) {
	for _, v := range []struct {
		name    string
		variant theme.Variant
	}{{"light", theme.Light}, {"dark", theme.Dark}} {
		t.Run(v.name, func(t *testing.T) {
			kittest.NewApp(t, v.variant)
			w := kittest.Open(t, 1280, 900, gallery())
			w.Golden("gallery-" + v.name)
		})
	}
}

func gallery() fyne.CanvasObject {
	panel := func(o fyne.CanvasObject) fyne.CanvasObject {
		return Box(theme.ColorPanel, theme.ColorHairline, 0, PadAll(theme.PanelPad, o))
	}
	return Surface(theme.ColorWindow, PadAll(12, Columns(12,
		V(12, panel(galleryText()), panel(galleryData())),
		V(12, panel(galleryControls()), panel(galleryFields())),
		V(12, galleryBanners(), panel(galleryLists())))))
}

func galleryText() fyne.CanvasObject {
	return V(6,
		NewText("Cordon", Product), NewText("About 2,400 reads", Title), NewText("Panel head", Head),
		NewText("Body 400, 1234567890", Body), NewText("Body 500, 1234567890", BodyMedium), NewText("Body 600, 1234567890", BodyStrong),
		NewText("Small secondary line", Small), NewText("Label", Label), NewText("4e1f 09ac … 77d2", MonoSmall),
		Fixed(160, 0, Shrink("This line is too long for its place", Body)),
		NewPara(Span{"Saves this crop to case ", Body}, Span{"HSI-2026-00123", MonoStrong}, Span{". The original is not copied. Lead only: no basis for action on its own.", Body}),
		H(12, NewPlate("7KDM482", "DE", PlateTitle), NewPlate("7Q?B07·", "PA", PlateRow)),
		H(6, NewLetter(0), NewLetter(1), NewLetter(2), NewLetter(3), NewLetter(4), NewLetter(5), NewLetter(6), NewLetter(7), NewLetterCount(0, 4), NewLetterCount(1, 12)),
		H(6, NewChip("1 to look at", Amber), NewChip("needs approval", Neutral), NewChip("refused 09:31", Red), NewChip("selected", Accent)),
		H(6, NewChip("outsized area", Amber).WithIcon("corners-out").OnTap(func() {}), NewChip("odd hours", Neutral).WithIcon("clock").OnTap(func() {})),
	)
}

func galleryData() fyne.CanvasObject {
	m, warn := NewMeter(), NewMeter()
	m.Set(2400, 10000, false, MeterTick{0, "0", false}, MeterTick{5000, "5,000 shown at most", false}, MeterTick{10000, "10,000", true})
	warn.Set(14000, 14000, true, MeterTick{5000, "5,000 shown", false}, MeterTick{10000, "10,000", false}, MeterTick{14000, "14,000", false})
	p := NewProgress("Reading 3 of 7 cameras", func() {})
	p.Set(0.43)
	bar := NewBar()
	bar.Set(0.6, theme.ColorBar)
	return V(8, SectionHead("Scope", Hint("estimate, live · nothing has run")), m, warn,
		KeyValue("Subject", "vehicle carrying the loads"), KeyValue("Suspicion attested", "09:16"), Divider(), p, bar,
		NewNotice(Warning, "Touches 1 school (B), 100 m buffer. Your justification is attached."),
		NewNotice(Info, "Lead only: no basis for action on its own."), NewNotice(Refusal, "The password is wrong. 4 tries are left."))
}

func galleryControls() fyne.CanvasObject {
	off := NewButton("Run", Primary, nil).WithKey("Enter")
	off.Disable()
	active := NewTool("polygon", "Polygon (P)", func() {})
	active.SetActive(true)
	redo := NewTool(theme.IconRedo, "Redo", func() {})
	redo.Disable()
	c := NewCheck("Show the newest 5,000 of about 14,000 anyway. My confirmation is recorded.", nil)
	d := NewCheck("I have read the Rules of Behaviour, version 7, and agree to them.", nil).WithDetail(Span{"Your agreement is recorded with the text’s digest ", Small}, Span{"5c02 e9a4 … 1d7f", MonoSmall}, Span{".", Small})
	d.SetChecked(true)
	x := NewCheck("Disabled", nil)
	x.Disable()
	tick := NewTick("glass and seats", func(bool) {})
	tick.SetDone(true)
	r := NewRadioCards([]RadioOption{{"no", "No person shows in what is saved", "1 area covered, the walker on the right is cut off."}, {"yes", "A person shows who belongs to this investigation", "You say who and why; a supervisor sees it."}}, nil)
	r.SetValue("no")
	seg := NewSegments([]string{"1 w", "2 w", "4 w", "3 m"}, nil)
	seg.SetSelected(2)
	return V(10,
		H(8, NewButton("Narrow to one week", Primary, func() {}), NewButton("Run as it is", Plain, func() {}), off),
		H(8, NewButton("Agree and sign in", Primary, func() {}).WithKey("Enter"), NewButton("Refuse", Danger, func() {}), NewButton("Quiet", Quiet, func() {})),
		H(8, NewButton("Full text", Plain, func() {}).WithIcon("file-text"), NewButton("Relevant…", Plain, func() {}).WithIcon("flag"), NewMenuButton("Kind", Plain, func() []MenuItem { return nil })),
		H(12, NewButton("Draw area", Link, func() {}).WithIcon("plus"), NewButton("Saved areas", Link, func() {}), NewButton("Import", Link, func() {}), NewMenuButton("Make", Plain, func() []MenuItem { return nil }).Compact()),
		H(12, NewToolBox(false, NewTool("hand", "Pan", func() {}), active, NewTool("rectangle", "Box", func() {}), ToolGap(), NewTool(theme.IconUndo, "Undo", func() {}), redo), seg),
		c, d, x, H(12, tick, NewTick("pavement", func(bool) {}), NewTick("only shown", nil)), r)
}

func galleryFields() fyne.CanvasObject {
	in := NewInput("Make")
	filled := NewInput("Plate").AsMono()
	filled.SetText("7KDM482")
	bad := NewField("Case", NewInput("HSI-2026-00123"))
	bad.SetError("Write the case number as HSI-2026-00123.")
	pw := NewInput("Password").AsPassword()
	pw.SetText("secret")
	dis := NewInput("Disabled")
	dis.Disable()
	sel := NewSelect("State", []Option{{Value: "DE", Label: "DE"}}, nil)
	sel.SetValue("DE")
	d := NewDateRange(fixedNow, eastern, nil)
	d.SetRange(time.Date(2026, 5, 1, 12, 0, 0, 0, eastern), time.Date(2026, 5, 14, 0, 0, 0, 0, eastern))
	h := NewTimeRange(nil)
	h.SetRange(18*60, 6*60)
	area := NewTextArea("What should change?", 2)
	return V(8, Columns(6, in, filled, sel), Columns(6, d, h), Columns(6, pw, dis, NewInput("User, case, rule").WithIcon(theme.IconSearch)), bad, area)
}

func galleryBanners() fyne.CanvasObject {
	return Surface(theme.ColorPanel, V(0,
		NewBanner(Refusal, "Not run: geographic query",
			P("Geographic queries are for criminal investigations. Your unit’s mission is administrative (rule GEO-2). A full-plate query is open to you. This attempt is recorded.", Body),
			NewButton("Open full-plate query", Primary, func() {}).WithKey("Ctrl 1"), NewButton("Show rule GEO-2", Plain, func() {})),
		NewBanner(Warning, "Scope: over 10,000", P("Over 10,000 the newest 5,000 are shown.", Body)),
		H(0, Fixed(0, 70, NewFold(theme.IconResults, "Results", func() {})), Fixed(120, 78, NewPhoto(picture())), Fixed(60, 78, NewPhoto(nil)))))
}

func galleryLists() fyne.CanvasObject {
	l := NewList(theme.RowCard, func() int { return 100 }, func() fyne.CanvasObject {
		return PadXY(14, 5, V(1, NewPlate("", "", PlateRow), Shrink("", Small)))
	}, func(i int, o fyne.CanvasObject) {
		col := o.(*fyne.Container).Objects[0].(*fyne.Container)
		col.Objects[0].(*Plate).Set(fmt.Sprintf("7KDM%03d", i), "DE")
		col.Objects[1].(*Text).SetText(fmt.Sprintf("%d reads, 3 May 21:14 – 13 May 02:06", i+1))
	})
	l.SetSelected(0)
	l.OnSelected = func(int) {}
	tb := NewTable([]Column{{Title: "Entry", Width: 56}, {Title: "What"}, {Title: "Matches", Width: 60, Right: true}}, theme.RowTable, func() int { return 30 },
		func(row, col int) Cell {
			switch col {
			case 0:
				return Cell{Text: fmt.Sprint(48290 - row), Style: MonoSmall}
			case 1:
				if row == 1 {
					return Cell{Text: "Geographic", Icon: theme.IconProhibit, IconRole: theme.ColorRed, Style: SmallMedium}
				}
				return Cell{Text: "Common plate over a very long name", Style: SmallMedium}
			default:
				return Cell{Text: fmt.Sprint(row * 31)}
			}
		})
	tb.SetSelected(3)
	return V(8, Fixed(0, 150, l), Fixed(0, 190, tb),
		Fixed(0, 150, NewEmpty("map-pin", "No reads in these areas", "3 cameras cover them; the newest data is from 21 May 09:12.", NewButton("Change the days", Plain, func() {}))))
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			img.Set(x, y, color.RGBA{uint8(x * 4), 60, uint8(y * 5), 255})
		}
	}
	return img
}
