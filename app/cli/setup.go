package cli

import (
	"runtime/debug"
	"strings"

	"cordon/app/demoworld"
	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/policy"

	"github.com/spf13/cobra"
)

func (sh *shell) initCmd() *cobra.Command {
	var name, unit string
	cmd := &cobra.Command{
		Use: "init", Short: "Make an empty workstation with its first account manager",
		Long: `Make an empty workstation and its first account, an account manager (--user).
Its password comes from CORDON_PASSWORD or is asked for.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := sh.dataDir()
			if err != nil {
				return err
			}
			user, err := sh.userName()
			if err != nil {
				return err
			}
			password, err := sh.newSecret("CORDON_PASSWORD", "Password of the first account manager")
			if err != nil {
				return err
			}
			now := sh.env.Clock().UTC()
			first := engine.NewAccount{
				Account: engine.Account{
					User: user, Name: name, Role: policy.RoleManager, Unit: unit, Mission: policy.MissionAdministrative,
					TrainingUntil: now.AddDate(1, 0, 0), Created: now,
				},
				Password: password,
			}
			if first.Name == "" {
				first.Name = user
			}
			if err := engine.Init(cmd.Context(), sh.options(dir), first); err != nil {
				return at(dir, err)
			}
			if sh.json {
				return sh.printJSON(map[string]string{"data": dir, "user": user})
			}
			return sh.print("A workstation is in %s. Its account manager is %s: make the other accounts with “cordon account create”.", dir, user)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "full name of the account manager")
	cmd.Flags().StringVar(&unit, "unit", "", "unit of the account manager")
	return cmd
}

// demoJSON is what `demo --json` prints.
type demoJSON struct {
	Accounts    []demoworld.Account `json:"accounts"`
	Data        string              `json:"data"`
	Feed        string              `json:"feed"` // empty: the demo lies in the local lane
	RulesDigest string              `json:"rules_digest"`
	Rows        int64               `json:"rows"`
	State       string              `json:"state"`
}

func (sh *shell) demoCmd() *cobra.Command {
	var rows int
	var replace bool
	cmd := &cobra.Command{
		Use: "demo", Short: "Make a synthetic world and a workstation with demo accounts",
		Long: `Make a workstation with synthetic detections in Delaware and demo accounts.
Nothing in it is real. It is made in an empty or new folder; --replace replaces
an earlier demo, never anything else. --rows 0 makes the accounts alone.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := sh.dataDir()
			if err != nil {
				return err
			}
			info, err := sh.makeDemo(cmd, dir, rows, replace)
			if err != nil {
				return err
			}
			out := demoJSON{Accounts: info.Accounts, Data: dir, RulesDigest: info.RulesDigest, Rows: info.Load.Rows, State: info.State}
			if sh.json {
				return sh.printJSON(out)
			}
			return sh.printDemo(out)
		},
	}
	cmd.Flags().IntVar(&rows, "rows", demo.DefaultRows, "detections to make")
	cmd.Flags().BoolVar(&replace, "replace", false, "replace the demo that is there")
	return cmd
}

func (sh *shell) makeDemo(cmd *cobra.Command, dir string, rows int, replace bool) (demoworld.Info, error) {
	if rows < 0 || rows > demo.MaxRows {
		return demoworld.Info{}, usagef("--rows %d is not between 0 and %d", rows, demo.MaxRows)
	}
	bar := sh.progress("detections", int64(rows))
	o := demoworld.Options{Dir: dir, Rows: rows, Replace: replace, Clock: sh.env.Clock}
	if sh.verbose {
		o.Log = func(s string) { sh.say("%s", s) }
	}
	info, err := demoworld.Make(cmd.Context(), o, bar.at)
	bar.end()
	return info, at(dir, err)
}

func (sh *shell) printDemo(d demoJSON) error {
	rows := [][]string{{"USER", "PASSWORD", "STEP-UP SECRET", "ROLE", "UNIT"}}
	for _, a := range d.Accounts {
		rows = append(rows, []string{a.User, a.Password, a.TOTP, a.Role, a.Unit})
	}
	if err := table(sh.env.Stdout, rows); err != nil {
		return err
	}
	return sh.print("\nDemo workstation: %s, %s, data state %s\nRules of Behaviour: --accept-rules %s\nNothing in it is real.",
		d.Data, countWords(d.Rows, "detection", "detections"), d.State, d.RulesDigest)
}

func (sh *shell) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print version and build", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			v := versionOf()
			if sh.json {
				return sh.printJSON(v)
			}
			return sh.print("cordon %s", strings.TrimSpace(v["version"]+" "+v["revision"]+" "+v["go"]))
		},
	}
}

func versionOf() map[string]string {
	v := map[string]string{"version": Version, "revision": "", "go": ""}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["go"] = info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v["revision"] = s.Value
		}
	}
	return v
}
