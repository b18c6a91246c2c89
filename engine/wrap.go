package engine

import (
	"errors"
	"fmt"
	"os"

	"cordon/engine/detection"
	"cordon/engine/internal/accounts"
	"cordon/engine/internal/audit"
	"cordon/engine/internal/disk"
	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// classed gives an inner error one of this package's sentinels and keeps its words.
type classed struct {
	class error
	err   error
}

func (c *classed) Error() string   { return c.err.Error() }
func (c *classed) Unwrap() []error { return []error{c.class, c.err} }

// outer maps the errors of the inner packages to the sentinels of errors.go.
func outer(err error) error {
	if err == nil {
		return nil
	}
	for _, m := range []struct{ inner, class error }{
		{audit.ErrDamaged, ErrDamaged},
		{vault.ErrDamaged, ErrDamaged},
		{reads.ErrDamaged, ErrDamaged},
		{audit.ErrMissing, ErrDamaged},
		{vault.ErrInUse, ErrInUse},
		{reads.ErrInUse, ErrInUse},
		{disk.ErrLocked, ErrInUse},
		{vault.ErrNoSpace, ErrNoSpace},
		{reads.ErrNoSpace, ErrNoSpace},
		{vault.ErrReadOnly, ErrReadOnly},
		{vault.ErrExists, ErrExists},
		{vault.ErrClosed, ErrSession},
		{reads.ErrClosed, ErrSession},
		{os.ErrClosed, ErrSession},
		{vault.ErrMissing, ErrNotWorkstation},
		{accounts.ErrCredentials, ErrCredentials},
		{accounts.ErrLocked, ErrLockedOut},
		{accounts.ErrUnknown, ErrNotFound},
		{accounts.ErrChanged, ErrSession},
		{accounts.ErrExists, ErrExists},
		{accounts.ErrInvalid, ErrInvalid},
		{audit.ErrNoEntry, ErrNotFound},
	} {
		if errors.Is(err, m.inner) {
			if errors.Is(err, m.class) {
				return err
			}
			return &classed{m.class, err}
		}
	}
	if errors.Is(err, audit.ErrWrite) && !errors.Is(err, ErrAudit) {
		return unaudited(err)
	}
	return sized(err)
}

// sized gives what the system says of a disk its sentinel.
func sized(err error) error {
	switch {
	case errors.Is(err, ErrReadOnly), errors.Is(err, ErrNoSpace):
		return err
	case disk.IsReadOnly(err):
		return &classed{ErrReadOnly, err}
	case disk.IsFull(err):
		return &classed{ErrNoSpace, err}
	}
	return err
}

// invalid returns a field error that matches ErrInvalid.
func invalid(field, problem, hint string) error {
	return &detection.FieldError{Field: field, Problem: problem, Hint: hint}
}

func missing(what, name string) error { return fmt.Errorf("%s %q: %w", what, name, ErrNotFound) }
