package demo

import "errors"

// ErrNoPhoto is returned when a row has no photo of the kind asked for.
var ErrNoPhoto = errors.New("demo: the camera kept no such photo")

// ErrNotOurs is returned when a row is not of a demo world with this seed.
var ErrNotOurs = errors.New("demo: the row is not of this world")
