package manifest

import "errors"

// ErrBehind is returned by Append when another publisher took the record's place. Sync, look
// at the new records, and decide again.
var ErrBehind = errors.New("another publisher appended first")
