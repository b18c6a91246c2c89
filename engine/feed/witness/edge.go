package witness

import (
	"fmt"

	"cordon/engine/feed"

	"golang.org/x/mod/sumdb/tlog"
)

// Edge is what is needed of a tree to grow it: the roots of its complete subtrees, the
// largest first. It is at most 63 hashes, whatever the tree's size.
type Edge struct {
	N      int64       `json:"n"`
	Hashes []tlog.Hash `json:"hashes"`
}

// Check holds an edge to its form. Errors match feed.ErrDamaged.
func (e Edge) Check() error {
	ones := 0
	for n := e.N; n > 0; n >>= 1 {
		ones += int(n & 1)
	}
	if e.N < 0 || len(e.Hashes) != ones {
		return fmt.Errorf("%w: the edge of a tree of %d has %d hashes", feed.ErrDamaged, e.N, len(e.Hashes))
	}
	return nil
}

// Grow returns the edge with leaves added. e stays as it is.
func (e Edge) Grow(leaves []tlog.Hash) Edge {
	out := Edge{e.N, append([]tlog.Hash(nil), e.Hashes...)}
	for _, h := range leaves {
		out.Hashes = append(out.Hashes, h)
		for n := out.N; n&1 == 1; n >>= 1 {
			last := len(out.Hashes) - 1
			out.Hashes[last-1] = tlog.NodeHash(out.Hashes[last-1], out.Hashes[last])
			out.Hashes = out.Hashes[:last]
		}
		out.N++
	}
	return out
}

// Tree returns the size and root. The edge is not empty.
func (e Edge) Tree() tlog.Tree {
	last := len(e.Hashes) - 1
	root := e.Hashes[last]
	for i := last - 1; i >= 0; i-- {
		root = tlog.NodeHash(e.Hashes[i], root)
	}
	return tlog.Tree{N: e.N, Hash: root}
}
