package basemap

import (
	"fmt"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Fonts holds the bytes of TrueType or OpenType fonts in three weights. A weight without bytes is drawn in
// the next lighter one.
type Fonts struct{ Regular, Medium, SemiBold []byte }

// weight names a font of a set.
type weight uint8

const (
	regular weight = iota
	medium
	semiBold
	weights
)

// glyphEm is the size in pixels at which outlines are loaded, before they are scaled to 1.
const glyphEm = 512

// fontSet holds parsed fonts and the outlines of the glyphs used so far. It is safe for concurrent use.
type fontSet struct {
	fonts [weights]*sfnt.Font

	mu     sync.Mutex
	buf    sfnt.Buffer
	glyphs map[glyphKey]*glyph
	kerns  map[kernKey]float32
}

type glyphKey struct {
	w weight
	r rune
}

type kernKey struct {
	w    weight
	a, b sfnt.GlyphIndex
}

// glyph is an outline at an em of 1, y down, with the origin on the base line. It is not changed.
type glyph struct {
	index   sfnt.GlyphIndex
	advance float32
	points  []pt
	ends    []int
}

func newFontSet(f Fonts) (*fontSet, error) {
	s := &fontSet{glyphs: map[glyphKey]*glyph{}, kerns: map[kernKey]float32{}}
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

// usable reports whether there is a font for every weight.
func (s *fontSet) usable() bool { return s.fonts[regular] != nil }

// shaped is a line of text at an em of 1: glyphs with the position of each.
type shaped struct {
	glyphs []*glyph
	at     []float32
	width  float32
}

// shape places the glyphs of a text one after the other with kerning; spacing is added between them, in em.
func (s *fontSet) shape(text string, w weight, spacing float32) shaped {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out shaped
	for _, r := range text {
		g := s.glyph(w, r)
		if n := len(out.glyphs); n > 0 {
			out.width += spacing + s.kern(w, out.glyphs[n-1].index, g.index)
		}
		out.glyphs = append(out.glyphs, g)
		out.at = append(out.at, out.width)
		out.width += g.advance
	}
	return out
}

func (s *fontSet) kern(w weight, a, b sfnt.GlyphIndex) float32 {
	k := kernKey{w, a, b}
	v, ok := s.kerns[k]
	if !ok {
		if x, err := s.fonts[w].Kern(&s.buf, a, b, fixed.I(glyphEm), font.HintingNone); err == nil {
			v = float32(x) / (64 * glyphEm)
		}
		s.kerns[k] = v // a font without kerning has 0
	}
	return v
}

// glyph returns the outline of a rune; what the font lacks or cannot give is an empty glyph.
func (s *fontSet) glyph(w weight, r rune) *glyph {
	k := glyphKey{w, r}
	if g, ok := s.glyphs[k]; ok {
		return g
	}
	g := &glyph{}
	s.glyphs[k] = g
	f := s.fonts[w]
	i, err := f.GlyphIndex(&s.buf, r)
	if err != nil {
		return g
	}
	g.index = i
	if adv, err := f.GlyphAdvance(&s.buf, i, fixed.I(glyphEm), font.HintingNone); err == nil {
		g.advance = float32(adv) / (64 * glyphEm)
	}
	segs, err := f.LoadGlyph(&s.buf, i, fixed.I(glyphEm), nil)
	if err != nil {
		return g
	}
	g.flatten(segs)
	return g
}

// curveSteps is into how many lines a curve of a glyph is cut: at 12 px the error is below 0.05 px.
const curveSteps = 5

func (g *glyph) flatten(segs sfnt.Segments) {
	at := func(p fixed.Point26_6) pt {
		return pt{float32(p.X) / (64 * glyphEm), float32(p.Y) / (64 * glyphEm)}
	}
	end := func() {
		if n := len(g.points); n > 0 && (len(g.ends) == 0 || g.ends[len(g.ends)-1] < n) {
			g.ends = append(g.ends, n)
		}
	}
	var last pt
	for _, s := range segs {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			end()
			last = at(s.Args[0])
			g.points = append(g.points, last)
		case sfnt.SegmentOpLineTo:
			last = at(s.Args[0])
			g.points = append(g.points, last)
		case sfnt.SegmentOpQuadTo:
			b, c := at(s.Args[0]), at(s.Args[1])
			for i := 1; i <= curveSteps; i++ {
				t := float32(i) / curveSteps
				u := 1 - t
				g.points = append(g.points, pt{
					u*u*last.x + 2*u*t*b.x + t*t*c.x, u*u*last.y + 2*u*t*b.y + t*t*c.y,
				})
			}
			last = c
		case sfnt.SegmentOpCubeTo:
			b, c, d := at(s.Args[0]), at(s.Args[1]), at(s.Args[2])
			for i := 1; i <= curveSteps; i++ {
				t := float32(i) / curveSteps
				u := 1 - t
				g.points = append(g.points, pt{
					u*u*u*last.x + 3*u*u*t*b.x + 3*u*t*t*c.x + t*t*t*d.x,
					u*u*u*last.y + 3*u*u*t*b.y + 3*u*t*t*c.y + t*t*t*d.y,
				})
			}
			last = d
		}
	}
	end()
}
