package reads

import (
	"context"
	"errors"
	"sync"

	"github.com/dgraph-io/badger/v4"
	"github.com/paulmach/orb"
)

// blockWriter writes blocks that no catalogue lists yet. Safe for concurrent use.
type blockWriter struct {
	s    *Store
	ctx  context.Context
	lane uint16 // of rows of a batch that the catalogue does not know yet

	mu      sync.Mutex
	pending []pendingBlock
	bytes   int
	written []uint64
}

type pendingBlock struct {
	number uint64
	value  []byte
}

// flushBytes is how much is written in one transaction.
const flushBytes = 4 << 20

// put seals a payload and returns its number and sealed size.
func (w *blockWriter) put(quarter int32, payload []byte) (number uint64, size int32, err error) {
	number = w.s.nextBlock.Add(1) - 1
	value, err := w.s.seal.seal(w.ctx, quarter, blockKey(number), payload)
	if err != nil {
		return 0, 0, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, pendingBlock{number, value})
	w.bytes += len(value)
	if w.bytes >= flushBytes {
		err = w.flushLocked()
	}
	return number, int32(len(value)), err
}

func (w *blockWriter) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.flushLocked()
}

func (w *blockWriter) flushLocked() error {
	if len(w.pending) == 0 {
		return nil
	}
	if err := w.ctx.Err(); err != nil {
		return err
	}
	if err := w.s.room(int64(w.bytes)); err != nil {
		return err
	}
	for _, p := range w.pending {
		w.written = append(w.written, p.number)
	}
	txn := w.s.db.NewTransaction(true)
	defer func() { txn.Discard() }()
	for _, p := range w.pending {
		err := txn.Set(blockKey(p.number), p.value)
		if errors.Is(err, badger.ErrTxnTooBig) { // many small blocks
			if err := txn.Commit(); err != nil {
				return err
			}
			txn = w.s.db.NewTransaction(true)
			err = txn.Set(blockKey(p.number), p.value)
		}
		if err != nil {
			return err
		}
	}
	if err := txn.Commit(); err != nil {
		return err
	}
	w.s.opt.tune.step("blocks")
	w.pending, w.bytes = nil, 0
	return nil
}

// abort deletes what was written before cause. What it leaves, the next Open sweeps.
func (w *blockWriter) abort(cause error) {
	if errors.As(cause, new(*commitError)) {
		return
	}
	if err := w.s.deleteBlocks(w.written); err != nil {
		w.s.opt.Log("reads: cannot remove an unfinished batch: " + err.Error())
	}
}

// rowRun builds a run of row blocks from rows in order.
type rowRun struct {
	w     *blockWriter
	key   groupKey
	limit int
	rows  []rec
	enc   *blockEncoder
	buf   []byte
	out   []*blockMeta
}

func (w *blockWriter) rowRun(key groupKey, enc *blockEncoder) *rowRun {
	limit := w.s.opt.tune.placeRows
	if key.kind == kindPlate {
		limit = w.s.opt.tune.plateRows
	}
	return &rowRun{w: w, key: key, limit: limit, enc: enc, rows: make([]rec, 0, limit)}
}

func (r *rowRun) add(row *rec) error {
	r.rows = append(r.rows, *row)
	if len(r.rows) == r.limit {
		return r.flush()
	}
	return nil
}

func (r *rowRun) flush() error {
	if len(r.rows) == 0 {
		return nil
	}
	if err := r.w.ctx.Err(); err != nil {
		return err
	}
	first, last := &r.rows[0], &r.rows[len(r.rows)-1]
	m := &blockMeta{rows: int32(len(r.rows)), minT: first.time, maxT: first.time, box: orb.Bound{Min: first.pos, Max: first.pos}}
	if r.key.kind == kindPlate {
		m.lo, m.hi = first.plate, last.plate
	}
	for i := range r.rows {
		m.minT, m.maxT = min(m.minT, r.rows[i].time), max(m.maxT, r.rows[i].time)
		m.box = m.box.Extend(r.rows[i].pos)
	}
	m.lanes = r.w.lanesOf(r.rows)
	r.buf = r.enc.encode(r.buf[:0], r.key.kind, r.rows)
	var err error
	if m.number, m.bytes, err = r.w.put(r.key.quarter, r.buf); err != nil {
		return err
	}
	r.out, r.rows = append(r.out, m), r.rows[:0]
	return nil
}

// finish returns the run; the caller must flush the writer before it is committed.
func (r *rowRun) finish() (addedRun, error) {
	err := r.flush()
	return addedRun{r.key, r.out}, err
}

// idRun writes a run of id blocks from entries in order.
func (w *blockWriter) idRun(key groupKey, enc *intEncoder, entries []idEntry) (addedRun, error) {
	run := addedRun{key: key}
	for len(entries) > 0 {
		n := min(w.s.opt.tune.idRows, len(entries))
		m := &blockMeta{rows: int32(n), lo: entries[0].key, hi: entries[n-1].key}
		var err error
		if m.number, m.bytes, err = w.put(key.quarter, encodeIDs(enc, entries[:n])); err != nil {
			return run, err
		}
		run.blocks, entries = append(run.blocks, m), entries[n:]
	}
	return run, nil
}

// vehicleRun writes a run of vehicle blocks from entries in order.
func (w *blockWriter) vehicleRun(key groupKey, enc *intEncoder, entries []vehicleEntry) (addedRun, error) {
	run := addedRun{key: key}
	for len(entries) > 0 {
		n := min(w.s.opt.tune.vehicleRows, len(entries))
		m := &blockMeta{rows: int32(n), lo: uint64(entries[0].number), hi: uint64(entries[n-1].number)}
		var err error
		if m.number, m.bytes, err = w.put(key.quarter, encodeVehicles(enc, entries[:n])); err != nil {
			return run, err
		}
		run.blocks, entries = append(run.blocks, m), entries[n:]
	}
	return run, nil
}
