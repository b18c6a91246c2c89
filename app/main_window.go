//go:build !headless

package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cordon/app/cli"
	"cordon/app/desktop"
	"cordon/assets/icons"
)

// runWindow opens the window on the workstation in the default folder and returns the exit
// status when it is closed.
func runWindow() int {
	dir, err := cli.DataDir(cli.Env{Getenv: os.Getenv, GOOS: runtime.GOOS, Clock: time.Now})
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "cordon: "+err.Error())
		return 1
	}
	a := fyneapp.NewWithID("org.cordon.desk")
	a.SetIcon(fyne.NewStaticResource("cordon.png", icons.App()))
	d, err := desktop.New(desktop.Options{
		App: a, Dir: dir, Version: cli.Version,
		Log: func(s string) { _, _ = fmt.Fprintln(os.Stderr, "cordon: "+s) },
	})
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "cordon: "+err.Error())
		return 1
	}
	d.Show()
	a.Run()
	return 0
}
