package theme

import (
	"strings"

	"fyne.io/fyne/v2"
)

// Areas is the number of areas that have a colour and a letter of their own.
const Areas = 8

const areaPrefix = "cordon-area-"

// Letter returns "A" to "H" for area i (0-based); from the ninth area on the
// letters go round, as the colours do.
func Letter(i int) string { return string(rune('A' + mod(i))) }

// Area returns the colour role of area i (0-based, going round after the eighth).
func Area(i int) fyne.ThemeColorName {
	return fyne.ThemeColorName(areaPrefix + Letter(i))
}

// OnArea returns the colour role of the letter that stands on area colours:
// white in the light theme, near black in the dark one, for all eight.
const OnArea fyne.ThemeColorName = "cordon-on-area"

func mod(i int) int { return ((i % Areas) + Areas) % Areas }

func areaToken(n fyne.ThemeColorName) (pair, bool) {
	if n == OnArea {
		return both(0xFFFFFF, 0x0E1318), true
	}
	letter, ok := strings.CutPrefix(string(n), areaPrefix)
	if !ok || len(letter) != 1 || letter[0] < 'A' || letter[0] >= 'A'+Areas {
		return pair{}, false
	}
	return areaPairs(int(letter[0] - 'A')), true
}

// areaPairs holds the eight colours of ui/tokens.md, chosen there by simulating
// protanopia, deuteranopia and tritanopia.
func areaPairs(i int) pair {
	return [Areas]pair{
		both(0x1F63D0, 0x7DB2FF),
		both(0xA0309A, 0xC962B5),
		both(0x5B7A12, 0xD5DE5A),
		both(0x0C8DD9, 0x96FECC),
		both(0x590B64, 0x587CF1),
		both(0x9D7995, 0xA1A368),
		both(0x215605, 0x667900),
		both(0x1D2F0D, 0x9F4D86),
	}[i]
}
