package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	ftheme "fyne.io/fyne/v2/theme"
)

// Variant says which of the two designed looks a theme shows.
type Variant int

// The variants; System follows the setting of the operating system.
const (
	System Variant = iota
	Light
	Dark
)

// Theme is the look of Cordon as a fyne.Theme. It is immutable and comparable.
type Theme struct{ variant Variant }

var _ fyne.Theme = Theme{}

// New returns the theme for a variant.
func New(v Variant) Theme { return Theme{variant: v} }

// Variant returns what New was given.
func (t Theme) Variant() Variant { return t.variant }

// IsDark reports whether the theme shows its dark look, given the variant that
// Fyne hands to Color (used only for System).
func (t Theme) IsDark(v fyne.ThemeVariant) bool {
	if t.variant == System {
		return v == ftheme.VariantDark
	}
	return t.variant == Dark
}

// Color returns the colour of a role, of Cordon's or of Fyne's names.
func (t Theme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	dark := t.IsDark(v)
	p, ok := token(n)
	if !ok {
		p, ok = areaToken(n)
	}
	if !ok {
		return t.fyneColor(n, v)
	}
	if dark {
		return p.dark
	}
	return p.light
}

// Font returns the bundled face for a Fyne text style: bold is weight 600.
// There is no italic: an italic style gets the upright face.
func (t Theme) Font(s fyne.TextStyle) fyne.Resource {
	if s.Symbol {
		return ftheme.DefaultTheme().Font(s)
	}
	w := Regular
	if s.Bold {
		w = SemiBold
	}
	return Font(w, s.Monospace)
}

// Icon returns the Phosphor icon that stands for one of Fyne's icon names, or
// Fyne's own where a Fyne widget asks for one that Cordon does not show.
func (t Theme) Icon(n fyne.ThemeIconName) fyne.Resource {
	if ours, ok := fyneIcon(n); ok {
		return Icon(ours, ColorText2)
	}
	return ftheme.DefaultTheme().Icon(n)
}

// Size returns Fyne's measures at the tokens' values.
func (t Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case ftheme.SizeNameText:
		return TextBody
	case ftheme.SizeNameCaptionText:
		return TextLabel
	case ftheme.SizeNameSubHeadingText:
		return TextHead
	case ftheme.SizeNameHeadingText:
		return TextTitle
	case ftheme.SizeNamePadding, ftheme.SizeNameLineSpacing:
		return Grid
	case ftheme.SizeNameInnerPadding:
		return InputPad
	case ftheme.SizeNameInlineIcon:
		return IconList
	case ftheme.SizeNameSeparatorThickness, ftheme.SizeNameInputBorder:
		return Hairline
	case ftheme.SizeNameInputRadius:
		return Radius
	case ftheme.SizeNameSelectionRadius:
		return RadiusChip
	case ftheme.SizeNameScrollBar:
		return 10
	case ftheme.SizeNameScrollBarSmall:
		return 4
	case ftheme.SizeNameScrollBarRadius:
		return 3
	}
	return ftheme.DefaultTheme().Size(n)
}

// Of returns the colour of a role in the theme that applies to a widget: the
// app's, or that of the override it stands in.
func Of(w fyne.Widget, n fyne.ThemeColorName) color.Color {
	return ftheme.CurrentForWidget(w).Color(n, fyne.CurrentApp().Settings().ThemeVariant())
}
