package demo

import (
	"cmp"
	"iter"
	"slices"
)

// sight is a vehicle at a camera, before it becomes a row.
type sight struct {
	ms      int64
	lon     float64
	lat     float64
	v       uint32
	site    int16 // index into network.sites; way points and mobile units: -1
	unit    int16 // index into units where site is -1
	heading int16
	story   *storyRow
}

// traffic is one pass through the rows of a world.
type traffic struct {
	*World
	residents []resident
	cars      []Vehicle       // of residents
	reserved  map[uint32]bool // numbers whose plates belong to stories
	byHome    [][]uint32      // residents by zone, in walking order
	byWork    [][]uint32
	buf       []trip
	day       int
	next      uint32 // the next vehicle from elsewhere
	sights    []sight
	want      int     // sights still wanted from the source being asked
	trailer   []int16 // way point → trailer standing there today, or -1
}

// Detections yields the world's rows in time order, ids rising. It makes them a day at a time:
// memory does not grow with the number of rows.
func (w *World) Detections() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		t := w.newTraffic()
		stories := w.storySights()
		if w.opt.Rows < StoriesFrom || len(stories) > w.opt.Rows/2 {
			stories = nil
		}
		quota := shares(w.opt.Rows-len(stories), w.dayWeights())
		ordinal := uint64(0)
		for d, n := range quota {
			t.today(d, n)
			for len(stories) > 0 && stories[0].ms < w.dayStart[d+1] {
				t.sights = append(t.sights, stories[0])
				stories = stories[1:]
			}
			slices.SortStableFunc(t.sights, func(a, b sight) int { return cmp.Compare(a.ms, b.ms) })
			cut := len(t.sights) // what lies after midnight waits for tomorrow
			for cut > 0 && d+1 < len(quota) && t.sights[cut-1].ms >= w.dayStart[d+1] {
				cut--
			}
			for _, s := range t.sights[:cut] {
				ordinal++
				if !yield(t.row(s, ordinal)) {
					return
				}
			}
			t.sights = append(t.sights[:0], t.sights[cut:]...)
		}
	}
}

func (w *World) newTraffic() *traffic {
	n := w.opt.Vehicles
	t := &traffic{World: w, residents: make([]resident, n), cars: make([]Vehicle, n), reserved: map[uint32]bool{}, next: firstVisitor}
	for _, p := range w.fleet { // a story's plate belongs to the story alone
		if v, ok := w.vehicleOf(stateIndex(p.State), p.Plate); ok {
			t.reserved[v] = true
		}
	}
	t.byHome, t.byWork = make([][]uint32, len(w.net.zones)), make([][]uint32, len(w.net.zones))
	for v := range t.residents {
		r := w.settle(uint32(v))
		t.residents[v] = r
		t.cars[v] = w.vehicle(uint32(v))
		hz, wz := w.zoneOf(r.home), w.zoneOf(r.work)
		t.byHome[hz] = append(t.byHome[hz], uint32(v))
		t.byWork[wz] = append(t.byWork[wz], uint32(v))
	}
	for z := range t.byHome {
		slices.SortStableFunc(t.byHome[z], func(a, b uint32) int { return cmp.Compare(t.residents[a].home, t.residents[b].home) })
		slices.SortStableFunc(t.byWork[z], func(a, b uint32) int { return cmp.Compare(t.residents[a].work, t.residents[b].work) })
	}
	t.trailer = make([]int16, len(w.net.sites))
	return t
}

// mobileShare is the part of all reads that mobile units make, parked trailers not counted.
const mobileShare = 0.15

// today adds n sights of local day d to t.sights.
func (t *traffic) today(d, n int) {
	t.day = d
	t.placeTrailers(d)
	mobile := int(float64(n) * mobileShare)
	missed := t.patrols(d, mobile)
	t.want = n - mobile + missed
	elsewhere := t.want / 8 // traffic through the state
	t.want -= elsewhere
	t.locals(d, true)
	t.locals(d, false)
	t.want += elsewhere
	t.visitors(d)
}

