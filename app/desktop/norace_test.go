//go:build !race

package desktop

// raceEnabled says that the race detector is on: the 600,000 rounds of PBKDF2 of each
// sign-in then take about twenty times as long.
const raceEnabled = false
