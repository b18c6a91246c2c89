//go:build race

package audit

// stride is how many bytes the exhaustive tests step: the race detector makes signatures
// slow, and these tests have one goroutine. Without it every byte is tried.
const stride = 3
