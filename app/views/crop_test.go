package views_test

import (
	"image"
	"image/color"
	"image/draw"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

// scene is a stand-in for a photo: a red vehicle with windows and a plate at
// night.
func scene(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	fill := func(x0, y0, x1, y1 float64, c color.RGBA) {
		r := image.Rect(int(x0*float64(w)), int(y0*float64(h)), int(x1*float64(w)), int(y1*float64(h)))
		draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(0, 0, 1, 0.4, color.RGBA{0x18, 0x1E, 0x2A, 0xff})
	fill(0, 0.4, 1, 1, color.RGBA{0x38, 0x3A, 0x40, 0xff})
	fill(0.2, 0.4, 0.7, 0.85, color.RGBA{0xB0, 0x20, 0x24, 0xff})
	fill(0.28, 0.45, 0.62, 0.57, color.RGBA{0x50, 0x60, 0x70, 0xff})
	fill(0.38, 0.66, 0.52, 0.74, color.RGBA{0xF4, 0xF0, 0xE0, 0xff})
	fill(0.84, 0.4, 0.88, 0.64, color.RGBA{0x20, 0x2C, 0x44, 0xff})
	return img
}

func cropData() views.CropData {
	img := scene(1920, 1440)
	thumb := scene(256, 156)
	return views.CropData{
		Plate: "7KDM482", State: "DE", Summary: "9 reads, 6 relevant", Current: "5v",
		Groups: []views.CropGroup{
			{Title: "Read 2 · 3 May 22:20", Photos: []views.CropPhoto{{ID: "2v", Label: "vehicle", Thumb: thumb, Done: true}, {ID: "2p", Label: "plate", Thumb: thumb, Done: true}}},
			{Title: "Read 5 · 9 May 02:47", Photos: []views.CropPhoto{{ID: "5v", Label: "vehicle", Thumb: thumb}, {ID: "5p", Label: "plate", Thumb: thumb}}},
			{Title: "Read 6 · 9 May 22:48", Photos: []views.CropPhoto{{ID: "6v", Label: "vehicle"}, {ID: "6p", Label: "plate"}}},
		},
		Image: img, Title: "Read 5, vehicle photo", Where: "WIL-014, E Front St eastbound · Sat 9 May 2026, 02:47:31 EDT", Progress: "4 of 12 photos done",
		Rect: image.Rect(295, 544, 1415, 1296), Case: "HSI-2026-00123", Digest: "4e1f 09ac … 77d2", Removed: "14 metadata fields, camera caption",
		Reading: "7KDM482", ReadingState: "DE", States: []kit.Option{{Value: "DE", Label: "DE"}, {Value: "PA", Label: "PA"}}, NeedPlate: true,
	}
}

type cropBench struct {
	*kittest.Window
	c    *views.Crop
	tool fyne.CanvasObject // the picture
	got  []views.CropResult
}

func newCrop(t *testing.T, v theme.Variant, w, h float32, d views.CropData) *cropBench {
	t.Helper()
	kittest.NewApp(t, v)
	b := &cropBench{c: views.NewCrop(d)}
	b.c.OnSave = func(r views.CropResult) { b.got = append(b.got, r) }
	b.Window = kittest.Open(t, w, h, b.c)
	b.c.FocusFirst()
	b.tool = b.Focused().(fyne.CanvasObject)
	return b
}

// drag presses at a place of the picture (shares of the view), moves and lets go.
func (b *cropBench) drag(from, to fyne.Position) {
	m := b.tool.(desktop.Mouseable)
	m.MouseDown(mouse(from))
	d := b.tool.(fyne.Draggable)
	d.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to}, Dragged: fyne.NewDelta(to.X-from.X, to.Y-from.Y)})
	m.MouseUp(mouse(to))
	d.DragEnd()
}

func (b *cropBench) press(at fyne.Position) {
	m := b.tool.(desktop.Mouseable)
	m.MouseDown(mouse(at))
	m.MouseUp(mouse(at))
}

func mouse(p fyne.Position) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary}
}

// at returns the place in the view of a pixel of the original, which is shown
// to fit with 12 units around it.
func (b *cropBench) at(x, y float32) fyne.Position {
	s := b.tool.Size()
	z := min((s.Width-24)/1920, (s.Height-24)/1440)
	return fyne.NewPos((s.Width-1920*z)/2+x*z, (s.Height-1440*z)/2+y*z)
}

func (b *cropBench) attest() {
	for _, l := range []string{"glass and seats", "pavement", "reflections"} {
		tick := kittest.Find(b.Window, func(t *kit.Tick) bool { return t.Label() == l })
		b.Click(tick)
	}
	b.Click(kittest.Find(b.Window, func(*kit.RadioCards) bool { return true }).Card("none").(fyne.CanvasObject))
}

