package views

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// SignInStep is a step of the sign-in.
type SignInStep int

// The steps, in order.
const (
	SignInPassword SignInStep = iota
	SignInRules
	SignInPurpose
)

// SignInRule is a numbered rule of behaviour. Changed, if not empty, says what
// changed in this version.
type SignInRule struct{ Title, Text, Changed string }

// SignInPerson is who signs in, worded. Empty dates are left out.
type SignInPerson struct {
	User, Name, Initials, Role, Unit string
	Training, EnhancedTraining       string // "12 Jan 2027"
	TrainingSoon, EnhancedSoon       bool   // ends within 30 days: amber
	LastSignIn, PasswordAt           string // "20 May, 17:44 EDT"
}

// SignInPurposeForm is what the purpose step asks for.
type SignInPurposeForm struct {
	Case, Reason, Subject, OnBehalfOf string
	ForOther                          bool
}

// SignInData is what the sign-in shows.
type SignInData struct {
	Step     SignInStep
	Busy     bool
	Error    string // what went wrong and what to do
	Station  string // "workstation WS-07 · Cordon 1.0.0"
	Banner   string // the text under "Official use only"
	Person   SignInPerson
	Footnote string // what kind of session it will be

	Notice   string // what was done, under the fields of the first step
	MayStart bool   // the feed gives accounts, which are started with a code
	Start    SignInStart

	Demo []DemoAccount // of a demo workstation; empty elsewhere

	RulesVersion int
	InForce      string // "18 May 2026"
	Rules        []SignInRule
	Digest       string // short form, "5c02 e9a4 … 1d7f"
	Agreed       bool

	Purpose     SignInPurposeForm
	Reasons     []kit.Option
	CaseExample string // in the empty field: how a case number looks
	SubjectHint string
	// What is wrong or missing in a field, worded; empty where it is fine.
	CaseError, ReasonError, WhomError string
}

// SignIn is the way in: at the left the product over a map, at the right three
// steps, the Rules of Behaviour among them at every sign-in.
type SignIn struct {
	widget.BaseWidget

	OnSignIn   func(user, password string)
	OnStart    func(user, code, password string)
	OnStartNew func() // asks for the form of OnStart
	OnStartEnd func() // goes back from it
	OnConfirm  func(code string)
	OnAgreed   func(bool)
	OnAccept   func()
	OnDecline  func()
	OnFullText func() // the whole text of the rules
	OnPurpose  func(SignInPurposeForm)
	OnFinish   func()

	data     SignInData
	hero     *hero
	password *signInPassword
	start    *signInStart
	rules    *signInRules
	purpose  *signInPurpose
	steps    *stepLine
	station  *kit.Text
	right    *fyne.Container
	frame    *fyne.Container
}

// NewSignIn returns the view. picture is a map in its dark style for the left
// side; it is scaled to cover and may be nil.
func NewSignIn(d SignInData, picture image.Image) *SignIn {
	s := &SignIn{data: d, hero: newHero(picture), steps: newStepLine("Name and password", "Rules of Behaviour", "Purpose")}
	s.station = kit.NewText("", kit.Small)
	s.password, s.start, s.rules, s.purpose = newSignInPassword(s), newSignInStart(s), newSignInRules(s), newSignInPurpose(s)
	s.right = kit.Stack()
	head := kit.V(0, kit.Fixed(0, 63, kit.H(16, s.steps, kit.Spacer(), s.station)), kit.Divider())
	s.frame = &fyne.Container{
		Layout:  heroLayout{},
		Objects: []fyne.CanvasObject{s.hero.object, kit.Surface(theme.ColorPanel, kit.PadXY(48, 0, kit.Frame(head, nil, nil, nil, s.right)))},
	}
	s.apply()
	s.ExtendBaseWidget(s)
	return s
}

// SetData shows another state; what was typed stays, but a password that was
// refused is cleared.
func (s *SignIn) SetData(d SignInData) {
	from, page := s.data.Step, s.start.object(s.data)
	s.data = d
	s.apply()
	s.Refresh()
	if from != d.Step || page != s.start.object(d) {
		s.FocusFirst()
	}
}

func (s *SignIn) apply() {
	d := s.data
	s.hero.set(d.Banner)
	s.station.SetText(d.Station)
	s.steps.set(int(d.Step))
	s.password.set(d)
	s.start.set(d)
	s.rules.set(d)
	s.purpose.set(d)
	var page fyne.CanvasObject
	switch d.Step {
	case SignInRules:
		page = s.rules.object
	case SignInPurpose:
		page = s.purpose.object
	default:
		if page = s.start.object(d); page == nil {
			page = s.password.object
		}
	}
	s.right.Objects = []fyne.CanvasObject{page}
	s.right.Refresh()
}

// FocusFirst gives the keys to the first thing to fill in.
func (s *SignIn) FocusFirst() {
	c := fyne.CurrentApp().Driver().CanvasForObject(s)
	if c == nil {
		return
	}
	switch s.data.Step {
	case SignInRules:
		c.Focus(s.rules.agree)
	case SignInPurpose:
		c.Focus(s.purpose.caseRef)
	default:
		s.focusFirstStep(c)
	}
}

func (s *SignIn) focusFirstStep(c fyne.Canvas) {
	switch s.start.object(s.data) {
	case s.start.form:
		c.Focus(s.start.user)
	case s.start.authenticator:
		c.Focus(s.start.digits)
	default:
		if s.password.user.Text != "" {
			c.Focus(s.password.pw)
			return
		}
		c.Focus(s.password.user)
	}
}

// HandleKey takes keys that no field took; it reports whether it used the key.
func (s *SignIn) HandleKey(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyReturn && e.Name != fyne.KeyEnter {
		return false
	}
	switch s.data.Step {
	case SignInRules:
		s.rules.accept()
	case SignInPurpose:
		s.purpose.finish()
	default:
		switch s.start.object(s.data) {
		case s.start.form:
			s.start.submit()
		case s.start.authenticator:
			s.start.confirm()
		default:
			s.password.submit()
		}
	}
	return true
}

// CreateRenderer implements fyne.Widget.
func (s *SignIn) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(s, s.frame) }

// heroLayout gives the left side 500 px, on narrow windows a third.
type heroLayout struct{}

func (heroLayout) MinSize(objs []fyne.CanvasObject) fyne.Size {
	m := objs[1].MinSize()
	return fyne.NewSize(m.Width+280, m.Height)
}

func (heroLayout) Layout(objs []fyne.CanvasObject, s fyne.Size) {
	w := min(500, s.Width*0.3475)
	if s.Width > 1500 {
		w = s.Width * 0.36
	}
	objs[0].Move(fyne.Position{})
	objs[0].Resize(fyne.NewSize(w, s.Height))
	objs[1].Move(fyne.NewPos(w, 0))
	objs[1].Resize(fyne.NewSize(s.Width-w, s.Height))
}
