package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
)

// dirKeys holds the data keys, one file each, sealed. They are not values of the database, as
// that keeps copies of old values: a file can be overwritten where it lies.
const dirKeys = "keys"

// dataKeys are the unwrapped data keys of this process.
type dataKeys struct {
	mu   sync.Mutex
	open map[int32][keyLen]byte
}

// dataKey is what the database knows of a data key.
type dataKey struct {
	Period    int32  `json:"period"`
	Sum       []byte `json:"sum"` // SHA-256 of the key: tells a lost or exchanged file
	Destroyed bool   `json:"destroyed"`
}

func keyOf(retention int32) Key { return K("data-key", strconv.Itoa(int(retention))) }

func (v *Vault) keyFile(retention int32) string {
	return filepath.Join(v.dir, dirKeys, strconv.Itoa(int(retention)))
}

// DataKey returns the key of a retention period and makes it, durably, when there is none.
// Errors: [ErrKeyDestroyed]; [ErrDamaged] when its file is lost or is not what was written.
func (v *Vault) DataKey(ctx context.Context, retention int32) ([keyLen]byte, error) {
	v.keys.mu.Lock()
	defer v.keys.mu.Unlock()
	if key, ok := v.keys.open[retention]; ok {
		return key, nil
	}
	known, ok, err := Get[dataKey](v, keyOf(retention))
	if err != nil {
		return [keyLen]byte{}, err
	}
	if known.Destroyed {
		return [keyLen]byte{}, fmt.Errorf("%w: period %d", ErrKeyDestroyed, retention)
	}
	if !ok {
		if err := v.makeKey(ctx, retention); err != nil {
			return [keyLen]byte{}, err
		}
		if known, _, err = Get[dataKey](v, keyOf(retention)); err != nil {
			return [keyLen]byte{}, err
		}
	}
	key, err := v.readKey(known)
	if err == nil {
		v.keys.open[retention] = key
	}
	return key, err
}

// makeKey writes the file and then the database's note of it: a file without a note has
// sealed nothing and is written anew.
func (v *Vault) makeKey(ctx context.Context, retention int32) error {
	key := make([]byte, keyLen)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("data key: %w", err)
	}
	return v.writeKey(ctx, retention, key)
}

func (v *Vault) writeKey(ctx context.Context, retention int32, key []byte) error {
	if err := v.room(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(v.dir, dirKeys), 0o700); err != nil {
		return sorted(err)
	}
	if err := writeDurably(v.keyFile(retention), v.seal([]byte(keyOf(retention)), key)); err != nil {
		return sorted(err)
	}
	sum := sha256.Sum256(key)
	return v.Update(ctx, func(tx *Tx) error { return tx.Put(keyOf(retention), dataKey{Period: retention, Sum: sum[:]}) })
}

func (v *Vault) readKey(known dataKey) (key [keyLen]byte, err error) {
	path := v.keyFile(known.Period)
	file := filepath.Join(dirKeys, filepath.Base(path))
	sealed, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return key, fmt.Errorf("%w: the key file %s is missing; what it sealed cannot be read", ErrDamaged, file)
	}
	if err != nil {
		return key, sorted(err)
	}
	clear, err := v.unseal([]byte(keyOf(known.Period)), sealed)
	sum := sha256.Sum256(clear)
	if err != nil || len(clear) != keyLen || !bytes.Equal(sum[:], known.Sum) {
		return key, fmt.Errorf("%w: the key file %s is not as it was written; what it sealed cannot be read", ErrDamaged, file)
	}
	copy(key[:], clear)
	return key, nil
}

// DestroyDataKeys destroys the keys of retention periods, for good: first the database says
// so, in one commit, and from then on nobody is given them; then their files are overwritten
// and removed. A period that never had a key is destroyed too, so that none is made. What was
// interrupted is completed by [Open]. On a disk that moves what is overwritten (SSD, copy on
// write, snapshots, backups) the sealed file can outlive this; it is worth nothing without
// the master key.
func (v *Vault) DestroyDataKeys(ctx context.Context, retention []int32) error {
	v.keys.mu.Lock()
	defer v.keys.mu.Unlock()
	err := v.Update(ctx, func(tx *Tx) error {
		for _, q := range retention {
			if err := tx.Put(keyOf(q), dataKey{Period: q, Destroyed: true}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range retention {
		delete(v.keys.open, q)
		err = errors.Join(err, shred(v.keyFile(q)))
	}
	return sorted(err)
}

// ReplaceLostKey gives a period whose key is lost or damaged another one, once what the lost one
// sealed was replaced. It refuses to replace a key that can still be read. Errors:
// [ErrKeyDestroyed], [ErrExists].
func (v *Vault) ReplaceLostKey(ctx context.Context, retention int32, key [keyLen]byte) error {
	v.keys.mu.Lock()
	defer v.keys.mu.Unlock()
	known, ok, err := Get[dataKey](v, keyOf(retention))
	if err != nil {
		return err
	}
	if known.Destroyed {
		return fmt.Errorf("%w: period %d", ErrKeyDestroyed, retention)
	}
	if ok {
		if _, err := v.readKey(known); !errors.Is(err, ErrDamaged) {
			return errors.Join(err, fmt.Errorf("%w: the key of period %d", ErrExists, retention))
		}
	}
	delete(v.keys.open, retention)
	return v.writeKey(ctx, retention, key[:])
}

// DestroyedKeys returns the retention periods whose keys were destroyed, ascending.
func (v *Vault) DestroyedKeys() (out []int32, err error) {
	list, err := List[dataKey](v, K("data-key"))
	for _, known := range list {
		if known.Destroyed {
			out = append(out, known.Period)
		}
	}
	slices.Sort(out)
	return out, err
}

// finishDestruction removes the files of keys that the database says are destroyed.
func (v *Vault) finishDestruction() error {
	list, err := List[dataKey](v, K("data-key"))
	for _, known := range list {
		if known.Destroyed {
			err = errors.Join(err, shred(v.keyFile(known.Period)))
		}
	}
	return sorted(err)
}

// checkKeys reads the file of each data key and returns what is wrong.
func (v *Vault) checkKeys() (problems []string, err error) {
	list, err := List[dataKey](v, K("data-key"))
	if errors.Is(err, ErrDamaged) {
		return nil, nil // the survey of the values has told of it
	}
	for _, known := range list {
		if known.Destroyed {
			if _, err := os.Lstat(v.keyFile(known.Period)); err == nil {
				problems = append(problems, fmt.Sprintf("%v: the key file %s was to be destroyed and is still there", ErrDamaged, v.keyFile(known.Period)))
			}
			continue
		}
		if _, err := v.readKey(known); errors.Is(err, ErrDamaged) {
			problems = append(problems, err.Error())
		} else if err != nil {
			return problems, err
		}
	}
	return problems, err
}

// shred overwrites a file, syncs it and removes it; no file is no error.
func shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil {
		noise := make([]byte, info.Size())
		if _, err = rand.Read(noise); err == nil {
			_, err = f.WriteAt(noise, 0)
		}
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}
