package detection

import (
	"errors"
	"fmt"
)

// ErrInvalid is returned (wrapped) when a query or a value cannot be what its sender meant.
var ErrInvalid = errors.New("invalid")

// FieldError says which field is wrong, how, and what to write instead. It matches
// ErrInvalid with errors.Is.
type FieldError struct {
	Field   string // JSON path, e.g. "windows[0].to"
	Problem string // what is wrong, without a full stop
	Hint    string // what to do, a sentence; may be empty
}

func (e *FieldError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Problem)
	}
	return fmt.Sprintf("%s: %s. %s", e.Field, e.Problem, e.Hint)
}

// Is makes errors.Is(err, ErrInvalid) true.
func (e *FieldError) Is(target error) bool { return target == ErrInvalid }
