package reads

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"cordon/engine/internal/badgerfiles"
	"cordon/engine/internal/disk"

	"github.com/dgraph-io/badger/v4"
)

// Store is the detection store of one workstation. Safe for concurrent use.
type Store struct {
	opt    Options
	db     *badger.DB
	lock   *os.File
	seal   *sealer
	cache  *blockCache
	words  *wordList
	points *pointList
	plates *vehicleList
	fault  atomic.Pointer[DamageError] // the vehicle list is incomplete; set by Open, ended by Repair
	known  map[int32]*bitset           // vehicles recorded for a quarter; held by writers

	// Locks are taken in this order: writing, merging, committing, mu.
	writing    sync.Mutex // held by an append or a destruction
	merging    sync.Mutex // held by a merge, a reclaim or a destruction
	committing sync.Mutex // held while a catalogue edit is made
	keeper     keeper
	deadLeft   int64    // bytes that the last reclaim could not take back; held by merging
	soundLogs  []string // value-log files that were looked through; held by merging

	mu     sync.Mutex
	latest *version
	oldest *version
	dead   []uint64 // blocks that no version holds, not yet deleted
	closed bool
	users  sync.WaitGroup

	nextBlock atomic.Uint64
	touched   atomic.Uint64 // the first block that the last append may have written
}

// version is a catalogue version in use. Versions form a list from the oldest in use to
// the latest.
type version struct {
	*catalog
	refs int
	snap *snapshot
	dead []uint64 // blocks the next version no longer holds
	next *version
}

// tuning holds what tests change. The zero value means the defaults.
type tuning struct {
	placeRows, plateRows, idRows, vehicleRows int
	chunkRows                                 int   // rows held in memory by an append
	maxRuns                                   int   // runs of a group before they merge
	reclaimBytes                              int64 // deleted bytes before their disk space is taken back
	maxEdits                                  int   // catalogue edits before they fold
	samples                                   int   // blocks an estimate reads
	shareRows                                 int   // rows to look at before a query uses several cores
	shareHits                                 int   // rows to build before it does
	ballast                                   int64
	free                                      func(dir string) (uint64, error)
	step                                      func(name string) // called at named points of a write
}

func (t *tuning) defaults() {
	set := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	set(&t.placeRows, 2048)
	set(&t.plateRows, 512)
	set(&t.idRows, 4096)
	set(&t.vehicleRows, 8192)
	set(&t.chunkRows, 1<<20)
	set(&t.maxRuns, 8)
	set(&t.maxEdits, 64)
	if t.reclaimBytes == 0 {
		t.reclaimBytes = 64 << 20
	}
	set(&t.samples, 96)
	set(&t.shareRows, 60_000)
	set(&t.shareHits, 1000)
	if t.ballast == 0 {
		t.ballast = 32 << 20
	}
	if t.free == nil {
		t.free = disk.Free
	}
	if t.step == nil {
		t.step = func(string) {}
	}
}

const defaultMinFree = 256 << 20

// defaultCache is a quarter of the machine's memory, at most 2 GiB.
func defaultCache() int64 {
	if n := memory() / 4; n > 0 {
		return int64(min(n, 2<<30))
	}
	return 256 << 20
}

// Open opens the store in opt.Dir and creates it when there is none. What an interrupted
// append or merge left behind is removed. It returns ErrInUse when another process has the
// directory, a *SpaceError when the disk is too full, a *DamageError when the catalogue
// does not read back; blocks that are missing are found by Check and by queries.
func Open(ctx context.Context, opt Options) (*Store, error) {
	if opt.Dir == "" || opt.Keys == nil {
		return nil, errors.New("reads: Options.Dir and Options.Keys are required")
	}
	if opt.CacheBytes == 0 {
		opt.CacheBytes = defaultCache()
	}
	if opt.MinFree == 0 {
		opt.MinFree = defaultMinFree
	}
	if opt.Log == nil {
		opt.Log = func(string) {}
	}
	opt.tune.defaults()
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Store{
		opt: opt, seal: &sealer{keys: opt.Keys, aead: map[int32]cipher.AEAD{}},
		cache: newBlockCache(opt.CacheBytes), words: newWordList(), points: newPointList(), plates: newVehicleList(),
		known: map[int32]*bitset{},
	}
	var err error
	if s.lock, err = takeLock(filepath.Join(opt.Dir, "LOCK.cordon")); err != nil {
		return nil, err
	}
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.shut())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	var broken *badgerfiles.Damage
	if err := badgerfiles.Check(s.opt.Dir); errors.As(err, &broken) {
		return &DamageError{Block: broken.File, Problem: broken.Problem}
	} else if err != nil {
		return err
	}
	if err := s.openSpace(); err != nil {
		return err
	}
	var err error
	if s.db, err = openBadger(s.opt); err != nil {
		return err
	}
	c, err := s.loadCatalog(ctx)
	if err != nil {
		return err
	}
	v := &version{catalog: c, snap: s.snapshot()}
	s.latest, s.oldest = v, v
	s.nextBlock.Store(c.next)
	s.words.load(c.words)
	s.points.load(c.points)
	if err := s.sweep(ctx, c); err != nil {
		return err
	}
	if err := s.finishDestruction(ctx); err != nil {
		return err
	}
	if err := s.loadVehicles(ctx, s.latest.catalog); err != nil {
		return err
	}
	s.startKeeper()
	return nil
}

