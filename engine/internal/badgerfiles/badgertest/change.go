// Package badgertest damages the values of a closed Badger database, for tests of packages
// that may not know Badger. Entry point: [Change].
package badgertest

import (
	"bytes"
	"errors"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// Change calls change with each value whose key begins with prefix, in the order of the keys,
// counted from 0, and stores what it returns; nil deletes the value.
func Change(dir string, prefix byte, change func(n int, value []byte) []byte) error {
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil).WithBypassLockGuard(true).
		WithCompression(0).WithValueThreshold(4 << 10).WithValueLogFileSize(64 << 20))
	if err != nil {
		return err
	}
	err = db.Update(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{prefix}})
		defer it.Close()
		n := 0
		for it.Rewind(); it.Valid(); it.Next() {
			key := it.Item().KeyCopy(nil)
			value, err := it.Item().ValueCopy(nil)
			if err != nil {
				return err
			}
			now := change(n, slices.Clone(value))
			switch {
			case now == nil:
				err = txn.Delete(key)
			case !bytes.Equal(now, value):
				err = txn.Set(key, now)
			}
			if err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return errors.Join(err, db.Close())
}
