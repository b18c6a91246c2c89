package photo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"math"
	"time"
)

// entry is one field of a TIFF directory; only what fits the demo's needs.
type entry struct {
	tag, kind uint16 // kinds: 2 text, 3 short, 4 long, 5 rational
	text      string
	numbers   []uint32 // of rationals: numerator, denominator, …
}

// encode writes the JPEG and puts an EXIF block (14 fields: camera, time, exposure, position) after
// its start marker. Everything in it is invented.
func encode(img image.Image, s Spec, quality int) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	raw := b.Bytes()
	meta := exif(s)
	if len(meta) > 65000 {
		return nil, errors.New("photo: metadata too long")
	}
	out := make([]byte, 0, len(raw)+len(meta)+4)
	out = append(out, raw[:2]...)
	out = append(out, 0xFF, 0xE1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(meta)+2))
	out = append(out, meta...)
	return append(out, raw[2:]...), nil
}

func exif(s Spec) []byte {
	stamp := s.Time.Format("2006:01:02 15:04:05")
	iso, speed := uint32(200), uint32(1000)
	if lightAt(s.Time, s.Lon, s.Lat) == night {
		iso, speed = 3200, 250
	}
	serial := "DEMO-" + s.Camera
	main := []entry{
		{0x010E, 2, s.Camera + " " + s.Time.UTC().Format(time.RFC3339), nil}, // ImageDescription
		{0x010F, 2, "Cordon Demo", nil},                                      // Make
		{0x0110, 2, "Reader 2", nil},                                         // Model
		{0x0131, 2, "cordon/assets/demo", nil},                               // Software
		{0x0132, 2, stamp, nil},                                              // DateTime
		{0x8769, 4, "", []uint32{0}},                                         // → Exif
		{0x8825, 4, "", []uint32{0}},                                         // → GPS
	}
	shot := []entry{
		{0x829A, 5, "", []uint32{1, speed}}, // ExposureTime
		{0x829D, 5, "", []uint32{28, 10}},   // FNumber
		{0x8827, 3, "", []uint32{iso}},      // ISOSpeedRatings
		{0x9003, 2, stamp, nil},             // DateTimeOriginal
		{0xA431, 2, serial, nil},            // BodySerialNumber
	}
	ns, ew := "N", "E"
	if s.Lat < 0 {
		ns = "S"
	}
	if s.Lon < 0 {
		ew = "W"
	}
	place := []entry{
		{0x0001, 2, ns, nil}, {0x0002, 5, "", degrees(s.Lat)}, {0x0003, 2, ew, nil}, {0x0004, 5, "", degrees(s.Lon)},
	}
	const start = 8
	exifAt := start + size(main)
	gpsAt := exifAt + size(shot)
	main[5].numbers[0], main[6].numbers[0] = uint32(exifAt), uint32(gpsAt)
	b := append([]byte("Exif\x00\x00MM\x00*"), 0, 0, 0, start)
	b = append(b, directory(main, start)...)
	b = append(b, directory(shot, exifAt)...)
	return append(b, directory(place, gpsAt)...)
}

// degrees gives degrees, minutes and seconds as three rationals.
func degrees(v float64) []uint32 {
	v = math.Abs(v)
	d := math.Floor(v)
	m := math.Floor((v - d) * 60)
	sec := (v - d - m/60) * 3600
	return []uint32{uint32(d), 1, uint32(m), 1, uint32(math.Round(sec * 1000)), 1000}
}

func (e entry) data() []byte {
	switch e.kind {
	case 2:
		return append([]byte(e.text), 0)
	case 3:
		return binary.BigEndian.AppendUint16(nil, uint16(e.numbers[0]))
	}
	var b []byte
	for _, n := range e.numbers {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return b
}

func (e entry) count() uint32 {
	switch e.kind {
	case 2:
		return uint32(len(e.text) + 1)
	case 5:
		return uint32(len(e.numbers) / 2)
	}
	return uint32(len(e.numbers))
}

func size(es []entry) int {
	n := 2 + 12*len(es) + 4
	for _, e := range es {
		if d := len(e.data()); d > 4 {
			n += d + d%2
		}
	}
	return n
}

// directory writes entries, sorted by tag as they are, and the data behind them; at is its offset.
func directory(es []entry, at int) []byte {
	b := binary.BigEndian.AppendUint16(nil, uint16(len(es)))
	var tail []byte
	base := at + 2 + 12*len(es) + 4
	for _, e := range es {
		b = binary.BigEndian.AppendUint16(b, e.tag)
		b = binary.BigEndian.AppendUint16(b, e.kind)
		b = binary.BigEndian.AppendUint32(b, e.count())
		d := e.data()
		if len(d) > 4 {
			b = binary.BigEndian.AppendUint32(b, uint32(base+len(tail)))
			if len(d)%2 == 1 {
				d = append(d, 0)
			}
			tail = append(tail, d...)
			continue
		}
		b = append(b, append(d, 0, 0, 0, 0)[:4]...)
	}
	return append(append(b, 0, 0, 0, 0), tail...)
}
