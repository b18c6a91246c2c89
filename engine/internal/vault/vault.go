package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"cordon/engine/internal/badgerfiles"
	"cordon/engine/internal/disk"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

const (
	fileMaster  = "master.key"
	fileLock    = "lock"
	fileBallast = "ballast"
	dirDB       = "db"

	minFree    = 48 << 20 // bytes that must be free before a write: more than one commit can take
	closeNeed  = 12 << 20 // bytes that closing may take: the memory table and its index
	ballastLen = 16 << 20
)

// Vault is an open vault.
type Vault struct {
	dir     string
	log     func(string)
	free    func(dir string) (uint64, error)
	aead    cipher.AEAD // seals values
	master  []byte
	lock    *os.File
	db      *badger.DB
	writing sync.Mutex   // held during an update; guards sum
	using   sync.RWMutex // held by reads; Close takes it with writing
	closed  bool
	sum     sum
	keys    dataKeys
}

// Options say where a vault is.
type Options struct {
	Dir  string
	Log  func(string)                     // diagnostics; may be nil
	Free func(dir string) (uint64, error) // nil: asks the system
}

// Create makes an empty vault in o.Dir and opens it. One that was interrupted leaves a folder
// that does not open: make it elsewhere and rename it.
func Create(ctx context.Context, o Options) (*Vault, error) {
	if Exists(o.Dir) {
		return nil, ErrExists
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, sorted(err)
	}
	master := make([]byte, keyLen)
	if _, err := rand.Read(master); err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	if err := writeDurably(filepath.Join(o.Dir, fileMaster), []byte(hex.EncodeToString(master)+"\n")); err != nil {
		return nil, sorted(err)
	}
	v, err := start(ctx, o, master)
	if err != nil {
		return nil, err
	}
	if err := v.Update(ctx, func(tx *Tx) error { return tx.Put(K("meta", "format"), 1) }); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// Exists reports whether dir holds a vault, or what is left of one.
func Exists(dir string) bool {
	for _, name := range []string{fileMaster, dirDB} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return true
		}
	}
	return false
}

