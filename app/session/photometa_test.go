package session

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"
)

func TestMetadataBytes(t *testing.T) {
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	b := plain.Bytes()
	with := append(append(append([]byte{}, b[:2]...), "\xff\xe1\x00\x0aExif\x00\x00ab\xff\xfe\x00\x05abc"...), b[2:]...)
	for name, c := range map[string]struct {
		jpeg []byte
		want int
	}{
		"none": {b, 0}, "exif and comment": {with, 12 + 7}, "empty": {nil, 0}, "png": {[]byte("\x89PNG\r\n\x1a\n"), 0},
		"cut": {with[:5], 0}, "cut inside": {with[:10], 12}, "zero size": {[]byte{0xff, 0xd8, 0xff, 0xe1, 0, 0, 1, 2}, 0},
	} {
		if got := metadataBytes(c.jpeg); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
