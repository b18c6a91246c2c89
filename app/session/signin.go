package session

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"cordon/engine"
)

// SignInStep is a step of signing in.
type SignInStep int

// The steps.
const (
	StepPassword SignInStep = iota
	StepRules
	StepPurpose
	StepDone
)

// SignInModel leads from name and password over the Rules of Behaviour and the
// purpose to an open door.
type SignInModel struct {
	OnChange func()
	OnDone   func(Door, Purpose) // once, when the last step is done

	env     Env
	way     Entrance
	step    SignInStep
	task    task
	err     string
	pending Pending
	door    Door
	agreed  bool
	terms   Terms
	purpose Purpose
	start   StartState
	notice  string
}

// SignInState is what the sign-in shows.
type SignInState struct {
	Step        SignInStep
	Busy        bool
	Error       string
	Workstation string
	Banner      string
	Rules       engine.RulesOfBehaviour // a rule says what changed only to those who agreed to older rules
	InForce     string
	Person      Person
	Agreed      bool
	DigestShort string // "5c02 e9a4 … 1d7f"
	Footnote    string // what kind of session it will be
	Terms       Terms  // of the purpose step
	Purpose     Purpose
	Section     Section // of the purpose step

	Notice   string // what was done
	MayStart bool   // the feed gives accounts, which are started with a code
	Start    StartState
}

// Person is who signs in, worded.
type Person struct {
	User, Name, Initials, Role, Unit   string
	Training, EnhancedTraining         string // dates, empty when there are none
	LastSignIn, PasswordAt             string
	TrainingSoon, EnhancedTrainingSoon bool // within 30 days
}

// NewSignIn returns the model at its first step.
func NewSignIn(env Env, way Entrance) *SignInModel {
	return &SignInModel{env: env.withDefaults(), way: way}
}

// SignIn gives name and password.
func (m *SignInModel) SignIn(user, password string) {
	user = strings.TrimSpace(user)
	if user == "" || password == "" {
		m.fail("Give your name and your password.")
		return
	}
	way := m.way
	m.err, m.notice = "", ""
	start(m.env, &m.task, func(ctx context.Context) (Pending, error) { return way.SignIn(ctx, user, password) },
		func(p Pending, err error) {
			if err != nil {
				m.fail(ErrorText(err))
				return
			}
			m.pending, m.step, m.agreed = p, StepRules, false
			m.changed()
		})
	m.changed()
}

// SetAgreed ticks "I have read the Rules of Behaviour".
func (m *SignInModel) SetAgreed(v bool) {
	m.agreed = v
	m.changed()
}

// Accept agrees to the rules and opens the session; it needs SetAgreed first.
func (m *SignInModel) Accept() {
	if m.step != StepRules || !m.agreed || m.task.busy {
		return
	}
	p, digest := m.pending, m.way.Rules().Digest
	m.err = ""
	start(m.env, &m.task, func(ctx context.Context) (Door, error) { return p.Accept(ctx, digest) },
		func(d Door, err error) {
			if err != nil {
				if errors.Is(err, engine.ErrSession) { // the sign-in is over: it begins anew
					m.pending, m.step, m.agreed = nil, StepPassword, false
				}
				m.fail(ErrorText(err))
				return
			}
			m.door, m.terms, m.step = d, TermsOf(d), StepPurpose
			if !m.terms.MayQuery() {
				m.Finish() // there is nothing to have a purpose for
				return
			}
			if list := m.terms.Reasons; len(list) == 1 {
				m.purpose.Reason = list[0].Code
			}
			m.changed()
		})
	m.changed()
}

// Decline leaves without agreeing: recorded, and back to the first step.
func (m *SignInModel) Decline() {
	p := m.pending
	if p == nil {
		return
	}
	start(m.env, &m.task, func(ctx context.Context) (struct{}, error) { return struct{}{}, p.Decline(ctx) },
		func(_ struct{}, err error) { m.fail(ErrorText(err)) })
	m.pending, m.step, m.agreed, m.err = nil, StepPassword, false, ""
	m.changed()
}

// SetPurpose fills the purpose step; only reason, case, subject and for whom matter here.
func (m *SignInModel) SetPurpose(p Purpose) {
	m.purpose = p
	m.changed()
}

