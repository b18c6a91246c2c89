package kit

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// Style is how a text looks: size, weight, face, colour role, alignment. It is
// a value; In, W, Right and Centered return changed copies.
type Style struct {
	Size   float32
	Weight theme.Weight
	Mono   bool
	Color  fyne.ThemeColorName // empty: text
	Align  fyne.TextAlign
}

// The styles of the tokens.
var (
	Body        = Style{Size: theme.TextBody, Weight: theme.Regular}
	BodyMedium  = Style{Size: theme.TextBody, Weight: theme.Medium}
	BodyStrong  = Style{Size: theme.TextBody, Weight: theme.SemiBold}
	Small       = Style{Size: theme.TextSmall, Weight: theme.Regular, Color: theme.ColorText2}
	SmallMedium = Style{Size: theme.TextSmall, Weight: theme.Medium}
	SmallStrong = Style{Size: theme.TextSmall, Weight: theme.SemiBold}
	Label       = Style{Size: theme.TextLabel, Weight: theme.Medium, Color: theme.ColorText3}
	LabelMedium = Style{Size: theme.TextLabel, Weight: theme.Medium, Color: theme.ColorText2}
	Head        = Style{Size: theme.TextHead, Weight: theme.SemiBold}
	Title       = Style{Size: theme.TextTitle, Weight: theme.SemiBold}
	Product     = Style{Size: theme.TextProduct, Weight: theme.SemiBold}
	Mono        = Style{Size: theme.TextBody, Weight: theme.Regular, Mono: true}
	MonoStrong  = Style{Size: theme.TextBody, Weight: theme.SemiBold, Mono: true}
	MonoSmall   = Style{Size: theme.TextSmall, Weight: theme.Regular, Mono: true, Color: theme.ColorText2}
	PlateRow    = Style{Size: theme.TextHead, Weight: theme.SemiBold, Mono: true}
	PlateTitle  = Style{Size: theme.TextTitle, Weight: theme.SemiBold, Mono: true}
)

// In returns the style in another colour role.
func (s Style) In(role fyne.ThemeColorName) Style { s.Color = role; return s }

// W returns the style in another weight.
func (s Style) W(w theme.Weight) Style { s.Weight = w; return s }

// Right returns the style aligned to the right.
func (s Style) Right() Style { s.Align = fyne.TextAlignTrailing; return s }

// Centered returns the style centred.
func (s Style) Centered() Style { s.Align = fyne.TextAlignCenter; return s }

func (s Style) role() fyne.ThemeColorName {
	if s.Color == "" {
		return theme.ColorText
	}
	return s.Color
}

func (s Style) face() fyne.Resource { return theme.Font(s.Weight, s.Mono) }
