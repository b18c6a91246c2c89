package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// maxTorn bounds how much of an unfinished frame may lie behind the head after a crash.
const maxTorn = headerLen + maxLeaf + maxSealed

// errTorn is the problem of an unreadable head slot. A power cut in the middle of a sector
// could leave one, but so could a hand: Verify always reports it, Open goes on only when a
// commit was interrupted, and says so in its Recovered.
var errTorn = fmt.Errorf("%w: a slot of the head is not as it was written", ErrDamaged)

// state is a log's content as read from its files.
type state struct {
	head       head
	hashes     []tlog.Hash // tlog's stored hashes
	offsets    []int64     // start of each frame
	end        int64       // end of the last whole frame
	pointsEnd  int64       // end of the last checkpoint that the head counts
	lastPoint  string      // that checkpoint
	unfinished int64       // whole frames behind the head, of an interrupted commit
	torn       bool        // a head slot is unreadable
	extra      []byte      // checkpoint bytes behind the head's count
}

func reader(hashes *[]tlog.Hash) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			if x < 0 || x >= int64(len(*hashes)) {
				return nil, fmt.Errorf("%w: hash %d of %d", ErrNoEntry, x, len(*hashes))
			}
			out[i] = (*hashes)[x]
		}
		return out, nil
	})
}

// interrupted reports whether a commit was begun behind the head and not acknowledged.
func (s *state) interrupted() bool { return s.unfinished > 0 || len(s.extra) > 0 }

// treeRoot is the root over the first n entries.
func (s *state) treeRoot(n int64) (tlog.Hash, error) { return tlog.TreeHash(n, reader(&s.hashes)) }

func (s *state) size() int64 { return int64(len(s.offsets)) }

func (s *state) add(index int64, leaf tlog.Hash, length int64) error {
	more, err := tlog.StoredHashesForRecordHash(index, leaf, reader(&s.hashes))
	if err != nil {
		return fmt.Errorf("audit tree: %w", err)
	}
	s.hashes = append(s.hashes, more...)
	s.offsets = append(s.offsets, s.end)
	s.end += length
	return nil
}

// files are the raw contents of a log.
type files struct{ entries, points, head, key []byte }

// scan checks all files against each other. It gathers every problem it can tell apart and
// returns the state as far as it is usable: with problems, not for appending.
func scan(ctx context.Context, f files) (s state, k verifier, problems []error) {
	note := func(err error) { problems = append(problems, err) }
	k, err := parseKey(string(f.key))
	if err != nil {
		return s, k, []error{err}
	}
	newest, older, torn, err := readHeads(f.head, k)
	if err != nil {
		note(err)
		return s, k, problems
	}
	s.head = newest
	for s.end < int64(len(f.entries)) {
		if s.size()%1024 == 0 && ctx.Err() != nil {
			return s, k, []error{ctx.Err()}
		}
		p, err := parseFrame(f.entries[s.end:], s.size())
		if err != nil {
			behind := s.size() >= newest.tree.N && s.end >= newest.bytes
			if behind && !newest.clean && errors.Is(err, errPartial) && len(f.entries)-int(s.end) < maxTorn {
				break // the interrupted commit's last frame
			}
			note(err)
			break
		}
		if err := s.add(s.size(), p.hash, p.size); err != nil {
			return s, k, []error{err}
		}
	}
	for _, h := range []head{newest, older} {
		if h.seq == 0 && h.tree.N == 0 && h.bytes == 0 { // the other slot was unreadable
			continue
		}
		if err := s.fits(h); err != nil {
			note(err)
		}
	}
	if s.unfinished = s.size() - newest.tree.N; s.unfinished > 0 && newest.clean || newest.clean && int64(len(f.entries)) > newest.bytes {
		note(fmt.Errorf("%w: there is data behind the end of the closed log", ErrDamaged))
	}
	for _, err := range s.scanPoints(f.points, k) {
		note(err)
	}
	if s.torn = torn; torn {
		note(errTorn)
	}
	return s, k, problems
}

