package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

type feedAccountsFlags struct {
	place          feedPlace
	codes          string
	again, renamed []string
	life           time.Duration
	anew           bool
}

func (sh *shell) feedAccountsCmd() *cobra.Command {
	var f feedAccountsFlags
	cmd := &cobra.Command{
		Use: "accounts [FILE]", Short: "Publish the list of the accounts of all workstations",
		Long: `Publish FILE as the list of the accounts that all workstations of the feed have; without
FILE print the list in force, to be changed and published again. docs/feed.md shows its form.

Passwords are not in it: each person sets one on the workstation, with a start code. Who is
new in the list, newly granted enhanced functions, enabled again or named with --new-code gets
one, written to the file of --codes alone. Hand each to its person on a safe way and delete the
file. Another name under the same user is another person, whose predecessor's password ends;
--renamed says that it is the same one.

Who is not in FILE any more, or disabled there, can sign in nowhere after the next sync: that,
and a user name that passes to another person, needs --confirm.`,
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
	cmd.Flags().StringSliceVar(&f.renamed, "renamed", nil, "this user's new name is the same person's; may be given several times")
	cmd.Flags().DurationVar(&f.life, "life", 14*24*time.Hour, "how long start codes are good")
	cmd.Flags().BoolVar(&f.anew, "anew", false, "publish although the list in force cannot be read; everybody starts anew, with a start code (needs --confirm)")
	return cmd
}

// accountsInForce reads the newest list; nil when there is none, or with anew when it cannot be read.
func (f feedAccountsFlags) accountsInForce(ctx context.Context, p *publish.Publisher) (int64, *feed.Accounts, error) {
	version, text, err := p.Document(ctx, feed.DocAccounts)
	var list *feed.Accounts
	if err == nil && version > 0 {
		list, err = feed.ParseAccounts(text)
	}
	if err != nil && version > 0 {
		if f.anew {
			return version, nil, nil
		}
		err = fmt.Errorf("%w: the list in force; publish the whole list with --anew", err)
	}
	return version, list, err
}

func (sh *shell) feedAccountsShow(ctx context.Context, f feedAccountsFlags) error {
	if f.codes != "" || len(f.again)+len(f.renamed) > 0 || f.anew {
		return usagef("name the FILE to publish; without one the list in force is printed")
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		version, list, err := f.accountsInForce(ctx, p)
		if err != nil {
			return err
		}
		if list == nil {
			sh.say("The feed has no list of accounts yet.")
			list = &feed.Accounts{List: []feed.Account{}}
		}
		for i := range list.List {
			list.List[i].Start, list.List[i].Holder = nil, 0 // whoever publishes it again keeps them
		}
		list.BasedOn = version
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		return sh.print("%s", text)
	})
}

// readAccounts reads the list that is to be published.
func (sh *shell) readAccounts(name string) (*feed.Accounts, error) {
	in, err := sh.input(name)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(in, publish.MaxDocument+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return nil, at(name, err)
	}
	if len(text) > publish.MaxDocument {
		return nil, usagef("%s has more than %d bytes, the most of a list", name, publish.MaxDocument)
	}
	list, err := feed.ParseAccounts(text)
	return list, at(name, err)
}

