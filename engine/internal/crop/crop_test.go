package crop_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"cordon/engine/internal/crop"

	"pgregory.net/rapid"
)

// picture has a different colour at each place, so that a shifted cut is seen.
func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x), uint8(y), uint8(x*7 + y*3), 255})
		}
	}
	return img
}

func encoded(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func cover(r image.Rectangle) []image.Point {
	return []image.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}}
}

// the pixels outside covers are the original's, those under a cover are gone.
func TestCutAndCovers_R_5(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(16, 60).Draw(t, "w"), rapid.IntRange(16, 60).Draw(t, "h")
		x, y := rapid.IntRange(0, w-16).Draw(t, "x"), rapid.IntRange(0, h-16).Draw(t, "y")
		cut := image.Rect(x, y, rapid.IntRange(x+16, w).Draw(t, "x2"), rapid.IntRange(y+16, h).Draw(t, "y2"))
		hidden := image.Rect(rapid.IntRange(-5, 70).Draw(t, "a"), rapid.IntRange(-5, 70).Draw(t, "b"),
			rapid.IntRange(-5, 70).Draw(t, "c"), rapid.IntRange(-5, 70).Draw(t, "d"))
		src := picture(w, h)
		got, err := crop.Image(src, crop.Geometry{Cut: cut, Covers: [][]image.Point{cover(hidden)}})
		if err != nil {
			t.Fatal(err)
		}
		if got.Rect != image.Rect(0, 0, cut.Dx(), cut.Dy()) {
			t.Fatalf("size %v, want %v", got.Rect, cut)
		}
		for py := range got.Rect.Dy() {
			for px := range got.Rect.Dx() {
				p := image.Pt(px, py).Add(cut.Min)
				same := got.RGBAAt(px, py) == src.RGBAAt(p.X, p.Y)
				if p.In(hidden) == same {
					t.Fatalf("pixel %v, cover %v: original kept %v", p, hidden, same)
				}
			}
		}
	})
}

// the crop removes metadata. The segments of the result are counted by hand.
func TestCropHasNoMetadata_R_5(t *testing.T) {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, picture(64, 48), nil); err != nil {
		t.Fatal(err)
	}
	secret := []byte("Exif\x00\x00 GPS 39.7 camera 14 K. Person")
	app1 := append([]byte{0xff, 0xe1, 0, byte(len(secret) + 2)}, secret...)
	tail := append([]byte("\xff\xfe\x00\x09comment"), plain.Bytes()[2:]...)
	original := append(append([]byte{0xff, 0xd8}, app1...), tail...)
	got, err := crop.JPEG(original, crop.Geometry{Cut: image.Rect(0, 0, 64, 48)})
	if err != nil {
		t.Fatal(err)
	}
	for at := 2; at+4 < len(got); {
		marker, size := got[at+1], int(got[at+2])<<8|int(got[at+3])
		if marker >= 0xe0 && marker <= 0xef || marker == 0xfe {
			t.Errorf("the crop has a metadata segment %#x", marker)
		}
		if marker == 0xda {
			break
		}
		at += 2 + size
	}
	if bytes.Contains(got, []byte("GPS")) {
		t.Error("the metadata's text is in the crop")
	}
	again, err := crop.JPEG(original, crop.Geometry{Cut: image.Rect(0, 0, 64, 48)})
	if err != nil || !bytes.Equal(got, again) {
		t.Errorf("the same crop has other bytes (%v)", err)
	}
}

func TestGeometryIsRefused(t *testing.T) {
	src := picture(50, 50)
	for name, g := range map[string]crop.Geometry{
		"outside":       {Cut: image.Rect(30, 30, 51, 50)},
		"before":        {Cut: image.Rect(-1, 0, 30, 30)},
		"too small":     {Cut: image.Rect(0, 0, 15, 30)},
		"empty":         {},
		"two corners":   {Cut: src.Rect, Covers: [][]image.Point{{{X: 1}, {Y: 1}}}},
		"too many":      {Cut: src.Rect, Covers: make([][]image.Point, 101)},
		"huge numbers":  {Cut: image.Rect(0, 0, 1<<62, 1<<62)},
		"many corners":  {Cut: src.Rect, Covers: [][]image.Point{make([]image.Point, 1001)}},
		"upside-down 0": {Cut: image.Rectangle{Max: image.Point{X: 50}}},
	} {
		if _, err := crop.Image(src, g); !errors.Is(err, crop.ErrGeometry) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestHostilePhotosAreRefused(t *testing.T) {
	huge := encoded(t, image.NewGray(image.Rect(0, 0, 4, 4)))
	copy(huge[16:24], []byte{0, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff}) // claims 16 million squared
	for name, data := range map[string][]byte{
		"empty": nil, "text": []byte("hello"), "cut": encoded(t, picture(40, 40))[:80],
		"claims to be huge": huge, "gif": []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00"), "too many bytes": make([]byte, crop.MaxBytes+1),
	} {
		if _, err := crop.Decode(data); !errors.Is(err, crop.ErrPhoto) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, picture(20, 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := crop.Decode(data)
		if err == nil && img.Bounds().Dx()*img.Bounds().Dy() > crop.MaxPixels {
			t.Fatalf("took %v", img.Bounds())
		}
	})
}
