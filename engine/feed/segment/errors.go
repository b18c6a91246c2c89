package segment

import "cordon/engine/feed"

// ColumnError is returned when a file's columns are not those that it should have. It
// matches feed.ErrInvalid.
type ColumnError struct {
	Column  string
	Problem Problem
	Detail  string // what it is, for a wrong type
}

// Problem says what is wrong with a column.
type Problem string

// What can be wrong with a column.
const (
	Missing   Problem = "is missing"
	Extra     Problem = "is not one of a segment"
	WrongType Problem = "has a wrong type"
)

func (e *ColumnError) Error() string {
	s := "column " + e.Column + " " + string(e.Problem)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	return s
}

// Is makes a ColumnError match feed.ErrInvalid.
func (e *ColumnError) Is(target error) bool { return target == feed.ErrInvalid }
