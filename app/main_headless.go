//go:build headless

package main

import (
	"fmt"
	"os"

	"cordon/app/cli"
)

// runWindow has no window to open in this build: it shows the main job on the demo.
func runWindow() int {
	_, _ = fmt.Fprintln(os.Stderr, "This build has no window. It shows the main job on the demo instead; “cordon help” lists the verbs.")
	return cli.Main([]string{"tour"}, os.Stdin, os.Stdout, os.Stderr)
}