func (b *cropBench) typePlate(plate, state string) {
	in := kittest.Find(b.Window, func(i *kit.Input) bool { return i.PlaceHolder == "Plate" })
	b.Focus(in)
	b.Type(plate)
	b.Click(kittest.Find(b.Window, func(*kit.Select) bool { return true }))
	b.Key(fyne.KeyDown)
	if state == "PA" {
		b.Key(fyne.KeyDown)
	}
	b.Key(fyne.KeyReturn)
}

func TestCropPictures(t *testing.T) {
	for _, size := range pictureSizes() {
		for name, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
			d := cropData()
			d.Covers = [][]image.Point{{{560, 640}, {1180, 640}, {1220, 820}, {530, 820}}}
			b := newCrop(t, v, size.Width, size.Height, d)
			b.attest()
			b.typePlate("7KDM482", "DE")
			b.c.FocusFirst()
			if name == "dark" {
				b.Capture(pictureName("crop", size, name))
				continue
			}
			keep(b.Window, "crop", size, name)
		}
	}
	d := cropData()
	d.Image = nil
	newCrop(t, theme.Light, 1280, 800, d).Capture("crop-1280-loading")
}

func TestCropDragsEdges(t *testing.T) {
	b := newCrop(t, theme.Light, 1280, 800, cropData())
	b.drag(b.at(295, 900), b.at(100, 900)) // left edge
	r := b.c.Result().Rect
	if abs(r.Min.X-100) > 3 || r.Min.Y != 544 || r.Max != image.Pt(1415, 1296) {
		t.Errorf("after dragging the left edge: %v", r)
	}
	b.drag(b.at(800, 900), b.at(900, 1000)) // inside: moves the whole
	r2 := b.c.Result().Rect
	if r2.Dx() != r.Dx() || r2.Dy() != r.Dy() || abs(r2.Min.X-200) > 4 || abs(r2.Min.Y-644) > 4 {
		t.Errorf("after dragging the inside: %v", r2)
	}
	b.Key(fyne.KeyLeft)
	if got := b.c.Result().Rect; got != r2.Sub(image.Pt(1, 0)) {
		t.Errorf("after an arrow: %v, want one pixel to the left of %v", got, r2)
	}
	for range 3 {
		b.Shortcut(fyne.KeyZ, fyne.KeyModifierShortcutDefault)
	}
	if got := b.c.Result().Rect; got != cropData().Rect {
		t.Errorf("after undoing all: %v", got)
	}
	b.Shortcut(fyne.KeyY, fyne.KeyModifierShortcutDefault)
	if got := b.c.Result().Rect; got != r {
		t.Errorf("after one redo: %v, want %v", got, r)
	}
}

func TestCropCoversPolygonsAndRectangles(t *testing.T) {
	b := newCrop(t, theme.Light, 1280, 800, cropData())
	b.Type("p")
	for _, p := range []fyne.Position{b.at(560, 640), b.at(1180, 640), b.at(1220, 820), b.at(530, 820)} {
		b.press(p)
	}
	if got := b.c.Missing(); got != "Close the cover first: Enter, or click its first corner." {
		t.Errorf("an open cover: %q", got)
	}
	b.Key(fyne.KeyReturn)
	covers := b.c.Result().Covers
	if len(covers) != 1 || len(covers[0]) != 4 || abs(covers[0][2].X-1220) > 3 || abs(covers[0][2].Y-820) > 3 {
		t.Fatalf("covers = %v", covers)
	}
	if !b.Shows("1 area is covered.") {
		t.Error("the panel does not say how much is covered")
	}
	b.Type("p") // a second one, closed on its first corner, after a corner taken back
	for _, p := range []fyne.Position{b.at(700, 1000), b.at(900, 1000), b.at(10, 10)} {
		b.press(p)
	}
	b.Key(fyne.KeyBackspace)
	b.press(b.at(900, 1200))
	b.press(b.at(701, 1001))
	b.Type("r")
	b.drag(b.at(1000, 600), b.at(1100, 700))
	covers = b.c.Result().Covers
	if len(covers) != 3 || len(covers[1]) != 3 || len(covers[2]) != 4 {
		t.Fatalf("covers = %v, want a second polygon of three corners and a rectangle", covers)
	}
	b.Type("c")
	b.drag(b.at(1100, 700), b.at(1300, 900)) // a corner of the rectangle
	if q := b.c.Result().Covers[2][2]; abs(q.X-1300) > 4 || abs(q.Y-900) > 4 {
		t.Errorf("the corner is at %v", q)
	}
	b.Key(fyne.KeyDelete)
	if n := len(b.c.Result().Covers); n != 2 {
		t.Errorf("%d covers after Delete, want 2", n)
	}
}

