package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// LockData is what the locked window shows: who it belongs to, and nothing of
// the work.
type LockData struct {
	Person, Initials string
	Since            string // "09:31 EDT"
	Why              string // "No input for 15 minutes." or "You locked the window."
	Banner           string
	Busy             bool
	Error            string
}

// Lock stands in place of the whole window while it is locked. Nothing of the
// session is drawn below it: the caller replaces the content by it.
type Lock struct {
	widget.BaseWidget

	OnUnlock  func(password string)
	OnSignOut func()

	data   LockData
	avatar *kit.Avatar
	who    *kit.Text
	since  *kit.Para
	pw     *kit.Input
	wrong  *kit.Notice
	button *kit.Button
	banner *kit.Para
	frame  fyne.CanvasObject
}

// NewLock returns the view of a locked window.
func NewLock(d LockData) *Lock {
	l := &Lock{avatar: kit.NewAvatar("", 44, nil), who: kit.NewText("", kit.Head), since: kit.P("", kit.Small), banner: kit.P("", kit.Small.In(theme.ColorText3).Centered())}
	l.pw = kit.NewInput("Password").AsPassword()
	l.pw.OnSubmitted = func(string) { l.submit() }
	l.wrong = kit.NewNotice(kit.Refusal, "")
	l.button = kit.NewButton("Unlock", kit.Primary, l.submit).WithKey("Enter")
	out := kit.NewButton("Sign out", kit.Plain, func() { call(l.OnSignOut) })
	form := kit.Fixed(340, 0, kit.V(14,
		kit.H(12, l.avatar, kit.V(2, l.who, kit.H(6, kit.NewIcon(theme.IconLock, theme.ColorText2, theme.IconText), kit.NewText("Locked", kit.BodyMedium)))),
		l.since, l.pw, l.wrong, kit.H(8, l.button, kit.Spacer(), out)))
	card := kit.Box(theme.ColorPanel, theme.ColorStrong, theme.Radius, kit.PadAll(24, form))
	l.frame = kit.Surface(theme.ColorWindow, kit.Frame(nil, kit.Center(kit.Fixed(560, 0, kit.Pad(0, 0, 24, 0, l.banner))), nil, nil, kit.Center(card)))
	l.apply(d)
	l.ExtendBaseWidget(l)
	return l
}

// SetData shows another state; a refused password is cleared.
func (l *Lock) SetData(d LockData) {
	l.apply(d)
	l.Refresh()
}

func (l *Lock) apply(d LockData) {
	l.data = d
	l.avatar.Set(d.Initials)
	l.who.SetText(d.Person)
	l.since.SetText(d.Why + " Locked since " + d.Since + ". Your drawing and your results stay in memory; nothing is shown until you unlock.")
	l.banner.SetText(d.Banner)
	l.wrong.Hidden = d.Error == ""
	l.wrong.SetText(d.Error)
	if d.Error != "" {
		l.pw.SetText("")
	}
	setBusy(l.button, d.Busy, "Unlock", "Checking…")
}

// FocusFirst gives the keys to the password.
func (l *Lock) FocusFirst() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l.pw)
	}
}

func (l *Lock) submit() {
	if l.data.Busy || l.pw.Text == "" || l.OnUnlock == nil {
		return
	}
	l.OnUnlock(l.pw.Text)
}

// CreateRenderer implements fyne.Widget.
func (l *Lock) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(l, l.frame) }
