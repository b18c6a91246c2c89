package vault

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"cordon/engine/internal/disk"

	"github.com/dgraph-io/badger/v4"
)

// Key names a value: parts with a zero byte after each, so that K("case", "A") is a prefix of
// K("case", "A", "title") and of nothing else.
type Key string

// K makes a key. Parts must not hold a zero byte.
func K(parts ...string) Key { return Key(strings.Join(parts, "\x00") + "\x00") }

// Part returns the i-th part of a key, empty where there is none.
func (k Key) Part(i int) string {
	parts := strings.Split(strings.TrimSuffix(string(k), "\x00"), "\x00")
	if i >= len(parts) {
		return ""
	}
	return parts[i]
}

func (k Key) String() string {
	return strings.ReplaceAll(strings.TrimSuffix(string(k), "\x00"), "\x00", "/")
}

// Photo is the first part of keys whose values are large; they are only read through at
// Check, not at Open.
const Photo = "photo"

var keySum = K("meta", "sum")

// sum is a running total over all values: it does not depend on their order and can be
// brought up to date by one.
type sum struct {
	Count  int64    `json:"count"`
	Total  *big.Int `json:"total"` // of SHA-256 over key and sealed value, mod 2^256
	Photos int64    `json:"photos"`
	PTotal *big.Int `json:"photo_total"`
}

var modulus = new(big.Int).Lsh(big.NewInt(1), 256)

func (s *sum) change(key, sealed []byte, sign int64) {
	h := sha256.New()
	h.Write(key)
	h.Write(sealed)
	x := new(big.Int).SetBytes(h.Sum(nil))
	if sign < 0 {
		x.Sub(modulus, x)
	}
	total, count := &s.Total, &s.Count
	if Key(key).Part(0) == Photo {
		total, count = &s.PTotal, &s.Photos
	}
	if *total == nil {
		*total = new(big.Int)
	}
	*total = x.Mod(x.Add(x, *total), modulus)
	*count += sign
}

func (s sum) equal(o sum, photos bool) bool {
	same := func(a, b *big.Int) bool {
		if a == nil {
			a = new(big.Int)
		}
		if b == nil {
			b = new(big.Int)
		}
		return a.Cmp(b) == 0
	}
	if s.Count != o.Count || !same(s.Total, o.Total) || s.Photos != o.Photos {
		return false
	}
	return !photos || same(s.PTotal, o.PTotal)
}

// Tx is one update. It is valid inside Vault.Update only.
type Tx struct {
	v   *Vault
	txn *badger.Txn
	sum sum
	err error
}

// Update runs f and makes its changes durable as a whole; when f returns an error nothing
// changes. Updates run one after another.
func (v *Vault) Update(ctx context.Context, f func(*Tx) error) error {
	v.writing.Lock()
	defer v.writing.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if v.closed {
		return ErrClosed
	}
	if err := v.room(); err != nil {
		return err
	}
	txn := v.db.NewTransaction(true)
	defer txn.Discard()
	tx := &Tx{v: v, txn: txn, sum: v.sum}
	if err := f(tx); err != nil {
		return err
	}
	if tx.err != nil {
		return tx.err
	}
	text, err := json.Marshal(tx.sum)
	if err != nil {
		return fmt.Errorf("vault sum: %w", err)
	}
	if err := txn.Set([]byte(keySum), v.seal([]byte(keySum), text)); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	if err := txn.Commit(); err != nil {
		return fmt.Errorf("vault commit: %w", sorted(disk.Named(err)))
	}
	v.sum = tx.sum
	return nil
}

// Put stores value as JSON under key.
func (tx *Tx) Put(key Key, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("vault: %s: %w", key, err)
	}
	return tx.PutBytes(key, text)
}

// PutBytes stores bytes, such as a picture, under key.
func (tx *Tx) PutBytes(key Key, clear []byte) error {
	if err := tx.remove(key); err != nil {
		return err
	}
	sealed := tx.v.seal([]byte(key), clear)
	tx.sum.change([]byte(key), sealed, 1)
	if err := tx.txn.Set([]byte(key), sealed); err != nil {
		return fmt.Errorf("vault: %s: %w", key, err)
	}
	return nil
}

