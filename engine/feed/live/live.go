package live

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/serve"
)

// Options say how to publish. Publisher, Clock and Parse are required.
type Options struct {
	Publisher *publish.Publisher
	Parse     Parser
	Log       *slog.Logger // default: none
}

// Taken is a read of a delivery, with the lane that it says it is of.
type Taken struct {
	Lane feed.Lane
	serve.Item
}

// Parser turns a delivery into reads and counts those that cannot be understood. Errors match
// feed.ErrNotFound for a format that there is not and feed.ErrInvalid for a body that is not
// of it. It is called concurrently.
type Parser func(ctx context.Context, d serve.Delivery) (taken []Taken, rejected int, err error)

// Intake publishes deliveries. It is safe for concurrent use.
type Intake struct{ o Options }

var _ serve.Sink = (*Intake)(nil)

// New makes an intake. Errors match feed.ErrInvalid.
func New(o Options) (*Intake, error) {
	if o.Publisher == nil || o.Parse == nil {
		return nil, fmt.Errorf("%w: an intake needs a publisher and a parser", feed.ErrInvalid)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Intake{o}, nil
}

// Read turns a delivery into reads of its lane. A read of a camera that belongs to another lane
// is rejected, as a token is for one lane; so is one that takes another back.
func (i *Intake) Read(ctx context.Context, d serve.Delivery) ([]serve.Item, int, error) {
	taken, rejected, err := i.o.Parse(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	var out []serve.Item
	for _, t := range taken {
		if t.Lane != d.Lane || t.Read.Supersedes != "" || feed.CheckRead(&t.Read) != nil {
			rejected++
			continue
		}
		out = append(out, t.Item)
	}
	return out, rejected, nil
}

// Publish appends reads to a lane and returns the ids of those that were not taken: their id
// stands for another read, or their photos are not what they say.
func (i *Intake) Publish(ctx context.Context, lane feed.Lane, items []serve.Item) (map[string]bool, error) {
	refused := map[string]bool{}
	pictures := map[feed.Digest][]byte{}
	for _, t := range items {
		for sha, data := range t.Pictures {
			pictures[sha] = data
		}
	}
	_, err := i.o.Publisher.Publish(ctx, publish.Batch{
		Lane: lane,
		Reads: func(yield func(*feed.Read, error) bool) {
			for k := range items {
				if !yield(&items[k].Read, nil) {
					return
				}
			}
		},
		Picture: func(_ context.Context, _ *feed.Read, p feed.Picture) ([]byte, error) {
			if data, ok := pictures[p.SHA256]; ok {
				return data, nil
			}
			return nil, fmt.Errorf("%w: a picture that was not delivered", feed.ErrNotFound)
		},
		Reject: func(r publish.Reject) error {
			refused[r.ID] = true
			return nil
		},
	})
	if len(refused) > 0 {
		i.o.Log.Warn("reads were not taken", "lane", lane.String(), "reads", len(refused))
	}
	return refused, err
}

const (
	// refreshAge is the age from which a checkpoint is signed anew, so that workstations can
	// tell a quiet lane from a feed that somebody holds back.
	refreshAge = 10 * time.Minute
	// compactFrom is how many small segments of a week are folded into one.
	compactFrom = 64
)

// Tend keeps a lane in order: small segments are folded, and a checkpoint that is old is signed
// anew.
func (i *Intake) Tend(ctx context.Context, lane feed.Lane) error {
	if lane != feed.Control {
		if _, err := i.o.Publisher.Compact(ctx, lane, compactFrom); err != nil {
			return err
		}
	}
	return i.o.Publisher.Refresh(ctx, lane, refreshAge)
}
