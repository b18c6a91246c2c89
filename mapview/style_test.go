package mapview

import (
	"image/color"
	"os"
	"testing"

	"fyne.io/fyne/v2"
)

func rgb(v uint32) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func palette(v ...uint32) (out [8]color.Color) {
	for i, c := range v {
		out[i] = rgb(c)
	}
	return out
}

const schoolIcon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256"><path d="M226.5,56.4l-96-32a8,8,0,0,0-5,0l-96,32A8,8,0,0,0,24,64v80a8,8,0,0,0,16,0V75.1L73.6,86.3A64,64,0,0,0,128,184a64,64,0,0,0,54.4-97.7L226.5,71.6a8,8,0,0,0,0-15.2Z"/></svg>`

// lightStyle and darkStyle are the tokens of shared/ui/tokens.md.
func lightStyle() Style {
	return Style{
		Land: rgb(0xF2F3F4), Panel: rgb(0xFFFFFF), Line: rgb(0xBCC5CE),
		Text: rgb(0x16202B), TextSecondary: rgb(0x465361), TextQuiet: rgb(0x5F6C7A), Accent: rgb(0x0B756F),
		Amber: rgb(0xE8A317), AmberSoft: rgb(0xFFF5DF), AmberLine: rgb(0xEBCB8A), AmberText: rgb(0x875400), Red: rgb(0xBE2530),
		Inverse: rgb(0x16202B), InverseText: rgb(0xFFFFFF), InverseQuiet: rgb(0xBCC5CE), InverseKey: rgb(0x2A3644),
		Areas:  palette(0x1F63D0, 0xA0309A, 0x5B7A12, 0x0C8DD9, 0x590B64, 0x9D7995, 0x215605, 0x1D2F0D),
		OnArea: rgb(0xFFFFFF), Neutral: rgb(0x465361), Ring: rgb(0x16202B), FillAlpha: 0.14, LineWidth: 2,
		Icons: map[string]fyne.Resource{"school": fyne.NewStaticResource("school.svg", []byte(schoolIcon))},
	}
}

func darkStyle() Style {
	s := lightStyle()
	s.Land, s.Panel, s.Line = rgb(0x12181E), rgb(0x151B22), rgb(0x3A4652)
	s.Text, s.TextSecondary, s.TextQuiet, s.Accent = rgb(0xE7ECF1), rgb(0xAAB5C0), rgb(0x8794A1), rgb(0x41C7BA)
	s.Amber, s.AmberSoft, s.AmberLine, s.AmberText, s.Red = rgb(0xF0B64A), rgb(0x2B2413), rgb(0x5F4B1C), rgb(0xF0B64A), rgb(0xFF7A78)
	s.Inverse, s.InverseText, s.InverseQuiet, s.InverseKey = rgb(0xE7ECF1), rgb(0x16202B), rgb(0x465361), rgb(0xD3DAE1)
	s.Areas = palette(0x7DB2FF, 0xC962B5, 0xD5DE5A, 0x96FECC, 0x587CF1, 0xA1A368, 0x667900, 0x9F4D86)
	s.OnArea, s.Neutral, s.Ring, s.FillAlpha, s.LineWidth = rgb(0x0E1318), rgb(0xAAB5C0), rgb(0xFFFFFF), 0.09, 1.6
	return s
}

// withPlex adds the real fonts for pictures that are looked at; goldens do without.
func withPlex(t testing.TB, s Style, dir string) Style {
	load := func(name string) fyne.Resource {
		b, err := os.ReadFile(dir + "/" + name)
		if err != nil {
			t.Skip(err)
		}
		return fyne.NewStaticResource(name, b)
	}
	s.Regular, s.SemiBold, s.Mono = load("IBMPlexSans-Regular.ttf"), load("IBMPlexSans-SemiBold.ttf"), load("IBMPlexMono-SemiBold.ttf")
	return s
}
