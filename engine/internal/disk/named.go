package disk

import (
	"strings"
)

// Named gives an error of Badger the cause back that Badger leaves in the text alone, as it
// formats most errors that it passes on: after it, IsFull tells a full disk from damage.
// Other errors, and nil, are returned as they are.
func Named(err error) error {
	if err == nil || IsFull(err) {
		return err
	}
	for _, full := range fullErrors {
		if strings.Contains(err.Error(), full.Error()) {
			return &named{err, full}
		}
	}
	return err
}

// named is an error with a cause that its text holds already.
type named struct{ err, cause error }

func (n *named) Error() string   { return n.err.Error() }
func (n *named) Unwrap() []error { return []error{n.err, n.cause} }
