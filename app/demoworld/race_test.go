//go:build race

package demoworld_test

const raceEnabled = true
