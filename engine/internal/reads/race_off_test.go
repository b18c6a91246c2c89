//go:build !race

package reads

// underRace makes the slowest tests do less.
const underRace = false
