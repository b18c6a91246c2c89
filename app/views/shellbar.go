package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// topBar is the thin bar with the purpose card at the left, the kind of session
// and the command palette at the right.
type topBar struct {
	widget.BaseWidget
	caseRef, reason, whom *kit.Text
	reasonBar             fyne.CanvasObject
	purpose               *kit.Press
	shield                *kit.Icon
	session, left         *kit.Text
	step                  *kit.Press
	ground                *kit.Ground
}

func newTopBar(s *Shell) *topBar {
	b := &topBar{
		caseRef: kit.NewText("", kit.MonoStrong), reason: kit.NewText("", kit.BodyMedium), whom: kit.NewText("", kit.Body.In(theme.ColorText2)),
		shield: kit.NewIcon(theme.IconShield, theme.ColorText2, theme.IconList), session: kit.NewText("", kit.Body.In(theme.ColorText2)), left: kit.NewText("", kit.BodyStrong),
	}
	bar := func() fyne.CanvasObject { return kit.Fixed(1, 16, kit.VDivider().In(theme.ColorStrong)) }
	b.reasonBar = bar()
	b.purpose = kit.NewPress(kit.H(12, kit.H(7, kit.NewIcon(theme.IconCase, theme.ColorText2, theme.IconList), b.caseRef), b.reasonBar, b.reason, bar(), b.whom),
		"Change the purpose", func() { call(s.OnPurpose) })
	b.step = kit.NewPress(kit.H(6, b.shield, b.session, b.left), "", func() { call(s.OnSession) })
	find := kit.NewPress(kit.H(7, kit.NewIcon(theme.IconSearch, theme.ColorText2, 15), kit.NewText("Go to or do", kit.Body.In(theme.ColorText3)), kit.KeyCap("Ctrl K")),
		"All commands", func() { s.OpenPalette() })
	b.ground = kit.Surface(theme.ColorChrome, kit.Fixed(0, theme.TopBarHeight-1,
		kit.PadXY(8, 4, kit.H(4, b.purpose, kit.Spacer(), b.step, bar(), find))))
	b.ExtendBaseWidget(b)
	return b
}

func (b *topBar) set(d ShellData) {
	if d.Case == "" {
		b.caseRef.Set("No case open", kit.BodyStrong)
		b.reason.SetText(d.Role)
		b.whom.SetText(d.Unit)
	} else {
		b.caseRef.Set(d.Case, kit.MonoStrong)
		b.reason.SetText(d.Reason)
		b.whom.SetText("for " + d.For)
	}
	b.reason.Hidden = b.reason.Text() == "" // no gap between two lines
	if b.reason.Hidden {
		b.reasonBar.Hide()
	} else {
		b.reasonBar.Show()
	}
	if !d.Enhanced {
		b.shield.Set(theme.IconShield, theme.ColorText2)
		b.session.SetText("Standard session")
		b.left.SetText("")
		b.left.Hide()
		b.step.SetTip("Area queries ask for a code: step up")
		return
	}
	role := theme.ColorText
	if d.Ending {
		role = theme.ColorAmber
	}
	b.shield.Set(theme.IconShieldCheck, theme.ColorText2)
	b.session.SetText("Enhanced")
	b.left.Set(d.TimeLeft, kit.BodyStrong.In(role))
	b.left.Show()
	b.step.SetTip("Enhanced functions are open for " + d.TimeLeft)
}

// CreateRenderer implements fyne.Widget.
func (b *topBar) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(b, b.ground) }
