package audit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Options say where a log is and with what it is sealed and signed. All but OpenFile, Rand
// and Clock are required.
type Options struct {
	Dir      string
	Origin   string   // the log's name in its checkpoints: the workstation's
	Seed     [32]byte // of the Ed25519 signing key
	Seal     [32]byte // AES-256 key of the clear text
	Clock    func() time.Time
	Rand     io.Reader
	OpenFile OpenFile
}

func (o *Options) defaults() {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.OpenFile == nil {
		o.OpenFile = openOS
	}
}

// Log is an audit log open for appending.
type Log struct {
	o      Options
	signer note.Signer
	codec  codec

	queueMu sync.Mutex
	queue   []*request

	mu                    sync.Mutex // the commit lock: everything below
	state                 state
	entries, points, head File
	raw                   []byte // the head file's bytes
	broken                error  // a failure that leaves the files' state unknown
	checked               int64  // size of the last checkpoint
	closed                bool
}

type request struct {
	event   Event
	receipt Receipt
	err     error
	done    bool
}

// Recovered says what Open found of a commit that a crash interrupted.
type Recovered struct {
	Entries   int64 // whole entries, never acknowledged, taken into the log
	TornBytes int64 // bytes of a partial entry, never acknowledged, dropped
	TornHead  bool  // a slot of the head was unreadable and is written anew
	Unclosed  bool  // the log was not closed: its process was killed, or this is a copy made while one ran
}

// Create makes an empty log in o.Dir.
func Create(o Options) error {
	o.defaults()
	s, err := newSigner(o.Origin, o.Seed[:])
	if err != nil {
		return err
	}
	if exists(o.Dir) {
		return fmt.Errorf("%w: there is a log already", ErrDamaged)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return fmt.Errorf("audit folder: %w", err)
	}
	h := head{tree: tlog.Tree{N: 0, Hash: sha256.Sum256(nil)}, clean: true} // RFC 6962: the hash of an empty tree
	first, err := h.slot(o.Origin, s)
	if err != nil {
		return err
	}
	h.seq = 1
	second, err := h.slot(o.Origin, s)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{fileEntries, nil}, {filePoints, nil}, {fileKey, []byte(s.verifierKey() + "\n")}, {fileHead, append(first, second...)}} {
		if err := writeNew(filepath.Join(o.Dir, f.name), f.data); err != nil {
			return fmt.Errorf("audit file: %w", err)
		}
	}
	syncDir(o.Dir)
	return nil
}

// Open opens the log in o.Dir and verifies all of it. What a crash left behind the last
// acknowledged entry is taken in or dropped; anything else that does not fit is ErrDamaged.
func Open(ctx context.Context, o Options) (*Log, Recovered, error) {
	o.defaults()
	sign, err := newSigner(o.Origin, o.Seed[:])
	if err != nil {
		return nil, Recovered{}, err
	}
	f, err := readAll(o.Dir)
	if err != nil {
		return nil, Recovered{}, err
	}
	if string(f.key) != sign.verifierKey()+"\n" {
		return nil, Recovered{}, fmt.Errorf("%w: the key file does not belong to this workstation", ErrDamaged)
	}
	s, _, problems := scan(ctx, f)
	if s.torn && s.interrupted() {
		problems = slices.DeleteFunc(problems, func(err error) bool { return errors.Is(err, errTorn) })
	}
	if len(problems) > 0 {
		return nil, Recovered{}, errors.Join(problems...)
	}
	c, err := newCodec(o.Seal, o.Rand)
	if err != nil {
		return nil, Recovered{}, err
	}
	l := &Log{o: o, signer: sign, codec: c, state: s, raw: f.head}
	for i := s.head.tree.N; i < s.size(); i++ { // never acknowledged: only what this workstation sealed
		p, err := parseFrame(f.entries[s.offsets[i]:], i)
		if err == nil {
			_, err = c.open(p)
		}
		if err != nil {
			return nil, Recovered{}, err
		}
	}
	if err := l.openFiles(); err != nil {
		l.closeFiles()
		return nil, Recovered{}, err
	}
	r := Recovered{Entries: s.unfinished, TornBytes: int64(len(f.entries)) - s.end, TornHead: s.torn, Unclosed: !s.head.clean}
	if err := l.begin(); err != nil {
		l.closeFiles()
		return nil, Recovered{}, err
	}
	return l, r, nil
}

func readAll(dir string) (files, error) {
	if !exists(dir) {
		return files{}, ErrMissing
	}
	var f files
	for _, x := range []struct {
		name string
		to   *[]byte
	}{{fileKey, &f.key}, {fileHead, &f.head}, {filePoints, &f.points}, {fileEntries, &f.entries}} {
		data, err := read(dir, x.name)
		if err != nil {
			return files{}, err
		}
		*x.to = data
	}
	return f, nil
}

func (l *Log) openFiles() (err error) {
	for _, x := range []struct {
		name string
		to   *File
	}{{fileEntries, &l.entries}, {filePoints, &l.points}, {fileHead, &l.head}} {
		if *x.to, err = l.o.OpenFile(filepath.Join(l.o.Dir, x.name)); err != nil {
			return fmt.Errorf("%w: %w", ErrWrite, err)
		}
	}
	return nil
}

func (l *Log) closeFiles() error {
	var errs []error
	for _, f := range []File{l.entries, l.points, l.head} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	return errors.Join(errs...)
}

// begin drops what is torn, takes in what is whole, and marks the log open.
func (l *Log) begin() error {
	s := &l.state
	if err := errors.Join(l.entries.Truncate(s.end), l.points.Truncate(s.pointsEnd), l.entries.Sync(), l.points.Sync()); err != nil {
		return fmt.Errorf("%w: %w", ErrWrite, err)
	}
	h := s.head
	root, err := s.treeRoot(s.size())
	if err != nil {
		return err
	}
	h.tree, h.bytes, h.clean = tlog.Tree{N: s.size(), Hash: root}, s.end, false
	if s.lastPoint != "" {
		if v, err := parseKey(l.Key() + "\n"); err == nil {
			if _, t, err := cutPoint([]byte(s.lastPoint), v); err == nil {
				l.checked = t.N
			}
		}
	}
	return l.writeHead(h) // a torn slot is the one that is written now
}

// writeHead makes h, numbered after the current head, the head.
func (l *Log) writeHead(h head) error {
	h.seq = l.state.head.seq + 1
	slot, err := h.slot(l.o.Origin, l.signer)
	if err != nil {
		return err
	}
	off := h.seq % 2 * slotLen
	if _, err := l.head.WriteAt(slot, off); err != nil {
		// The slot may be half written; what it held is put back. Entries that were written
		// stay behind the head, where the next Open takes them in.
		_, undo := l.head.WriteAt(l.raw[off:off+slotLen], off)
		l.broken = errors.Join(fmt.Errorf("%w: %w", ErrWrite, err), undo)
		return l.broken
	}
	copy(l.raw[off:], slot)
	if err := l.head.Sync(); err != nil {
		l.broken = fmt.Errorf("%w: %w", ErrWrite, err)
		return l.broken
	}
	l.state.head = h
	return nil
}
