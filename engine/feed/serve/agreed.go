package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/manifest"
)

// agreed follows the agreements of the control lane, which the feed's key signed, so that units
// get what is agreed and lose what is not, without a change of their enrolments.
type agreed struct {
	bucket Bucket
	clock  func() time.Time
	ttl    time.Duration // how old the last look may be
	log    *slog.Logger

	mu   sync.Mutex
	at   time.Time
	key  *manifest.Verifier // of the feed's card when it was first read; kept from then on
	seen manifest.Seen      // of the control lane
	list *feed.Agreements   // nil: there are none
}

// now returns the agreements in force; nil when the feed has none. A newer version that is not
// valid is passed over, as workstations do.
func (a *agreed) now(ctx context.Context) (*feed.Agreements, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.clock()
	if !a.at.IsZero() && t.Sub(a.at) < a.ttl && !t.Before(a.at) {
		return a.list, nil
	}
	if err := a.look(ctx); err != nil {
		return nil, fmt.Errorf("agreements: %w", err)
	}
	a.at = t
	return a.list, nil
}

func (a *agreed) look(ctx context.Context) error {
	if a.key == nil {
		card, err := manifest.ReadCard(ctx, a.bucket)
		if errors.Is(err, feed.ErrNotFound) { // a feed that is not made yet
			return nil
		}
		if err != nil {
			return err
		}
		a.key = card.Key
	}
	f := manifest.Follower{Source: a.bucket, Verifier: a.key, Clock: a.clock}
	records, seen, err := f.Follow(ctx, feed.Control, a.seen)
	if errors.Is(err, feed.ErrNotFound) && a.seen.Size == 0 { // no documents yet
		return nil
	}
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(records) {
		if r.Name != feed.DocAgreements {
			continue
		}
		text, err := a.bucket.Get(ctx, feed.Control.PathFile(r), r.Bytes)
		if err != nil {
			return err
		}
		if feed.Digest(sha256.Sum256(text)) != r.Digest {
			return fmt.Errorf("%w: version %d", feed.ErrDamaged, r.Version)
		}
		list, err := feed.ParseAgreements(text)
		if err != nil {
			a.log.Error("agreements not taken", "version", r.Version, "error", err)
			continue
		}
		a.list = list
		break
	}
	a.seen = seen
	return nil
}

// grants returns what a workstation of these units may have: its own grants, and what the
// agreements permit to any of the units. Files are of whole weeks; workstations hold their
// people to the times of the agreements.
func (a *agreed) grants(ctx context.Context, r Rights) (Grants, error) {
	out := slices.Clone(r.Grants)
	if len(r.Units) == 0 {
		return out, nil
	}
	list, err := a.now(ctx)
	if err != nil || list == nil {
		return out, err
	}
	for _, x := range list.List {
		if !slices.Contains(x.Units, "*") && !slices.ContainsFunc(r.Units, func(u string) bool { return slices.Contains(x.Units, u) }) {
			continue
		}
		g := Grant{}
		if !x.From.IsZero() {
			g.From = feed.PeriodOf(x.From)
		}
		if !x.To.IsZero() {
			g.Until = feed.PeriodOf(x.To.Add(-time.Millisecond))
		}
		for _, l := range x.Lanes {
			g.Lanes = l
			out = append(out, g)
		}
	}
	return out, nil
}
