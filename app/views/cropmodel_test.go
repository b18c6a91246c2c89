package views

import (
	"image"
	"testing"

	"pgregory.net/rapid"
)

func TestCropDragStaysInThePicture(t *testing.T) {
	b := image.Rect(0, 0, 1000, 800)
	start := image.Rect(100, 100, 500, 400)
	for _, c := range []struct {
		name string
		h    handle
		d    image.Point
		want image.Rectangle
	}{
		{"left edge", handle{-1, 0}, image.Pt(-30, 99), image.Rect(70, 100, 500, 400)},
		{"left edge out of the picture", handle{-1, 0}, image.Pt(-300, 0), image.Rect(0, 100, 500, 400)},
		{"left edge over the right one", handle{-1, 0}, image.Pt(900, 0), image.Rect(500-minCrop, 100, 500, 400)},
		{"lower right corner", handle{1, 1}, image.Pt(2000, 10), image.Rect(100, 100, 1000, 410)},
		{"upper edge", handle{0, -1}, image.Pt(5, 20), image.Rect(100, 120, 500, 400)},
		{"inside", handle{}, image.Pt(-250, 50), image.Rect(0, 150, 400, 450)},
		{"inside, far", handle{}, image.Pt(5000, 5000), image.Rect(600, 500, 1000, 800)},
	} {
		m := newCropModel(b, start, nil)
		m.drag(c.h, start, c.d)
		if m.now.rect != c.want {
			t.Errorf("%s: %v, want %v", c.name, m.now.rect, c.want)
		}
	}
}

func TestCropStartsInsideThePicture(t *testing.T) {
	b := image.Rect(0, 0, 100, 80)
	for _, c := range []struct{ in, want image.Rectangle }{
		{image.Rectangle{}, b},
		{image.Rect(-50, -50, 60, 60), image.Rect(0, 0, 60, 60)},
		{image.Rect(98, 78, 400, 400), b}, // what is left is too small
	} {
		if got := newCropModel(b, c.in, nil).now.rect; got != c.want {
			t.Errorf("start %v: %v, want %v", c.in, got, c.want)
		}
	}
}

func TestCoverNeedsAnArea(t *testing.T) {
	m := newCropModel(image.Rect(0, 0, 100, 80), image.Rectangle{}, nil)
	for name, p := range map[string][]image.Point{
		"two corners":     {{1, 1}, {9, 9}},
		"a line":          {{1, 1}, {5, 5}, {9, 9}},
		"repeated points": {{1, 1}, {1, 1}, {9, 9}, {1, 1}},
	} {
		if m.addCover(p) {
			t.Errorf("%s was taken as a cover", name)
		}
	}
	if !m.addCover([]image.Point{{10, 10}, {500, 10}, {10, 500}, {10, 10}}) {
		t.Fatal("a triangle was not taken")
	}
	got := m.now.covers[0]
	if len(got) != 3 || got[1] != image.Pt(100, 10) || got[2] != image.Pt(10, 80) {
		t.Errorf("cover = %v, want three corners inside the picture", got)
	}
	if m.coverAt(image.Pt(20, 20)) != 0 || m.coverAt(image.Pt(90, 70)) != -1 {
		t.Error("coverAt does not follow the polygon")
	}
}

// Whatever is done, the crop stays in the picture at its least size, undo leads
// back to the start and redo to the end.
func TestCropHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := image.Rect(0, 0, 400, 300)
		m := newCropModel(b, image.Rect(50, 50, 300, 200), nil)
		start := m.now.clone()
		point := rapid.Custom(func(t *rapid.T) image.Point {
			return image.Pt(rapid.IntRange(-500, 900).Draw(t, "x"), rapid.IntRange(-500, 900).Draw(t, "y"))
		})
		n := rapid.IntRange(1, 20).Draw(t, "steps")
		for range n {
			switch rapid.IntRange(0, 4).Draw(t, "op") {
			case 0:
				m.begin()
				m.drag(handle{rapid.IntRange(-1, 1).Draw(t, "hx"), rapid.IntRange(-1, 1).Draw(t, "hy")}, m.now.rect, point.Draw(t, "d"))
				m.commit()
			case 1:
				m.addCover(rapid.SliceOfN(point, 3, 6).Draw(t, "cover"))
			case 2:
				m.begin()
				m.span(point.Draw(t, "a"), point.Draw(t, "b"))
				m.commit()
			case 3:
				if len(m.now.covers) > 0 {
					m.begin()
					m.moveCorner(0, 0, point.Draw(t, "to"))
					m.commit()
				}
			case 4:
				m.removeCover(rapid.IntRange(0, 3).Draw(t, "cover"))
			}
			r := m.now.rect
			if !r.In(b) || r.Dx() < minCrop || r.Dy() < minCrop {
				t.Fatalf("crop %v leaves %v or is too small", r, b)
			}
			for _, c := range m.now.covers {
				for _, q := range c {
					if q.X < 0 || q.Y < 0 || q.X > 400 || q.Y > 300 {
						t.Fatalf("corner %v outside the picture", q)
					}
				}
			}
		}
		end := m.now.clone()
		for m.canUndo() {
			m.undo()
		}
		if !m.now.equal(start) {
			t.Fatalf("undo leads to %+v, want the start", m.now)
		}
		for m.canRedo() {
			m.redo()
		}
		if !m.now.equal(end) {
			t.Fatalf("redo leads to %+v, want the end", m.now)
		}
	})
}

func TestPreviewIsTheCropWithCoversBurnedIn(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 200, 100))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	s := cropState{rect: image.Rect(50, 20, 150, 80), covers: [][]image.Point{{{60, 30}, {90, 30}, {90, 60}, {60, 60}}}}
	got := cropPreview(img, s, 1000, 1000)
	if got.Bounds().Dx() != 100 || got.Bounds().Dy() != 60 {
		t.Fatalf("preview is %v, want 100 × 60: never enlarged", got.Bounds())
	}
	if c := got.RGBAAt(25, 25); c != coverColor {
		t.Errorf("under the cover: %v, want %v", c, coverColor)
	}
	for _, p := range []image.Point{{5, 5}, {45, 25}, {25, 45}} {
		if c := got.RGBAAt(p.X, p.Y); c.R != 0xff || c.G != 0xff {
			t.Errorf("beside the cover at %v: %v, want white", p, c)
		}
	}
	half := cropPreview(img, s, 50, 1000)
	if half.Bounds().Dx() != 50 || half.RGBAAt(12, 12) != coverColor {
		t.Errorf("scaled preview %v, cover %v", half.Bounds(), half.RGBAAt(12, 12))
	}
}