// locals adds passes of residents' trips: of those that cameras watch closely first, else of the rest.
func (t *traffic) locals(d int, watched bool) {
	n := uint64(len(t.residents))
	r := newRng(t.seed, saltOrder, uint64(d))
	at, step := uint64(r.n(int(n))), coprimeStep(n, &r)
	for range n {
		if t.want <= 0 {
			return
		}
		at = (at + step) % n
		v := uint32(at)
		if t.reserved[v] {
			continue
		}
		t.buf = t.plan(t.buf[:0], v, d)
		for i, tr := range t.buf {
			u := uint8(hash(t.seed, saltPick, uint64(v), uint64(d), uint64(i)))
			if u <= t.residents[v].watch == watched {
				t.pass(v, tr, d)
			}
		}
	}
}

// coprimeStep returns a step that visits all of n before it returns.
func coprimeStep(n uint64, r *rng) uint64 {
	for {
		s := 1 + r.next()%n
		a, b := s, n
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return s
		}
	}
}

// visitors adds traffic from elsewhere until the day has its rows. It always ends: where trips
// give nothing (a world of a few minutes), vehicles are put at cameras.
func (t *traffic) visitors(d int) {
	barren := 0
	for t.want > 0 {
		v := t.next
		t.next++
		if t.reserved[v] {
			continue
		}
		before := t.want
		t.buf = t.visit(t.buf[:0], v)
		for _, tr := range t.buf {
			t.pass(v, tr, d)
		}
		if before != t.want {
			barren = 0
			continue
		}
		if barren++; barren > 40 {
			r := newRng(t.seed, saltTrip, uint64(v), 1)
			lo, hi := max(t.start, t.dayStart[d]), min(t.end, t.dayStart[d+1])
			site := r.n(t.net.cameras)
			s := t.net.sites[site]
			t.add(sight{ms: lo + int64(r.f()*float64(hi-lo)), lon: s.Lon, lat: s.Lat, v: v, site: int16(site), unit: -1, heading: int16(s.HeadingDeg)})
		}
	}
}

// pass adds what the cameras on a trip see.
func (t *traffic) pass(v uint32, tr trip, d int) {
	r := newRng(t.seed, saltTrip, uint64(v), uint64(d), uint64(tr.dep))
	for _, p := range t.net.route(t.zoneOf(tr.from), t.zoneOf(tr.to)).passes {
		if t.want <= 0 {
			return
		}
		s := &t.net.sites[p.site]
		u := r.next()
		if u%100 < 7 { // the camera missed it
			continue
		}
		at := sight{v: v, site: int16(p.site), unit: -1, lon: s.Lon, lat: s.Lat}
		at.ms = t.dayStart[d] + int64((float64(tr.begin)+float64(p.sec)*tr.slack)*1000) + int64(u>>32%1000)
		h := int(s.HeadingDeg) + int(u>>48%9) - 4
		at.heading = int16((h + 360) % 360)
		if !s.camera {
			if t.trailer[p.site] < 0 {
				continue
			}
			at.site, at.unit = -1, t.trailer[p.site]
		} else if t.isDown(p.site, at.ms) {
			continue
		}
		t.add(at)
	}
}

// add takes a sight inside the world's time.
func (t *traffic) add(s sight) {
	if s.ms >= t.start && s.ms < t.end {
		t.sights = append(t.sights, s)
		t.want--
	}
}

// isDown says whether a fixed camera is out of order: planned gaps of the planted story, and
// whole days by chance for the others.
func (w *World) isDown(site uint16, ms int64) bool {
	id := w.net.sites[site].ID
	shift := w.storyShift()
	for _, o := range outages {
		if o.camera == id {
			return ms >= o.from.UnixMilli()+shift && ms < o.to.UnixMilli()+shift
		}
	}
	return hash(w.seed, saltOutage, uint64(site), uint64(ms/86_400_000))%160 == 0
}
