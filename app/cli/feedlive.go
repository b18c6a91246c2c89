package cli

import (
	"context"
	"io"
	"log/slog"

	"cordon/engine/feed/bucket"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/live"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/serve"

	"github.com/spf13/cobra"
)

// liveFlags say how a server publishes what cameras and vendors post.
type liveFlags struct{ key, cameras string }

func (f *liveFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.key, "key", "", "file with the feed’s private key; without it the server takes no reads in")
	cmd.Flags().StringVar(&f.cameras, "cameras", "", "table of cameras (CSV) with their places")
}

// open returns the intake, nil without a key.
func (f *liveFlags) open(ctx context.Context, sh *shell, b bucket.Bucket, log *slog.Logger) (serve.Sink, error) {
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
	var cameras intake.Cameras
	if f.cameras != "" {
		if err := withInput(sh, f.cameras, func(r io.Reader) (err error) { cameras, err = intake.LoadCameras(r); return err }); err != nil {
			return nil, err
		}
	}
	parse, err := live.Vendors(cameras, sh.env.Clock)
	if err != nil {
		return nil, err
	}
	return live.New(live.Options{Publisher: publish.New(publish.Options{Bucket: b, Signer: signer, Clock: sh.env.Clock, Memory: publish.Folder(f.key + ".seen")}), Parse: parse, Log: log})
}
