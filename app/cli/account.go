package cli

import (
	"context"
	"slices"
	"time"

	"cordon/engine"
	"cordon/engine/policy"

	"github.com/spf13/cobra"
)

// accountJSON is an account as `account list --json` prints it.
type accountJSON struct {
	User                  string `json:"user"`
	Name                  string `json:"name"`
	Role                  string `json:"role"`
	Unit                  string `json:"unit"`
	Mission               string `json:"mission"`
	Enhanced              bool   `json:"enhanced"`
	TrainingUntil         string `json:"training_until"`
	EnhancedTrainingUntil string `json:"enhanced_training_until"`
	Created               string `json:"created"`
	LastSignIn            string `json:"last_sign_in"`
	LockedAt              string `json:"locked_at"`
	Disabled              bool   `json:"disabled"`
	FromFeed              bool   `json:"from_feed"`
	FeedDisabled          bool   `json:"feed_disabled"`
	FeedHasName           bool   `json:"feed_has_name"` // made here, and the feed's list has one of this name, too
	Started               bool   `json:"started"`       // a password was set
	StartUntil            string `json:"start_until"`   // its start code can be used until then
}

func (sh *shell) accountCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "account", Short: "Manage accounts, and start one’s own", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	one := func(use, short, done string, do func(ctx context.Context, s *engine.Session, user string) error) *cobra.Command {
		return &cobra.Command{
			Use: use + " USER", Short: short, Args: exactly(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				err := sh.withSession(cmd.Context(), func(s *engine.Session) error { return at("account "+args[0], do(cmd.Context(), s, args[0])) })
				if err != nil {
					return err
				}
				if sh.json {
					return sh.printJSON(map[string]string{"user": args[0]})
				}
				return sh.print(done, args[0])
			},
		}
	}
	cmd.AddCommand(sh.accountListCmd(), sh.accountCreateCmd(), sh.accountStartCmd(),
		one("adopt", "Make an account of this workstation the feed’s, whose list has one of its name", "%s is an account of the feed now. Its owner starts it with the start code.",
			func(ctx context.Context, s *engine.Session, user string) error { return s.AdoptAccount(ctx, user) }),
		one("password", "Set a password (CORDON_NEW_PASSWORD or asked for)", "The password of %s is changed.",
			func(ctx context.Context, s *engine.Session, user string) error {
				p, err := sh.newSecret("CORDON_NEW_PASSWORD", "New password of "+user)
				if err != nil {
					return err
				}
				return s.SetPassword(ctx, user, p)
			}),
		one("release", "Release an account that too many failures locked", "%s can sign in again.",
			func(ctx context.Context, s *engine.Session, user string) error { return s.ReleaseLock(ctx, user) }),
		one("disable", "Disable an account", "%s can no longer sign in.",
			func(ctx context.Context, s *engine.Session, user string) error { return s.SetDisabled(ctx, user, true) }),
		one("enable", "Enable an account again", "%s can sign in again.",
			func(ctx context.Context, s *engine.Session, user string) error {
				return s.SetDisabled(ctx, user, false)
			}),
	)
	return cmd
}

func (sh *shell) accountListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List accounts", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				all, err := s.Accounts(cmd.Context())
				if err != nil {
					return err
				}
				out := []accountJSON{}
				rows := [][]string{{"USER", "NAME", "ROLE", "UNIT", "MISSION", "ENHANCED", "FROM", "STATE", "LAST SIGN-IN"}}
				for _, a := range all {
					out = append(out, accountJSON{
						a.User, a.Name, string(a.Role), a.Unit, string(a.Mission), a.Enhanced, utc(a.TrainingUntil),
						utc(a.EnhancedTrainingUntil), utc(a.Created), utc(a.LastSignIn), utc(a.LockedAt), a.Disabled,
						a.FromFeed, a.FeedDisabled, a.FeedHasName, a.Started, utc(a.StartUntil),
					})
					rows = append(rows, []string{a.User, a.Name, string(a.Role), a.Unit, string(a.Mission), yesNo(a.Enhanced), accountFrom(a), sh.accountState(a), utc(a.LastSignIn)})
				}
				if sh.json {
					return sh.printJSON(map[string]any{"accounts": out})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
}

func accountFrom(a engine.Account) string {
	switch {
	case a.FromFeed:
		return "feed"
	case a.FeedHasName:
		return "here (the feed has one of this name)"
	}
	return "here"
}

func (sh *shell) accountState(a engine.Account) string {
	switch {
	case a.FeedDisabled:
		return "disabled by the feed"
	case a.Disabled:
		return "disabled"
	case !a.LockedAt.IsZero():
		return "locked " + utc(a.LockedAt)
	case a.Started:
		return "open"
	case a.StartUntil.After(sh.env.Clock()):
		return "not started, code until " + utc(a.StartUntil)
	}
	return "not started, no code"
}

