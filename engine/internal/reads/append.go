package reads

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// appender takes one batch in, a chunk of rows at a time.
type appender struct {
	s      *Store
	ctx    context.Context
	batch  batchRec
	index  uint32 // of the batch
	lane   uint16
	w      *blockWriter
	edit   edit
	ids    []*run             // id runs of this batch
	fresh  map[int32][]uint32 // vehicles recorded for a quarter by this batch
	known  map[int32]*bitset  // the same as a set
	sum    hash.Hash
	line   []byte
	rows   []rec
	states []uint32 // of rows that are being converted
	enc    [2]blockEncoder
	sort   [2]keySorter
	seen   int64
	first  int64 // rows taken in before this chunk

	conflicts, purged int64
	onConflict        func(Conflict)
	gone              map[recID]bool // of earlier batches, to be removed
}

// Append stores the rows as the next batch of a lane. It is atomic: on any error, and
// after a kill, nothing of the batch is seen. Rows whose lane and id are stored already are
// left out and counted: as duplicates when all they say is the same, else as conflicts; the
// first of several in one batch counts. Rows of destroyed quarters are left out. progress,
// when not nil, is called now and then with the number of rows taken in. An error of the
// sequence ends the append and is returned as it is; a row that cannot be stored gives a
// *RowError, a batch number that is not after the lane's last, or with More not the last, ErrNumber.
func (s *Store) Append(ctx context.Context, b Batch, rows iter.Seq2[detection.Detection, error], progress func(rows int64)) (BatchInfo, error) {
	leave, err := s.enter()
	if err != nil {
		return BatchInfo{}, err
	}
	defer leave()
	if b.Lane == "" || len(b.Lane) > 64 {
		return BatchInfo{}, fmt.Errorf("lane %q: a lane's name has 1 to 64 bytes", b.Lane)
	}
	if err := checkGone(b.Gone); err != nil {
		return BatchInfo{}, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	if err := s.catchUp(ctx); err != nil {
		return BatchInfo{}, err
	}
	if err := s.vehicleFault(); err != nil {
		return BatchInfo{}, err
	}
	if err := s.room(flushBytes); err != nil {
		return BatchInfo{}, err
	}
	s.touched.Store(s.nextBlock.Load())
	a, err := s.newAppender(ctx, b)
	if err != nil {
		return BatchInfo{}, err
	}
	buf := rowsPool.Get().(*[]rec)
	a.rows = slices.Grow(*buf, int(min(max(b.Expect, 0), int64(s.opt.tune.chunkRows))))
	defer func() {
		clear(a.rows)
		*buf = a.rows[:0]
		rowsPool.Put(buf)
	}()
	if err := a.take(rows, progress); err != nil {
		a.w.abort(err)
		return BatchInfo{}, err
	}
	if len(a.gone) > 0 { // no merge may bring back what is removed now
		s.merging.Lock()
		defer s.merging.Unlock()
		if err := a.removeGone(); err != nil {
			a.w.abort(err)
			return BatchInfo{}, err
		}
	}
	a.batch.digest = [32]byte(a.sum.Sum(nil))
	a.edit.words, a.edit.points = s.words.unsaved(), s.points.unsaved()
	a.edit.batches = []batchRec{a.batch}
	if err := s.commit(ctx, &a.edit); err != nil {
		a.w.abort(err)
		return BatchInfo{}, err
	}
	for q, list := range a.fresh {
		set := s.known[q]
		if set == nil {
			set = new(bitset)
			s.known[q] = set
		}
		for _, v := range list {
			set.add(v)
		}
	}
	s.keeper.wake()
	info := BatchInfo{Number: a.batch.number, Rows: a.batch.rows, Gone: a.batch.gone, Duplicates: a.batch.duplicates, Conflicts: a.conflicts, Purged: a.purged}
	if info.Rows > 0 {
		info.From, info.To = time.UnixMilli(a.batch.from).UTC(), time.UnixMilli(a.batch.to).UTC()
	}
	return info, nil
}

// rowsPool keeps the memory for a chunk of rows between appends that follow each other.
var rowsPool = sync.Pool{New: func() any { return new([]rec) }}

func (s *Store) newAppender(ctx context.Context, b Batch) (*appender, error) {
	c := s.current()
	a := &appender{
		s: s, ctx: ctx, index: uint32(len(c.batches)), w: &blockWriter{s: s, ctx: ctx},
		fresh: map[int32][]uint32{}, known: map[int32]*bitset{}, sum: sha256.New(),
		onConflict: b.OnConflict,
	}
	last := int64(0)
	a.batch = batchRec{origin: b.Origin, photos: b.Photos}
	if i := slices.Index(c.lanes, b.Lane); i >= 0 {
		a.lane = uint16(i)
	} else {
		a.lane = uint16(len(c.lanes))
		a.edit.lanes = []string{b.Lane}
	}
	for _, l := range c.state.Lanes {
		if l.Lane == b.Lane {
			last = l.Batch
			a.sum.Write(l.Digest[:])
		}
	}
	if b.More && (b.Number != last || last == 0) || !b.More && b.Number != 0 && b.Number <= last {
		return nil, fmt.Errorf("%w: %d of lane %s, which is at %d", ErrNumber, b.Number, b.Lane, last)
	}
	if a.batch.number = max(b.Number, last+1); b.More {
		a.batch.number = last
	}
	a.batch.lane, a.w.lane = a.lane, a.lane
	a.sum.Write(a.batch.head(b.Lane))
	a.sumGone(b.Gone)
	return a, nil
}

// head begins what a batch's digest holds, after the digest of the batch before it.
func (b *batchRec) head(lane string) []byte {
	d := binary.AppendVarint(nil, b.number)
	for _, t := range []string{lane, b.origin, b.photos} {
		d = appendString(d, t)
	}
	return d
}

func (a *appender) take(rows iter.Seq2[detection.Detection, error], progress func(int64)) error {
	pending := make([]detection.Detection, 0, min(1024, a.s.opt.tune.chunkRows))
	ingest := func() error {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		if err := a.convert(pending); err != nil {
			return err
		}
		pending = pending[:0]
		if progress != nil {
			progress(a.seen)
		}
		if len(a.rows) >= a.s.opt.tune.chunkRows {
			return a.flush()
		}
		return nil
	}
	for d, err := range rows {
		if err != nil {
			return err
		}
		if pending = append(pending, d); len(pending) == cap(pending) {
			if err := ingest(); err != nil {
				return err
			}
		}
	}
	if err := ingest(); err != nil {
		return err
	}
	if err := a.flush(); err != nil {
		return err
	}
	return a.w.flush()
}

// convert checks detections and adds them to the chunk.
func (a *appender) convert(list []detection.Detection) error {
	plates := a.s.plates
	plates.mu.Lock()
	defer plates.mu.Unlock()
	words := a.s.words
	purged := a.s.current().purged // a destruction waits for the append
	var clock quarterClock
	first, before := len(a.rows), a.seen
	a.states = a.states[:0]
	for i := range list {
		d := &list[i]
		a.seen++
		if problem := checkRow(d); problem != "" {
			return &RowError{a.seen, problem}
		}
		r := packed(d, a.index)
		r.make, r.model, r.color = words.add(d.Make), words.add(d.Model), words.add(d.Color)
		r.camera, r.source = words.add(d.Camera), words.add(string(d.Source))
		if len(purged) > 0 {
			if _, gone := slices.BinarySearch(purged, clock.of(r.time)); gone {
				a.purged++
				a.rows, a.states = append(a.rows, rec{id: r.id, rejected: true}), append(a.states, 0)
				continue
			}
		}
		r.cell = cellOf(r.pos)
		a.rows, a.states = append(a.rows, r), append(a.states, words.add(d.State))
	}
	if n := plates.addAll(a.rows[first:], a.states); n < len(list) {
		return &RowError{before + int64(n) + 1, "the store holds as many vehicles as it can"}
	}
	return nil
}

// packed is a detection that checkRow accepts, without cell, vehicle and words.
func packed(d *detection.Detection, batch uint32) rec {
	return rec{
		time: d.Time.UnixMilli(), pos: orb.Point{d.Pos[0] + 0, d.Pos[1] + 0}, plate: packPlate(d.Plate), id: parseID(d.ID),
		heading: d.HeadingDeg, conf: d.Confidence, batch: batch, year: int32(d.Year), photos: uint8(d.Photos),
	}
}

func checkRow(d *detection.Detection) string {
	if err := detection.CheckPlate(d.Plate); err != nil {
		return err.Error()
	}
	ms := d.Time.UnixMilli()
	finite := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	switch {
	case d.ID == "" || len(d.ID) > 64:
		return "id: has not 1 to 64 bytes"
	case ms < minTimeMs || ms > maxTimeMs:
		return "time: is not between the years 1900 and 2199"
	case d.Time.Nanosecond()%1e6 != 0:
		return "time: is not in whole milliseconds"
	case !(d.Pos[0] >= -180 && d.Pos[0] <= 180):
		return "lon: is not between -180 and 180"
	case !(d.Pos[1] >= -90 && d.Pos[1] <= 90):
		return "lat: is not between -90 and 90"
	case d.Year < math.MinInt32 || d.Year > math.MaxInt32:
		return "year: is out of range"
	case !finite(d.HeadingDeg):
		return "heading: is not a number"
	case !finite(d.Confidence):
		return "confidence: is not a number"
	case d.Photos < 0 || d.Photos > 255:
		return "photos: is not between 0 and 255"
	}
	for _, w := range [...]string{d.State, d.Make, d.Model, d.Color, d.Camera, string(d.Source)} {
		if len(w) > 256 {
			return "a text is longer than 256 bytes"
		}
	}
	return ""
}
