package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"

	"github.com/spf13/cobra"
)

const feedLong = `Make, fill, check and tidy a central feed: signed files in a folder or an S3
bucket, which workstations follow.

A feed's place is a folder, file:///FOLDER or s3://BUCKET?region=…; it comes from
--feed or CORDON_FEED. Who signs needs the private key's file, from --key or
CORDON_FEED_KEY; by default it lies beside the folder, as FOLDER.key.`

// feedPlace is where a feed lies, and where its private key does.
type feedPlace struct{ feed, key string }

func (sh *shell) feedCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "feed", Short: "Make, fill, serve and check a central feed", Long: feedLong,
		Args: noArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		sh.feedInitCmd(), sh.feedPublishCmd(), sh.feedAccountsCmd(), sh.feedPreviewCmd(), sh.feedCompactCmd(), sh.feedTidyCmd(), sh.feedVerifyCmd(),
		sh.feedServeCmd(), sh.feedEnrollCodeCmd(), sh.feedGrantCmd(), sh.feedRevokeCmd(), sh.feedTokenCmd(),
		sh.feedReportsCmd(), sh.feedAnswerCmd(), sh.feedAlarmsCmd(),
	)
	return cmd
}

// flags adds --feed, and --key where the verb signs.
func (p *feedPlace) flags(cmd *cobra.Command, signs bool) {
	cmd.Flags().StringVar(&p.feed, "feed", "", "the feed's folder or address (default: CORDON_FEED)")
	if signs {
		cmd.Flags().StringVar(&p.key, "key", "", "file of the feed's private key (default: CORDON_FEED_KEY, or FOLDER.key)")
	}
}

// fill takes from the environment what no flag gave.
func (p *feedPlace) fill(sh *shell) error {
	if p.feed == "" {
		p.feed = sh.env.Getenv("CORDON_FEED")
	}
	if p.feed == "" {
		return usagef("no feed is named; say --feed FOLDER or set CORDON_FEED")
	}
	return nil
}

// keyFile is where the private key is, or is to be.
func (p *feedPlace) keyFile(sh *shell) (string, error) {
	if p.key != "" {
		return p.key, nil
	}
	if key := sh.env.Getenv("CORDON_FEED_KEY"); key != "" {
		return key, nil
	}
	dir, ok := folder(p.feed)
	if !ok {
		return "", usagef("the file of the private key is not named; say --key FILE or set CORDON_FEED_KEY")
	}
	return filepath.Clean(dir) + ".key", nil
}

// folder is the folder that a feed's place names, if it names one.
func folder(place string) (string, bool) {
	if !strings.Contains(place, "://") {
		return place, true
	}
	u, err := url.Parse(place)
	if err != nil || u.Scheme != "file" {
		return "", false
	}
	return filepath.FromSlash(u.Path), true
}

// withBucket opens the feed's bucket for the length of work.
func (p *feedPlace) withBucket(ctx context.Context, work func(bucket.Bucket) error) error {
	b, err := bucket.Open(ctx, p.feed)
	if err != nil {
		return at(p.feed, err)
	}
	err = work(b)
	var placed *placeError
	if !errors.As(err, &placed) {
		err = at(p.feed, err)
	}
	return errors.Join(err, b.Close())
}

// withPublisher opens the feed for writing, for the length of work. The key must be the one
// that the feed's card names.
func (p *feedPlace) withPublisher(ctx context.Context, sh *shell, work func(bucket.Bucket, *publish.Publisher) error) error {
	if err := p.fill(sh); err != nil {
		return err
	}
	file, err := p.keyFile(sh)
	if err != nil {
		return err
	}
	signer, err := manifest.ReadKey(file)
	if err != nil {
		return at(file, err)
	}
	return p.withBucket(ctx, func(b bucket.Bucket) error {
		card, err := manifest.ReadCard(ctx, b)
		if err != nil {
			return err
		}
		if !card.Key.Equal(signer.Verifier()) {
			return fmt.Errorf("%w: the key in %s is not the one of this feed (%s)", feed.ErrSignature, file, card.Name)
		}
		return work(b, publish.New(publish.Options{Bucket: b, Signer: signer, Clock: sh.env.Clock, Memory: publish.Folder(file + ".seen")}))
	})
}

// feedInitJSON is what `feed init --json` prints.
type feedInitJSON struct {
	Name    string `json:"name"`
	Key     string `json:"key"`
	KeyFile string `json:"key_file"`
	Created string `json:"created"`
}

func (sh *shell) feedInitCmd() *cobra.Command {
	var name string
	var place feedPlace
	cmd := &cobra.Command{
		Use: "init FOLDER|URL", Short: "Make an empty feed with a new key",
		Long: `Make an empty feed in a folder, which is made when missing, or in an S3 bucket.
Its private key goes to a file that only you can read, outside the feed. Keep a
copy of it: without it nothing can be published any more. The public key is
printed: give it to the workstations on another way than the feed itself.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			place.feed = args[0]
			return sh.feedInit(cmd.Context(), place, name)
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "the feed's name, e.g. feed.example.org")
	cmd.Flags().StringVar(&place.key, "key", "", "new file for the private key (default: CORDON_FEED_KEY, or FOLDER.key)")
	return cmd
}

func (sh *shell) feedInit(ctx context.Context, place feedPlace, name string) error {
	if name == "" {
		return usagef("the feed has no name; say --name feed.example.org")
	}
	file, err := place.keyFile(sh)
	if err != nil {
		return err
	}
	signer, err := manifest.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	dir, isFolder := folder(place.feed)
	if isFolder {
		if inside, err := within(dir, file); err != nil || inside {
			return errors.Join(err, usagef("the private key may not lie in the feed; name another file with --key"))
		}
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return at(dir, err)
		}
	}
	if err := manifest.WriteKey(file, signer); err != nil {
		return at(file, err)
	}
	var card *manifest.Card
	err = place.withBucket(ctx, func(b bucket.Bucket) error {
		var err error
		card, err = manifest.Init(ctx, b, signer, sh.env.Clock())
		return err
	})
	if errors.Is(err, bucket.ErrExists) {
		return errors.Join(err, os.Remove(file)) // made here, of no use
	}
	if err != nil {
		return err
	}
	j := feedInitJSON{card.Name, card.Key.String(), file, utc(card.Created)}
	if sh.json {
		return sh.printJSON(j)
	}
	return sh.print("The feed %s is made. Its public key, for the workstations:\n%s\nIts private key is in %s. Keep a copy of it in a safe place.", j.Name, j.Key, j.KeyFile)
}

// within reports whether a file lies in a folder.
func within(dir, file string) (bool, error) {
	d, errDir := filepath.Abs(dir)
	f, errFile := filepath.Abs(file)
	if err := errors.Join(errDir, errFile); err != nil {
		return false, err
	}
	rel, err := filepath.Rel(d, f)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)), nil
}