// fits checks that the entries hold what a head says.
func (s *state) fits(h head) error {
	if s.size() < h.tree.N {
		return fmt.Errorf("%w: the log has %d entries and not %d: entries are missing", ErrDamaged, s.size(), h.tree.N)
	}
	end := s.end
	if h.tree.N < s.size() {
		end = s.offsets[h.tree.N]
	}
	root, err := s.treeRoot(h.tree.N)
	if err != nil {
		return err
	}
	if root != h.tree.Hash || end != h.bytes {
		return fmt.Errorf("%w: the first %d entries are not the ones that were signed", ErrDamaged, h.tree.N)
	}
	return nil
}

// scanPoints checks the checkpoints: signatures, roots, rising sizes, the chain in the head.
func (s *state) scanPoints(data []byte, k verifier) (problems []error) {
	note := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...)))
	}
	var chain tlog.Hash
	var last int64
	rest := data
	for i := range s.head.points {
		msg, tree, err := cutPoint(rest, k)
		if err != nil {
			note("checkpoint %d of %d is missing or changed", i+1, s.head.points)
			return problems
		}
		rest = rest[len(msg):]
		s.lastPoint = string(msg)
		chain = link(chain, msg)
		if tree.N < last || tree.N > s.size() {
			note("checkpoint %d is about %d entries, which cannot be", i+1, tree.N)
			continue
		}
		if root, err := s.treeRoot(tree.N); err != nil || root != tree.Hash {
			note("an entry before number %d, after number %d, is not the one that was signed", tree.N, last)
		}
		last = tree.N
	}
	if chain != s.head.chain {
		note("the checkpoints are not the ones that were signed")
	}
	s.pointsEnd = int64(len(data) - len(rest))
	if s.extra = rest; len(rest) == 0 {
		return problems
	}
	// Behind the head: at most the one checkpoint of an interrupted commit.
	if msg, tree, err := cutPoint(rest, k); err == nil && len(msg) == len(rest) && !s.head.clean && tree.N >= s.head.tree.N {
		return problems
	}
	start := k.Name() + "\n"
	if s.head.clean || len(rest) > slotLen || !strings.HasPrefix(string(rest), start) && !strings.HasPrefix(start, string(rest)) || bytes.HasSuffix(rest, []byte("=\n")) {
		note("there is data behind the last checkpoint")
	}
	return problems
}

// cutPoint takes the first checkpoint off data.
func cutPoint(data []byte, k verifier) ([]byte, tlog.Tree, error) {
	sig := bytes.Index(data, []byte("\n\n— "))
	if sig < 0 {
		return nil, tlog.Tree{}, errPartial
	}
	end := bytes.IndexByte(data[sig+2:], '\n')
	if end < 0 {
		return nil, tlog.Tree{}, errPartial
	}
	msg := data[:sig+2+end+1]
	text, err := k.open(msg)
	if err != nil {
		return nil, tlog.Tree{}, err
	}
	var t tlog.Tree
	var root string
	rest, ok := strings.CutPrefix(text, k.Name()+"\n")
	if !ok {
		return nil, tlog.Tree{}, fmt.Errorf("%w: a checkpoint of another log", ErrDamaged)
	}
	if _, err := fmt.Sscanf(rest, "%d\n%s\n", &t.N, &root); err != nil {
		return nil, tlog.Tree{}, fmt.Errorf("%w: a checkpoint is not readable", ErrDamaged)
	}
	if t.Hash, err = tlog.ParseHash(root); err != nil || checkpointText(k.Name(), t) != text {
		return nil, tlog.Tree{}, fmt.Errorf("%w: a checkpoint is not readable", ErrDamaged)
	}
	return msg, t, nil
}

// link adds a checkpoint to the chain that the head carries.
func link(chain tlog.Hash, msg []byte) tlog.Hash {
	return sha256.Sum256(append(chain[:], msg...))
}
