package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"time"

	"cordon/engine/feed/bucket"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/live"
	"cordon/engine/feed/manifest"

	"github.com/spf13/cobra"
)

// intakeFlags say how a server publishes what cameras and vendors post.
type intakeFlags struct{ key, cameras string }

func (f *intakeFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.key, "key", "", "file with the feed’s private key; without it the server takes no reads in")
	cmd.Flags().StringVar(&f.cameras, "cameras", "", "table of cameras (CSV) with their places")
}

// open returns the intake, nil without a key.
func (f *intakeFlags) open(ctx context.Context, b bucket.Bucket, clock func() time.Time, log *slog.Logger) (*live.Intake, error) {
	if f.key == "" {
		if f.cameras != "" {
			return nil, usagef("--cameras needs --key")
		}
		return nil, nil
	}
	signer, err := manifest.ReadKey(f.key)
	if err != nil {
		return nil, feedError(f.key, err)
	}
	card, err := manifest.ReadCard(ctx, b)
	if err != nil {
		return nil, err
	}
	if !card.Key.Equal(signer.Verifier()) {
		return nil, usagef("%s is not the key of this feed, %s", f.key, card.Name)
	}
	cameras, err := f.table()
	if err != nil {
		return nil, err
	}
	return live.New(live.Options{Bucket: b, Signer: signer, Cameras: cameras, Clock: clock, Log: log})
}

func (f *intakeFlags) table() (c intake.Cameras, err error) {
	if f.cameras == "" {
		return nil, nil
	}
	file, err := os.Open(f.cameras)
	if err != nil {
		return nil, at(f.cameras, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if c, err = intake.LoadCameras(file); err != nil {
		return nil, feedError(f.cameras, err)
	}
	return c, nil
}
