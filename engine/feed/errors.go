package feed

import "errors"

var (
	// ErrInvalid is returned when a file, a name or a record is not in the form it should be in.
	ErrInvalid = errors.New("not valid for the feed")
	// ErrNotFound is returned when something is not in the feed, or not for this workstation:
	// the two are not told apart.
	ErrNotFound = errors.New("not in the feed")
	// ErrDamaged is returned when a file is not the one that its digest names.
	ErrDamaged = errors.New("damaged feed")
	// ErrOffline is returned when the feed cannot be reached now.
	ErrOffline = errors.New("the feed cannot be reached")

	// ErrSignature is returned when a checkpoint or a document is not signed by the feed's key.
	ErrSignature = errors.New("not signed by the feed")
	// ErrRollback is returned when a lane's log is shorter than what was seen of it before.
	ErrRollback = errors.New("the feed was rolled back")
	// ErrFork is returned when a lane's log does not continue the one that was seen before.
	ErrFork = errors.New("the feed was forked")
	// ErrGap is returned when records that a checkpoint counts cannot be had.
	ErrGap = errors.New("the feed has a gap")
	// ErrSubstituted is returned when a record or tile is not the one that the checkpoint's
	// root proves.
	ErrSubstituted = errors.New("the feed's records were exchanged")
	// ErrStale is returned when a checkpoint is older than the client accepts.
	ErrStale = errors.New("the feed's checkpoint is stale")
)
