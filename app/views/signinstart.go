package views

import (
	"image"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// SignInStart is the start of an account that the feed gave. The zero value is none.
type SignInStart struct {
	Code          bool // start code and new password are asked for
	Authenticator bool // the account is started; its authenticator is to be set up
	User          string
	Hint          string      // what a new password needs
	Secret        string      // in groups of four
	QR            image.Image // of the authenticator's link; nil: none
}

// signInStart is shown in the place of the first step.
type signInStart struct {
	s                     *SignIn
	user, code, pw, again *kit.Input
	userField, codeField  *kit.Field
	pwField, againField   *kit.Field
	wrong                 *kit.Notice
	button, done          *kit.Button
	busy                  bool // as shown
	secret                *kit.Text
	qr                    *canvas.Image
	form, authenticator   fyne.CanvasObject
	copied                *kit.Text
	digits                *kit.Input
	digitsField           *kit.Field
}

const qrSide = 196

func newSignInStart(s *SignIn) *signInStart {
	p := &signInStart{
		s: s, user: kit.NewInput("k.lindqvist"), code: kit.NewInput("ABCDE-FGHIJ-KLMNO-PQRST").AsMono(),
		pw: kit.NewInput("").AsPassword(), again: kit.NewInput("").AsPassword(),
	}
	p.userField, p.codeField = kit.NewField("Name", p.user), kit.NewField("Start code", p.code)
	p.pwField, p.againField = kit.NewField("New password", p.pw), kit.NewField("The same again", p.again)
	for _, x := range p.fields() {
		x.input.OnSubmitted = func(string) { p.submit() }
		x.input.OnChanged = func(string) { x.field.SetError("") }
	}
	p.wrong = kit.NewNotice(kit.Refusal, "")
	p.wrong.Hide()
	p.button = kit.NewButton("Set password", kit.Primary, p.submit).WithKey("Enter")
	back := kit.NewButton("Back to sign in", kit.Link, p.leave)
	form := kit.Fixed(360, 0, kit.V(14,
		kit.V(4, kit.NewText("Start your account", kit.Title),
			kit.P("With the start code that you were handed you set your password on this workstation. A code works once on each.", kit.Body.In(theme.ColorText2))),
		p.userField, p.codeField, p.pwField, p.againField, p.wrong,
		kit.H(14, p.button, back, kit.Spacer())))
	p.form = kit.V(0, kit.Fixed(0, 56, nil), kit.H(0, form, kit.Spacer()), kit.Spacer())

	p.secret, p.copied = kit.NewText("", kit.MonoStrong), kit.NewText("", kit.Small)
	p.qr = &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleSmooth}
	white := canvas.NewRectangle(color.White) // in the dark look too, as readers need it
	white.CornerRadius = theme.Radius
	picture := kit.Stack(white, kit.PadAll(14, kit.Fixed(qrSide, qrSide, p.qr)))
	p.digits = kit.NewInput("123456").AsMono().Width(120)
	p.digitsField = kit.NewField("Code that it shows now", p.digits)
	p.digits.OnSubmitted = func(string) { p.confirm() }
	p.digits.OnChanged = func(string) { p.digitsField.SetError("") }
	p.done = kit.NewButton("Check the code", kit.Primary, p.confirm).WithKey("Enter")
	p.authenticator = kit.V(0, kit.Fixed(0, 56, nil), kit.H(0, kit.Fixed(420, 0, kit.V(16,
		kit.V(4, kit.NewText("Set up your authenticator", kit.Title),
			kit.P("Your password is set. Area queries also ask for a code: scan this with your authenticator app, or type the secret into it.", kit.Body.In(theme.ColorText2))),
		kit.H(0, picture, kit.Spacer()),
		kit.V(6, p.secret, kit.H(10, kit.NewButton("Copy the secret", kit.Plain, p.copy), p.copied, kit.Spacer())),
		kit.NewNotice(kit.Warning, "It is shown this once. If it is lost, you need a new start code."),
		p.digitsField,
		kit.H(14, p.done, kit.NewButton("Go on without", kit.Link, p.leave), kit.Spacer()))), kit.Spacer()), kit.Spacer())
	return p
}

type startField struct {
	input *kit.Input
	field *kit.Field
	empty string
}

func (p *signInStart) fields() []startField {
	return []startField{
		{p.user, p.userField, "Give the name of your account."},
		{p.code, p.codeField, "Give the start code that you were handed."},
		{p.pw, p.pwField, "Give a new password."},
		{p.again, p.againField, "Give the new password again."},
	}
}

// object is the page for the state, or nil when no account is started.
func (p *signInStart) object(d SignInData) fyne.CanvasObject {
	switch {
	case d.Step != SignInPassword:
		return nil
	case d.Start.Code:
		return p.form
	case d.Start.Authenticator:
		return p.authenticator
	}
	return nil
}

func (p *signInStart) set(d SignInData) {
	p.secret.SetText(d.Start.Secret)
	p.qr.Image = d.Start.QR
	p.qr.Refresh()
	p.copied.SetText("")
	wrong := ""
	if p.object(d) == p.authenticator {
		wrong = d.Error
	} else {
		p.digits.SetText("")
	}
	p.digitsField.SetError(wrong)
	if p.object(d) != p.form { // nothing secret stays in the fields
		for _, x := range p.fields() {
			x.input.SetText("")
			x.field.SetError("")
		}
		p.wrong.Hide()
		return
	}
	p.pwField.SetHint(d.Start.Hint)
	if p.busy && refused(d) {
		p.pw.SetText("")
		p.again.SetText("")
		p.focus(p.pw)
	}
	say(p.wrong, d.Error)
	p.busy = d.Busy
	setBusy(p.button, d.Busy, "Set password", "Checking…")
}

// submit checks that all fields are filled in, and asks.
func (p *signInStart) submit() {
	if p.s.data.Busy || p.object(p.s.data) != p.form {
		return
	}
	wrong := func(x startField, text string) {
		x.field.SetError(text)
		p.focus(x.input)
	}
	fields := p.fields()
	for _, x := range fields {
		if strings.TrimSpace(x.input.Text) == "" {
			wrong(x, x.empty)
			return
		}
	}
	if p.pw.Text != p.again.Text {
		wrong(fields[3], "The two passwords differ.")
		return
	}
	if p.s.OnStart != nil {
		p.s.OnStart(p.user.Text, p.code.Text, p.pw.Text)
	}
}

// confirm asks whether the authenticator shows the right code.
func (p *signInStart) confirm() {
	switch {
	case strings.TrimSpace(p.digits.Text) == "":
		p.digitsField.SetError("Give the six digits that the app shows.")
		p.focus(p.digits)
	case p.s.OnConfirm != nil:
		p.s.OnConfirm(p.digits.Text)
	}
}

func (p *signInStart) focus(i *kit.Input) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(i); c != nil {
		c.Focus(i)
	}
}

func (p *signInStart) leave() {
	if p.s.OnStartEnd != nil {
		p.s.OnStartEnd()
	}
}

func (p *signInStart) copy() {
	fyne.CurrentApp().Clipboard().SetContent(strings.ReplaceAll(p.secret.Text(), " ", ""))
	p.copied.SetText("Copied.")
}
