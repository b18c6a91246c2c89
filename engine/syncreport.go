package engine

import (
	"strings"
	"time"
)

// SyncOptions go with a sync.
type SyncOptions struct {
	Lanes          []string           // none: all that may be had
	BytesPerSecond float64            // bandwidth limit; 0: none
	Progress       func(SyncProgress) // may be nil; called from one goroutine
}

// SyncReport is the result of a sync.
type SyncReport struct {
	Lanes      []LaneSync // in the order they were done
	ReportsErr error      // why error reports were not all exchanged; they are tried again
	// Witness is what the feed's witness has seen of the audit log, and WitnessErr why it did not
	// see all of it: ErrLogBehind, ErrLogFork and ErrWitness are alarms, others come right (U-4).
	Witness    WitnessState
	WitnessErr error
	RenewErr   error // why the certificate was not renewed though it ends soon; tried again
	Elapsed    time.Duration
}

// LaneSync is the result for one lane.
type LaneSync struct {
	Lane                        string
	From, To                    int64 // position before and after: records applied
	Rows, Duplicates, Conflicts int64 // stored; there already; there already with other content
	Gone                        int64 // earlier rows taken back
	TooOld                      int64 // older than what is kept (T-3)
	Bytes                       int64
	Documents                   []string // put in force
	Accounts                    AccountsTaken
	SignedAt                    time.Time // when the feed last said that this is all
	Err                         error     // why it stopped; nil: it is up to date
	Elapsed                     time.Duration
}

// AccountsTaken counts what a list of accounts changed here.
type AccountsTaken struct {
	Made, Changed, Disabled int
	// Taken counts the names of the list that an account of this workstation has: it stays as it is
	// until an account manager adopts it.
	Taken int
}

// SyncError is returned when lanes could not be brought up to date. It matches the errors of
// all of them.
type SyncError struct{ Failed []LaneSync }

func (e *SyncError) Error() string {
	var out []string
	for _, l := range e.Failed {
		out = append(out, "lane "+l.Lane+": "+l.Err.Error())
	}
	return strings.Join(out, "; ")
}

// Unwrap returns the lanes' errors.
func (e *SyncError) Unwrap() []error {
	var out []error
	for _, l := range e.Failed {
		out = append(out, l.Err)
	}
	return out
}
