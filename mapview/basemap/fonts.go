package basemap

import (
	"fmt"

	"golang.org/x/image/font/sfnt"
)

// Fonts holds the bytes of TrueType or OpenType fonts in three weights. Empty weights are taken from the next lighter one.
type Fonts struct{ Regular, Medium, SemiBold []byte }

// weight names a font of a set.
type weight uint8

const (
	regular weight = iota
	medium
	semiBold
	weights
)

// fontSet holds parsed fonts.
type fontSet struct {
	fonts [weights]*sfnt.Font
}

func newFontSet(f Fonts) (*fontSet, error) {
	s := &fontSet{}
	for i, b := range [weights][]byte{f.Regular, f.Medium, f.SemiBold} {
		if len(b) == 0 {
			if i > 0 {
				s.fonts[i] = s.fonts[i-1]
			}
			continue
		}
		p, err := sfnt.Parse(b)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrBadFont, err)
		}
		s.fonts[i] = p
	}
	return s, nil
}
