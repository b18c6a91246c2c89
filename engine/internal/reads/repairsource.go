package reads

import (
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"cordon/engine/detection"
)

// provenSource is a source whose rows give the digest of a batch.
type provenSource struct {
	Source
	batch    uint32 // index in the catalogue
	from, to int64  // times of the batch's rows, Unix ms
	left     bitset // numbers of rows that are not the batch's: they were duplicates
}

// proofs returns the sources that may be used, by batch, and notes why others may not.
func (run *repairRun) proofs(v *view) ([]*provenSource, error) {
	if run.asked {
		return run.proven, nil
	}
	run.asked = true
	used := make([]bool, len(run.sources))
	named := make([]bool, len(run.sources))
	for i := range v.batches {
		b := &v.batches[i]
		for n, src := range run.sources {
			if v.lanes[b.lane] != src.Lane || b.origin != src.Origin {
				continue
			}
			if named[n] = true; used[n] || b.rows == 0 {
				continue
			}
			if src.Signed {
				used[n] = true
				if err := run.signed(src, i, b); err != nil {
					return nil, err
				}
				break
			}
			p, err := run.prove(v, src, i)
			if err != nil {
				return nil, err
			}
			if p != nil {
				run.proven, used[n] = append(run.proven, p), true
				break
			}
		}
	}
	for n, src := range run.sources {
		switch {
		case !named[n]:
			run.out.Refused = append(run.out.Refused, Refused{src.Lane, src.Origin, "nothing of that name was ever taken in"})
		case !used[n]:
			run.out.Refused = append(run.out.Refused, Refused{src.Lane, src.Origin, "its rows are not the ones that were taken in: it was changed, or is another file of that name"})
		}
	}
	return run.proven, nil
}

// signed takes a signed source in, if damaged blocks may have held rows of its batch and its
// rows can be had.
func (run *repairRun) signed(src Source, batch int, b *batchRec) error {
	if !slices.ContainsFunc(run.out.Before.Findings, func(f Finding) bool { return slices.Contains(f.Origins, src.Origin) }) {
		return nil
	}
	for _, err := range src.Rows {
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		if err != nil {
			run.out.Refused = append(run.out.Refused, Refused{src.Lane, src.Origin, err.Error()})
			return nil
		}
	}
	run.proven = append(run.proven, &provenSource{Source: src, batch: uint32(batch), from: b.from, to: b.to})
	return nil
}

// prove returns src as the batch that it is by its digest, or nil. First all its rows are
// tried, as most files hold no duplicates; then those that were not stored before.
func (run *repairRun) prove(v *view, src Source, batch int) (*provenSource, error) {
	b := &v.batches[batch]
	p := &provenSource{Source: src, batch: uint32(batch), from: b.from, to: b.to}
	if ok, err := p.proves(v); ok || err != nil {
		return p, err
	}
	if err := run.leaveDuplicates(v, p); err != nil {
		return nil, err
	}
	ok, err := p.proves(v)
	if !ok {
		p = nil
	}
	return p, err
}

// proves compares the digest.
func (p *provenSource) proves(v *view) (bool, error) {
	b := &v.batches[p.batch]
	sum := sha256.New()
	for i := int(p.batch) - 1; i >= 0; i-- {
		if v.batches[i].lane == b.lane {
			sum.Write(v.batches[i].digest[:])
			break
		}
	}
	sum.Write(b.head(p.Lane))
	var line []byte
	rows := int64(0)
	err := p.each(func(d *detection.Detection, x *rec) error {
		rows++
		line = appendContent(line[:0], x, [6]string{d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source)})
		sum.Write(line)
		return nil
	})
	return rows == b.rows && [32]byte(sum.Sum(nil)) == b.digest, err
}

// each calls f with the rows of the batch. x has no cell, vehicle and words. Rows outside the
// batch's times were left out as too old when it was taken in.
func (p *provenSource) each(f func(d *detection.Detection, x *rec) error) error {
	n := uint32(0)
	for d, err := range p.Rows {
		if err != nil {
			return err
		}
		n++
		if t := d.Time.UnixMilli(); t < p.from || t > p.to || p.left.has(n) || checkRow(&d) != "" {
			continue
		}
		x := packed(&d, p.batch)
		if err := f(&d, &x); err != nil {
			return err
		}
	}
	return nil
}

// leaveDuplicates marks the rows of p whose id stands in p before, in a row that is stored of
// an earlier batch of the lane, or in a proven source of one. What it cannot tell makes the
// digest differ. It holds the ids of the source in memory.
func (run *repairRun) leaveDuplicates(v *view, p *provenSource) error {
	first := map[recID]uint32{}
	n := uint32(0)
	for d, err := range p.Rows {
		if err != nil {
			return err
		}
		n++
		if t := d.Time.UnixMilli(); t < p.from || t > p.to {
			continue
		}
		id := parseID(d.ID)
		if _, ok := first[id]; ok {
			p.left.add(n)
		} else {
			first[id] = n
		}
	}
	lane := v.batches[p.batch].lane
	early := func(x *rec) {
		if x.batch < p.batch && int(x.batch) < len(v.batches) && v.batches[x.batch].lane == lane {
			if n, ok := first[x.id]; ok {
				p.left.add(n)
			}
		}
	}
	for k, runs := range v.groups {
		if k.kind != kindPlace && k.kind != kindPlate {
			continue
		}
		for _, r := range runs {
			if err := v.eachRaw(r.blocks, early); err != nil {
				return err
			}
		}
	}
	for _, other := range run.proven {
		if err := other.each(func(_ *detection.Detection, x *rec) error { early(x); return nil }); err != nil {
			return err
		}
	}
	return nil
}
