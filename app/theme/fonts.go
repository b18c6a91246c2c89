package theme

import (
	"fyne.io/fyne/v2"

	"cordon/assets/fonts"
)

// Weight is a CSS font weight; the three below are bundled.
type Weight int

// The bundled weights.
const (
	Regular  Weight = 400
	Medium   Weight = 500
	SemiBold Weight = 600
)

// Fyne caches faces by the identity of the resource, so each is made once.
var (
	sans400 = fyne.NewStaticResource("IBMPlexSans-Regular.ttf", fonts.Sans(400))
	sans500 = fyne.NewStaticResource("IBMPlexSans-Medium.ttf", fonts.Sans(500))
	sans600 = fyne.NewStaticResource("IBMPlexSans-SemiBold.ttf", fonts.Sans(600))
	mono400 = fyne.NewStaticResource("IBMPlexMono-Regular.ttf", fonts.Mono(400))
	mono500 = fyne.NewStaticResource("IBMPlexMono-Medium.ttf", fonts.Mono(500))
	mono600 = fyne.NewStaticResource("IBMPlexMono-SemiBold.ttf", fonts.Mono(600))
)

// Font returns IBM Plex Sans, or Mono, in a bundled weight (0 means Regular).
func Font(w Weight, mono bool) fyne.Resource {
	switch {
	case mono && w >= SemiBold:
		return mono600
	case mono && w >= Medium:
		return mono500
	case mono:
		return mono400
	case w >= SemiBold:
		return sans600
	case w >= Medium:
		return sans500
	default:
		return sans400
	}
}
