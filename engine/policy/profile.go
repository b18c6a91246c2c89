package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Profile is who an account belongs to and what it may do.
type Profile struct {
	User, Name            string // as signed in with; the person's
	Role                  Role
	Unit                  string
	Mission               Mission
	Enhanced              bool // holds the enhanced grant
	TrainingUntil         time.Time
	EnhancedTrainingUntil time.Time
}

var validUser = regexp.MustCompile(`\A[a-z0-9][a-z0-9._-]{0,39}\z`)

// IsUser reports whether a user name is one, as it is stored: in lower case.
func IsUser(user string) bool { return validUser.MatchString(user) }

// Check says what is wrong with a profile.
func (p Profile) Check() error {
	switch {
	case !IsUser(p.User):
		return fmt.Errorf("the user name %q needs 1 to 40 of a–z, 0–9, dot, hyphen and underscore", p.User)
	case !isLabel(p.Name):
		return errors.New("the person's name is missing, longer than 200 bytes, or has blanks around it or invisible characters")
	case !slices.Contains(Roles(), p.Role):
		return fmt.Errorf("%q is not a role", p.Role)
	case !slices.Contains(Missions(), p.Mission):
		return fmt.Errorf("%q is not a mission", p.Mission)
	case !isLabel(p.Unit):
		return errors.New("the unit is missing, longer than 200 bytes, or has blanks around it or invisible characters")
	}
	return nil
}

// isLabel reports whether a text is one that looks like what it is: units are compared by it, and
// people read names in the audit trail.
func isLabel(s string) bool {
	hidden := func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == utf8.RuneError
	}
	seen := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	return len(s) <= 200 && s == strings.TrimSpace(s) && !strings.ContainsFunc(s, hidden) && strings.ContainsFunc(s, seen)
}
