package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Roles of colour, by the names of the design tokens. Fyne's own names are
// mapped on them, see fynenames.go.
const (
	ColorWindow     fyne.ThemeColorName = "cordon-window"      // behind panels, paper desk
	ColorChrome     fyne.ThemeColorName = "cordon-chrome"      // rail, top bar
	ColorSunken     fyne.ThemeColorName = "cordon-sunken"      // scope meter, list heads
	ColorPanel      fyne.ThemeColorName = "cordon-panel"       // panels, floating tools
	ColorControl    fyne.ThemeColorName = "cordon-control"     // inputs, plain buttons
	ColorHover      fyne.ThemeColorName = "cordon-hover"       // hover, neutral selection
	ColorHairline   fyne.ThemeColorName = "cordon-hairline"    // dividers
	ColorStrong     fyne.ThemeColorName = "cordon-strong"      // edges of buttons and floating boxes
	ColorEdge       fyne.ThemeColorName = "cordon-edge"        // inputs, check boxes, radio buttons
	ColorText       fyne.ThemeColorName = "cordon-text"        // text
	ColorText2      fyne.ThemeColorName = "cordon-text-2"      // secondary text, icons
	ColorText3      fyne.ThemeColorName = "cordon-text-3"      // labels, hints, disabled
	ColorAccent     fyne.ThemeColorName = "cordon-accent"      // what can be acted on, focus, selection
	ColorOnAccent   fyne.ThemeColorName = "cordon-on-accent"   // text on the accent
	ColorAccentSoft fyne.ThemeColorName = "cordon-accent-soft" // selected row, active place
	ColorAccentLine fyne.ThemeColorName = "cordon-accent-line" // edge of accent-soft boxes
	ColorAmber      fyne.ThemeColorName = "cordon-amber"       // warning text
	ColorAmberFill  fyne.ThemeColorName = "cordon-amber-fill"  // warning fills and icons
	ColorAmberSoft  fyne.ThemeColorName = "cordon-amber-soft"  // warning ground
	ColorAmberLine  fyne.ThemeColorName = "cordon-amber-line"  // edge of a warning
	ColorOnAmber    fyne.ThemeColorName = "cordon-on-amber"    // text on the amber fill
	ColorRed        fyne.ThemeColorName = "cordon-red"         // refuses, officer safety; nothing else
	ColorRedSoft    fyne.ThemeColorName = "cordon-red-soft"    // refusal ground
	ColorRedLine    fyne.ThemeColorName = "cordon-red-line"    // edge of a refusal
	ColorBar        fyne.ThemeColorName = "cordon-bar"         // filled part of meters and bars
	ColorTrack      fyne.ThemeColorName = "cordon-track"       // empty part of meters and bars
	ColorInverse    fyne.ThemeColorName = "cordon-inverse"     // tool tips over the map
	ColorOnInverse  fyne.ThemeColorName = "cordon-on-inverse"  // text in them
	ColorClear      fyne.ThemeColorName = "cordon-clear"       // nothing
)

// pair is one token: its colour in the light and in the dark theme.
type pair struct{ light, dark color.NRGBA }

func hex(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func both(light, dark uint32) pair { return pair{hex(light), hex(dark)} }

// token returns the interface colours of ui/tokens.md. A switch, so that a
// lookup in every refresh costs no map and no allocation.
func token(n fyne.ThemeColorName) (pair, bool) {
	switch n {
	case ColorWindow:
		return both(0xE9EDF1, 0x0A0E12), true
	case ColorChrome:
		return both(0xF3F5F7, 0x0E1318), true
	case ColorSunken:
		return both(0xF3F5F7, 0x10161C), true
	case ColorPanel:
		return both(0xFFFFFF, 0x151B22), true
	case ColorControl:
		return both(0xFFFFFF, 0x1B232C), true
	case ColorHover:
		return both(0xE9EDF1, 0x1D252E), true
	case ColorHairline:
		return both(0xDCE1E7, 0x252E38), true
	case ColorStrong:
		return both(0xBCC5CE, 0x3A4652), true
	case ColorEdge:
		return both(0x87929E, 0x66727F), true
	case ColorText:
		return both(0x16202B, 0xE7ECF1), true
	case ColorText2:
		return both(0x465361, 0xAAB5C0), true
	case ColorText3:
		return both(0x5F6C7A, 0x8794A1), true
	case ColorAccent:
		return both(0x0B756F, 0x41C7BA), true
	case ColorOnAccent:
		return both(0xFFFFFF, 0x04211E), true
	case ColorAccentSoft:
		return both(0xE0F1EF, 0x12302F), true
	case ColorAccentLine:
		return both(0x9CCFCA, 0x23645F), true
	case ColorAmber:
		return both(0x875400, 0xF0B64A), true
	case ColorAmberFill:
		return both(0xE8A317, 0xF0B64A), true
	case ColorAmberSoft:
		return both(0xFFF5DF, 0x2B2413), true
	case ColorAmberLine:
		return both(0xEBCB8A, 0x5F4B1C), true
	case ColorOnAmber:
		return both(0x16202B, 0x16202B), true
	case ColorRed:
		return both(0xBE2530, 0xFF7A78), true
	case ColorRedSoft:
		return both(0xFDECEC, 0x351A1D), true
	case ColorRedLine:
		return both(0xEDB4B6, 0x7A3438), true
	case ColorBar: // text-2 of the one theme, a step below text of the other
		return both(0x465361, 0x8794A1), true
	case ColorTrack:
		return both(0xDCE1E7, 0x252E38), true
	case ColorInverse:
		return both(0x16202B, 0xE7ECF1), true
	case ColorOnInverse:
		return both(0xFFFFFF, 0x16202B), true
	case ColorClear:
		return pair{}, true
	}
	return pair{}, false
}
