package accounts

import "errors"

var (
	// ErrCredentials is returned when a name and a password, or a code, do not belong together.
	ErrCredentials = errors.New("name, password or code is wrong")
	// ErrLocked is returned (wrapped, with the reason) when an account cannot be used.
	ErrLocked = errors.New("account is locked")
	// ErrUnknown is returned by administration when there is no such account.
	ErrUnknown = errors.New("no such account")
	// ErrExists is returned when the name is taken.
	ErrExists = errors.New("the name is taken")
	// ErrInvalid is returned (wrapped) when an account cannot be made as asked.
	ErrInvalid = errors.New("account is not valid")
	// ErrChanged is returned when an account was changed between a question and its answer.
	ErrChanged = errors.New("the account was changed meanwhile")
	// ErrStartUsed is returned for a start code that was used on this workstation.
	ErrStartUsed = errors.New("the start code was used")
	// ErrStartOver is returned for a start code that came too late.
	ErrStartOver = errors.New("the start code ran out")
)
