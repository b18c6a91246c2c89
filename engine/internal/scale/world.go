package scale

import (
	"iter"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/paulmach/orb"

	"cordon/engine/detection"
)

// Shape of the world: one metro area of 1° × 1°, one year.
const (
	Days    = 365
	Cameras = 2000

	west, south = -75.9, 39.3
	mobileShare = 0.2
	mobileUnits = 400

	// DistinctShare is how many vehicles a world of up to 10 million rows has for each row.
	DistinctShare = 0.124
	distinctKnee  = 10_000_000
)

// Start is the time of the first rows.
var Start = time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)

// Options choose a world.
type Options struct {
	Rows     int64
	Seed     uint64
	Distinct bool // no two rows have the same point; at most 2^28 rows
}

// World is a synthetic year of detections. It is immutable and safe for concurrent use.
type World struct {
	opt      Options
	vehicles uint64
	cams     []camera
	order    []int32 // cameras along a space-filling line: neighbours are near
	rank     []int32 // where a camera stands in order
	pick     []int32 // cameras, each as often as its traffic
}

type camera struct {
	pos     orb.Point
	heading float64
	name    string
	weight  float64
}

// New makes the world of opt.
func New(opt Options) *World {
	w := &World{opt: opt, vehicles: vehiclesFor(opt.Rows)}
	w.makeCameras()
	return w
}

// vehiclesFor grows with the rows up to 1.24 million at 10 million rows, then with their
// square root: a longer feed meets the same vehicles again.
func vehiclesFor(rows int64) uint64 {
	n := float64(rows)
	if n > distinctKnee {
		n = distinctKnee * math.Sqrt(n/distinctKnee)
	}
	return max(uint64(n*DistinctShare), 16)
}

// End is the time after which no row lies.
func (w *World) End() time.Time { return Start.AddDate(0, 0, Days).Add(time.Hour) }

func (w *World) makeCameras() {
	const slots = 1 << 16
	sum := 0.0
	for i := range Cameras {
		d := newDice(w.opt.Seed, 1, uint64(i))
		var p orb.Point
		if d.float() < 0.5 { // around the centre, else anywhere
			r, a := 0.16*math.Sqrt(-math.Log(1-d.float()))/1.5, 2*math.Pi*d.float()
			p = orb.Point{west + 0.5 + 1.3*r*math.Cos(a), south + 0.5 + r*math.Sin(a)}
		} else {
			p = orb.Point{west + d.float(), south + d.float()}
		}
		p = orb.Point{grid(min(max(p[0], west), west+0.999)), grid(min(max(p[1], south), south+0.999))}
		c := camera{pos: p, heading: float64(d.below(8) * 45), name: "C-" + strconv.Itoa(i), weight: math.Pow(float64(i+20), -0.7)}
		sum += c.weight
		w.cams = append(w.cams, c)
		w.order = append(w.order, int32(i))
	}
	for i, c := range w.cams {
		for range int(math.Ceil(c.weight / sum * slots)) {
			w.pick = append(w.pick, int32(i))
		}
	}
	slices.SortFunc(w.order, func(a, b int32) int {
		x, y := zOrder(w.cams[a].pos), zOrder(w.cams[b].pos)
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return int(a - b)
	})
	w.rank = make([]int32, Cameras)
	for at, c := range w.order {
		w.rank[c] = int32(at)
	}
}

func grid(deg float64) float64 { return math.Round(deg*1e7) / 1e7 }

func zOrder(p orb.Point) (z uint32) {
	x, y := uint32((p[0]-west)*65535), uint32((p[1]-south)*65535)
	for b := range 16 {
		z |= x>>b&1<<(2*b) | y>>b&1<<(2*b+1)
	}
	return z
}

// Rows gives the rows from number from (0 for the first) up to, not including, number to,
// roughly in the order of their times.
func (w *World) Rows(from, to int64) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for i := from; i < min(to, w.opt.Rows); i++ {
			if !yield(w.Row(i), nil) {
				return
			}
		}
	}
}

// Row returns row i.
func (w *World) Row(i int64) detection.Detection {
	d := newDice(w.opt.Seed, 2, uint64(i))
	v := w.vehicleOf(&d)
	car := w.vehicle(v)
	out := detection.Detection{
		ID: strconv.FormatInt(i+1, 10), Plate: car.plate, State: car.state, Make: car.mk, Model: car.model, Color: car.color, Year: car.year,
		Time: Start.Add(w.timeOf(i, &d)), Source: detection.SourceCommercial, Photos: 2,
		Confidence: float64(700+d.below(300)) / 1000,
	}
	switch {
	case w.opt.Distinct:
		c := &w.cams[w.cameraOf(v, &d)]
		out.Pos, out.HeadingDeg, out.Camera = w.distinct(c, uint64(i), &d), float64(d.below(360)), unitName(d.below(mobileUnits))
		out.Source = detection.SourceLawEnforcement
	case d.float() < mobileShare:
		out.Pos = orb.Point{grid(west + d.float()), grid(south + d.float())}
		out.HeadingDeg, out.Camera = float64(d.below(360)), unitName(d.below(mobileUnits))
		out.Source = detection.SourceLawEnforcement
	default:
		c := &w.cams[w.cameraOf(v, &d)]
		out.Pos, out.HeadingDeg, out.Camera = c.pos, c.heading, c.name
	}
	return out
}

// timeOf lets rows arrive evenly over the year, each up to five minutes late.
func (w *World) timeOf(i int64, d *dice) time.Duration {
	const year = Days * 24 * 3600 * 1000
	ms := int64(float64(i)/float64(w.opt.Rows)*year) - int64(d.below(300_000))
	return time.Duration(max(ms, 0)) * time.Millisecond
}

// vehicleOf picks a vehicle, some more often than others.
func (w *World) vehicleOf(d *dice) uint64 {
	u := d.float()
	return min(uint64(float64(w.vehicles)*u*math.Sqrt(u)), w.vehicles-1)
}

// cameraOf picks where a vehicle is read: half of the time near its home, else anywhere;
// always more often where traffic is.
func (w *World) cameraOf(v uint64, d *dice) int32 {
	if d.below(2) == 0 {
		return w.pick[d.below(uint64(len(w.pick)))]
	}
	home := newDice(w.opt.Seed, 4, v)
	at := int(w.rank[w.pick[home.below(uint64(len(w.pick)))]])
	return w.order[(at+int(d.below(7))+Cameras-3)%Cameras]
}

// distinct returns a point near c that no other row has: the area is cut into tiles of 2^14
// × 2^14 steps of 1e-7°, and within its tile a row's number gives the point.
func (w *World) distinct(c *camera, i uint64, d *dice) orb.Point {
	const step = 1 << 14
	tile := func(deg, origin float64) int64 { return int64((deg-origin)*1e7)/step + int64(d.below(3)) - 1 }
	x, y := tile(c.pos[0], west), tile(c.pos[1], south)
	n := spread(i)
	lon := int64(math.Round(west*1e7)) + x*step + int64(n&(step-1))
	lat := int64(math.Round(south*1e7)) + y*step + int64(n>>14)
	return orb.Point{float64(lon) / 1e7, float64(lat) / 1e7}
}

func unitName(n uint64) string { return "M-" + strconv.FormatUint(n, 10) }
