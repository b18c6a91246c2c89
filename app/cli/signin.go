package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"cordon/app/demoworld"
	"cordon/engine"
	"cordon/engine/detection"

	"github.com/pquerna/otp/totp"
	"golang.org/x/term"
)

// terminal returns the terminal behind standard input, if there is one to ask on.
func (sh *shell) terminal() (fd int, ok bool) {
	f, isFile := sh.env.Stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// ask reads one visible line after a prompt.
func (sh *shell) ask(prompt string) (string, error) {
	_, _ = fmt.Fprint(sh.env.Stderr, prompt)
	line, err := bufio.NewReader(sh.env.Stdin).ReadString('\n')
	if err != nil && line == "" {
		return "", fmt.Errorf("read answer: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// secret returns a secret from the environment or, unseen, from the terminal.
func (sh *shell) secret(variable, prompt string) (string, error) {
	if s := sh.env.Getenv(variable); s != "" {
		return s, nil
	}
	fd, ok := sh.terminal()
	if !ok {
		return "", usagef("no terminal to ask on; give %s in %s", strings.ToLower(prompt[:1])+prompt[1:], variable)
	}
	_, _ = fmt.Fprint(sh.env.Stderr, prompt+": ")
	b, err := term.ReadPassword(fd)
	_, _ = fmt.Fprintln(sh.env.Stderr)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", strings.ToLower(prompt), err)
	}
	return string(b), nil
}

// newSecret asks for a new password, twice on a terminal.
func (sh *shell) newSecret(variable, prompt string) (string, error) {
	first, err := sh.secret(variable, prompt)
	if err != nil || sh.env.Getenv(variable) != "" {
		return first, err
	}
	again, err := sh.secret(variable, "The same again")
	if err != nil {
		return "", err
	}
	if first != again {
		return "", usagef("the two passwords differ; nothing was changed")
	}
	return first, nil
}

func (sh *shell) userName() (string, error) {
	if sh.user != "" {
		return sh.user, nil
	}
	if u := sh.env.Getenv("CORDON_USER"); u != "" {
		return u, nil
	}
	if _, ok := sh.terminal(); ok {
		return sh.ask("User: ")
	}
	return "", usagef("nobody signs in; name the user with --user")
}

// options are the engine's options for the workstation in dir.
func (sh *shell) options(dir string) engine.Options {
	o := engine.Options{Dir: dir, Clock: sh.env.Clock, Photos: demoworld.PhotoSources()}
	if sh.verbose {
		o.Log = func(s string) { sh.say("%s", s) }
	}
	return o
}

// withEngine opens the workstation for the length of do.
func (sh *shell) withEngine(ctx context.Context, do func(e *engine.Engine) error) error {
	dir, err := sh.dataDir()
	if err != nil {
		return err
	}
	o := sh.options(dir)
	if o.CacheBytes, err = CacheBytes(sh.env); err != nil {
		return err
	}
	e, err := engine.Open(ctx, o)
	if err != nil {
		return at(dir, err)
	}
	err = do(e)
	return errors.Join(err, at(dir, e.Close()))
}

// withSession signs in for the length of do: name, password, Rules of Behaviour.
func (sh *shell) withSession(ctx context.Context, do func(s *engine.Session) error) error {
	return sh.withEngineSession(ctx, func(_ *engine.Engine, s *engine.Session) error { return do(s) })
}

func (sh *shell) withEngineSession(ctx context.Context, do func(e *engine.Engine, s *engine.Session) error) error {
	if _, err := sh.userName(); err != nil { // before anything is opened
		return err
	}
	return sh.withEngine(ctx, func(e *engine.Engine) error {
		return sh.signedIn(ctx, e, func(s *engine.Session) error { return do(e, s) })
	})
}

// signedIn signs in to an open workstation for the length of do.
func (sh *shell) signedIn(ctx context.Context, e *engine.Engine, do func(s *engine.Session) error) error {
	user, err := sh.userName()
	if err != nil {
		return err
	}
	s, err := sh.signIn(ctx, e, user)
	if err != nil {
		return err
	}
	err = do(s)
	// What was done is recorded even when it was interrupted.
	return errors.Join(err, s.Close(context.WithoutCancel(ctx)))
}

func (sh *shell) signIn(ctx context.Context, e *engine.Engine, user string) (*engine.Session, error) {
	if _, ok := sh.terminal(); ok {
		sh.say("%s\n", e.Banner())
	}
	password, err := sh.secret("CORDON_PASSWORD", "Password")
	if err != nil {
		return nil, err
	}
	p, err := e.SignIn(ctx, user, password)
	if err != nil {
		return nil, err
	}
	rules := e.Rules()
	digest, err := sh.acceptance(rules)
	if err != nil {
		return nil, errors.Join(err, p.Decline(context.WithoutCancel(ctx)))
	}
	s, err := p.Accept(ctx, digest)
	var refusal *engine.Refusal
	if errors.As(err, &refusal) && digest != rules.Digest {
		return nil, &rulesError{rules: rules, wrong: true}
	}
	return s, err
}

// acceptance returns the digest of the rules that the person accepts, from the flag or,
// after showing them, from the terminal.
func (sh *shell) acceptance(rules engine.RulesOfBehaviour) (string, error) {
	if sh.rules != "" {
		return sh.rules, nil
	}
	if _, ok := sh.terminal(); !ok {
		return "", &rulesError{rules: rules}
	}
	sh.say("Rules of Behaviour, version %d, in force since %s", rules.Version, rules.InForce.Format("2006-01-02"))
	for i, r := range rules.Rules {
		sh.say("%3d. %s: %s", i+1, r.Title, r.Text)
	}
	answer, err := sh.ask("Type “accept” to accept them: ")
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(answer) != "accept" {
		return "", &rulesError{rules: rules}
	}
	return rules.Digest, nil
}

// stepUp opens the enhanced period when a query of this kind needs it and a code can be
// had. Without a code the query goes on, to be refused and recorded.
func (sh *shell) stepUp(ctx context.Context, s *engine.Session, kind detection.Kind) error {
	needed := false
	for _, k := range s.Kinds() {
		needed = needed || k.Kind == kind && k.NeedsStepUp
	}
	if !needed {
		return nil
	}
	code := sh.env.Getenv("CORDON_TOTP")
	if code == "" {
		if _, ok := sh.terminal(); !ok {
			return nil
		}
		var err error
		if code, err = sh.ask("This query needs an enhanced session. Code of your authenticator: "); err != nil {
			return err
		}
	}
	code, err := codeOf(code, sh.env.Clock())
	if err != nil {
		return err
	}
	return s.StepUp(ctx, code)
}

// codeOf returns a six-digit code as it is and makes one from a base32 secret, for scripts
// that hold the secret instead of an authenticator.
func codeOf(s string, now time.Time) (string, error) {
	s = strings.ReplaceAll(strings.TrimSpace(s), " ", "")
	if len(s) < 16 {
		return s, nil
	}
	code, err := totp.GenerateCode(strings.ToUpper(s), now)
	if err != nil {
		return "", usagef("CORDON_TOTP is neither a code nor a secret in base32")
	}
	return code, nil
}
