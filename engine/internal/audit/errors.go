package audit

import "errors"

var (
	// ErrDamaged is returned (wrapped) when the files do not fit together.
	ErrDamaged = errors.New("audit log is damaged")
	// ErrWrite is returned (wrapped) when an entry could not be made durable. It was not
	// recorded, and nothing that depends on it may be answered.
	ErrWrite = errors.New("audit log cannot be written")
	// ErrMissing is returned when a folder holds no audit log.
	ErrMissing = errors.New("no audit log here")
	// ErrNoEntry is returned when an index is outside the log.
	ErrNoEntry = errors.New("no such audit entry")
)
