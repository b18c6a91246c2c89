package reports

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// orderImage gives a registered picture a place of its own in the file. fpdf writes
// pictures sorted by width and leaves those of equal width in the random order of a map,
// so that the same report had different bytes each time. It keeps widths as fractions and
// writes them as integers: nth millionths of a pixel make the order total and change
// nothing that is written. The picture's fields are reached through its own gob form, in
// the order that fpdf documents.
func orderImage(info *fpdf.ImageInfoType, nth int) error {
	var (
		data, smask, pal      []byte
		n, bpc                int
		w, h, scale, dpi      float64
		space, filter, params string
		trns                  []int
	)
	fields := []any{&data, &smask, &n, &w, &h, &space, &pal, &bpc, &filter, &params, &trns, &scale, &dpi}
	raw, err := info.GobEncode()
	if err != nil {
		return fmt.Errorf("order picture: %w", err)
	}
	dec := gob.NewDecoder(bytes.NewReader(raw))
	for _, f := range fields {
		if err := dec.Decode(f); err != nil {
			return fmt.Errorf("order picture: %w", err)
		}
	}
	w += float64(nth) * 1e-6
	var out bytes.Buffer
	enc := gob.NewEncoder(&out)
	for _, f := range fields {
		if err := enc.Encode(f); err != nil {
			return fmt.Errorf("order picture: %w", err)
		}
	}
	if err := info.GobDecode(out.Bytes()); err != nil {
		return fmt.Errorf("order picture: %w", err)
	}
	return nil
}
