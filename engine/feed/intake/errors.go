package intake

import (
	"errors"
	"fmt"

	"cordon/engine/feed"
)

var (
	// ErrFormat is returned when the input is in no format that intake reads, or in one that
	// must be named. It matches feed.ErrInvalid.
	ErrFormat = fmt.Errorf("%w: format", feed.ErrInvalid)
	// ErrParquet is returned when a stream is Parquet, which only OpenFile reads. It matches
	// ErrFormat.
	ErrParquet = fmt.Errorf("%w: Parquet", ErrFormat)
	// ErrTooLarge is returned when a body, a line, a picture or a packed file is over its bound.
	// It matches feed.ErrInvalid.
	ErrTooLarge = fmt.Errorf("%w: too large", feed.ErrInvalid)
	// ErrBroken is returned when the rest of a file cannot be cut into items. It matches
	// feed.ErrInvalid. What stood before was taken.
	ErrBroken = fmt.Errorf("%w: broken", feed.ErrInvalid)
)

// rejected is a reason why one item is not taken. It never leaves the package.
type rejected struct{ reason string }

func (e *rejected) Error() string { return e.reason }

func rejectf(format string, args ...any) error { return &rejected{fmt.Sprintf(format, args...)} }

// skipped is why an item holds no read and is no fault either.
type skipped struct{ what string }

func (e *skipped) Error() string { return e.what }

func reasonOf(err error) (string, bool) {
	var r *rejected
	if errors.As(err, &r) {
		return r.reason, true
	}
	return "", false
}

// errNotThat says that the input is not of the format that was asked for; is may be empty.
func errNotThat(asked, is Format) error {
	if is == "" {
		return fmt.Errorf("%w: the input is not %s", ErrFormat, asked)
	}
	return fmt.Errorf("%w: the input is %s, not %s", ErrFormat, is, asked)
}
