package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"runtime"
	"time"

	"github.com/spf13/cobra"
)

// Env is all that a command takes from its surroundings.
type Env struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Clock          func() time.Time
	GOOS           string
}

// Main runs one command line (without the program's name) in the process's environment
// and returns the exit status. An interrupt ends it cleanly.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return Run(ctx, args, Env{Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: os.Getenv, Clock: time.Now, GOOS: runtime.GOOS})
}

// Run is Main with its surroundings given.
func Run(ctx context.Context, args []string, env Env) int {
	sh := &shell{env: env}
	root := sh.root()
	root.SetArgs(args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	var done *doneError
	if errors.As(err, &done) {
		return done.status
	}
	var usage *usageError
	if errors.As(err, &usage) { // flags after the wrong one were not read
		sh.json = sh.json || wantsJSON(args)
	}
	return sh.report(err)
}

// wantsJSON reports whether a command line asks for JSON, whatever else is wrong with it.
func wantsJSON(args []string) bool {
	for i, a := range args {
		switch {
		case a == "--":
			return false
		case a == "--json", a == "--json=true", a == "--format=json", a == "--format" && i+1 < len(args) && args[i+1] == "json":
			return true
		}
	}
	return false
}

// shell is one invocation: its surroundings and its common flags.
type shell struct {
	env     Env
	dir     string
	user    string
	rules   string
	json    bool
	confirm bool
	verbose bool
}

const long = `Cordon answers licence-plate-reader queries under the rules of the unit.

Every verb that reads detections signs in and is recorded, as in the window.
The password comes from CORDON_PASSWORD or is asked for; the step-up code from
CORDON_TOTP (the six digits, or the secret they are made from) or is asked for.

Exit status: 0 done, 1 failed, 2 usage or wrong input, 3 refused,
4 needs confirmation (say --confirm), 5 integrity failure.`

func (sh *shell) root() *cobra.Command {
	root := &cobra.Command{
		Use: "cordon", Short: "Licence-plate-reader queries under the rules of the unit", Long: long,
		SilenceErrors: true, SilenceUsage: true, Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err.Error()} })
	f := root.PersistentFlags()
	f.StringVar(&sh.dir, "data", "", "the workstation's folder (default: CORDON_DATA, or "+placeWords(sh.env)+")")
	f.StringVar(&sh.user, "user", "", "who signs in (default: CORDON_USER)")
	f.StringVar(&sh.rules, "accept-rules", "", "digest of the Rules of Behaviour that you read and accept")
	f.BoolVar(&sh.json, "json", false, "one JSON object on standard output")
	f.BoolVar(&sh.confirm, "confirm", false, "confirm the warnings that a command would stop at")
	f.BoolVar(&sh.verbose, "verbose", false, "diagnostics on standard error")
	root.AddCommand(
		sh.initCmd(), sh.demoCmd(), sh.tourCmd(), sh.importCmd(), sh.queryCmd(), sh.estimateCmd(),
		sh.caseCmd(), sh.exportCmd("export"), sh.auditCmd(), sh.accountCmd(), sh.checkCmd(), sh.feedCmd(), sh.versionCmd(),
	)
	return root
}

func placeWords(env Env) string {
	dir, err := DataDir(env)
	if err != nil {
		return "the user's data folder"
	}
	return dir
}

// noArgs, exactly and atMost are cobra's checks with errors of the usage kind.
func noArgs(cmd *cobra.Command, args []string) error { return exactly(0)(cmd, args) }

func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		if cmd.HasSubCommands() && len(args) > 0 {
			return usagef("%q is no verb of “%s”", args[0], cmd.CommandPath())
		}
		return usagef("“%s” takes %s, and %d were given", cmd.CommandPath(), countWords(n, "argument", "arguments"), len(args))
	}
}
