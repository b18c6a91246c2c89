package reads

import (
	"context"
	"errors"
	"slices"
	"time"
)

// Destroyed says what a destruction took away.
type Destroyed struct {
	Quarters []int32 // that held blocks, ascending
	Rows     int64
	Blocks   int
	Bytes    int64
	From, To time.Time // the quarters; zero when there was nothing
}

// DestroyQuarters drops all blocks of the retention quarters (year*4 + quarter − 1, UTC):
// rows, ids, and the vehicles seen only then. It is one commit. The owner of the KeySource
// must have destroyed their keys before: DataKey returns an error matching
// [ErrKeyDestroyed], and it is that, not this call, which makes the data unreadable. A
// quarter whose key is still there is refused with [ErrKeyKept].
//
// From then on [State.PurgedUntil] tells, queries find nothing in those quarters, and
// appends leave rows of them out. Disk space comes back in the background. Open does the
// same for quarters whose keys were destroyed before a kill.
func (s *Store) DestroyQuarters(ctx context.Context, quarters []int32) (Destroyed, error) {
	leave, err := s.enter()
	if err != nil {
		return Destroyed{}, err
	}
	defer leave()
	s.writing.Lock()
	defer s.writing.Unlock()
	s.merging.Lock()
	defer s.merging.Unlock()
	for _, q := range quarters {
		if gone, err := s.keyDestroyed(ctx, q); err != nil {
			return Destroyed{}, err
		} else if !gone {
			return Destroyed{}, &keyError{q, ErrKeyKept}
		}
	}
	d, err := s.drop(ctx, quarters)
	s.keeper.wake()
	return d, err
}

// keyDestroyed asks the key source itself, not the keys in memory.
func (s *Store) keyDestroyed(ctx context.Context, quarter int32) (bool, error) {
	_, err := s.opt.Keys.DataKey(ctx, quarter)
	if err != nil && !errors.Is(err, ErrKeyDestroyed) {
		return false, &keyError{quarter, err}
	}
	return err != nil, nil
}

// drop commits the end of the quarters. It expects s.writing and s.merging.
func (s *Store) drop(ctx context.Context, quarters []int32) (Destroyed, error) {
	c := s.current()
	var d Destroyed
	e := edit{}
	for _, q := range quarters {
		if !c.isPurged(q) {
			e.purged = append(e.purged, q)
		}
	}
	for k, runs := range c.groups {
		if !slices.Contains(quarters, k.quarter) {
			continue
		}
		d.Quarters = append(d.Quarters, k.quarter)
		for _, r := range runs {
			e.remove = append(e.remove, r.number())
			d.Blocks += len(r.blocks)
			d.Bytes += r.bytes
			if k.kind == kindPlace {
				d.Rows += r.rows
			}
		}
	}
	slices.Sort(d.Quarters)
	d.Quarters = slices.Compact(d.Quarters)
	if n := len(d.Quarters); n > 0 {
		from, _ := quarterSpan(d.Quarters[0])
		_, to := quarterSpan(d.Quarters[n-1])
		d.From, d.To = time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC()
	}
	if len(e.purged) == 0 && len(e.remove) == 0 {
		return d, nil
	}
	if err := s.commit(ctx, &e); err != nil {
		return Destroyed{}, err
	}
	s.seal.forget(quarters)
	for _, q := range quarters {
		delete(s.known, q)
	}
	return d, nil
}

// finishDestruction drops, at Open, the quarters whose keys are gone.
func (s *Store) finishDestruction(ctx context.Context) error {
	var gone, seen []int32
	for k := range s.latest.groups {
		if slices.Contains(seen, k.quarter) {
			continue
		}
		seen = append(seen, k.quarter)
		if _, err := s.seal.of(ctx, k.quarter); errors.Is(err, ErrKeyDestroyed) {
			gone = append(gone, k.quarter)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	s.opt.Log("reads: dropping quarters whose keys were destroyed")
	_, err := s.drop(ctx, gone)
	return err
}

// again reports whether a query failed because what it saw was destroyed meanwhile: then
// it has to be asked anew.
func (s *Store) again(v *view, err error) bool {
	return errors.Is(err, ErrKeyDestroyed) && len(s.current().purged) > len(v.purged)
}
