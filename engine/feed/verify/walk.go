package verify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
)

// walk verifies one lane.
type walk struct {
	ctx  context.Context
	b    bucket.Bucket
	o    Options
	r    *Report
	lane feed.Lane
	key  *manifest.Verifier
	out  Lane

	records  []*feed.Record
	replaced map[int64]int64  // by which record
	gone     map[string]int64 // by the first record that took it back
	weeks    map[string][]uint64
	seen     int64
}

func (w *walk) problem(format string, args ...any) {
	w.r.problem("lane %s: "+format, append([]any{w.lane}, args...)...)
}

// run returns an error only when the bucket cannot be read.
func (w *walk) run() error {
	w.out.Lane = w.lane.String()
	f := &manifest.Follower{Source: w.b, Verifier: w.key, Clock: w.o.Clock, MaxAge: w.o.MaxAge}
	records, seen, err := f.Follow(w.ctx, w.lane, manifest.Seen{})
	if hard(w.ctx, err) {
		return err
	}
	if errors.Is(err, feed.ErrNotFound) {
		begun, read := w.begun()
		if read != nil {
			return read
		}
		if begun {
			w.r.Notes = append(w.r.Notes, "lane "+w.out.Lane+" is begun: nothing of it counts until something is published in it again")
			return nil
		}
	}
	if err != nil {
		w.problem("%v", err)
		return nil
	}
	w.records, w.out.Records, w.out.SignedAt = records, seen.Size, seen.SignedAt
	if err := manifest.CheckClaims(w.ctx, w.b, w.key, w.lane, seen); err != nil {
		if hard(w.ctx, err) {
			return err
		}
		w.problem("%v", err)
	}
	w.relations()
	w.weeks = map[string][]uint64{}
	for n, r := range records {
		err := w.segment(int64(n), r)
		if r.IsDocument() {
			err = w.document(int64(n), r)
		}
		if hard(w.ctx, err) {
			return err
		}
		if err != nil {
			w.problem("record %d: %v", n, err)
		}
	}
	w.twice()
	return nil
}

// begun tells a lane whose first publishing ended before its first record was claimed, so that
// it has files that never counted, from a lane that lost its checkpoint.
func (w *walk) begun() (bool, error) {
	for _, path := range []string{w.lane.PathCheckpoint(), w.lane.PathClaim(0)} {
		_, err := w.b.Size(w.ctx, path)
		if err == nil || !errors.Is(err, feed.ErrNotFound) {
			if !hard(w.ctx, err) {
				err = nil
			}
			return false, err
		}
	}
	return true, nil
}

// relations checks what records say of each other.
func (w *walk) relations() {
	w.replaced, w.gone = map[int64]int64{}, map[string]int64{}
	versions := map[string]int64{}
	for i, r := range w.records {
		n := int64(i)
		switch {
		case r.IsDocument() && w.lane != feed.Control:
			w.problem("record %d is a document in a lane of reads", n)
		case !r.IsDocument() && w.lane == feed.Control:
			w.problem("record %d is a segment in the lane of documents", n)
		case r.IsDocument() && r.Version <= versions[r.Name]:
			w.problem("record %d: version %d of document %s does not rise", n, r.Version, r.Name)
		}
		if r.IsDocument() {
			versions[r.Name] = r.Version
			w.out.Documents++
			continue
		}
		for _, old := range r.Replaces {
			by, twice := w.replaced[old]
			switch {
			case old < 0 || old >= n || w.records[old].IsDocument() || w.records[old].Period != r.Period:
				w.problem("record %d replaces record %d, which is no earlier segment of its week", n, old)
			case twice:
				w.problem("record %d replaces record %d, which record %d replaced already", n, old, by)
			default:
				w.replaced[old] = n
			}
		}
		for _, id := range r.Gone {
			if _, ok := w.gone[id]; !ok {
				w.gone[id] = n
			}
		}
	}
	w.out.Replaced = int64(len(w.replaced))
}

// document checks a document's bytes.
func (w *walk) document(n int64, r *feed.Record) error {
	data, err := w.b.Get(w.ctx, w.lane.PathFile(r), r.Bytes)
	if err != nil {
		return err
	}
	if int64(len(data)) != r.Bytes || sha256.Sum256(data) != r.Digest || !json.Valid(data) {
		w.problem("record %d: document %s, version %d, is not the one that its digest names", n, r.Name, r.Version)
	}
	return nil
}

// twice looks for ids that stand in two segments that count.
func (w *walk) twice() {
	for week, ids := range w.weeks {
		slices.Sort(ids)
		n := 0
		for i := 1; i < len(ids); i++ {
			if ids[i] == ids[i-1] {
				n++
			}
		}
		if n > 0 {
			w.problem("week %s: %d ids stand in it twice", week, n)
		}
	}
}

// photo checks one photo's bytes.
func (w *walk) photo(p feed.Picture) error {
	data, err := w.b.Get(w.ctx, w.lane.PathPicture(p.SHA256), p.Bytes)
	if err != nil {
		return err
	}
	picture := bytes.HasPrefix(data, []byte{0xff, 0xd8}) || bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n"))
	if w.out.Photos++; !picture || int64(len(data)) != p.Bytes || sha256.Sum256(data) != p.SHA256 {
		w.problem("photo %s is not the one that its digest names", p.SHA256)
	}
	return nil
}