// Delete removes key, if it is there.
func (tx *Tx) Delete(key Key) error {
	if err := tx.remove(key); err != nil {
		return err
	}
	if err := tx.txn.Delete([]byte(key)); err != nil {
		return fmt.Errorf("vault: %s: %w", key, err)
	}
	return nil
}

// remove takes the current value of key out of the sum.
func (tx *Tx) remove(key Key) error {
	old, err := sealedValue(tx.txn, key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	tx.sum.change([]byte(key), old, -1)
	return nil
}

// Load reads key into to inside the update; it reports whether key is there.
func (tx *Tx) Load(key Key, to any) (bool, error) { return tx.v.load(tx.txn, key, to) }

// view runs a read while the database cannot be closed under it.
func (v *Vault) view(f func(*badger.Txn) error) error {
	v.using.RLock()
	defer v.using.RUnlock()
	if v.closed {
		return ErrClosed
	}
	return v.db.View(f)
}

func sealedValue(txn *badger.Txn, key Key) ([]byte, error) {
	item, err := txn.Get([]byte(key))
	if err != nil {
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, key, err)
	}
	sealed, err := item.ValueCopy(nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, key, err)
	}
	return sealed, nil
}

func (v *Vault) bytes(txn *badger.Txn, key Key) ([]byte, bool, error) {
	sealed, err := sealedValue(txn, key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	clear, err := v.unseal([]byte(key), sealed)
	return clear, err == nil, err
}

func (v *Vault) load(txn *badger.Txn, key Key, to any) (bool, error) {
	clear, ok, err := v.bytes(txn, key)
	if !ok {
		return false, err
	}
	if err := json.Unmarshal(clear, to); err != nil {
		return false, fmt.Errorf("%w: %s: %w", ErrDamaged, key, err)
	}
	return true, nil
}

// Get reads one value; it reports whether it is there.
func Get[T any](v *Vault, key Key) (value T, ok bool, err error) {
	err = v.view(func(txn *badger.Txn) error {
		ok, err = v.load(txn, key, &value)
		return err
	})
	return value, ok, err
}

// Bytes reads what PutBytes stored; it reports whether it is there.
func (v *Vault) Bytes(key Key) (clear []byte, ok bool, err error) {
	err = v.view(func(txn *badger.Txn) error {
		clear, ok, err = v.bytes(txn, key)
		return err
	})
	return clear, ok, err
}

// List reads all values whose keys begin with prefix, in key order.
func List[T any](v *Vault, prefix Key) ([]T, error) {
	var out []T
	err := v.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte(prefix)})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			var value T
			if _, err := v.load(txn, Key(it.Item().KeyCopy(nil)), &value); err != nil {
				return err
			}
			out = append(out, value)
		}
		return nil
	})
	return out, err
}

// survey walks over all values and compares the running sum; with photos, it also reads
// the photos.
func (v *Vault) survey(ctx context.Context, photos bool, stored sum, progress func(done int64)) (problems []string, err error) {
	var got sum
	err = v.view(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if err := ctx.Err(); err != nil {
				return err
			}
			key := Key(it.Item().KeyCopy(nil))
			if key == keySum {
				continue
			}
			if key.Part(0) == Photo && !photos {
				got.Photos++
				continue
			}
			sealed, err := sealedValue(txn, key)
			if err == nil {
				_, err = v.unseal([]byte(key), sealed)
			}
			if err != nil {
				problems = append(problems, err.Error())
				continue
			}
			got.change([]byte(key), sealed, 1)
			if progress != nil {
				progress(got.Count + got.Photos)
			}
		}
		return nil
	})
	if err == nil && !got.equal(stored, photos) {
		problems = append(problems, fmt.Sprintf("%v: it holds %d values and %d photos, not the %d and %d that were stored, or older ones",
			ErrDamaged, got.Count, got.Photos, stored.Count, stored.Photos))
	}
	return problems, err
}
