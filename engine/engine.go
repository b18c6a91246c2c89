package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/accounts"
	"cordon/engine/internal/audit"
	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// The folders of a workstation.
const (
	dirVault = "vault"
	dirReads = "reads"
	dirAudit = "audit" // inside the vault's

	// Inside the vault's, for VerifyAudit, which has no key to the vault.
	fileWitness  = "audit.witness"
	fileCosigned = "audit.cosigned"
)

// checkpointEvery is how often the log's size and root are signed while it grows.
const checkpointEvery = time.Minute

// Engine is an open workstation. All methods are safe for concurrent use.
type Engine struct {
	o      Options
	k      knobs
	dir    string // the vault's folder
	meta   workstation
	vault  *vault.Vault
	log    *audit.Log
	people *accounts.Store
	reads  *reads.Store // nil where broken is set
	broken error        // why the detections do not open; set by OpenForRepair

	head       headNote
	force      atomic.Pointer[force]
	agreements atomic.Pointer[feed.Agreements] // nil: the feed has none

	scopeSecret [32]byte // of the scope meter's rounding
	meter       scopeUse

	importing sync.Mutex // one import at a time
	syncing   sync.Mutex // one sync at a time
	live      liveSums   // guarded by itself; recorded by who holds syncing
	syncState syncKeeper

	feedPhotos feedPhotos
	purging    sync.Mutex // one purge at a time
	revoked    revocations
	giving     sync.Mutex  // one list of accounts at a time
	gives      atomic.Bool // the feed has one
	stop       chan struct{}
	ticker     sync.WaitGroup
	closing    sync.Once
	closed     error
}

// workstation is what the vault says about itself.
type workstation struct {
	Name    string    // e.g. "WS-07"
	Origin  string    // name of the audit log, e.g. "cordon/WS-07/1f0c22ab"
	Created time.Time // UTC
}

var keyMeta = vault.K("meta", "workstation")

// knobs are what tests turn; the zero value is what ships.
type knobs struct {
	mend      bool           // OpenForRepair
	rounds    int            // PBKDF2 rounds
	auditFile audit.OpenFile // opens the log's files
	free      func(dir string) (uint64, error)
	source    func(client.Source) client.Source                // spoils what a feed gives
	wait      func(ctx context.Context, d time.Duration) error // between attempts to fetch
	stepRows  int64                                            // of a step of a sync; 0: the client's own
}

// Open opens the workstation in o.Dir: the vault and the audit log are verified, the
// detections' catalogue is read. Errors: ErrNotWorkstation, ErrInUse, ErrReadOnly,
// ErrNoSpace, ErrDamaged.
func Open(ctx context.Context, o Options) (*Engine, error) { return openWith(ctx, o, knobs{}) }

