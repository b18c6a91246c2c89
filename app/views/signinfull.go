package views

import (
	"fmt"
	"strconv"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// ShowRules opens the whole text of the Rules of Behaviour over a window, with the digest
// that an agreement records.
func ShowRules(c fyne.Canvas, d SignInData, digest string) *kit.Popover {
	rows := []fyne.CanvasObject{}
	for i, r := range d.Rules {
		text := []fyne.CanvasObject{kit.NewText(strconv.Itoa(i+1)+"  "+r.Title, kit.BodyStrong), kit.P(r.Text, kit.Body)}
		if r.Changed != "" {
			text = append(text, kit.P(r.Changed, kit.Small.In(theme.ColorAmber)))
		}
		rows = append(rows, kit.V(2, text...))
	}
	var pop *kit.Popover
	done := kit.NewButton("Close", kit.Primary, func() { pop.Hide() }).WithKey("Esc")
	head := kit.V(2,
		kit.NewText("Rules of Behaviour", kit.Title),
		kit.P(fmt.Sprintf("Version %d, in force since %s. The digest of this text (SHA-256):", d.RulesVersion, d.InForce), kit.Small),
		kit.P(digest, kit.MonoSmall))
	body := kit.Frame(kit.Pad(0, 0, 12, 0, head), kit.Pad(12, 0, 0, 0, kit.H(8, kit.Spacer(), done)), nil, nil, kit.Scroll(kit.V(12, rows...)))
	pop = kit.ShowModal(c, kit.PadAll(20, kit.Fixed(620, 520, body)))
	c.Focus(done)
	return pop
}
