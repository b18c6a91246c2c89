//go:build race

package geo

// underRace makes the slowest tests do less.
const underRace = true
