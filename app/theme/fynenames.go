package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	ftheme "fyne.io/fyne/v2/theme"
)

// fyneColor maps the names that Fyne's own widgets ask for on the tokens.
func (t Theme) fyneColor(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case ftheme.ColorNameBackground, ftheme.ColorNameMenuBackground, ftheme.ColorNameOverlayBackground:
		return t.Color(ColorPanel, v)
	case ftheme.ColorNameHeaderBackground, ftheme.ColorNameDisabledButton:
		return t.Color(ColorSunken, v)
	case ftheme.ColorNameButton, ftheme.ColorNameInputBackground:
		return t.Color(ColorControl, v)
	case ftheme.ColorNameInputBorder:
		return t.Color(ColorEdge, v)
	case ftheme.ColorNameForeground, ftheme.ColorNameSuccess:
		return t.Color(ColorText, v)
	case ftheme.ColorNamePlaceHolder, ftheme.ColorNameDisabled:
		return t.Color(ColorText3, v)
	case ftheme.ColorNamePrimary, ftheme.ColorNameHyperlink, ftheme.ColorNameFocus:
		return t.Color(ColorAccent, v)
	case ftheme.ColorNameForegroundOnPrimary:
		return t.Color(ColorOnAccent, v)
	case ftheme.ColorNameForegroundOnError, ftheme.ColorNameForegroundOnWarning, ftheme.ColorNameForegroundOnSuccess:
		return t.Color(ColorPanel, v)
	case ftheme.ColorNameHover:
		return t.Color(ColorHover, v)
	case ftheme.ColorNamePressed, ftheme.ColorNameSelection:
		return t.Color(ColorAccentSoft, v)
	case ftheme.ColorNameError:
		return t.Color(ColorRed, v)
	case ftheme.ColorNameWarning:
		return t.Color(ColorAmber, v)
	case ftheme.ColorNameSeparator:
		return t.Color(ColorHairline, v)
	case ftheme.ColorNameScrollBar:
		return t.Color(ColorStrong, v)
	case ftheme.ColorNameScrollBarBackground, ftheme.ColorNameShadow: // no shadows
		return color.Transparent
	}
	return ftheme.DefaultTheme().Color(n, v)
}

// fyneIcon maps the icon names of Fyne's own widgets on bundled icons.
func fyneIcon(n fyne.ThemeIconName) (IconName, bool) {
	switch n {
	case ftheme.IconNameCancel:
		return IconX, true
	case ftheme.IconNameConfirm:
		return IconCheck, true
	case ftheme.IconNameSearch:
		return IconSearch, true
	case ftheme.IconNameVisibility:
		return IconEye, true
	case ftheme.IconNameVisibilityOff:
		return IconEyeSlash, true
	case ftheme.IconNameArrowDropDown:
		return IconCaretDown, true
	case ftheme.IconNameWarning:
		return IconWarning, true
	case ftheme.IconNameError:
		return IconProhibit, true
	}
	return "", false
}
