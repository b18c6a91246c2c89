package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"cordon/engine"
	"cordon/engine/policy"

	"github.com/pquerna/otp/totp"
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
}

func (sh *shell) accountCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "account", Short: "Manage accounts (account managers only)", Args: noArgs,
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
	cmd.AddCommand(sh.accountListCmd(), sh.accountCreateCmd(),
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
				rows := [][]string{{"USER", "NAME", "ROLE", "UNIT", "MISSION", "ENHANCED", "STATE", "LAST SIGN-IN"}}
				for _, a := range all {
					out = append(out, accountJSON{
						a.User, a.Name, string(a.Role), a.Unit, string(a.Mission), a.Enhanced, utc(a.TrainingUntil),
						utc(a.EnhancedTrainingUntil), utc(a.Created), utc(a.LastSignIn), utc(a.LockedAt), a.Disabled,
					})
					rows = append(rows, []string{a.User, a.Name, string(a.Role), a.Unit, string(a.Mission), yesNo(a.Enhanced), accountState(a), utc(a.LastSignIn)})
				}
				if sh.json {
					return sh.printJSON(map[string]any{"accounts": out})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
}

func accountState(a engine.Account) string {
	switch {
	case a.Disabled:
		return "disabled"
	case !a.LockedAt.IsZero():
		return "locked " + utc(a.LockedAt)
	}
	return "open"
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
	link := ""
	if a.Enhanced {
		key, err := totp.Generate(totp.GenerateOpts{Issuer: "Cordon", AccountName: a.User, SecretSize: 20})
		if err != nil {
			return fmt.Errorf("make step-up secret: %w", err)
		}
		a.EnhancedTrainingUntil, a.TOTPSecret, link = until, key.Secret(), key.URL()
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
	if sh.json {
		return sh.printJSON(map[string]string{"user": a.User, "totp": a.TOTPSecret, "otpauth": link})
	}
	if err := sh.print("The account %s is made.", a.User); err != nil || link == "" {
		return err
	}
	return sh.print("Step-up secret, shown once: %s\n%s", a.TOTPSecret, link)
}