func (sh *shell) accountStartCmd() *cobra.Command {
	return &cobra.Command{
		Use: "start USER", Short: "Set the first password of an account that the feed gave, with its start code", Args: exactly(1),
		Long: `Set the first password of an account that the feed gave, on this workstation. The start code
that its owner was handed comes from CORDON_START_CODE or is asked for, the password from
CORDON_NEW_PASSWORD. A code works once on each workstation. With the enhanced grant a step-up
secret is printed once, for the person’s authenticator; an earlier one of this workstation ends.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			code, err := sh.secret("CORDON_START_CODE", "Start code of "+args[0])
			if err != nil {
				return err
			}
			password, err := sh.newSecret("CORDON_NEW_PASSWORD", "New password of "+args[0])
			if err != nil {
				return err
			}
			return sh.withEngine(cmd.Context(), func(e *engine.Engine) error {
				auth, err := e.StartAccount(cmd.Context(), args[0], code, password)
				if err != nil {
					return at("account "+args[0], err)
				}
				return sh.printSecret(args[0], auth, "The account "+args[0]+" is started. Sign in with the new password.")
			})
		},
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (sh *shell) accountCreateCmd() *cobra.Command {
	var a engine.NewAccount
	var role, mission, trained string
	cmd := &cobra.Command{
		Use: "create USER", Short: "Make an account",
		Long: `Make an account. Its password comes from CORDON_NEW_PASSWORD or is asked for. With
--enhanced a step-up secret is made and printed once, for the person's authenticator.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.User, a.Role, a.Mission = args[0], policy.Role(role), policy.Mission(mission)
			if err := checkAccount(a); err != nil {
				return err
			}
			until, err := time.Parse("2006-01-02", trained)
			if trained == "" {
				until, err = sh.env.Clock().UTC().AddDate(1, 0, 0), nil
			}
			if err != nil {
				return usagef("--trained-until %q is not a date like 2027-05-01", trained)
			}
			a.TrainingUntil = until
			return sh.createAccount(cmd.Context(), a, until)
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.Name, "name", "", "full name (required)")
	f.StringVar(&role, "role", "", "role (required): criminal-investigator, task-force-officer, criminal-analyst, investigative-assistant, administrative-officer, supervisor, auditor, account-manager, trainer")
	f.StringVar(&a.Unit, "unit", "", "unit (required)")
	f.StringVar(&mission, "mission", "", "mission of the unit (required): criminal or administrative")
	f.BoolVar(&a.Enhanced, "enhanced", false, "give the enhanced grant")
	f.StringVar(&trained, "trained-until", "", "date until which training is current (default: a year from now)")
	return cmd
}

func checkAccount(a engine.NewAccount) error {
	for _, need := range []struct{ value, flag string }{{a.Name, "--name"}, {string(a.Role), "--role"}, {a.Unit, "--unit"}, {string(a.Mission), "--mission"}} {
		if need.value == "" {
			return usagef("%s is missing", need.flag)
		}
	}
	roles := []policy.Role{
		policy.RoleInvestigator, policy.RoleTaskForce, policy.RoleAnalyst, policy.RoleAssistant, policy.RoleAdministrative,
		policy.RoleSupervisor, policy.RoleAuditor, policy.RoleManager, policy.RoleTrainer,
	}
	if !slices.Contains(roles, a.Role) {
		return usagef("%q is no role", string(a.Role))
	}
	if a.Mission != policy.MissionCriminal && a.Mission != policy.MissionAdministrative {
		return usagef("%q is no mission; use criminal or administrative", string(a.Mission))
	}
	return nil
}

func (sh *shell) createAccount(ctx context.Context, a engine.NewAccount, until time.Time) error {
	var auth engine.Authenticator
	if a.Enhanced {
		var err error
		if auth, err = engine.NewAuthenticator(a.User); err != nil {
			return err
		}
		a.EnhancedTrainingUntil, a.TOTPSecret = until, auth.Secret
	}
	err := sh.withSession(ctx, func(s *engine.Session) error {
		var err error
		if a.Password, err = sh.newSecret("CORDON_NEW_PASSWORD", "Password of "+a.User); err != nil {
			return err
		}
		return at("account "+a.User, s.CreateAccount(ctx, a))
	})
	if err != nil {
		return err
	}
	return sh.printSecret(a.User, auth, "The account "+a.User+" is made.")
}

// printSecret says what was done, and tells a step-up secret if there is one.
func (sh *shell) printSecret(user string, a engine.Authenticator, done string) error {
	if sh.json {
		return sh.printJSON(map[string]string{"user": user, "totp": a.Secret, "otpauth": a.Link})
	}
	if err := sh.print("%s", done); err != nil || a.Link == "" {
		return err
	}
	return sh.print("Step-up secret, shown once: %s\n%s", a.Secret, a.Link)
}
