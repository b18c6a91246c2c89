package intake

import (
	"container/heap"
	"container/list"
	"hash/maphash"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

// Collapser makes one read of the reads of one vehicle at one camera within seconds.
//
// Reads belong together when lane, camera, plate and state are the same and none is more than
// the window after the first of them: a vehicle that stands before the camera gives a read each
// window, and the next pass begins a new one. The read that is kept is one of those that came,
// under its own id: the one with the highest confidence, of equal ones the one with more
// pictures, then the earliest, then the one with the lowest id. Only its Passes changes: how
// many came. So the same input gives the same ids again, in whatever order it comes within the
// reorder time, and a read that comes again later alone is either known by its id or was
// part of a group that a store cannot know of.
//
// Plates that differ in one character are kept apart: which one is the misread is what an
// investigator has to see, fleets have consecutive plates that pass seconds apart, and a merge
// could drop the right one. Two states keep apart for the same reason. Reads without a camera
// and reads that correct another one are never collapsed.
//
// A read that comes again with the id and contents of one of the last 65,536 is dropped; one
// that has such an id and other contents is an error.
//
// Each camera has its own time line, since each has its own clock. Memory is bounded by
// 50,000 waiting reads and 256 MiB of their pictures; over that, the camera that was silent
// longest gives up its reads early. It is not safe for concurrent use.
type Collapser struct {
	window, reorder time.Duration
	report          *Report
	cameras         map[cameraKey]*list.Element // of *timeline, the one that was heard last in front
	heard           *list.List
	waiting         int
	bytes           int64
	seed            maphash.Seed
	known           map[idKey]uint64
	ring            []idKey
	next            int
}

const rememberIDs = 1 << 16

type cameraKey struct {
	lane   feed.Lane
	camera string
}

type idKey struct {
	lane feed.Lane
	id   string
}

// timeline is one camera: reads that wait to be ordered, and groups that are open.
type timeline struct {
	key    cameraKey
	heap   byTime
	newest time.Time
	done   time.Time // time of the last read that was put into a group
	open   map[detection.Vehicle]*group
	order  []*group // by their first read
}

type group struct {
	first time.Time
	best  Taken
	count int64
	sum   int // of passes
}

func newCollapser(window, reorder time.Duration, report *Report) *Collapser {
	return &Collapser{
		window: window, reorder: reorder, report: report,
		cameras: map[cameraKey]*list.Element{}, heard: list.New(),
		seed: maphash.MakeSeed(), known: map[idKey]uint64{},
	}
}

// NewCollapser is for reads of several sources or requests. window and reorder are as in
// Options, where 0 is not a default; report gets its counts.
func NewCollapser(window, reorder time.Duration, report *Report) *Collapser {
	return newCollapser(window, reorder, report)
}

// Add takes a read and returns those that nothing can be added to any more. The error is of a
// read whose id came before with other contents; it is not taken.
func (c *Collapser) Add(t Taken) ([]Taken, error) {
	if again, err := c.seen(&t); again || err != nil {
		return nil, err
	}
	if c.window < 0 || t.Read.Camera == "" || t.Read.Supersedes != "" {
		return []Taken{t}, nil
	}
	l := c.timeline(cameraKey{t.Lane, t.Read.Camera})
	if !l.done.IsZero() && t.Read.Time.Before(l.done) {
		c.report.Late++
		return []Taken{t}, nil
	}
	heap.Push(&l.heap, t)
	c.hold(&t, 1)
	if t.Read.Time.After(l.newest) {
		l.newest = t.Read.Time
	}
	out := c.advance(l, l.newest.Add(-c.reorder))
	for c.waiting+len(c.cameras) > maxBuffered || c.bytes > maxBufferedPics {
		out = append(out, c.leave(true)...)
	}
	return out, nil
}

// Flush returns all that is waiting.
func (c *Collapser) Flush() []Taken {
	var out []Taken
	for c.heard.Len() > 0 {
		out = append(out, c.leave(false)...)
	}
	return out
}

// seen tells whether the same read came before.
func (c *Collapser) seen(t *Taken) (bool, error) {
	contents := struct {
		detection.Detection
		feed.Box
		pictures [feed.MaxPictures]feed.Picture
	}{Detection: t.Read.Detection, Box: t.Read.Box}
	copy(contents.pictures[:], t.Read.Pictures)
	sum, key := maphash.Comparable(c.seed, contents), idKey{t.Lane, t.Read.ID}
	if before, ok := c.known[key]; ok {
		if before == sum {
			c.report.Redelivered++
			return true, nil
		}
		return false, rejectf("id %q came before with other contents", cut(t.Read.ID, 64))
	}
	if len(c.ring) < rememberIDs {
		c.ring = append(c.ring, key)
	} else {
		delete(c.known, c.ring[c.next])
		c.ring[c.next] = key
		c.next = (c.next + 1) % rememberIDs
	}
	c.known[key] = sum
	return false, nil
}

func (c *Collapser) timeline(key cameraKey) *timeline {
	if e, ok := c.cameras[key]; ok {
		c.heard.MoveToFront(e)
		return e.Value.(*timeline)
	}
	l := &timeline{key: key, open: map[detection.Vehicle]*group{}}
	c.cameras[key] = c.heard.PushFront(l)
	return l
}

// hold counts what waits.
func (c *Collapser) hold(t *Taken, sign int) {
	c.waiting += sign
	for _, p := range t.Pictures {
		c.bytes += int64(sign * len(p))
	}
}

// advance puts the reads of a camera up to a time into groups, in order, and returns the
// groups that are over by then.
func (c *Collapser) advance(l *timeline, until time.Time) []Taken {
	var out []Taken
	for len(l.heap) > 0 && !l.heap[0].Read.Time.After(until) {
		t := heap.Pop(&l.heap).(Taken)
		l.done = t.Read.Time
		out = append(out, c.end(l, t.Read.Time)...)
		g := l.open[t.Read.Vehicle()]
		if g == nil {
			g = &group{first: t.Read.Time, best: t, count: 1, sum: t.Read.Passes}
			l.open[t.Read.Vehicle()] = g
			l.order = append(l.order, g)
			continue
		}
		g.count, g.sum = g.count+1, g.sum+t.Read.Passes
		worse := t
		if better(&t, &g.best) {
			worse, g.best = g.best, t
		}
		c.hold(&worse, -1)
	}
	return append(out, c.end(l, until)...)
}

// end closes the groups whose window is over at a time.
func (c *Collapser) end(l *timeline, at time.Time) []Taken {
	var out []Taken
	for len(l.order) > 0 && l.order[0].first.Add(c.window).Before(at) {
		g := l.order[0]
		l.order[0] = nil
		l.order = l.order[1:]
		delete(l.open, g.best.Read.Vehicle())
		c.hold(&g.best, -1)
		c.report.Collapsed += g.count - 1
		g.best.Read.Passes = g.sum
		out = append(out, g.best)
	}
	return out
}

// leave gives up the camera that was silent longest.
func (c *Collapser) leave(hurried bool) []Taken {
	e := c.heard.Back()
	l := e.Value.(*timeline)
	if hurried {
		c.report.Hurried += int64(len(l.heap) + len(l.order))
	}
	out := c.advance(l, l.newest)
	out = append(out, c.end(l, l.newest.Add(c.window+time.Nanosecond))...)
	c.heard.Remove(e)
	delete(c.cameras, l.key)
	return out
}

// better says which of two reads is kept.
func better(a, b *Taken) bool {
	x, y := &a.Read, &b.Read
	switch {
	case x.Confidence != y.Confidence:
		return x.Confidence > y.Confidence
	case len(x.Pictures) != len(y.Pictures):
		return len(x.Pictures) > len(y.Pictures)
	case !x.Time.Equal(y.Time):
		return x.Time.Before(y.Time)
	}
	return x.ID < y.ID
}

// byTime is a heap, the oldest read on top, of equal times the lowest id.
type byTime []Taken

func (h byTime) Len() int { return len(h) }
func (h byTime) Less(i, j int) bool {
	a, b := &h[i].Read, &h[j].Read
	if !a.Time.Equal(b.Time) {
		return a.Time.Before(b.Time)
	}
	return a.ID < b.ID
}
func (h byTime) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *byTime) Push(x any)   { *h = append(*h, x.(Taken)) }
func (h *byTime) Pop() any {
	old := *h
	t := old[len(old)-1]
	old[len(old)-1] = Taken{}
	*h = old[:len(old)-1]
	return t
}
