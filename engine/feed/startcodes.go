package feed

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// IssuedCode is a start code for its person; the list has its hash alone.
type IssuedCode struct {
	User, Code string
	Until      time.Time
}

// CodeOptions say who gets a start code beside those who need one.
type CodeOptions struct {
	Again   []string // users who lost password, authenticator or code
	Renamed []string // users whose new name is still the same person's, who needs none
	Now     time.Time
	Life    time.Duration
	Random  io.Reader
}

// IssueCodes gives the accounts of a new list their start codes: new ones to who was not in the old
// list, has another name there (another person, then, whose predecessor's password ends with it), was
// disabled, or got the enhanced grant (whose authenticator is set up with it); others keep what the
// old list has of theirs. Errors match ErrInvalid.
func (a *Accounts) IssueCodes(old *Accounts, o CodeOptions) ([]IssuedCode, error) {
	before := map[string]Account{}
	if old != nil {
		for _, x := range old.List {
			before[x.User] = x
		}
	}
	for _, user := range slices.Concat(o.Again, o.Renamed) {
		if !slices.ContainsFunc(a.List, func(x Account) bool { return x.User == user && !x.Disabled }) {
			return nil, fmt.Errorf("%w: %q is named for its start code, and is not in the list or disabled there", ErrInvalid, user)
		}
	}
	until := o.Now.UTC().Add(o.Life).Truncate(time.Second)
	var out []IssuedCode
	for i := range a.List {
		x := &a.List[i]
		was, known := before[x.User]
		if x.Start != nil && (was.Start == nil || x.Start.SHA256 != was.Start.SHA256 || !x.Start.Until.Equal(was.Start.Until)) {
			return nil, fmt.Errorf("%w: account %d (%q) has a start code that is not in the list in force; leave “start” out", ErrInvalid, i+1, x.User)
		}
		another := known && x.Name != was.Name && !slices.Contains(o.Renamed, x.User)
		switch {
		case x.Disabled:
			x.Start = nil
		case !known || another || was.Disabled || x.Enhanced && !was.Enhanced || slices.Contains(o.Again, x.User):
			code, err := NewStartCode(o.Random)
			if err != nil {
				return nil, err
			}
			x.Start = &Start{SHA256: HashStartCode(x.User, code), Until: until}
			out = append(out, IssuedCode{x.User, code, until})
		case was.Start != nil && o.Now.Before(was.Start.Until):
			x.Start = was.Start
		default:
			x.Start = nil
		}
	}
	return out, nil
}
