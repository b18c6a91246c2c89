package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// signInPassword is the first step.
type signInPassword struct {
	s         *SignIn
	user, pw  *kit.Input
	userField *kit.Field
	pwField   *kit.Field
	wrong     *kit.Notice
	done      *kit.Notice
	start     fyne.CanvasObject // the way to a start code
	button    *kit.Button
	started   string          // whose name was filled in
	busy      bool            // as shown
	demo      *fyne.Container // the accounts of a demo; empty elsewhere
	object    fyne.CanvasObject
}

func newSignInPassword(s *SignIn) *signInPassword {
	p := &signInPassword{s: s, user: kit.NewInput("k.lindqvist"), pw: kit.NewInput("").AsPassword()}
	p.userField, p.pwField = kit.NewField("Name", p.user), kit.NewField("Password", p.pw)
	p.wrong = kit.NewNotice(kit.Refusal, "")
	p.wrong.Hide()
	p.done = kit.NewNotice(kit.Info, "")
	p.done.Hide()
	p.start = kit.H(8, kit.NewText("First time on this workstation?", kit.Small), kit.NewButton("Use your start code", kit.Link, func() {
		if p.s.OnStartNew != nil {
			p.s.OnStartNew()
		}
	}), kit.Spacer())
	p.start.Hide()
	p.button = kit.NewButton("Sign in", kit.Primary, p.submit).WithKey("Enter")
	p.user.OnSubmitted = func(string) { p.submit() }
	p.pw.OnSubmitted = func(string) { p.submit() }
	p.user.OnChanged = func(string) { p.userField.SetError("") }
	p.pw.OnChanged = func(string) { p.pwField.SetError("") }
	form := kit.Fixed(360, 0, kit.V(14,
		kit.V(4, kit.NewText("Sign in", kit.Title), kit.P("With your account on this workstation. The Rules of Behaviour and the purpose come next.", kit.Body.In(theme.ColorText2))),
		p.userField, p.pwField, p.wrong, p.done,
		kit.H(12, p.button, kit.NewText("Wrong tries lock the account.", kit.Small.In(theme.ColorText3)), kit.Spacer()),
		p.start))
	p.demo = kit.V(0)
	p.object = kit.V(0, kit.Fixed(0, 92, nil), kit.HTop(48, form, p.demo, kit.Spacer()), kit.Spacer())
	return p
}

func (p *signInPassword) set(d SignInData) {
	if len(d.Demo) > 0 && len(p.demo.Objects) == 0 {
		p.demo.Objects = []fyne.CanvasObject{demoBox(d.Demo, p.fill)}
		p.demo.Refresh()
	}
	if d.Step != SignInPassword || p.s.start.object(d) != nil { // a password stays for nobody else
		p.pw.SetText("")
		p.wrong.Hide()
		return
	}
	if p.busy && refused(d) {
		p.pw.SetText("")
	}
	say(p.wrong, d.Error)
	if d.Error != "" {
		d.Notice = ""
	}
	say(p.done, d.Notice)
	setShown(p.start, d.MayStart)
	if p.started != d.Start.User {
		if p.started = d.Start.User; p.started != "" {
			p.user.SetText(p.started) // who was just started signs in next
		}
	}
	p.busy = d.Busy
	setBusy(p.button, d.Busy, "Sign in", "Checking…")
}

// refused reports whether what was sent was not taken: its passwords go, what is typed later stays.
func refused(d SignInData) bool { return d.Error != "" && !d.Busy }

// say shows a notice while there is a text for it.
func say(n *kit.Notice, text string) {
	n.SetText(text)
	setShown(n, text != "")
}

func setShown(o fyne.CanvasObject, shown bool) {
	if shown {
		o.Show()
		return
	}
	o.Hide()
}

// fill takes a demo account into the form.
func (p *signInPassword) fill(a DemoAccount) {
	p.user.SetText(a.User)
	p.pw.SetText(a.Password)
	p.userField.SetError("")
	p.pwField.SetError("")
	if c := fyne.CurrentApp().Driver().CanvasForObject(p.button); c != nil {
		c.Focus(p.button)
	}
}

// submit checks that both fields are filled in, and asks.
func (p *signInPassword) submit() {
	if p.s.data.Busy {
		return
	}
	c := fyne.CurrentApp().Driver().CanvasForObject(p.user)
	focus := func(i *kit.Input) {
		if c != nil {
			c.Focus(i)
		}
	}
	switch {
	case p.user.Text == "":
		p.userField.SetError("Give the name of your account.")
		focus(p.user)
	case p.pw.Text == "":
		p.pwField.SetError("Give your password.")
		focus(p.pw)
	case p.s.OnSignIn != nil:
		p.s.OnSignIn(p.user.Text, p.pw.Text)
	}
}

func setBusy(b *kit.Button, busy bool, idle, works string) {
	if busy {
		b.SetText(works)
		b.Disable()
		return
	}
	b.SetText(idle)
	b.Enable()
}
