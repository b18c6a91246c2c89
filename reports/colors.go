package reports

import "image/color"

// areaColors are the colours of areas A to H on paper: the light set of ui/tokens.md,
// chosen there by simulating protanopia, deuteranopia and tritanopia. The letter always
// stands with the colour.
var areaColors = [8]color.NRGBA{
	rgb(0x1F63D0), rgb(0xA0309A), rgb(0x5B7A12), rgb(0x0C8DD9),
	rgb(0x590B64), rgb(0x9D7995), rgb(0x215605), rgb(0x1D2F0D),
}

// Colours of paper and ink, from the light tokens.
var (
	inkText     = rgb(0x16202B)
	inkSecond   = rgb(0x465361)
	inkLabel    = rgb(0x5F6C7A)
	inkHairline = rgb(0xDCE1E7)
	inkStrong   = rgb(0xBCC5CE)
	inkSunken   = rgb(0xF3F5F7)
	inkAmber    = rgb(0x875400)
	inkAmberBg  = rgb(0xFFF5DF)
	inkAmberRim = rgb(0xEBCB8A)
	inkRead     = rgb(0x0B756F)
	inkLand     = rgb(0xF2F3F4)
	inkWhite    = rgb(0xFFFFFF)
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func areaColor(i int) color.NRGBA { return areaColors[i%len(areaColors)] }
