package engine

import (
	"errors"
	"fmt"
	"time"

	"cordon/engine/detection"
)

// Sentinel errors. Callers compare with errors.Is; only app/views and app/cli word them for
// people.
var (
	// ErrInvalid is returned when a query, a shape, a file or a field cannot be what its
	// sender meant. It is detection.ErrInvalid.
	ErrInvalid = detection.ErrInvalid
	// ErrCredentials is returned when a name and password, or a code, do not belong
	// together. It does not say which of them is wrong.
	ErrCredentials = errors.New("name or password is wrong")
	// ErrLockedOut is returned when an account is locked after too many failures, disabled
	// or expired.
	ErrLockedOut = errors.New("account is locked")
	// ErrSession is returned when a session has ended, is locked, or its rules were not
	// accepted.
	ErrSession = errors.New("session is not open")
	// ErrNotFound is returned when a case, account, detection or entry does not exist or
	// may not be seen.
	ErrNotFound = errors.New("not found")
	// ErrAudit is returned when the audit entry could not be written: nothing was answered.
	ErrAudit = errors.New("audit entry could not be written")
	// ErrDamaged is returned when stored data fails its check.
	ErrDamaged = errors.New("stored data is damaged")
	// ErrInUse is returned when another process holds the data directory.
	ErrInUse = errors.New("data directory is in use")
	// ErrNoSpace is returned when the disk is too full to write safely.
	ErrNoSpace = errors.New("disk is full")
	// ErrReadOnly is returned when the data directory cannot be written.
	ErrReadOnly = errors.New("data directory is read-only")
	// ErrNotWorkstation is returned when a directory holds no workstation.
	ErrNotWorkstation = errors.New("no workstation here")
	// ErrExists is returned when what is to be made is there already.
	ErrExists = errors.New("exists already")
)

// Refusal is returned when policy says no. The attempt is in the audit trail as Entry.
type Refusal struct {
	Rule  string    // short rule id, e.g. "GEO-2"
	What  string    // what is refused, one sentence
	Why   string    // why the rule exists, one sentence
	Next  string    // what to do instead, one sentence
	Entry int64     // audit index, -1 when refused before there was a session
	At    time.Time // when it was recorded
}

func (r *Refusal) Error() string { return fmt.Sprintf("%s (rule %s). %s", r.What, r.Rule, r.Next) }

// NeedsConfirmation is returned by Run when warnings must be confirmed first; run again
// with RunOptions.Confirm. Entry records that the warnings were shown.
type NeedsConfirmation struct {
	Warnings []Warning
	Count    int64 // matches, -1 when the query has not run
	Entry    int64
}

func (n *NeedsConfirmation) Error() string {
	s := "this query needs your confirmation"
	for _, w := range n.Warnings {
		s += "; " + w.Text
	}
	return s
}

// Warning is a warning of policy. Rule is e.g. "ALL-4", "PART-2", "GEO-4".
type Warning struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}
