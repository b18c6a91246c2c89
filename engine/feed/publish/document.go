package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"cordon/engine/feed"
)

// MaxDocument is the most bytes of one document.
const MaxDocument = 8 << 20

// PublishDocument publishes a version of a document in the control lane and returns its
// record's number. body is JSON. The version must be above that of every earlier one of this
// name, or be the newest one with the same body, which is then left as it is. Errors match
// feed.ErrInvalid.
func (p *Publisher) PublishDocument(ctx context.Context, name string, version int64, body []byte) (int64, error) {
	if len(body) > MaxDocument {
		return 0, fmt.Errorf("%w: document %q has more than %d bytes", feed.ErrInvalid, name, MaxDocument)
	}
	if err := feed.CheckDocument(name, body); err != nil { // it would stop the lane everywhere
		return 0, fmt.Errorf("document %q: %w", name, err)
	}
	r := &feed.Record{Digest: sha256.Sum256(body), Bytes: int64(len(body)), Name: name, Version: version, At: p.o.Clock().UTC()}
	if _, err := roundTrip(r); err != nil || !r.IsDocument() {
		return 0, fmt.Errorf("%w: document %q, version %d: the name is 1 to 30 of a–z, 0–9 and inner hyphens, the version 1 or more", feed.ErrInvalid, name, version)
	}
	number := int64(-1)
	err := p.on(ctx, feed.Control, func(l *lane) error {
		for {
			n, newest := l.newest(name)
			if newest != nil && newest.Version >= version {
				if newest.Version == version && newest.Digest == r.Digest {
					number = n
					return nil
				}
				return fmt.Errorf("%w: document %q has version %d already; give a higher one", feed.ErrInvalid, name, newest.Version)
			}
			if err := p.o.Bucket.Put(ctx, l.name.PathFile(r), bytes.NewReader(body)); err != nil {
				return err
			}
			n, err := l.append(ctx, r, func(int64) error { return errPlan })
			if errors.Is(err, errPlan) {
				continue // look at what the other published
			}
			number = n
			return err
		}
	})
	return number, err
}

// Document returns the newest version of a document and its text; version 0 when there is none.
func (p *Publisher) Document(ctx context.Context, name string) (version int64, body []byte, err error) {
	err = p.on(ctx, feed.Control, func(l *lane) error {
		_, r := l.newest(name)
		if r == nil {
			return nil
		}
		version = r.Version
		if body, err = p.o.Bucket.Get(ctx, l.name.PathFile(r), MaxDocument); err == nil && sha256.Sum256(body) != r.Digest {
			err = fmt.Errorf("%w: document %q, version %d", feed.ErrDamaged, name, version)
		}
		return err
	})
	return version, body, err
}

func roundTrip(r *feed.Record) (*feed.Record, error) {
	leaf, err := r.Encode()
	if err != nil {
		return nil, err
	}
	return feed.DecodeRecord(leaf)
}

// newest returns the newest version of a document with its record's number, or nil.
func (l *lane) newest(name string) (number int64, newest *feed.Record) {
	for n, r := range l.records {
		if r.Name == name && (newest == nil || r.Version > newest.Version) {
			number, newest = int64(n), r
		}
	}
	return number, newest
}
