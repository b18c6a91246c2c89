package demo

import "math"

// unit is a mobile reader: a car on patrol, or (trailer) one that stands at a way point.
type unit struct {
	id, name, source string
	trailer          bool
	from, to         int32 // shift, seconds after local midnight
	lon, lat         float64
}

var units = []unit{
	{"MOB-01", "Wilmington patrol, day", "law-enforcement", false, 21600, 52200, -75.5466, 39.7459},
	{"MOB-02", "Wilmington patrol, night", "law-enforcement", false, 75600, 105000, -75.5466, 39.7459},
	{"MOB-03", "Dover patrol, late", "law-enforcement", false, 50400, 82800, -75.5244, 39.1582},
	{"MOB-04", "Recovery car, New Castle", "commercial", false, 72000, 100800, -75.6009, 39.6800},
	{"MOB-05", "Recovery car, Dover", "commercial", false, 68400, 97200, -75.5244, 39.1582},
	{"MOB-06", "Recovery car, Sussex", "commercial", false, 30600, 61200, -75.3857, 38.6901},
	{"TRL-01", "Trailer 1", "law-enforcement", true, 0, 86400, 0, 0},
	{"TRL-02", "Trailer 2", "law-enforcement", true, 0, 86400, 0, 0},
	{"TRL-03", "Trailer 3", "law-enforcement", true, 0, 86400, 0, 0},
	{"TRL-04", "Trailer 4", "commercial", true, 0, 86400, 0, 0},
}

// placeTrailers moves each trailer to a way point, for four days at a time.
func (t *traffic) placeTrailers(d int) {
	for i := range t.trailer {
		t.trailer[i] = -1
	}
	for u := range units {
		if units[u].trailer {
			t.trailer[t.wayPoint(u, d)] = int16(u)
		}
	}
}

// wayPoint returns the site where trailer u stands on day d.
func (w *World) wayPoint(u, d int) int {
	ways := uint64(len(w.net.sites) - w.net.cameras)
	return w.net.cameras + int(hash(w.seed, saltUnit, uint64(u), uint64((d+u)/4))%ways)
}

// patrols adds n sights by mobile units on day d and returns how many it could not place.
func (t *traffic) patrols(d, n int) int {
	var weight []float64
	for u, x := range units {
		lo, hi := t.shift(d, u)
		switch {
		case x.trailer || hi-lo < 600:
			weight = append(weight, 0)
		default:
			off := hash(t.seed, saltUnit, uint64(u), uint64(d), 7)%100 < 15 // a day off
			if off {
				weight = append(weight, 0)
				continue
			}
			weight = append(weight, float64(hi-lo))
		}
	}
	placed := 0
	for u, q := range shares(n, weight) {
		if q > 0 {
			placed += t.patrol(d, u, q)
		}
	}
	return n - placed
}

// shift returns when unit u works on day d, clipped to the world, in seconds after midnight.
func (t *traffic) shift(d, u int) (lo, hi int32) {
	lo = max(units[u].from, int32((t.start-t.dayStart[d])/1000)+1)
	return lo, int32(min(int64(units[u].to), (t.end-t.dayStart[d])/1000-1))
}

// patrol drives one unit through a few neighbourhoods; it reads what stands there.
func (t *traffic) patrol(d, u, q int) int {
	lo, hi := t.shift(d, u)
	r := newRng(t.seed, saltUnit, uint64(u), uint64(d))
	blocks := min(max(q/24, 1), 14)
	zone := t.zoneNear(units[u].lon, units[u].lat)
	walk := make([]int, blocks)
	drive := int32(0)
	for b := range walk {
		next := t.net.to[spotShop][zone].draw(r.f())
		if b > 0 {
			drive += t.net.route(zone, next).sec*5/4 + 60
		}
		walk[b], zone = next, next
	}
	reading := float64(hi - lo - drive)
	if reading < float64(hi-lo)/3 { // short shift: read while driving slowly through
		reading, drive = float64(hi-lo), 0
	}
	t.want = q
	now := float64(lo)
	for b, z := range walk {
		n := q*(b+1)/blocks - q*b/blocks
		if b > 0 && drive > 0 {
			now += float64(t.net.route(walk[b-1], z).sec*5/4 + 60)
		}
		t.street(d, u, z, n, now, reading/float64(blocks), &r)
		now += reading / float64(blocks)
	}
	missed := t.want
	t.want = 0
	return q - missed
}

// street reads n standing vehicles in one neighbourhood, one after another.
func (t *traffic) street(d, u, z, n int, from, length float64, r *rng) {
	cursor := r.n(1 << 20)
	for i := range n {
		sec := from + length*(float64(i)+0.2+0.6*r.f())/float64(n)
		day, s := d, int32(sec)
		if s >= 86400 {
			day, s = d+1, s-86400
		}
		list, work := t.byHome[z], false
		if s > 30000 && s < 59000 && (r.n(100) < 55 || len(list) == 0) {
			list, work = t.byWork[z], true
		}
		at := sight{ms: t.dayStart[d] + int64(sec*1000), site: -1, unit: int16(u)}
		found := false
		for k := 0; k < 12 && len(list) > 0 && !found; k++ {
			v := list[cursor%len(list)]
			cursor++
			if t.reserved[v] {
				continue
			}
			res := &t.residents[v]
			spot := res.home
			if work {
				spot = res.work
			}
			if t.standsAt(v, day, s) == spot {
				at.v, found = v, true
				t.parked(&at, spot, r)
			}
		}
		if !found { // a guest's car
			at.v = t.next
			t.next++
			if t.reserved[at.v] {
				at.v = t.next
				t.next++
			}
			t.parked(&at, t.spotIn(z, spotShop, r), r)
		}
		t.add(at)
	}
}

// parked puts a sight at a vehicle's own place along the street of a spot, give or take the
// unit's position error of a few metres.
func (t *traffic) parked(s *sight, at int32, r *rng) {
	p := t.net.spots[at]
	own := newRng(t.seed, saltHome, uint64(s.v), uint64(at), 3)
	along, across := own.between(-28, 28)+r.bell()*1.5, 3.2+r.bell()*0.7
	h := float64(p.heading)
	if own.n(2) == 0 {
		h = math.Mod(h+180, 360)
	}
	sin, cos := math.Sincos(h * math.Pi / 180)
	s.lon = round6(p.lon + (along*sin+across*cos)/86150)
	s.lat = round6(p.lat + (along*cos-across*sin)/111040)
	s.heading = int16(h)
}

func (w *World) zoneNear(lon, lat float64) int {
	best, at := 0, math.Inf(1)
	for i, z := range w.net.zones[:w.net.inner] {
		if d := math.Hypot((z.lon-lon)*86150, (z.lat-lat)*111040); d < at {
			best, at = i, d
		}
	}
	return best
}
