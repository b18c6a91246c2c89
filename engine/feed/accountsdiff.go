package feed

import (
	"maps"
	"slices"
)

// AccountsDiff is what a new list changes, by user name, ascending.
type AccountsDiff struct {
	New, Changed []string
	// Ended are those who can sign in nowhere any more: disabled, or not in the list.
	Ended []string
	// Another are those whose user name is another person's now: the one before loses it.
	Another []string
}

// Diff compares the list, after IssueCodes, with the one in force, which may be nil. Start codes do
// not count.
func (a *Accounts) Diff(old *Accounts) AccountsDiff {
	before := map[string]Account{}
	if old != nil {
		for _, x := range old.List {
			before[x.User] = x
		}
	}
	var d AccountsDiff
	for _, x := range a.List {
		was, known := before[x.User]
		delete(before, x.User)
		switch {
		case !known:
			d.New = append(d.New, x.User)
		case x.Holder != was.Holder:
			d.Another = append(d.Another, x.User)
		case x.Disabled && !was.Disabled:
			d.Ended = append(d.Ended, x.User)
		case x.Profile() != was.Profile() || x.Disabled != was.Disabled:
			d.Changed = append(d.Changed, x.User)
		}
	}
	for user, was := range maps.All(before) {
		if !was.Disabled {
			d.Ended = append(d.Ended, user)
		}
	}
	for _, list := range [][]string{d.New, d.Changed, d.Ended, d.Another} {
		slices.Sort(list)
	}
	return d
}
