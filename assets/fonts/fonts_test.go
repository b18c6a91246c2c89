package fonts_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"cordon/assets/fonts"
)

func TestEveryWeightIsTheFaceItClaims(t *testing.T) {
	for _, c := range []struct {
		data   []byte
		family string
		style  string
	}{
		{fonts.Sans(400), "IBM Plex Sans", "Regular"},
		{fonts.Sans(500), "IBM Plex Sans", "Medium"},
		{fonts.Sans(600), "IBM Plex Sans", "SemiBold"},
		{fonts.Mono(400), "IBM Plex Mono", "Regular"},
		{fonts.Mono(500), "IBM Plex Mono", "Medium"},
		{fonts.Mono(600), "IBM Plex Mono", "SemiBold"},
	} {
		f, err := sfnt.Parse(c.data)
		if err != nil {
			t.Fatalf("%s %s: %v", c.family, c.style, err)
		}
		full, err := f.Name(nil, sfnt.NameIDFull)
		if err != nil || !strings.HasPrefix(full, c.family) {
			t.Errorf("full name = %q, %v; want prefix %q", full, err, c.family)
		}
		style, err := f.Name(nil, sfnt.NameIDTypographicSubfamily)
		if err != nil { // Regular carries only the plain sub-family name
			style, _ = f.Name(nil, sfnt.NameIDSubfamily)
		}
		if style != c.style {
			t.Errorf("%s: style = %q, want %q", c.family, style, c.style)
		}
	}
}

func TestFiguresOfSansAreTabular(t *testing.T) {
	for _, w := range []int{400, 500, 600} {
		f, err := sfnt.Parse(fonts.Sans(w))
		if err != nil {
			t.Fatal(err)
		}
		var b sfnt.Buffer
		for r := '0'; r <= '9'; r++ {
			i, err := f.GlyphIndex(&b, r)
			if err != nil || i == 0 {
				t.Fatalf("weight %d: no glyph for %q", w, r)
			}
			adv, err := f.GlyphAdvance(&b, i, 1000<<6, 0)
			if err != nil {
				t.Fatal(err)
			}
			if adv != 600<<6 {
				t.Errorf("weight %d: %q is %v/1000 em wide, want 600", w, r, adv)
			}
		}
	}
}

func TestLicenceIsBundled(t *testing.T) {
	text, err := os.ReadFile("OFL.txt")
	if err != nil || !strings.Contains(string(text), "SIL Open Font License, Version 1.1") {
		t.Error("the OFL text is not in the package")
	}
}
