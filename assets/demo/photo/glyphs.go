package photo

import (
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"cordon/assets/fonts"
)

// typeface is the parsed font of plates and captions, read once; it is read-only.
var typeface = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(fonts.Mono(600)) })

// words returns the outline of a text, its baseline starting at (0, 0), with capitals of height
// cap; widths are multiplied by stretch and space is added between characters. The second result
// is the width.
func words(text string, capHeight, stretch, space float64) (path, float64, error) {
	f, err := typeface()
	if err != nil {
		return path{}, 0, err
	}
	const em = 1000
	var buf sfnt.Buffer
	m, err := f.Metrics(&buf, fixed.I(em), font.HintingNone)
	if err != nil {
		return path{}, 0, err
	}
	k := capHeight / (float64(m.CapHeight) / 64)
	var out path
	x := 0.0
	for i, r := range text {
		g, err := f.GlyphIndex(&buf, r)
		if err != nil {
			return path{}, 0, err
		}
		segs, err := f.LoadGlyph(&buf, g, fixed.I(em), nil)
		if err != nil {
			return path{}, 0, err
		}
		if i > 0 {
			x += space
		}
		at := func(p fixed.Point26_6) pt {
			return pt{x + float64(p.X)/64*k*stretch, float64(p.Y) / 64 * k}
		}
		for _, s := range segs {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				out.move(at(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				out.line(at(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				out.quad(at(s.Args[0]), at(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				out.cubic(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
			}
		}
		adv, err := f.GlyphAdvance(&buf, g, fixed.I(em), font.HintingNone)
		if err != nil {
			return path{}, 0, err
		}
		x += float64(adv) / 64 * k * stretch
	}
	return out, x, nil
}
