package photo

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"maps"
	"math"
	"slices"
	"testing"
	"time"
)

var edt = time.FixedZone("EDT", -4*3600)

func at(hour int) time.Time { return time.Date(2026, 5, 9, hour, 17, 31, 0, edt) }

func sample() Spec {
	return Spec{
		Plate: "7KDM482", State: "DE", Body: Sedan, Color: "RED", Time: at(2), Caption: "E FRONT ST EB", Camera: "WIL-014",
		Lon: -75.546643, Lat: 39.73547, Seed: 7,
	}
}

// each calls f with every body from behind and from the front, by night, day and dusk in turn.
func each(f func(s Spec)) {
	n := uint64(0)
	for _, body := range []Body{Sedan, SUV, Pickup, Van, Hatchback} {
		for _, front := range []bool{false, true} {
			s := sample()
			s.Body, s.Time, s.Front, s.Seed = body, at([]int{2, 13, 20}[n%3]), front, n
			s.Rain, s.Driver, s.Pedestrian, s.Parked = n%4 == 0, n%2 == 0, n%3 == 0, n%5 == 0
			s.Setting = []Setting{City, Suburb, Highway}[n%3]
			n++
			f(s)
		}
	}
}

func decode(t *testing.T, b []byte, err error) image.Image {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestSameSpecSameBytes(t *testing.T) {
	for _, draw := range []func(Spec) ([]byte, error){Vehicle, Plate} {
		a, err := draw(sample())
		if err != nil {
			t.Fatal(err)
		}
		b, err := draw(sample())
		if err != nil || !bytes.Equal(a, b) {
			t.Errorf("two pictures of one spec differ (%v)", err)
		}
		other := sample()
		other.Seed++
		if c, err := draw(other); err != nil || bytes.Equal(a, c) {
			t.Errorf("another seed gives the same picture (%v)", err)
		}
	}
}

func TestPicturesDecodeAtTheirSize(t *testing.T) {
	v, err := Vehicle(sample())
	if got := decode(t, v, err).Bounds(); got != image.Rect(0, 0, VehicleWidth, VehicleHeight) {
		t.Errorf("vehicle: %v", got)
	}
	p, err := Plate(sample())
	if got := decode(t, p, err).Bounds(); got != image.Rect(0, 0, PlateWidth, PlateHeight) {
		t.Errorf("plate: %v", got)
	}
	if len(v) > 400_000 || len(p) > 120_000 {
		t.Errorf("pictures of %d and %d bytes", len(v), len(p))
	}
}

// mean is the average colour of a part of a picture.
func mean(img image.Image, r image.Rectangle) [3]float64 {
	var s [3]float64
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			cr, cg, cb, _ := img.At(x, y).RGBA()
			s[0], s[1], s[2] = s[0]+float64(cr>>8), s[1]+float64(cg>>8), s[2]+float64(cb>>8)
		}
	}
	n := float64(r.Dx() * r.Dy())
	return [3]float64{s[0] / n, s[1] / n, s[2] / n}
}

// The metal beside the plate must look like the colour of the data: its hue (or its greyness and
// brightness order) is that of the word.
func TestBodyHasTheColourOfTheSpec(t *testing.T) {
	bodies := []Body{Sedan, SUV, Pickup, Van, Hatchback}
	for i, color := range slices.Sorted(maps.Keys(paintOf)) {
		s := sample()
		s.Body, s.Color, s.Time, s.Seed, s.Setting = bodies[i%len(bodies)], color, at([]int{13, 2, 20}[i%3]), uint64(i), Suburb
		v, err := Vehicle(s)
		img := decode(t, v, err)
		h, k := 200.0, shapeOf(s.Body).scale
		if s.Body != Pickup {
			h = shapeOf(s.Body).plate + 40
		}
		x, y := 570+90*s.variety(1)-140*k, 854-h*k
		m := mean(img, image.Rect(int(x)-14, int(y)-8, int(x)+14, int(y)+8))
		want, near, best := bodyPaint(color), "", math.Inf(1)
		share := func(r, g, b float64) [3]float64 {
			n := math.Max(1, math.Max(r, math.Max(g, b)))
			return [3]float64{r / n, g / n, b / n}
		}
		far := func(c rgba) float64 {
			a, b := share(m[0], m[1], m[2]), share(float64(c.r), float64(c.g), float64(c.b))
			hue := math.Abs(a[0]-b[0]) + math.Abs(a[1]-b[1]) + math.Abs(a[2]-b[2])
			return hue + math.Abs(m[0]+m[1]+m[2]-float64(c.r)-float64(c.g)-float64(c.b))/765
		}
		for _, word := range []string{"WHITE", "BLACK", "GREY", "BLUE", "RED", "GREEN", "YELLOW", "ORANGE", "BROWN", "BEIGE"} {
			if d := far(paintOf[word]); d < best {
				near, best = word, d
			}
		}
		switch color {
		case "SILVER", "GRAY", "GOLD": // between others
			if far(want) > 0.5 {
				t.Errorf("%s %s: mean %.0f, want about %v", color, s.Body, m, want)
			}
		default:
			if near != color {
				t.Errorf("%s %s at %d h looks %s: mean %.0f, want about %v", color, s.Body, s.Time.Hour(), near, m, want)
			}
		}
	}
}

