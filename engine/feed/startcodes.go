package feed

import (
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/text/unicode/norm"
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
	Version int64    // of the new list
	Now     time.Time
	Life    time.Duration
	Random  io.Reader
}

// IssueCodes gives the accounts of a new list their holders and start codes: new ones to who was not in the old
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
		if x.Holder != 0 && x.Holder != was.Holder {
			return nil, fmt.Errorf("%w: account %d (%q) has another holder than in the list in force; leave “holder” out", ErrInvalid, i+1, x.User)
		}
		x.Holder = was.Holder
		another := known && !sameText(x.Name, was.Name) && !slices.Contains(o.Renamed, x.User)
		if !known || another {
			x.Holder = o.Version
		}
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
		default:
			x.Start = was.Start // also one that ran out, so that its person is told so
		}
	}
	return out, nil
}

// sameText compares as people see it.
func sameText(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) }