// Finish ends the sign-in with the purpose as far as it is given; what is missing is asked
// for again before a query runs. A case number in a wrong form is not taken.
func (m *SignInModel) Finish() {
	if m.step != StepPurpose || m.door == nil {
		return
	}
	if p := m.section().Problem("case"); p != "" && strings.TrimSpace(m.purpose.Case) != "" {
		m.fail(p)
		return
	}
	m.step, m.err = StepDone, ""
	m.changed()
	if m.OnDone != nil {
		m.OnDone(m.door, m.purpose)
	}
}

func (m *SignInModel) section() Section {
	return purposeSection(Draft{Kind: KindPlate, Purpose: m.purpose}, m.terms)
}

// Tell shows why nobody is signed in; empty: nothing to tell.
func (m *SignInModel) Tell(why string) { m.fail(why) }

func (m *SignInModel) fail(text string) {
	m.err = text
	m.changed()
}

func (m *SignInModel) changed() {
	if m.OnChange != nil {
		m.OnChange()
	}
}

// State returns what is to be shown now.
func (m *SignInModel) State() SignInState {
	rules := m.rules()
	s := SignInState{
		Step: m.step, Busy: m.task.busy, Error: m.err, Workstation: m.way.Workstation(), Banner: m.way.Banner(),
		Rules: rules, Agreed: m.agreed, DigestShort: ShortDigest(rules.Digest), Terms: m.terms, Purpose: m.purpose,
		Notice: m.notice, MayStart: m.way.FeedGivesAccounts(), Start: m.start,
	}
	if !rules.InForce.IsZero() {
		s.InForce = rules.InForce.UTC().Format("2 Jan 2006") // a date, not a moment
	}
	if m.pending != nil {
		id := m.pending.Identity()
		s.Person = PersonOf(id, m.env)
		s.Footnote = "Standard session: full-plate queries."
		if id.Enhanced {
			s.Footnote = "Area queries ask for a code."
		}
	}
	if m.step == StepPurpose {
		s.Section = m.section()
		s.Person.Role = m.terms.Role
	}
	return s
}

// rules are the present rules. What changed in them concerns only who agreed to the rules
// before: each sign-in agrees, so that was at the last one.
func (m *SignInModel) rules() engine.RulesOfBehaviour {
	rules := m.way.Rules()
	if m.pending != nil {
		if last := m.pending.Identity().LastSignIn; !last.IsZero() && last.Before(rules.InForce) {
			return rules
		}
	}
	rules.Rules = slices.Clone(rules.Rules)
	for i := range rules.Rules {
		rules.Rules[i].Changed = ""
	}
	return rules
}

// PersonOf words an identity.
func PersonOf(id engine.Identity, env Env) Person {
	env = env.withDefaults()
	p := Person{
		User: id.User, Name: id.Name, Initials: Initials(id.Name, id.User),
		Role: upperFirst(strings.ReplaceAll(string(id.Role), "-", " ")), Unit: id.Unit,
	}
	now := env.Now()
	day := func(t time.Time) (string, bool) {
		if t.IsZero() {
			return "", false
		}
		return t.In(env.Zone).Format("2 Jan 2006"), t.Sub(now) < 30*24*time.Hour
	}
	p.Training, p.TrainingSoon = day(id.TrainingUntil)
	p.EnhancedTraining, p.EnhancedTrainingSoon = day(id.EnhancedTrainingUntil)
	if !id.LastSignIn.IsZero() {
		p.LastSignIn = id.LastSignIn.In(env.Zone).Format("2 Jan, 15:04 MST")
	}
	if !id.PasswordAt.IsZero() {
		p.PasswordAt = id.PasswordAt.In(env.Zone).Format("15:04 MST")
	}
	return p
}

// Initials are up to two letters for the person's mark.
func Initials(name, user string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(parts) == 0 {
		parts = strings.FieldsFunc(user, func(r rune) bool { return !unicode.IsLetter(r) })
	}
	out := ""
	for i, p := range parts {
		if i == 0 || i == len(parts)-1 {
			out += strings.ToUpper(string([]rune(p)[0]))
		}
	}
	return out
}

// ShortDigest is the beginning and end of a hex digest: "5c02 e9a4 … 1d7f".
func ShortDigest(hex string) string {
	if len(hex) < 16 {
		return hex
	}
	return hex[:4] + " " + hex[4:8] + " … " + hex[len(hex)-4:]
}

// LockedText words a failed unlock of a locked session.
func LockedText(err error) string {
	if errors.Is(err, engine.ErrCredentials) {
		return "The password is wrong. The session stays locked."
	}
	return ErrorText(err)
}
