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

// IssueCodes gives the accounts of a new list their start codes: new ones to who was not in the old
// list, got the enhanced grant (whose authenticator is set up with it), or is named in again; others
// keep what the old list has of theirs. Errors match ErrInvalid.
func (a *Accounts) IssueCodes(old *Accounts, again []string, now time.Time, life time.Duration, random io.Reader) ([]IssuedCode, error) {
	before := map[string]Account{}
	if old != nil {
		for _, x := range old.List {
			before[x.User] = x
		}
	}
	for _, user := range again {
		if !slices.ContainsFunc(a.List, func(x Account) bool { return x.User == user && !x.Disabled }) {
			return nil, fmt.Errorf("%w: %q is to have a new start code, and is not in the list or disabled there", ErrInvalid, user)
		}
	}
	until := now.UTC().Add(life).Truncate(time.Second)
	var out []IssuedCode
	for i := range a.List {
		x := &a.List[i]
		was, known := before[x.User]
		if x.Start != nil && (was.Start == nil || x.Start.SHA256 != was.Start.SHA256 || !x.Start.Until.Equal(was.Start.Until)) {
			return nil, fmt.Errorf("%w: account %d (%q) has a start code that is not in the list in force; leave “start” out", ErrInvalid, i+1, x.User)
		}
		switch {
		case x.Disabled:
			x.Start = nil
		case !known || x.Enhanced && !was.Enhanced || slices.Contains(again, x.User):
			code, err := NewStartCode(random)
			if err != nil {
				return nil, err
			}
			x.Start = &Start{SHA256: HashStartCode(x.User, code), Until: until}
			out = append(out, IssuedCode{x.User, code, until})
		case was.Start != nil && now.Before(was.Start.Until):
			x.Start = was.Start
		default:
			x.Start = nil
		}
	}
	return out, nil
}
