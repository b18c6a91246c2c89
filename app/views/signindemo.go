package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// DemoAccount is an account of the synthetic demo, shown with its password.
type DemoAccount struct{ User, Password, Role string }

// demoBox offers the demo's accounts beside the form; a press fills the form in.
func demoBox(accounts []DemoAccount, fill func(DemoAccount)) fyne.CanvasObject {
	rows := []fyne.CanvasObject{
		kit.H(8, kit.NewText("Demo accounts", kit.Head), kit.NewChip("synthetic data", kit.Neutral)),
		kit.P("This workstation holds an invented world. Press a name to fill in its password.", kit.Small),
	}
	for _, a := range accounts {
		rows = append(rows, kit.H(8, kit.Fixed(110, 0, kit.NewButton(a.User, kit.Link, func() { fill(a) })), kit.Grow(kit.Shrink(a.Role, kit.Small))))
	}
	return kit.Box(theme.ColorSunken, theme.ColorHairline, theme.Radius, kit.PadAll(16, kit.Fixed(300, 0, kit.V(6, rows...))))
}