// Open opens the vault in o.Dir and compares its running sum.
func Open(ctx context.Context, o Options) (*Vault, error) {
	text, err := os.ReadFile(filepath.Join(o.Dir, fileMaster))
	if errors.Is(err, fs.ErrNotExist) && Exists(o.Dir) {
		return nil, fmt.Errorf("%w: the file %s is missing; nothing can be read without it", ErrDamaged, fileMaster)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrMissing
	}
	if err != nil {
		return nil, sorted(err)
	}
	master, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(master) != keyLen {
		return nil, fmt.Errorf("%w: the file %s is not a key", ErrDamaged, fileMaster)
	}
	v, err := start(ctx, o, master)
	if err != nil {
		return nil, err
	}
	stored, ok, err := Get[sum](v, keySum)
	if err == nil && !ok {
		err = fmt.Errorf("%w: its running sum is missing", ErrDamaged)
	}
	if err == nil {
		v.sum = stored
		var problems []string
		if problems, err = v.survey(ctx, false, stored, nil); err == nil && len(problems) > 0 {
			err = fmt.Errorf("%w: %s", ErrDamaged, strings.Join(problems, "; "))
		}
	}
	if err == nil {
		err = v.finishDestruction()
	}
	if err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

func start(ctx context.Context, o Options, master []byte) (_ *Vault, err error) {
	v := &Vault{dir: o.Dir, log: o.Log, free: o.Free, master: master, keys: dataKeys{open: map[int32][keyLen]byte{}}}
	if v.log == nil {
		v.log = func(string) {}
	}
	if v.free == nil {
		v.free = disk.Free
	}
	valueKey, err := derive(master, "values")
	if err != nil {
		return nil, err
	}
	if v.aead, err = newAEAD(valueKey); err != nil {
		return nil, err
	}
	if v.lock, err = disk.Lock(filepath.Join(o.Dir, fileLock)); err != nil {
		return nil, sorted(err)
	}
	defer func() {
		if err != nil {
			v.lock.Close()
		}
	}()
	if err := v.space(); err != nil {
		return nil, err
	}
	var broken *badgerfiles.Damage
	if err := badgerfiles.Check(filepath.Join(o.Dir, dirDB)); errors.As(err, &broken) {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, filepath.Join(dirDB, broken.File)+": "+broken.Problem)
	} else if err != nil {
		return nil, sorted(err)
	}
	if err := os.MkdirAll(filepath.Join(o.Dir, dirDB), 0o700); err != nil {
		return nil, sorted(err)
	}
	for attempt := range 2 { // after a kill the first Open can fail on an empty file
		if v.db, err = badger.Open(v.badgerOptions()); err == nil {
			return v, nil
		}
		v.log(fmt.Sprintf("vault: open, attempt %d: %v", attempt+1, err))
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
	if err = sorted(disk.Named(err)); errors.Is(err, ErrNoSpace) || errors.Is(err, ErrReadOnly) {
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
}

func (v *Vault) badgerOptions() badger.Options {
	return badger.DefaultOptions(filepath.Join(v.dir, dirDB)).
		WithSyncWrites(true).
		WithBypassLockGuard(true). // the lock file is the lock; this one would outlive an unclosed database
		WithChecksumVerificationMode(options.OnTableRead).
		WithCompression(options.None).
		WithMemTableSize(4 << 20).
		WithNumMemtables(2).
		WithNumCompactors(2).
		WithValueLogFileSize(16 << 20).
		WithValueThreshold(64 << 10).
		WithBlockCacheSize(0).
		WithIndexCacheSize(4 << 20).
		WithMetricsEnabled(false).
		WithLogger(logger{v.log})
}

// space refuses to open on a disk that is too full for Badger's mapped files. The ballast is
// given up for it, and laid down again when there is room.
func (v *Vault) space() error {
	ballast := filepath.Join(v.dir, fileBallast)
	err := v.room()
	if errors.Is(err, ErrNoSpace) {
		if os.Remove(ballast) == nil {
			v.log("vault: the disk is full; the ballast file was removed")
			err = v.room()
		}
		return err
	}
	if err != nil {
		return err
	}
	if _, statErr := os.Stat(ballast); statErr == nil {
		return nil
	}
	if n, err := v.free(v.dir); err == nil && n > 4*(minFree+ballastLen) {
		if err := os.WriteFile(ballast, make([]byte, ballastLen), 0o600); err != nil {
			v.log("vault: no ballast file: " + err.Error())
		}
	}
	return nil
}

// room reports ErrNoSpace when the disk is too full for a commit.
func (v *Vault) room() error {
	n, err := v.free(v.dir)
	if err != nil {
		return sorted(err)
	}
	if n < minFree {
		return fmt.Errorf("%w: %d MiB are free on the disk of %s and %d MiB are needed", ErrNoSpace, n>>20, v.dir, minFree>>20)
	}
	return nil
}

// Close waits for running calls, closes the database and gives the lock back. On a full disk, where Badger would be
// killed while it writes its memory table, the ballast is given up; if that is not enough
// the database is left unclosed, as after a crash: what was committed is in its log.
func (v *Vault) Close() error {
	v.writing.Lock()
	defer v.writing.Unlock()
	v.using.Lock()
	defer v.using.Unlock()
	if v.closed {
		return nil
	}
	v.closed = true
	n, err := v.free(v.dir)
	if err == nil && n < closeNeed && os.Remove(filepath.Join(v.dir, fileBallast)) == nil {
		v.log("vault: the disk is full; the ballast file was removed to close")
		n, err = v.free(v.dir)
	}
	if err == nil && n >= closeNeed {
		err = v.db.Close()
	}
	return errors.Join(err, v.lock.Close())
}

// Key returns the key that the master key gives for one use, e.g. "audit".
func (v *Vault) Key(use string) ([keyLen]byte, error) { return derive(v.master, "use "+use) }

// Check reads every value. It returns how many it read and what is wrong.
func (v *Vault) Check(ctx context.Context, progress func(done int64)) (values int64, problems []string, err error) {
	v.writing.Lock()
	defer v.writing.Unlock()
	problems, err = v.survey(ctx, true, v.sum, progress)
	if err == nil {
		var keys []string
		keys, err = v.checkKeys()
		problems = append(problems, keys...)
	}
	return v.sum.Count + v.sum.Photos, problems, err
}

// sorted gives a system error the sentinel that callers compare with.
func sorted(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, disk.ErrLocked):
		return ErrInUse
	case disk.IsReadOnly(err):
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case disk.IsFull(err):
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	return err
}

// writeDurably writes a file by way of a temporary one.
func writeDurably(path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp))
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // not every system syncs folders
		_ = d.Close()
	}
}

// logger passes Badger's warnings on.
type logger struct{ to func(string) }

func (l logger) Errorf(f string, a ...any) {
	l.to("badger: " + strings.TrimSpace(fmt.Sprintf(f, a...)))
}

func (l logger) Warningf(f string, a ...any) {
	l.to("badger: " + strings.TrimSpace(fmt.Sprintf(f, a...)))
}
func (logger) Infof(string, ...any)  {}
func (logger) Debugf(string, ...any) {}
