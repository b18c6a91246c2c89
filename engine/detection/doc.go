// Package detection holds the domain types that every other part of the engine
// speaks: a Detection (one plate read), the canonical Query, its Purpose, its
// timeframes and its plate Pattern.
//
// Entry points: [ParseQuery] takes canonical JSON in, [Query.Validate] checks what
// can be checked without policy or geometry, [Query.Canonical] gives the one byte form
// that is hashed, stored in the audit trail and replayed. [ParsePattern] reads a
// partial plate.
//
// Invariants: values are immutable once validated; times are UTC with millisecond
// resolution; positions are (longitude, latitude) in degrees, WGS 84; windows are
// half-open [From, To). The package does no I/O and imports no other part of the engine.
package detection
