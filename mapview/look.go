package mapview

import (
	"image"
	"math"
)

// look is a style made ready for pictures: fonts parsed, icons rasterised. It is immutable and shared by
// the drawing goroutines.
type look struct {
	Style
	semi, regular *textFont
	icons         map[string]*image.Alpha // at iconPx pixels for the scale it was made for
	scale         float64
}

const iconUnits = 14 // edge of an icon in a chip, units

// newLook belongs to the UI thread.
func newLook(s Style, scale float64) *look {
	l := &look{Style: s.filled(), icons: make(map[string]*image.Alpha, len(s.Icons)), scale: scale}
	l.regular, l.semi = parseFont(orTheme(s.Regular, false)), parseFont(orTheme(s.SemiBold, true))
	for name, r := range s.Icons {
		if m := iconMask(r, int(math.Round(iconUnits*scale))); m != nil {
			l.icons[name] = m
		}
	}
	return l
}
