package feedtest

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
)

// Faulty spoils what a source gives: files are cut, changed, delayed, or not to be had, each
// with the chance OneIn. It is safe for concurrent use.
type Faulty struct {
	client.Source
	OneIn int           // 0: never
	Delay time.Duration // of a delayed file

	mu   sync.Mutex
	rand *rand.Rand
	hurt int
}

// NewFaulty makes a source that fails as its seed says.
func NewFaulty(s client.Source, seed uint64, oneIn int, delay time.Duration) *Faulty {
	return &Faulty{Source: s, OneIn: oneIn, Delay: delay, rand: rand.New(rand.NewPCG(seed, 7))}
}

// Faults is how many files were spoiled.
func (f *Faulty) Faults() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hurt
}

// Reader implements client.Source.
func (f *Faulty) Reader(ctx context.Context, path string, offset, n int64) (io.ReadCloser, error) {
	f.mu.Lock()
	how, at := -1, f.rand.IntN(1<<12)
	if f.OneIn > 0 && f.rand.IntN(f.OneIn) == 0 {
		how = f.rand.IntN(4)
		f.hurt++
	}
	f.mu.Unlock()
	if how == 0 {
		return nil, fmt.Errorf("%w: no answer", feed.ErrOffline)
	}
	r, err := f.Source.Reader(ctx, path, offset, n)
	if err != nil || how < 0 {
		return r, err
	}
	return &spoiled{r, ctx, how, at, f.Delay}, nil
}

// spoiled is a file that comes badly.
type spoiled struct {
	io.ReadCloser
	ctx   context.Context
	how   int
	left  int // bytes before the fault
	delay time.Duration
}

func (s *spoiled) Read(p []byte) (int, error) {
	n, err := s.ReadCloser.Read(p)
	if s.left < 0 {
		return n, err
	}
	if n <= s.left && err == nil {
		s.left -= n
		return n, nil
	}
	at := min(s.left, max(n-1, 0))
	s.left = -1
	switch {
	case s.how == 1:
		return at, fmt.Errorf("%w: cut", io.ErrUnexpectedEOF)
	case s.how == 2 && n > 0:
		p[at] ^= 0x40
	case s.how == 3:
		t := time.NewTimer(s.delay)
		defer t.Stop()
		select {
		case <-s.ctx.Done():
			return 0, s.ctx.Err()
		case <-t.C:
		}
	}
	return n, err
}