func openWith(ctx context.Context, o Options, k knobs) (_ *Engine, err error) {
	p, err := o.defaults()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(o.Dir, dirVault)
	if !vault.Exists(dir) {
		return nil, fmt.Errorf("%w: %s", ErrNotWorkstation, o.Dir)
	}
	e := &Engine{o: o, k: k, dir: dir, stop: make(chan struct{})}
	e.setForce(p)
	e.feedPhotos.e = e
	var closers []func() error
	defer func() {
		if err != nil {
			for i := len(closers) - 1; i >= 0; i-- {
				err = errors.Join(err, closers[i]())
			}
			err = outer(err)
		}
	}()
	if e.vault, err = vault.Open(ctx, vault.Options{Dir: dir, Log: o.Log, Free: k.free}); err != nil {
		return nil, err
	}
	closers = append(closers, e.vault.Close)
	var ok bool
	if e.meta, ok, err = vault.Get[workstation](e.vault, keyMeta); err != nil || !ok {
		return nil, errors.Join(err, fmt.Errorf("%w: the workstation's record is missing", ErrDamaged))
	}
	if e.scopeSecret, err = e.vault.Key("scope meter"); err != nil {
		return nil, err
	}
	ao, err := auditOptions(e.vault, e.meta, dir, o, k)
	if err != nil {
		return nil, err
	}
	var found audit.Recovered
	if e.log, found, err = audit.Open(ctx, ao); err != nil {
		return nil, err
	}
	closers = append(closers, e.log.Close)
	if err := e.checkHead(); err != nil {
		return nil, err
	}
	if link, err := e.link(); err == nil {
		e.syncState.follow(link.Name)
	} else if !errors.Is(err, ErrNoFeed) {
		return nil, err
	}
	if err := e.loadDocuments(); err != nil {
		return nil, err
	}
	if e.people, err = accounts.New(e.vault, e.policy, o.Clock, k.rounds); err != nil {
		return nil, err
	}
	closers = append(closers, e.closeReads)
	if err := e.openReads(ctx); errors.Is(outer(err), ErrDamaged) && k.mend {
		e.broken = outer(err)
		err = e.closeReads()
		e.reads = nil
		if err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	if found != (audit.Recovered{}) {
		if _, err := e.record(ctx, event{kind: "recovered", public: map[string]string{
			"entries": fmt.Sprint(found.Entries), "torn_bytes": fmt.Sprint(found.TornBytes), "torn_head": fmt.Sprint(found.TornHead), "unclosed": fmt.Sprint(found.Unclosed),
		}}); err != nil {
			return nil, err
		}
	}
	if err := e.purge(ctx); err != nil {
		return nil, err
	}
	e.ticker.Go(e.tick)
	return e, nil
}

func (o *Options) defaults() (policy.Policy, error) {
	if o.Dir == "" {
		return policy.Policy{}, invalid("data", "names no folder", "Give the workstation's folder.")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	return policy.Default()
}

func auditOptions(v *vault.Vault, meta workstation, dir string, o Options, k knobs) (audit.Options, error) {
	seed, err := v.Key("audit signing seed")
	if err != nil {
		return audit.Options{}, err
	}
	seal, err := v.Key("audit clear text")
	return audit.Options{Dir: filepath.Join(dir, dirAudit), Origin: meta.Origin, Seed: seed, Seal: seal, Clock: o.Clock, OpenFile: k.auditFile}, err
}

// tick signs a checkpoint every minute while the log grows, and purges what is too old.
func (e *Engine) tick() {
	t := time.NewTicker(checkpointEvery)
	defer t.Stop()
	for {
		select {
		case <-e.stop:
			return
		case <-t.C:
			if err := e.checkpoint(context.Background()); err != nil {
				e.o.Log("audit checkpoint: " + err.Error())
			}
			if err := e.purge(context.Background()); err != nil {
				e.o.Log("purge: " + err.Error())
			}
		}
	}
}

// Close signs the log's last checkpoint, closes the stores and gives the folder back.
// Sessions end with it.
func (e *Engine) Close() error {
	e.closing.Do(func() {
		close(e.stop)
		e.ticker.Wait()
		e.syncing.Lock() // a sync ends with the engine
		defer e.syncing.Unlock()
		e.flushLive(context.Background())
		e.feedPhotos.end()
		e.closed = outer(errors.Join(e.checkpoint(context.Background()), e.log.Close(), e.closeReads(), e.vault.Close()))
	})
	return e.closed
}

// Workstation returns the workstation's name, e.g. "WS-07".
func (e *Engine) Workstation() string { return e.meta.Name }

// Rules returns the Rules of Behaviour in force.
func (e *Engine) Rules() RulesOfBehaviour { return e.force.Load().rules }

// Banner returns the notice that is shown before anybody signs in.
func (e *Engine) Banner() string { return e.policy().Banner }

// DataState returns totals of what the workstation holds.
func (e *Engine) DataState() DataState {
	if e.reads == nil {
		return DataState{}
	}
	return dataState(e.reads.State())
}

func dataState(s reads.State) DataState {
	d := DataState{Name: stateName(s), Rows: s.Rows, Oldest: s.Oldest, Newest: s.Newest, PurgedUntil: s.PurgedUntil}
	for _, l := range s.Lanes {
		d.Batches += l.Batch
	}
	return d
}

// force is the policy in force with its rules.
type force struct {
	policy policy.Policy
	rules  RulesOfBehaviour
}

// policy returns the policy in force, which a sync may exchange.
func (e *Engine) policy() *policy.Policy { return &e.force.Load().policy }

func (e *Engine) setForce(p policy.Policy) { e.force.Store(&force{p, rulesOf(p)}) }

func rulesOf(p policy.Policy) RulesOfBehaviour {
	r := RulesOfBehaviour{Version: p.Rules.Version, InForce: p.Rules.InForce}
	for _, x := range p.Rules.Items {
		r.Rules = append(r.Rules, Rule{Title: x.Title, Text: x.Text, Changed: x.Changed})
	}
	text, err := json.Marshal(p.Rules)
	if err != nil { // strings, an integer and a time: cannot fail
		text = fmt.Append(nil, p.Rules)
	}
	sum := sha256.Sum256(text)
	r.Digest = hex.EncodeToString(sum[:])
	return r
}
