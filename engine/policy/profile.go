package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
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
	case strings.TrimSpace(p.Name) == "" || len(p.Name) > 200:
		return errors.New("the person's name is missing or too long")
	case !slices.Contains(Roles(), p.Role):
		return fmt.Errorf("%q is not a role", p.Role)
	case !slices.Contains(Missions(), p.Mission):
		return fmt.Errorf("%q is not a mission", p.Mission)
	case strings.TrimSpace(p.Unit) == "" || len(p.Unit) > 200:
		return errors.New("the unit is missing or too long")
	case strings.ContainsFunc(p.Name+p.Unit, unicode.IsControl):
		return errors.New("the name or the unit holds a control character")
	}
	return nil
}
