package session_test

import (
	"strings"
	"testing"
)

func want(t *testing.T, what, got, expected string) {
	t.Helper()
	if got != expected {
		t.Errorf("%s\n got %q\nwant %q", what, got, expected)
	}
}

func contains(t *testing.T, what, got, part string) {
	t.Helper()
	if !strings.Contains(got, part) {
		t.Errorf("%s: %q does not hold %q", what, got, part)
	}
}
