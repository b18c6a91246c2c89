//go:build !headless

package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cordon/app/cli"
	"cordon/app/desktop"
	_ "cordon/app/locale" // first of all; see there
	"cordon/assets/icons"
)

// gcPercent keeps the heap within half more than what is in use: pictures of the map come and
// go in megabytes, and the collector's rest is a processor's time that the window does not need.
const gcPercent = 50

// runWindow opens the window on the workstation in the default folder and returns the exit
// status when it is closed.
func runWindow() int {
	env := cli.Env{Getenv: os.Getenv, GOOS: runtime.GOOS, Clock: time.Now}
	dir, err := cli.DataDir(env)
	cache, bad := cli.CacheBytes(env)
	if err = errors.Join(err, bad); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "cordon: "+err.Error())
		return 1
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	a := fyneapp.NewWithID("org.cordon.desk")
	a.SetIcon(fyne.NewStaticResource("cordon.png", icons.App()))
	d, err := desktop.New(desktop.Options{
		App: a, Dir: dir, CacheBytes: cache, Version: cli.Version,
		Log: func(s string) { _, _ = fmt.Fprintln(os.Stderr, "cordon: "+s) },
		// Fyne 2.7 writes its own preferences, which hold nothing of ours, on the way out, reads them
		// half written, as it still watches the file, and reports that as an error.
		Exit: func() { os.Exit(0) },
	})
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "cordon: "+err.Error())
		return 1
	}
	d.Show()
	a.Run()
	return 0
}