func (sh *shell) feedAccounts(ctx context.Context, f feedAccountsFlags, name string) error {
	switch {
	case f.life < time.Minute:
		return usagef("--life is %s; start codes are good for a minute at least", f.life)
	case f.codes == "-":
		return usagef("--codes needs a file; start codes are not printed")
	}
	list, err := sh.readAccounts(name)
	if err != nil {
		return err
	}
	return f.place.withPublisher(ctx, sh, func(_ bucket.Bucket, p *publish.Publisher) error {
		version, old, err := f.accountsInForce(ctx, p)
		if err != nil {
			return err
		}
		if list.BasedOn != 0 && list.BasedOn != version {
			return usagef("%s was made from list %d, and list %d is in force: print that one and change it again. Nothing was published", name, list.BasedOn, version)
		}
		list.BasedOn = 0
		codes, err := list.IssueCodes(old, feed.CodeOptions{Again: f.again, Renamed: f.renamed, Version: version + 1, Now: sh.env.Clock(), Life: f.life, Random: rand.Reader})
		if err != nil {
			return at(name, err)
		}
		done := accountsJSON{Version: version, Accounts: len(list.List), Codes: len(codes)}
		diff := list.Diff(old)
		done.New, done.Changed, done.Ended, done.Another = len(diff.New), len(diff.Changed), len(diff.Ended), len(diff.Another)
		if old != nil {
			if same, err := sameList(old, list); err != nil || same {
				return errors.Join(err, sh.saidAccounts(done))
			}
		}
		if err := f.mustBeMeant(diff); err != nil && !sh.confirm {
			return err
		}
		if len(codes) > 0 && f.codes == "" {
			return usagef("%s would get a start code; name a new file for them with --codes. Nothing was published", countWords(len(codes), "account", "accounts"))
		}
		body, err := json.Marshal(list)
		if err != nil {
			return err
		}
		done.Version, done.Published = version+1, true
		if len(codes) > 0 {
			done.CodesFile = f.codes
		}
		if err := writeCodes(f.codes, codes); err != nil { // before the list counts: no code is lost
			return at(f.codes, err)
		}
		if _, err := p.PublishDocument(ctx, feed.DocAccounts, version+1, body); err != nil {
			return errors.Join(err, sh.dropCodes(ctx, p, body, done.CodesFile))
		}
		if err := sh.saidAccounts(done); err != nil || len(codes) == 0 {
			return err
		}
		if sh.json {
			return nil
		}
		return sh.print("%s in %s, good until %s. Hand each to its person on a safe way, and delete the file.",
			countWords(len(codes), "start code is", "start codes are"), f.codes, utc(codes[0].Until))
	})
}

// mustBeMeant says what somebody loses by the list, or may lose; nil: nobody does.
func (f feedAccountsFlags) mustBeMeant(diff feed.AccountsDiff) error {
	var parts []string
	if n := len(diff.Ended); n > 0 {
		parts = append(parts, countWords(n, "person", "people")+" would lose their account on all workstations: "+firstNames(diff.Ended)+".")
	}
	if n := len(diff.Another); n > 0 {
		parts = append(parts, countWords(n, "user name", "user names")+" would be another person’s, who starts anew: "+firstNames(diff.Another)+" (--renamed USER says that it is the same one).")
	}
	if f.anew {
		parts = append(parts, "The list in force may have people who are not in the file; everybody in it starts anew.")
	}
	if len(parts) == 0 {
		return nil
	}
	return &confirmError{strings.Join(parts, " ") + " Nothing was published", "Look at the file, and run it again with --confirm if that is meant."}
}

// dropCodes removes the codes of a list that was not published. What was written may count although
// publishing failed: then, or when nobody can know, they stay.
func (sh *shell) dropCodes(ctx context.Context, p *publish.Publisher, body []byte, file string) error {
	if file == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	_, text, err := p.Document(ctx, feed.DocAccounts)
	switch {
	case err != nil:
		sh.say("It is not known whether the list counts; the start codes stay in %s until “cordon feed accounts” prints another one.", file)
		return nil
	case bytes.Equal(text, body):
		sh.say("The list counts all the same; its start codes are in %s.", file)
		return nil
	}
	return os.Remove(file)
}

func sameList(a, b *feed.Accounts) (bool, error) {
	x, err := json.Marshal(a.List)
	if err != nil {
		return false, err
	}
	y, err := json.Marshal(b.List)
	return bytes.Equal(x, y), err
}

// firstNames lists some of many names.
func firstNames(names []string) string {
	const most = 10
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}

// accountsJSON is what `feed accounts FILE --json` prints.
type accountsJSON struct {
	Version   int64  `json:"version"` // in force now
	Accounts  int    `json:"accounts"`
	New       int    `json:"new"`
	Changed   int    `json:"changed"`
	Ended     int    `json:"ended"`   // disabled, or not in the list any more
	Another   int    `json:"another"` // user names that are another person's now
	Codes     int    `json:"codes"`
	CodesFile string `json:"codes_file"`
	Published bool   `json:"published"` // false: the list in force is the same
}

func (sh *shell) saidAccounts(j accountsJSON) error {
	if sh.json {
		return sh.printJSON(j)
	}
	if !j.Published {
		return sh.print("List %d in force is the same; nothing was published.", j.Version)
	}
	return sh.print("List %d with %s is published: %d new, %d changed, %d ended, %d another person’s.", j.Version, countWords(j.Accounts, "account", "accounts"), j.New, j.Changed, j.Ended, j.Another)
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
