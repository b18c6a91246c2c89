package vault

import "errors"

var (
	// ErrInUse is returned by Open when another process has the vault.
	ErrInUse = errors.New("vault is in use")
	// ErrMissing is returned by Open when the folder holds no vault.
	ErrMissing = errors.New("no vault here")
	// ErrExists is returned by Create when the folder holds a vault.
	ErrExists = errors.New("there is a vault already")
	// ErrDamaged is returned (wrapped) when a value is missing or fails its check.
	ErrDamaged = errors.New("vault is damaged")
	// ErrKeyDestroyed is returned (wrapped) for the data key of a period that was destroyed.
	ErrKeyDestroyed = errors.New("the data key was destroyed")
	// ErrNoSpace is returned (wrapped) when the disk is too full to write safely.
	ErrNoSpace = errors.New("not enough free disk space")
	// ErrReadOnly is returned (wrapped) when the folder cannot be written.
	ErrReadOnly = errors.New("vault folder is read-only")
	// ErrClosed is returned by every method after Close.
	ErrClosed = errors.New("vault is closed")
)