// Close stops merging, waits for running calls, then closes the store. It is safe to call
// twice.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.keeper.stop()
	s.users.Wait()
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.shut()
}

func (s *Store) shut() error {
	var err error
	if s.db != nil {
		for v := s.oldest; v != nil; v = v.next {
			v.snap.drop()
		}
		if s.closeSpace() {
			err = s.db.Close()
		}
		s.db = nil
	}
	return errors.Join(err, s.lock.Close())
}

// State returns the data state that a query started now would see.
func (s *Store) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.latest.state
}

// enter guards a writing call against Close; the caller must call the returned function.
func (s *Store) enter() (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.users.Add(1)
	return s.users.Done, nil
}

func takeLock(path string) (*os.File, error) {
	f, err := disk.Lock(path)
	if errors.Is(err, disk.ErrLocked) {
		return nil, ErrInUse
	}
	return f, err
}

// openBadger opens the database, twice when need be: after a kill the first attempt may
// stumble over an empty file that it removes.
func openBadger(opt Options) (*badger.DB, error) {
	o := badger.DefaultOptions(opt.Dir)
	o.SyncWrites = true
	o.BypassLockGuard = true // LOCK.cordon is the lock; this one would outlive an unclosed database
	o.Compression = 0
	o.ChecksumVerificationMode = 1 // options.OnTableRead
	o.ValueThreshold = 4 << 10
	o.ValueLogFileSize = valueLogFile
	o.MemTableSize = memTable
	o.NumMemtables = 2
	o.NumCompactors = 2
	o.BlockCacheSize = 0 // tables are mapped; the cache takes each 4 KiB of one for all that follows in it, and is always full
	o.IndexCacheSize = 16 << 20
	o.VerifyValueChecksum = true // else a damaged length makes it panic with a lock held
	o.DetectConflicts = false
	o.MetricsEnabled = false
	o.Logger = badgerLog{opt.Log}
	db, err := openOnce(o)
	if err != nil && !errors.Is(err, ErrDamaged) {
		opt.Log("reads: second attempt to open: " + err.Error())
		db, err = openOnce(o)
	}
	if err = disk.Named(err); err != nil && !disk.IsFull(err) && !errors.Is(err, ErrDamaged) {
		// The directory can be written and is ours: what is left is the state of the files.
		err = &DamageError{Block: "database", Problem: "it does not open: " + err.Error()}
	}
	if err != nil {
		return nil, err // Badger may hand out a half-open database beside the error
	}
	return db, nil
}

// openOnce turns Badger's panics over damaged files into errors.
func openOnce(o badger.Options) (db *badger.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &DamageError{Block: "database", Problem: fmt.Sprintf("it does not open: %v", r)}
		}
	}()
	return badger.Open(o)
}

// badgerLog passes on what Badger warns of.
type badgerLog struct{ log func(string) }

func (l badgerLog) Errorf(f string, a ...any)   { l.log("badger: " + fmt.Sprintf(f, a...)) }
func (l badgerLog) Warningf(f string, a ...any) { l.log("badger: " + fmt.Sprintf(f, a...)) }
func (badgerLog) Infof(string, ...any)          {}
func (badgerLog) Debugf(string, ...any)         {}