func TestCropIsNotSavedWithoutAttestation(t *testing.T) {
	b := newCrop(t, theme.Light, 1280, 800, cropData())
	save := func() { b.Click(b.Button("Save crop, next photo")) }
	steps := []struct {
		todo string
		do   func()
	}{
		{"Look at glass and seats, pavement and reflections.", func() {
			cards := kittest.Find(b.Window, func(*kit.RadioCards) bool { return true })
			b.Click(cards.Card("none").(fyne.CanvasObject))
			if cards.Value() != "" {
				t.Error("attested without looking")
			}
			for _, l := range []string{"glass and seats", "pavement", "reflections"} {
				b.Click(kittest.Find(b.Window, func(t *kit.Tick) bool { return t.Label() == l }))
			}
		}},
		{"Attest whether a person shows.", func() {
			b.Click(kittest.Find(b.Window, func(*kit.RadioCards) bool { return true }).Card("associated").(fyne.CanvasObject))
		}},
		{"Say who shows, and why that person belongs here.", func() {
			b.Focus(kittest.Find(b.Window, func(i *kit.Input) bool { return i.PlaceHolder != "Plate" }))
			b.Type("driver, named in the gate log")
		}},
		{"Type the plate as you read it on the photo.", func() {
			b.Focus(kittest.Find(b.Window, func(i *kit.Input) bool { return i.PlaceHolder == "Plate" }))
			b.Type("7kdm 483")
		}},
		{"Choose the state on the plate.", func() {
			if !b.Shows("typed by you, the reading says otherwise") {
				t.Error("the difference to the reading is not said")
			}
			b.Click(kittest.Find(b.Window, func(*kit.Select) bool { return true }))
			b.Key(fyne.KeyDown, fyne.KeyReturn)
		}},
	}
	for _, s := range steps {
		if got := b.c.Missing(); got != s.todo {
			t.Fatalf("to do: %q, want %q", got, s.todo)
		}
		save()
		if len(b.got) != 0 {
			t.Fatalf("saved although: %s", s.todo)
		}
		s.do()
	}
	b.c.FocusFirst()
	b.Key(fyne.KeyReturn) // Enter saves
	if len(b.got) != 1 {
		t.Fatalf("%d crops saved, want 1 (to do: %q)", len(b.got), b.c.Missing())
	}
	want := views.CropResult{ID: "5v", Rect: cropData().Rect, Associated: "driver, named in the gate log", PlateTyped: "7KDM483", StateTyped: "DE"}
	got := b.got[0]
	if got.ID != want.ID || got.Rect != want.Rect || got.NoPerson || got.Associated != want.Associated || got.PlateTyped != want.PlateTyped || got.StateTyped != want.StateTyped {
		t.Errorf("saved %+v, want %+v", got, want)
	}

	d := cropData()
	d.Busy = true
	d.Image = b.c.Data().Image
	b.c.SetData(d)
	b.Key(fyne.KeyReturn)
	if len(b.got) != 1 {
		t.Error("saved again while the first is being saved")
	}
	d.Busy, d.Current = false, "5p"
	b.c.SetData(d)
	r := b.c.Result()
	if r.NoPerson || r.Associated != "" || r.PlateTyped != "" {
		t.Errorf("the next photo begins with the attestation of the last: %+v", r)
	}
}

func TestCropPicksPhotosAndGoesBack(t *testing.T) {
	b := newCrop(t, theme.Dark, 1280, 800, cropData())
	var picked []string
	back := 0
	b.c.OnPick = func(id string) { picked = append(picked, id) }
	b.c.OnBack = func() { back++ }
	b.ClickAt(68, 130) // first photo of the strip
	b.Click(b.Button("Back"))
	if len(picked) != 1 || picked[0] != "2v" || back != 1 {
		t.Errorf("picked %v, back %d", picked, back)
	}
}

func TestCropZoomKeepsTheCrop(t *testing.T) {
	b := newCrop(t, theme.Light, 1280, 800, cropData())
	before := b.c.Result().Rect
	b.tool.(fyne.Scrollable).Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(300, 200)}, Scrolled: fyne.NewDelta(0, 10)})
	b.Type("++-0")
	if got := b.c.Result().Rect; got != before {
		t.Errorf("zooming changed the crop to %v", got)
	}
}

func abs(n int) int { return max(n, -n) }
