package policy

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the shipped policy
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed default.json
var defaultJSON []byte

// ErrPolicy is returned (wrapped) when a policy document cannot be in force.
var ErrPolicy = errors.New("policy document is not usable")

// Default returns the policy that ships with Cordon.
func Default() (Policy, error) { return Load(defaultJSON) }

// Load reads a policy from JSON and checks it. Unknown fields are refused, so that a
// mistyped limit cannot pass for an absent one.
func Load(data []byte) (Policy, error) {
	var p Policy
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&p); err != nil {
		return Policy{}, fmt.Errorf("%w: %w", ErrPolicy, err)
	}
	re, err := regexp.Compile(`\A(?:` + p.Case.Pattern + `)\z`)
	if err != nil {
		return Policy{}, fmt.Errorf("%w: case pattern: %w", ErrPolicy, err)
	}
	p.caseRE = re
	sum := sha256.Sum256(data)
	p.digest = hex.EncodeToString(sum[:])
	return p, p.check()
}

func (p Policy) check() error {
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrPolicy, fmt.Sprintf(format, args...))
	}
	switch {
	case p.Version < 1:
		return fail("version is missing")
	case !p.caseRE.MatchString(p.Case.Example):
		return fail("the example case %q does not fit its own pattern", p.Case.Example)
	case p.MaxRows < 1 || p.ConfirmAt < 1 || int64(p.MaxRows) > p.ConfirmAt:
		return fail("max_rows and confirm_at must be positive, max_rows at most confirm_at")
	case p.Area.MinM2 < 3 || p.Area.WarnM2 < p.Area.MinM2 || p.Area.MaxM2 < p.Area.WarnM2:
		return fail("area limits must rise from min_m2 (at least 3) over warn_m2 to max_m2")
	case p.Session.IdleMinutes < 1 || p.Session.IdleMinutes > 30:
		return fail("idle_minutes must be 1 to 30")
	case p.Session.MaxMinutes < p.Session.IdleMinutes || p.Session.StepUpMinutes < 1:
		return fail("max_minutes and step_up_minutes must be positive")
	case p.Lockout.Failures < 1 || p.Lockout.Failures > 5 || p.Lockout.Minutes < 15:
		return fail("lockout must come after at most 5 failures in at least 15 minutes")
	case p.Password.Classes < 0 || p.Password.Classes > 4 || p.Password.MaxDays < 0:
		return fail("password classes must be 0 to 4 and max_days not negative")
	case p.Password.MinChars < 8 || p.Password.MaxChars < p.Password.MinChars:
		return fail("password min_chars must be at least 8, max_chars no less")
	case p.Justification < 1 || p.JustificationWords < 1 || p.ReasonWords < 1 || p.MinPhotos < 1 || p.TrainingDays < 1 || p.UnusedDays < 1 || p.BlurBelow < 1:
		return fail("justification_min_chars, justification_min_words, reason_min_words, min_photos, training_days, unused_days and blur_below must be positive")
	case p.DetectionYears < 1 || p.DetectionYears > 50:
		return fail("detection_years must be 1 to 50")
	case p.Banner == "" || len(p.Rules.Items) == 0 || p.Rules.Version < 1:
		return fail("banner and rules are required")
	}
	return errors.Join(p.checkReasons(), p.checkRoles(), p.checkRetention())
}

// checkReasons refuses a bare "other" (Q-ALL-2): a reason that says nothing.
func (p Policy) checkReasons() error {
	seen := map[string]bool{}
	for _, r := range p.Reasons {
		switch word := strings.ToLower(strings.Trim(r.Code, " .-_")); {
		case word == "" || r.Label == "" || len(r.For) == 0:
			return fmt.Errorf("%w: a reason needs code, label and missions", ErrPolicy)
		case slices.Contains([]string{"other", "misc", "miscellaneous", "none", "n/a", "general"}, word):
			return fmt.Errorf("%w: reason %q says nothing", ErrPolicy, r.Code)
		case seen[r.Code]:
			return fmt.Errorf("%w: reason %q stands twice", ErrPolicy, r.Code)
		}
		seen[r.Code] = true
	}
	if len(seen) == 0 {
		return fmt.Errorf("%w: no reasons", ErrPolicy)
	}
	return nil
}

func (p Policy) checkRoles() error {
	for _, role := range Roles() {
		rights, ok := p.Roles[role]
		switch {
		case !ok:
			return fmt.Errorf("%w: role %q has no rights entry", ErrPolicy, role)
		case rights.Label == "" || !slices.Contains([]string{AuditOwn, AuditUnit, AuditAll}, rights.Audit):
			return fmt.Errorf("%w: role %q needs a label and audit own, unit or all", ErrPolicy, role)
		case rights.Accounts && rights.Query:
			return fmt.Errorf("%w: role %q manages accounts and may query (rule X-6)", ErrPolicy, role)
		case rights.Area && !slices.Contains(areaRoles, role):
			return fmt.Errorf("%w: role %q may not ask by area (rule GEO-2)", ErrPolicy, role)
		}
	}
	if len(p.Roles) != len(Roles()) {
		return fmt.Errorf("%w: an unknown role has rights", ErrPolicy)
	}
	return nil
}

func (p Policy) checkRetention() error {
	for _, c := range p.Retention {
		if c.Code == "" || c.Years < 1 {
			return fmt.Errorf("%w: a retention class needs a code and years", ErrPolicy)
		}
	}
	for _, m := range Missions() {
		if _, ok := p.class(p.DefaultClass[m]); !ok {
			return fmt.Errorf("%w: mission %q has no retention class", ErrPolicy, m)
		}
	}
	return nil
}

// Digest is the hex SHA-256 of the policy document, recorded with what it decides.
func (p Policy) Digest() string { return p.digest }
