package reads

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrInUse is returned by Open when another process has the directory.
	ErrInUse = errors.New("the data directory is in use by another process")
	// ErrDamaged is matched by every *DamageError.
	ErrDamaged = errors.New("stored data is damaged")
	// ErrNotFound is returned by Find when no row has the lane and id.
	ErrNotFound = errors.New("no such detection")
	// ErrNoSpace is matched by every *SpaceError.
	ErrNoSpace = errors.New("not enough free disk space")
	// ErrClosed is returned by every method after Close.
	ErrClosed = errors.New("the store is closed")
	// ErrPlan is returned (wrapped) for a Plan the store cannot run.
	ErrPlan = errors.New("plan cannot be run")
	// ErrKeyDestroyed is matched by what a KeySource returns for a quarter whose key was
	// destroyed.
	ErrKeyDestroyed = errors.New("the data key was destroyed")
	// ErrKeyKept is returned by DestroyQuarters for a quarter whose key still exists.
	ErrKeyKept = errors.New("the data key still exists; destroy it first")
	// ErrKeyLost is matched by what a KeySource returns for a key that is lost or damaged: what
	// it sealed is damage.
	ErrKeyLost = errors.New("the data key is lost")
	// ErrNumber is returned by Append for a batch number that is not after its lane's last.
	ErrNumber = errors.New("the batch number is not a later one")
	// ErrRow is matched by every *RowError.
	ErrRow = errors.New("detection cannot be stored")
)

// DamageError says which stored value is damaged and what it held. It matches ErrDamaged.
type DamageError struct {
	Block   string // e.g. "place 2026-W18 #123"; "catalogue"
	Quarter string // retention quarter, e.g. "2026-Q2"; may be empty
	From    time.Time
	To      time.Time // times of the rows affected; zero where unknown
	Rows    int64     // rows affected; 0 where unknown
	Problem string
	Newer   bool // the store was written by a newer version of this program
}

func (e *DamageError) Error() string {
	s := "stored data is damaged: " + e.Block + ": " + e.Problem
	if e.Rows > 0 {
		s += fmt.Sprintf(" (%d rows, %s to %s)", e.Rows, e.From.UTC().Format(time.RFC3339), e.To.UTC().Format(time.RFC3339))
	}
	return s
}

// Is makes errors.Is(err, ErrDamaged) true.
func (e *DamageError) Is(target error) bool { return target == ErrDamaged }

// SpaceError says how much disk space is missing. It matches ErrNoSpace.
type SpaceError struct {
	Dir        string
	Need, Free uint64 // bytes
}

func (e *SpaceError) Error() string {
	return fmt.Sprintf("not enough free disk space in %s: %d MiB free, %d MiB needed. Free some space and try again.",
		e.Dir, e.Free>>20, (e.Need+1<<20-1)>>20)
}

// Is makes errors.Is(err, ErrNoSpace) true.
func (e *SpaceError) Is(target error) bool { return target == ErrNoSpace }

// RowError says which row of an Append cannot be stored and why. It matches ErrRow.
type RowError struct {
	Row     int64 // from 1, in the order given
	Problem string
}

func (e *RowError) Error() string { return fmt.Sprintf("row %d: %s", e.Row, e.Problem) }

// Is makes errors.Is(err, ErrRow) true.
func (e *RowError) Is(target error) bool { return target == ErrRow }
