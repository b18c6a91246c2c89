package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

type feedAccountsFlags struct {
	place feedPlace
	codes string
	again []string
	life  time.Duration
}

func (sh *shell) feedAccountsCmd() *cobra.Command {
	var f feedAccountsFlags
	cmd := &cobra.Command{
		Use: "accounts [FILE]", Short: "Publish the list of the accounts of all workstations",
		Long: `Publish FILE as the list of the accounts that all workstations of the feed have; without
FILE print the list in force, to be changed and published again. docs/feed.md shows its form.

Passwords are not in it: each person sets one on the workstation, with a start code. Who is
new in the list, is newly granted enhanced functions or is named with --new-code gets one,
written to the file of --codes alone. Hand each to its person on a safe way and delete the file.
Who is not in FILE any more is disabled on all workstations with their next sync.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("“%s” takes one file, or none", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return sh.feedAccountsShow(cmd.Context(), f)
			}
			return sh.feedAccounts(cmd.Context(), f, args[0])
		},
	}
	f.place.flags(cmd, true)
	cmd.Flags().StringVar(&f.codes, "codes", "", "new file for the start codes (CSV)")
	cmd.Flags().StringSliceVar(&f.again, "new-code", nil, "give this user a new start code; may be given several times")
	cmd.Flags().DurationVar(&f.life, "life", 14*24*time.Hour, "how long start codes are good")
	return cmd
}

// accountsInForce reads the newest list; nil when there is none.
func accountsInForce(ctx context.Context, p *publish.Publisher) (int64, *feed.Accounts, error) {
	version, text, err := p.Document(ctx, feed.DocAccounts)
	if err != nil || version == 0 {
		return 0, nil, err
	}
	list, err := feed.ParseAccounts(text)
	return version, list, err
}

func (sh *shell) feedAccountsShow(ctx context.Context, f feedAccountsFlags) error {
	if f.codes != "" || len(f.again) > 0 {
		return usagef("name the FILE to publish; without one the list in force is printed")
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		_, list, err := accountsInForce(ctx, p)
		if err != nil {
			return err
		}
		if list == nil {
			sh.say("The feed has no list of accounts yet.")
			list = &feed.Accounts{List: []feed.Account{}}
		}
		for i := range list.List {
			list.List[i].Start = nil // whoever publishes it again keeps them
		}
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		return sh.print("%s", text)
	})
}

func (sh *shell) feedAccounts(ctx context.Context, f feedAccountsFlags, name string) error {
	if f.life < time.Minute {
		return usagef("--life is %s; start codes are good for a minute at least", f.life)
	}
	in, err := sh.input(name)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(in, publish.MaxDocument+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return at(name, err)
	}
	list, err := feed.ParseAccounts(text)
	if err != nil {
		return at(name, err)
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		version, old, err := accountsInForce(ctx, p)
		if err != nil {
			return err
		}
		codes, err := list.IssueCodes(old, f.again, sh.env.Clock(), f.life, rand.Reader)
		if err != nil {
			return at(name, err)
		}
		if len(codes) > 0 && f.codes == "" {
			return usagef("%s would get a start code; name a new file for them with --codes. Nothing was published", countWords(len(codes), "account", "accounts"))
		}
		body, err := json.Marshal(list)
		if err != nil {
			return err
		}
		if old != nil {
			if before, err := json.Marshal(old); err != nil || bytes.Equal(before, body) {
				return errors.Join(err, sh.saidAccounts(version, list, codes, f.codes, false))
			}
		}
		if err := writeCodes(f.codes, codes); err != nil { // before the list counts: no code is lost
			return at(f.codes, err)
		}
		if _, err := p.PublishDocument(ctx, feed.DocAccounts, version+1, body); err != nil {
			if len(codes) > 0 {
				err = errors.Join(err, os.Remove(f.codes))
			}
			return err
		}
		return sh.saidAccounts(version+1, list, codes, f.codes, true)
	})
}

func (sh *shell) saidAccounts(version int64, list *feed.Accounts, codes []feed.IssuedCode, file string, published bool) error {
	if len(codes) == 0 {
		file = ""
	}
	if sh.json {
		return sh.printJSON(map[string]any{"version": version, "accounts": len(list.List), "codes": len(codes), "codes_file": file, "published": published})
	}
	if !published {
		return sh.print("List %d in force is the same; nothing was published.", version)
	}
	if err := sh.print("List %d with %s is published.", version, countWords(len(list.List), "account", "accounts")); err != nil || file == "" {
		return err
	}
	return sh.print("%s in %s, good until %s. Hand each to its person on a safe way, and delete the file.",
		countWords(len(codes), "start code is", "start codes are"), file, utc(codes[0].Until))
}

// writeCodes writes the codes to a file that nobody else can read and that must not exist.
func writeCodes(path string, codes []feed.IssuedCode) (err error) {
	if len(codes) == 0 {
		return nil
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	w := csv.NewWriter(out)
	rows := [][]string{{"user", "start_code", "good_until"}}
	for _, c := range codes {
		rows = append(rows, []string{c.User, c.Code, utc(c.Until)})
	}
	return errors.Join(w.WriteAll(rows), out.Sync(), out.Close())
}
