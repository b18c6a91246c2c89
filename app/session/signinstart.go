package session

import (
	"context"
	"errors"
	"strings"

	"cordon/engine"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// StartStage is how far a person is who starts an account that the feed gave.
type StartStage int

// The stages.
const (
	StartClosed        StartStage = iota // nobody does
	StartCode                            // start code and new password are asked for
	StartAuthenticator                   // it is started, and its authenticator is to be set up
)

// StartState is what the start of an account shows.
type StartState struct {
	Stage         StartStage
	User          string // who was started
	Hint          string // what a new password needs
	Secret        string // of the authenticator, in groups of four
	Authenticator engine.Authenticator
}

// BeginStart opens the form for a start code.
func (m *SignInModel) BeginStart() {
	if m.step != StepPassword || m.task.busy {
		return
	}
	m.start, m.err, m.notice = StartState{Stage: StartCode, Hint: m.way.PasswordHint()}, "", ""
	m.changed()
}

// EndStart goes back to name and password; the authenticator is not shown again.
func (m *SignInModel) EndStart() {
	if m.task.busy {
		return
	}
	m.start, m.err = StartState{User: m.start.User}, ""
	m.changed()
}

// ConfirmAuthenticator goes on to the sign-in when a code of the new authenticator is right, so that
// nobody leaves the one time that the secret is shown without having it set up.
func (m *SignInModel) ConfirmAuthenticator(code string) {
	if m.start.Stage != StartAuthenticator || m.task.busy {
		return
	}
	code = strings.ReplaceAll(code, " ", "")
	right, err := totp.ValidateCustom(code, m.start.Authenticator.Secret, m.env.Now(), totp.ValidateOpts{Period: 30, Skew: 1, Digits: otp.DigitsSix})
	if err != nil || !right {
		m.fail("This is not the code that the authenticator shows for this secret now. Wait for the next one, or scan again.")
		return
	}
	m.EndStart()
}

// Start sets the first password of an account with its start code.
func (m *SignInModel) Start(user, code, password string) {
	if m.start.Stage != StartCode || m.task.busy {
		return
	}
	user = strings.TrimSpace(user)
	way := m.way
	m.err = ""
	start(m.env, &m.task, func(ctx context.Context) (engine.Authenticator, error) {
		return way.StartAccount(ctx, user, code, password)
	},
		func(a engine.Authenticator, err error) {
			switch {
			case errors.Is(err, engine.ErrCredentials):
				m.fail("The name or the start code is wrong. After several failures the account locks.")
				return
			case err != nil:
				m.fail(ErrorText(err))
				return
			}
			m.notice = "Your password is set. Sign in with it."
			m.start = StartState{User: user}
			if a.Secret != "" {
				m.start = StartState{Stage: StartAuthenticator, User: user, Authenticator: a, Secret: grouped(a.Secret)}
			}
			m.changed()
		})
	m.changed()
}

// grouped writes a secret in groups of four, as it is typed from paper.
func grouped(s string) string {
	var out strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}
