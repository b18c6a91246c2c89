package reads

import (
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// name is what errors and reports call the block.
func (m *blockMeta) name() string {
	g := m.group
	switch g.kind {
	case kindPlace:
		return fmt.Sprintf("place %s week %s #%d", quarterName(g.quarter),
			time.UnixMilli(int64(g.week)*weekMs).UTC().Format(time.DateOnly), m.number)
	default:
		return fmt.Sprintf("%s %s #%d", g.kind, quarterName(g.quarter), m.number)
	}
}

func (m *blockMeta) damage(problem string) *DamageError {
	e := &DamageError{Block: m.name(), Quarter: quarterName(m.group.quarter), Rows: int64(m.rows), Problem: problem}
	if m.group.kind == kindPlace || m.group.kind == kindPlate {
		e.From, e.To = time.UnixMilli(m.minT).UTC(), time.UnixMilli(m.maxT).UTC()
	} else {
		from, to := quarterSpan(m.group.quarter)
		e.From, e.To = time.UnixMilli(from).UTC(), time.UnixMilli(to).UTC()
	}
	return e
}

// codec turns a decoding fault into the damage it is.
func (m *blockMeta) codec(err error) error {
	if errors.Is(err, errCodec) {
		return m.damage("its columns do not decode")
	}
	return err
}

// payload reads and opens a block's value. It checks the context.
func (v *view) payload(m *blockMeta) ([]byte, error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	key := blockKey(m.number)
	var plain []byte
	var problem string
	read := func(txn *badger.Txn) error {
		item, err := txn.Get(key)
		if err != nil {
			return err
		}
		return item.Value(func(raw []byte) (err error) {
			plain, problem, err = v.s.seal.open(v.ctx, m.group.quarter, key, raw)
			return err
		})
	}
	err := read(v.snap.txn)
	if err != nil || problem != "" {
		// The value may have moved to another value-log file meanwhile: look once more.
		txn := v.s.db.NewTransaction(false)
		defer txn.Discard()
		problem = ""
		err = read(txn)
	}
	switch {
	case errors.Is(err, badger.ErrKeyNotFound):
		return nil, m.damage("it is missing")
	case errors.Is(err, ErrKeyLost):
		return nil, m.damage(err.Error())
	case err != nil && v.ctx.Err() == nil && !errors.As(err, new(*keyError)):
		return nil, m.damage("it cannot be read: " + err.Error())
	case err != nil:
		return nil, err
	case problem != "":
		return nil, m.damage(problem)
	}
	return plain, nil
}

// block returns an opened row block, from the cache when it is there.
func (v *view) block(m *blockMeta) (*block, error) {
	if b := v.s.cache.get(m.number); b != nil {
		return b, v.ctx.Err()
	}
	b, err := v.open(m)
	if err == nil {
		v.s.cache.put(m.number, b)
	}
	return b, err
}

// open reads a row block past the cache.
func (v *view) open(m *blockMeta) (*block, error) {
	plain, err := v.payload(m)
	if err != nil {
		return nil, err
	}
	b, err := openBlock(plain)
	if err != nil || b.kind != m.group.kind || b.n != int(m.rows) {
		return nil, m.damage("its header does not decode")
	}
	return b, nil
}
