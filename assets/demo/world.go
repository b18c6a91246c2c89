package demo

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Defaults of [Options].
const (
	DefaultSeed     = 20260521
	DefaultRows     = 300_000
	DefaultDays     = 90
	DefaultVehicles = 30_000
	// MaxRows is the most rows that one world can hold.
	MaxRows = 50_000_000
	// StoriesFrom is the smallest number of rows with which the stories are planted.
	StoriesFrom = 2_000
)

// DefaultEnd is the newest moment of the demo's data: 21 May 2026, 09:12 in Delaware.
func DefaultEnd() time.Time { return time.Date(2026, 5, 21, 13, 12, 0, 0, time.UTC) }

// Options say how large a world is. A zero End means [DefaultEnd]; Rows is taken as it is.
type Options struct {
	Rows     int       // rows in total, 0 to MaxRows
	Days     int       // length before End, 1 to 3660; 0: DefaultDays
	Vehicles int       // vehicles that live in the state, 1 to 10 million; 0: DefaultVehicles
	End      time.Time // rows lie in [End - Days, End), whole milliseconds
}

// Row is one detection: what a camera took a passing vehicle for.
type Row struct {
	ID         string // decimal, rising with time
	Plate      string // as read
	State      string // as read, two letters
	TimeMs     int64  // Unix milliseconds
	Lon, Lat   float64
	Make       string // upper case; empty where the camera could not tell
	Model      string
	Color      string
	Year       int     // 0 unknown
	HeadingDeg float64 // whole degrees, [0, 360)
	Camera     string
	Source     string  // law-enforcement or commercial
	Confidence float64 // 0–1, two decimals
	Photos     int     // 2, or 1: the vehicle view alone
}

// Time returns the row's time in UTC.
func (r Row) Time() time.Time { return time.UnixMilli(r.TimeMs).UTC() }

// World is a synthetic traffic. Its methods may be called from several goroutines.
type World struct {
	seed       uint64
	opt        Options
	start, end int64     // Unix ms, [start, end)
	first      time.Time // local midnight of the first day
	dayStart   []int64   // Unix ms of each local midnight, one more than days
	plateShift []int64
	net        *network
	homes      []int32
	coast      []int32
	fleet      []planted
	planted    map[string]int // plate+state of a story's vehicle → index into fleet
}

// New makes the world of a seed. It only lays the ground (a few milliseconds); the rows come
// from [World.Detections].
func New(seed uint64, o Options) (*World, error) {
	if o.Days == 0 {
		o.Days = DefaultDays
	}
	if o.Vehicles == 0 {
		o.Vehicles = DefaultVehicles
	}
	if o.End.IsZero() {
		o.End = DefaultEnd()
	}
	switch {
	case o.Rows < 0 || o.Rows > MaxRows:
		return nil, fmt.Errorf("demo rows: %d is not between 0 and %d", o.Rows, MaxRows)
	case o.Days < 1 || o.Days > 3660:
		return nil, fmt.Errorf("demo days: %d is not between 1 and 3660", o.Days)
	case o.Vehicles < 1 || o.Vehicles > 10_000_000:
		return nil, fmt.Errorf("demo vehicles: %d is not between 1 and 10000000", o.Vehicles)
	case o.End.Year() < 2000 || o.End.Year() > 2100:
		return nil, errors.New("demo end: the year is not between 2000 and 2100")
	}
	net, err := loadNetwork()
	if err != nil {
		return nil, err
	}
	w := &World{seed: seed, opt: o, net: net, planted: map[string]int{}}
	w.end = o.End.UnixMilli()
	w.start = w.end - int64(o.Days)*86_400_000
	begin := time.UnixMilli(w.start)
	w.first = localMidnight(begin, 0)
	for d := 0; ; d++ {
		at := localMidnight(begin, d).UnixMilli()
		w.dayStart = append(w.dayStart, at)
		if at >= w.end {
			break
		}
	}
	for s := range states {
		w.plateShift = append(w.plateShift, int64(hash(seed, saltPlate, uint64(s))%plateSpace))
	}
	for i, s := range net.spots {
		if s.kind == spotHome {
			w.homes = append(w.homes, int32(i))
		}
		if s.kind == spotShop && s.lon > -75.2 && s.lat < 38.8 {
			w.coast = append(w.coast, int32(i))
		}
	}
	if len(w.homes) == 0 || len(w.coast) == 0 {
		return nil, errors.New("the demo's road network holds no homes")
	}
	w.fleet = fleet()
	for i, p := range w.fleet {
		w.planted[p.Plate+p.State] = i
	}
	return w, nil
}

// Range returns the time that the rows lie in, [from, to).
func (w *World) Range() (from, to time.Time) {
	return time.UnixMilli(w.start).UTC(), time.UnixMilli(w.end).UTC()
}

// Rows returns how many rows [World.Detections] yields.
func (w *World) Rows() int { return w.opt.Rows }

func (w *World) days() int { return len(w.dayStart) - 1 }

// weekday returns the weekday of a local day, 0 for Sunday; day may be -1.
func (w *World) weekday(day int) int { return ((int(w.first.Weekday())+day)%7 + 7) % 7 }

// shares splits total over weights exactly, by largest remainder, ties to the first.
func shares(total int, weight []float64) []int {
	sum := 0.0
	for _, x := range weight {
		sum += x
	}
	out := make([]int, len(weight))
	if sum == 0 {
		return out
	}
	rest := make([]float64, len(weight))
	left := total
	for i, x := range weight {
		q := float64(total) * x / sum
		out[i] = int(math.Floor(q))
		rest[i] = q - math.Floor(q)
		left -= out[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i := range rest {
			if rest[i] > rest[best] {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}

// dayWeights are the shares of the local days: fewer rows at weekends, and of the first and
// last day only the part inside the world.
func (w *World) dayWeights() []float64 {
	out := make([]float64, w.days())
	for d := range out {
		f := []float64{0.66, 1, 1, 1.01, 1.03, 1.1, 0.82}[w.weekday(d)]
		part, all := 0.0, 0.0
		for h, x := range hours {
			from := w.dayStart[d] + int64(h)*3_600_000
			lo, hi := max(from, w.start), min(from+3_600_000, w.end)
			if hi > lo {
				part += x * float64(hi-lo) / 3_600_000
			}
			all += x
		}
		out[d] = f * part / all
	}
	return out
}
