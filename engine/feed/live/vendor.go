package live

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/serve"
)

// Vendors reads what cameras and vendors post: OpenALPR/Rekor and Plate Recognizer, with the
// table of cameras (may be nil) for places that they do not send. Errors match feed.ErrInvalid.
func Vendors(cameras intake.Cameras, clock func() time.Time) (Parser, error) {
	words, err := intake.NewWords()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, d serve.Delivery) ([]Taken, int, error) {
		format := intake.Format(d.Format)
		if format != intake.FormatOpenALPR && format != intake.FormatPlateRec {
			return nil, 0, fmt.Errorf("%w: format %q", feed.ErrNotFound, d.Format)
		}
		read, report, err := intake.Body(ctx, d.ContentType, bytes.NewReader(d.Body), intake.Options{
			Format: format, Cameras: cameras, Words: words, Lane: d.Lane, Source: d.Source, Now: clock,
		})
		if err != nil {
			return nil, 0, err
		}
		out := make([]Taken, 0, len(read))
		for _, t := range read {
			out = append(out, Taken{t.Lane, serve.Item{Read: t.Read, Pictures: t.Pictures}})
		}
		return out, int(report.Rejects), nil
	}, nil
}