func TestNightIsDarkerThanDay(t *testing.T) {
	sky := func(hour int) float64 {
		s := sample()
		s.Time = at(hour)
		v, err := Vehicle(s)
		m := mean(decode(t, v, err), image.Rect(300, 20, 900, 60))
		return m[0] + m[1] + m[2]
	}
	n, k, d := sky(2), sky(20), sky(13)
	if !(n < k && k < d) {
		t.Errorf("sky at night %.0f, dusk %.0f, day %.0f", n, k, d)
	}
}

func TestPeopleOnlyWhereAsked(t *testing.T) {
	s := sample()
	plain, err := Vehicle(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range []func(*Spec){func(s *Spec) { s.Driver = true }, func(s *Spec) { s.Pedestrian = true }} {
		with := s
		set(&with)
		b, err := Vehicle(with)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(b, plain) {
			t.Error("a person makes no difference")
		}
	}
}

func TestEveryPictureCanBeDrawn(t *testing.T) {
	each(func(s Spec) {
		if _, err := Vehicle(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	})
	for state := range designs {
		s := sample()
		s.State = state
		if _, err := Plate(s); err != nil {
			t.Errorf("%s: %v", state, err)
		}
	}
	for _, s := range []Spec{{}, {Plate: "7", State: "??", Body: "boat", Color: "PLAID"}, {Plate: "ABCDEFGHJKLM", State: "DC"}} {
		if _, err := Vehicle(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
		if _, err := Plate(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, err := Plate(Spec{Plate: "ABCDEFGHJKLMN"}); err == nil {
		t.Error("a plate of 13 characters was taken")
	}
}

// there is metadata to remove: 14 fields, the position among them.
func TestMetadata(t *testing.T) {
	b, err := Vehicle(sample())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b[:4], []byte{0xFF, 0xD8, 0xFF, 0xE1}) || string(b[6:12]) != "Exif\x00\x00" {
		t.Fatalf("no EXIF block: % x", b[:12])
	}
	tiff := b[12:]
	u16 := func(o uint32) uint16 { return uint16(tiff[o])<<8 | uint16(tiff[o+1]) }
	u32 := func(o uint32) uint32 { return uint32(u16(o))<<16 | uint32(u16(o+2)) }
	fields := 0
	var lat float64
	var model string
	var walk func(o uint32)
	walk = func(o uint32) {
		for i := range uint32(u16(o)) {
			e := o + 2 + 12*i
			switch u16(e) {
			case 0x8769, 0x8825:
				walk(u32(e + 8))
				continue
			case 0x0002:
				p := u32(e + 8)
				lat = float64(u32(p))/float64(u32(p+4)) + float64(u32(p+8))/float64(u32(p+12))/60 + float64(u32(p+16))/float64(u32(p+20))/3600
			case 0xA431:
				p := u32(e + 8)
				model = string(tiff[p : p+u32(e+4)-1])
			}
			fields++
		}
	}
	walk(u32(4))
	if fields != 14 || math.Abs(lat-39.73547) > 1e-5 || model != "DEMO-WIL-014" {
		t.Errorf("%d fields, latitude %v, serial %q", fields, lat, model)
	}
}

func TestLightFollowsTheSun(t *testing.T) {
	for _, c := range []struct {
		month, hour, minute int
		want                light
	}{{5, 2, 47, night}, {5, 13, 0, day}, {5, 20, 20, dusk}, {5, 22, 0, night}, {2, 20, 0, night}, {2, 12, 0, day}} {
		if got := lightAt(time.Date(2026, time.Month(c.month), 9, c.hour, c.minute, 0, 0, edt), -75.5, 39.7); got != c.want {
			t.Errorf("month %d, %02d:%02d: %v, want %v", c.month, c.hour, c.minute, got, c.want)
		}
	}
}

func BenchmarkPhoto(b *testing.B) {
	for name, draw := range map[string]func(Spec) ([]byte, error){"vehicle": Vehicle, "plate": Plate} {
		for _, hour := range []int{2, 13} {
			b.Run(fmt.Sprint(name, "-", hour), func(b *testing.B) {
				s := sample()
				s.Time, s.Pedestrian, s.Driver = at(hour), true, true
				for range b.N {
					if _, err := draw(s); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
