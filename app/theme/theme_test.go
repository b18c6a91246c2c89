package theme_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"image/color"
	"math"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	ftheme "fyne.io/fyne/v2/theme"

	"cordon/app/theme"
	"cordon/assets/icons"
)

// luminance and contrast follow WCAG 2.x, "relative luminance".
func luminance(c color.Color) float64 {
	k := color.NRGBAModel.Convert(c).(color.NRGBA)
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(k.R) + 0.7152*lin(k.G) + 0.0722*lin(k.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

// TestContrast recomputes every ratio that ui/tokens.md states (to its one
// decimal) and the two floors: text 4.5, edges of inputs 3.
func TestContrast(t *testing.T) {
	light, dark := theme.New(theme.Light), theme.New(theme.Dark)
	near := func(th theme.Theme, on, ground fyne.ThemeColorName, want float64) {
		t.Helper()
		got := contrast(th.Color(on, 0), th.Color(ground, 0))
		if math.Abs(got-want) > 0.11 {
			t.Errorf("%s on %s: %.2f, tokens.md states %.1f", on, ground, got, want)
		}
	}
	for _, c := range []struct {
		on, ground  fyne.ThemeColorName
		light, dark float64
	}{
		{theme.ColorEdge, theme.ColorPanel, 3.2, 3.5},
		{theme.ColorText, theme.ColorPanel, 16.5, 14.6},
		{theme.ColorText2, theme.ColorPanel, 7.9, 8.3},
		{theme.ColorText3, theme.ColorPanel, 5.4, 5.6},
		{theme.ColorAccent, theme.ColorPanel, 5.5, 8.3},
		{theme.ColorOnAccent, theme.ColorAccent, 5.5, 8.1},
		{theme.ColorAmber, theme.ColorPanel, 6.4, 9.5},
		{theme.ColorAmber, theme.ColorAmberSoft, 5.9, 8.4},
		{theme.ColorRed, theme.ColorPanel, 6.0, 6.9},
		{theme.ColorRed, theme.ColorRedSoft, 5.3, 6.3},
		{theme.ColorText3, theme.ColorAccentSoft, 4.6, 4.6},
	} {
		near(light, c.on, c.ground, c.light)
		near(dark, c.on, c.ground, c.dark)
	}
	near(light, theme.ColorText3, theme.ColorHover, 4.6)
	near(light, theme.ColorAccent, theme.ColorHover, 4.7)

	for _, th := range []theme.Theme{light, dark} {
		for _, ground := range []fyne.ThemeColorName{
			theme.ColorWindow, theme.ColorChrome, theme.ColorSunken, theme.ColorPanel,
			theme.ColorControl, theme.ColorHover, theme.ColorAccentSoft,
		} {
			for _, on := range []fyne.ThemeColorName{theme.ColorText, theme.ColorText2, theme.ColorText3, theme.ColorAccent} {
				if got := contrast(th.Color(on, 0), th.Color(ground, 0)); got < 4.5 {
					t.Errorf("%s on %s: %.2f, below 4.5", on, ground, got)
				}
			}
		}
		if got := contrast(th.Color(theme.ColorOnInverse, 0), th.Color(theme.ColorInverse, 0)); got < 4.5 {
			t.Errorf("text in tool tips: %.2f, below 4.5", got)
		}
		for i := range theme.Areas {
			if got := contrast(th.Color(theme.OnArea, 0), th.Color(theme.Area(i), 0)); got < 3.3 {
				t.Errorf("letter on area %s: %.2f, below 3.3", theme.Letter(i), got)
			}
		}
	}
}

func TestAreaContrastWithTheLand(t *testing.T) {
	want := [2][theme.Areas]float64{
		{5.0, 5.6, 4.5, 3.2, 11.4, 3.4, 7.9, 12.9},
		{8.2, 5.0, 12.3, 14.8, 4.7, 6.8, 3.7, 3.3},
	}
	land := [2]color.Color{color.NRGBA{0xF2, 0xF3, 0xF4, 0xff}, color.NRGBA{0x12, 0x18, 0x1E, 0xff}}
	themes := [2]theme.Theme{theme.New(theme.Light), theme.New(theme.Dark)}
	for v := range want {
		for i, w := range want[v] {
			if got := contrast(themes[v].Color(theme.Area(i), 0), land[v]); math.Abs(got-w) > 0.11 {
				t.Errorf("area %s, dark=%v: %.2f, tokens.md states %.1f", theme.Letter(i), v == 1, got, w)
			}
		}
	}
}

func TestVariant(t *testing.T) {
	sys := theme.New(theme.System)
	if sys.Color(theme.ColorPanel, ftheme.VariantDark) != theme.New(theme.Dark).Color(theme.ColorPanel, ftheme.VariantLight) {
		t.Error("the system theme does not follow the system's dark setting")
	}
	if sys.Color(theme.ColorPanel, ftheme.VariantLight) != theme.New(theme.Light).Color(theme.ColorPanel, ftheme.VariantDark) {
		t.Error("the system theme does not follow the system's light setting")
	}
}

// Every colour name that Fyne's widgets ask for is one of the tokens, so that
// none of Fyne's own colours shows.
func TestFyneNamesGiveTokens(t *testing.T) {
	for _, n := range []fyne.ThemeColorName{
		ftheme.ColorNameBackground, ftheme.ColorNameButton, ftheme.ColorNameDisabledButton, ftheme.ColorNameDisabled,
		ftheme.ColorNameError, ftheme.ColorNameFocus, ftheme.ColorNameForeground, ftheme.ColorNameForegroundOnError,
		ftheme.ColorNameForegroundOnPrimary, ftheme.ColorNameHeaderBackground, ftheme.ColorNameHover,
		ftheme.ColorNameHyperlink, ftheme.ColorNameInputBackground, ftheme.ColorNameInputBorder,
		ftheme.ColorNameMenuBackground, ftheme.ColorNameOverlayBackground, ftheme.ColorNamePlaceHolder,
		ftheme.ColorNamePressed, ftheme.ColorNamePrimary, ftheme.ColorNameScrollBar, ftheme.ColorNameSelection,
		ftheme.ColorNameSeparator, ftheme.ColorNameSuccess, ftheme.ColorNameWarning,
	} {
		for _, v := range []theme.Variant{theme.Light, theme.Dark} {
			got := theme.New(v).Color(n, 0)
			if !isToken(theme.New(v), got) {
				t.Errorf("%s: %v is not a token", n, got)
			}
		}
	}
}

func isToken(th theme.Theme, c color.Color) bool {
	for _, n := range []fyne.ThemeColorName{
		theme.ColorWindow, theme.ColorChrome, theme.ColorSunken, theme.ColorPanel, theme.ColorControl, theme.ColorHover,
		theme.ColorHairline, theme.ColorStrong, theme.ColorEdge, theme.ColorText, theme.ColorText2, theme.ColorText3,
		theme.ColorAccent, theme.ColorOnAccent, theme.ColorAccentSoft, theme.ColorAmber, theme.ColorRed,
	} {
		if th.Color(n, 0) == c {
			return true
		}
	}
	return false
}

func TestEveryIconNameIsBundled(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "icons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(f, func(x ast.Node) bool {
		v, ok := x.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "IconName" {
			return true
		}
		name, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := icons.Get(name); !ok {
			t.Errorf("%s = %q is not bundled", v.Names[0].Name, name)
		}
		n++
		return true
	})
	if n < 40 {
		t.Errorf("only %d icon names found", n)
	}
}

func TestIconInTakesTheColour(t *testing.T) {
	a := theme.IconIn(theme.IconEye, color.NRGBA{0x0b, 0x75, 0x6f, 0xff})
	b := theme.IconIn(theme.IconEye, color.NRGBA{0x41, 0xc7, 0xba, 0xff})
	if a.Name() == b.Name() {
		t.Error("two colours share one resource name: Fyne would show the first for both")
	}
	if a != theme.IconIn(theme.IconEye, color.NRGBA{0x0b, 0x75, 0x6f, 0xff}) {
		t.Error("the resource is not reused")
	}
}
