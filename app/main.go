// Command cordon is Cordon: without arguments it opens the window, with a verb it is the
// command line (package cli). Built with the tag headless it has no window and needs no
// cgo: without arguments it then shows the main job on the demo.
package main

import (
	"os"

	"cordon/app/cli"
)

func main() {
	if len(os.Args) == 1 {
		os.Exit(runWindow())
	}
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
