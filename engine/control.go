package engine

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// document is a document of the control lane as it is in force.
type document struct {
	Name    string
	Version int64
	Digest  feed.Digest
	Text    []byte    // JSON
	At      time.Time // published, UTC
}

func keyDocument(name string) vault.Key { return vault.K("feed", "document", name) }

// controlState is how far the control lane is applied.
type controlState struct{ Size int64 }

var keyControl = vault.K("feed", "control")

// documentError says which document cannot be in force, and why.
type documentError struct {
	name string
	err  error
}

func (d *documentError) Error() string { return "document " + d.name + ": " + d.err.Error() }
func (d *documentError) Unwrap() error { return d.err }

// loadDocuments puts in force what the vault holds.
func (e *Engine) loadDocuments() error {
	text, ok, err := vault.Get[document](e.vault, keyDocument(feed.DocPolicy))
	if err != nil {
		return err
	}
	if ok {
		p, err := policy.Load(text.Text)
		if err != nil { // of a later version of the program
			return fmt.Errorf("%w: the policy that the feed gave: %w", ErrDamaged, err)
		}
		e.setForce(p)
	}
	if _, ok, err = vault.Get[document](e.vault, keyDocument(feed.DocAccounts)); err != nil {
		return err
	}
	e.gives.Store(ok)
	text, ok, err = vault.Get[document](e.vault, keyDocument(feed.DocAgreements))
	if err != nil || !ok {
		return err
	}
	a, err := feed.ParseAgreements(text.Text)
	if err != nil {
		return fmt.Errorf("%w: the agreements that the feed gave: %w", ErrDamaged, err)
	}
	e.agreements.Store(a)
	return nil
}

// syncControl takes the control lane's documents in: all new ones in one commit, each checked
// before it is in force.
func (e *Engine) syncControl(ctx context.Context, c *client.Client, out *LaneSync) error {
	name := feed.Control.String()
	old, err := e.seenOf(name)
	if err != nil {
		return err
	}
	state, _, err := vault.Get[controlState](e.vault, keyControl)
	if err != nil {
		return err
	}
	out.From, out.To, out.SignedAt = state.Size, state.Size, old.SignedAt
	u, err := c.Follow(ctx, client.Lane{Lane: feed.Control}, old, state.Size, nil)
	if err != nil {
		return err
	}
	if err := e.remember(ctx, name, old, u.Seen); err != nil {
		return err
	}
	if out.SignedAt = u.Seen.SignedAt; u.Seen.Size == state.Size {
		return nil
	}
	var fresh []document
	for _, r := range u.Documents {
		d, err := e.document(ctx, c, r)
		if err != nil {
			return &documentError{r.Name, err}
		}
		if d == nil {
			continue
		}
		if _, err := e.record(ctx, event{kind: "document"}.tell("name", d.Name, "version", strconv.FormatInt(d.Version, 10), "sha256", d.Digest.String())); err != nil {
			return err
		}
		fresh = append(fresh, *d)
		out.Documents = append(out.Documents, d.Name)
	}
	e.giving.Lock()
	defer e.giving.Unlock()
	for _, d := range fresh {
		if d.Name == feed.DocAccounts {
			if out.Accounts, err = e.takeAccounts(ctx, d); err != nil {
				return err
			}
		}
	}
	err = e.vault.Update(ctx, func(tx *vault.Tx) error {
		for _, d := range fresh {
			if err := tx.Put(keyDocument(d.Name), d); err != nil {
				return err
			}
		}
		return tx.Put(keyControl, controlState{u.Seen.Size})
	})
	if err != nil {
		return err
	}
	out.To = u.Seen.Size
	return e.loadDocuments()
}

// document fetches and checks a document; nil for one that is in force already.
func (e *Engine) document(ctx context.Context, c *client.Client, r *feed.Record) (*document, error) {
	old, ok, err := vault.Get[document](e.vault, keyDocument(r.Name))
	if err != nil {
		return nil, err
	}
	switch {
	case ok && old.Digest == r.Digest:
		return nil, nil
	case ok && r.Version <= old.Version:
		return nil, fmt.Errorf("%w: version %d comes after version %d", feed.ErrRollback, r.Version, old.Version)
	}
	text, err := c.Document(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := feed.CheckDocument(r.Name, text); err != nil {
		return nil, err
	}
	if r.Name == feed.DocPolicy {
		p, err := policy.Load(text)
		if err != nil {
			return nil, err
		}
		if now := e.policy(); p.Version <= now.Version && p.Digest() != now.Digest() {
			return nil, fmt.Errorf("%w: policy version %d is not later than version %d, which is in force", feed.ErrInvalid, p.Version, now.Version)
		}
	}
	return &document{r.Name, r.Version, r.Digest, text, r.At}, nil
}
