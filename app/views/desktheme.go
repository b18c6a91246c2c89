package views

import (
	"image/color"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/mapview"
)

// MapStyle is the look of the map in the present theme of a widget.
func MapStyle(w fyne.Widget, dark bool) mapview.Style {
	s := mapview.Style{
		Land: theme.Of(w, theme.ColorChrome), Panel: theme.Of(w, theme.ColorPanel), Line: theme.Of(w, theme.ColorStrong),
		Text: theme.Of(w, theme.ColorText), TextSecondary: theme.Of(w, theme.ColorText2), TextQuiet: theme.Of(w, theme.ColorText3),
		Accent: theme.Of(w, theme.ColorAccent),
		Amber:  theme.Of(w, theme.ColorAmberFill), AmberSoft: theme.Of(w, theme.ColorAmberSoft),
		AmberLine: theme.Of(w, theme.ColorAmberLine), AmberText: theme.Of(w, theme.ColorAmber), Red: theme.Of(w, theme.ColorRed),
		Inverse: theme.Of(w, theme.ColorInverse), InverseText: theme.Of(w, theme.ColorOnInverse),
		InverseQuiet: blend(theme.Of(w, theme.ColorOnInverse), theme.Of(w, theme.ColorInverse), .25),
		InverseKey:   blend(theme.Of(w, theme.ColorOnInverse), theme.Of(w, theme.ColorInverse), .82),
		OnArea:       theme.Of(w, theme.OnArea), Neutral: theme.Of(w, theme.ColorBar), Ring: theme.Of(w, theme.ColorText),
		FillAlpha: .14, LineWidth: 2,
		Regular: theme.Font(theme.Regular, false), SemiBold: theme.Font(theme.SemiBold, false), Mono: theme.Font(theme.SemiBold, true),
		Icons: map[string]fyne.Resource{
			"camera": theme.IconIn("video-camera-fill", theme.Of(w, theme.ColorText)),
			"school": theme.IconIn("student", theme.Of(w, theme.ColorText)),
		},
	}
	if dark {
		s.FillAlpha, s.LineWidth = .09, 1.6
	}
	for i := range s.Areas {
		s.Areas[i] = theme.Of(w, theme.Area(i))
	}
	return s
}

// blend mixes share of b into a.
func blend(a, b color.Color, share float64) color.Color {
	x, y := color.NRGBAModel.Convert(a).(color.NRGBA), color.NRGBAModel.Convert(b).(color.NRGBA)
	mix := func(p, q uint8) uint8 { return uint8(float64(p)*(1-share) + float64(q)*share) }
	return color.NRGBA{R: mix(x.R, y.R), G: mix(x.G, y.G), B: mix(x.B, y.B), A: 0xff}
}

// ThemeChanged gives the map the colours of the theme that holds now.
func (d *Desk) ThemeChanged() {
	r, g, b, _ := theme.Of(d, theme.ColorPanel).RGBA()
	d.mapDesk.shown = shownReads{} // colours of markers are those of the theme before
	d.mapDesk.m.SetTheme(MapStyle(d, r+g+b < 3*0x8000))
	d.Update()
}
