package reads

import (
	"slices"
	"sync"

	"github.com/paulmach/orb"
)

// pointList numbers the points that repeat: those of fixed cameras. A plate block names
// them instead of holding them. Numbers are never reused; those that no commit has recorded
// yet may be handed out again after the next Open, so a merge uses recorded ones alone.
type pointList struct {
	mu    sync.RWMutex
	list  []orb.Point
	index map[orb.Point]uint32
	saved int
	seen  map[orb.Point]uint8 // rows of points that have no number yet; of the last few
}

const (
	pointRepeats = 8       // rows before a point gets a number
	pointsSeen   = 1 << 16 // points that are counted at a time
	maxPoints    = 1 << 20
)

func newPointList() *pointList {
	return &pointList{index: map[orb.Point]uint32{}, seen: map[orb.Point]uint8{}}
}

func (l *pointList) load(points []orb.Point) {
	l.list, l.saved = append(l.list, points...), len(points)
	for i, p := range points {
		l.index[p] = uint32(i)
	}
}

// note counts the points of rows, gives numbers to those that repeat, and notes the numbers
// in the rows. It expects one caller at a time.
func (l *pointList) note(rows []rec) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range rows {
		p := rows[i].pos
		if rows[i].rejected {
			continue
		}
		if n, ok := l.index[p]; ok {
			if samePoint(l.list[n], p) {
				rows[i].point = n + 1
			}
			continue
		}
		if len(l.seen) == pointsSeen {
			clear(l.seen)
		}
		if l.seen[p]++; l.seen[p] == pointRepeats && len(l.list) < maxPoints {
			delete(l.seen, p)
			l.index[p] = uint32(len(l.list))
			l.list = append(l.list, p)
		}
	}
}

// all returns the points by number. The caller must not change them.
func (l *pointList) all() []orb.Point {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.list
}

// unsaved returns the points that no commit has recorded.
func (l *pointList) unsaved() []orb.Point {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.list[l.saved:len(l.list):len(l.list)]
}

func (l *pointList) committed(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saved = n
}

// knownPoints is what an encoder may name.
type knownPoints struct {
	list *pointList
	most uint32 // numbers below
}

// known returns the points that may be named: all, or those that are recorded.
func (l *pointList) known(recorded bool) knownPoints {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if recorded {
		return knownPoints{l, uint32(l.saved)}
	}
	return knownPoints{l, uint32(len(l.list))}
}

// numbers sets of to the number of each row's point, or −1.
func (k knownPoints) numbers(rows []rec, of []int64) {
	for i := range of {
		of[i] = -1
	}
	if k.most == 0 {
		return
	}
	k.list.mu.RLock()
	defer k.list.mu.RUnlock()
	for i := range rows {
		n, ok := rows[i].point-1, rows[i].point != 0
		if !ok {
			n, ok = k.list.index[rows[i].pos]
			ok = ok && samePoint(k.list.list[n], rows[i].pos)
		}
		if ok && n < k.most {
			of[i] = int64(n)
		}
	}
}

// points fills e.pts with the distinct points of rows that are not known and returns the
// point of each row: its place in e.pts, or behind them its number.
func (e *blockEncoder) points(rows []rec) []int64 {
	if e.ptOf == nil {
		e.ptOf = map[orb.Point]int64{}
	}
	clear(e.ptOf)
	of := slices.Grow(e.of[:0], len(rows))[:len(rows)]
	e.of = of
	e.known.numbers(rows, of)
	own := len(rows) // places come first: at most so many
	for i := range rows {
		if of[i] >= 0 {
			of[i] += int64(own)
			continue
		}
		k, ok := e.ptOf[rows[i].pos]
		if !ok {
			k = int64(len(e.pts))
			e.ptOf[rows[i].pos] = k
			e.pts = append(e.pts, rows[i].pos)
		}
		of[i] = k
	}
	for i := range of {
		if of[i] >= int64(own) {
			of[i] += int64(len(e.pts) - own)
		}
	}
	return of
}
