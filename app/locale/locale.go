//go:build !headless

// Package locale is imported for its effect alone: it names English where the environment says
// C.UTF-8, the plain locale of many containers, which Fyne cannot read and complains about on
// standard error before any of our code runs. Packages are initialised in the order of their
// paths as soon as what they import is; this one imports os and strings alone, so it comes
// before Fyne.
package locale

import (
	"os"
	"strings"
)

func init() {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if strings.HasPrefix(os.Getenv(name), "C.") {
			_ = os.Setenv(name, "en_US.UTF-8")
		}
	}
}
