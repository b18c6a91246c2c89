package serve

import (
	"context"
	"fmt"
	"sync"
)

// A sequence is a folder of objects with the numbers 0, 1, 2, …, each created once and none
// taken away: who creates the next number has the say, on whichever server.

func pathSeq(dir string, n int64) string { return fmt.Sprintf("%s%012d.json", dir, n) }

// seqHints remembers how far sequences reached; they may have grown since.
type seqHints struct {
	mu   sync.Mutex
	last map[string]int64 // by folder; at most two a workstation
}

// end returns the number of the last object, -1 when there is none, with as many looks
// as the logarithm of what was added since the last time.
func (h *seqHints) end(ctx context.Context, b Bucket, dir string) (int64, error) {
	h.mu.Lock()
	low, ok := h.last[dir]
	h.mu.Unlock()
	if !ok {
		low = -1
	}
	high := low + 1 // low is there; high is where nothing may be
	for step := int64(1); ; step *= 2 {
		there, err := exists(ctx, b, pathSeq(dir, high))
		if err != nil {
			return 0, err
		}
		if !there {
			break
		}
		low, high = high, high+step
	}
	for high-low > 1 {
		mid := low + (high-low)/2
		there, err := exists(ctx, b, pathSeq(dir, mid))
		if err != nil {
			return 0, err
		}
		if there {
			low = mid
		} else {
			high = mid
		}
	}
	if low >= 0 {
		h.mu.Lock()
		h.last[dir] = max(low, h.last[dir])
		h.mu.Unlock()
	}
	return low, nil
}
