package demo

// trip is one drive of one vehicle. From and to are spots; a negative one is a gate of the
// state's border, as ^index of the gate's zone. Times are seconds after local midnight.
type trip struct {
	from, to int32
	dep, arr int32
	begin    int32   // when it is at the first node of the route
	slack    float64 // how much slower than free traffic
}

func (w *World) access(place int32) int32 {
	if place < 0 {
		return 0
	}
	return int32(w.net.spots[place].access)
}

func (w *World) zoneOf(place int32) int {
	if place < 0 {
		return int(^place)
	}
	return int(w.net.spots[place].zone)
}

// drive appends a trip that leaves at dep or later, and returns the list and the arrival.
func (w *World) drive(ts []trip, from, to, dep int32, r *rng) ([]trip, int32) {
	slack := r.between(1.02, 1.3)
	if dep > 25200 && dep < 32400 || dep > 57600 && dep < 66600 {
		slack += 0.15 // rush hours
	}
	sec := w.net.route(w.zoneOf(from), w.zoneOf(to)).sec
	if sec < 200 {
		sec = 200
	}
	begin := dep + 20 + w.access(from)
	arr := begin + int32(float64(sec)*slack) + w.access(to) + 20
	return append(ts, trip{from, to, dep, arr, begin, slack}), arr
}

// plan appends the trips of resident v on a local day, in order, never overlapping. day counts
// from the world's first; weekday is 0 for Sunday.
func (w *traffic) plan(ts []trip, v uint32, day int) []trip {
	res := &w.residents[v]
	r := newRng(w.seed, saltPlan, uint64(v), uint64(int64(day)))
	weekday := w.weekday(day)
	weekend := weekday == 0 || weekday == 6
	works := w.works(v, day)
	now := int32(15000)
	switch res.habit {
	case commuter:
		if !works {
			break
		}
		ts, now = w.drive(ts, res.home, res.work, max(now, res.out+int32(r.bell()*420)), &r)
		if r.n(100) < 6 { // lunch
			shop := w.shopFrom(res.work, &r)
			ts, now = w.drive(ts, res.work, shop, max(now+1800, 43200+int32(r.bell()*900)), &r)
			ts, now = w.drive(ts, shop, res.work, now+1500, &r)
		}
		back := max(now+3600, res.back+int32(r.bell()*900))
		if r.n(100) < 25 {
			shop := w.shopFrom(res.work, &r)
			ts, now = w.drive(ts, res.work, shop, back, &r)
			ts, now = w.drive(ts, shop, res.home, now+int32(r.between(600, 3000)), &r)
		} else {
			ts, now = w.drive(ts, res.work, res.home, back, &r)
		}
		if r.n(100) < 18 && now < 70000 {
			ts, _ = w.errand(ts, res.home, now+int32(r.between(1200, 5400)), &r)
		}
		return ts
	case shiftWorker:
		if w.works(v, day-1) {
			ts, now = w.drive(ts, res.work, res.home, res.back+int32(r.bell()*400), &r)
			now = max(now, 15000)
		}
		if r.n(100) < 30 {
			ts, now = w.errand(ts, res.home, max(now, 43000)+int32(r.between(0, 9000)), &r)
		}
		if works {
			ts, _ = w.drive(ts, res.home, res.work, min(79000, max(now+600, res.out+int32(r.bell()*400))), &r)
		}
		return ts
	case carrier:
		if !works {
			return ts
		}
		at := res.home
		now = max(300, res.out+int32(r.bell()*1200))
		end := res.out + 17000
		for range 3 + r.n(6) {
			next := w.spotIn(r.n(riverside), spotWork, &r)
			if r.n(6) == 0 {
				next = w.shopFrom(at, &r)
			}
			ts, now = w.drive(ts, at, next, now, &r)
			at, now = next, now+int32(r.between(240, 2400))
			if now > end {
				break
			}
		}
		ts, _ = w.drive(ts, at, res.home, now, &r)
		return ts
	case trade:
		if !works {
			break
		}
		at := res.home
		now = max(now, res.out+int32(r.bell()*600))
		for range 3 + r.n(5) {
			next := w.shopFrom(at, &r)
			if r.n(3) == 0 {
				next = w.spotIn(w.net.to[spotWork][w.zoneOf(at)].draw(r.f()), spotHome, &r)
			}
			ts, now = w.drive(ts, at, next, now, &r)
			at, now = next, now+int32(r.between(500, 4200))
			if now > 66000 {
				break
			}
		}
		ts, _ = w.drive(ts, at, res.home, now, &r)
		return ts
	}
	// A day without work.
	if weekend && r.n(100) < 4 { // to the beach and back
		beach := w.coast[r.n(len(w.coast))]
		ts, now = w.drive(ts, res.home, beach, int32(r.between(28000, 36000)), &r)
		ts, _ = w.drive(ts, beach, res.home, max(now+7200, int32(r.between(54000, 70000))), &r)
		return ts
	}
	now = int32(r.between(31000, 46000))
	if res.habit == errands {
		now = res.out + int32(r.bell()*3600)
	}
	for range r.n(3) + r.n(2) {
		if now > 72000 {
			break
		}
		ts, now = w.errand(ts, res.home, now, &r)
		now += int32(r.between(2400, 14000))
	}
	return ts
}

// works says whether v works on a day.
func (w *traffic) works(v uint32, day int) bool {
	u := hash(w.seed, saltDay, uint64(v), uint64(int64(day))) % 100
	switch wd := w.weekday(day); {
	case w.residents[v].habit == shiftWorker, w.residents[v].habit == carrier:
		return u < 68
	case wd == 0:
		return u < 4
	case wd == 6:
		return u < 11 || w.residents[v].habit == trade && u < 36
	}
	return u < 92
}

// errand drives from home to a shop and back.
func (w *World) errand(ts []trip, home, dep int32, r *rng) ([]trip, int32) {
	shop := w.shopFrom(home, r)
	ts, now := w.drive(ts, home, shop, dep, r)
	return w.drive(ts, shop, home, now+int32(r.between(700, 4800)), r)
}

func (w *World) shopFrom(place int32, r *rng) int32 {
	return w.spotIn(w.net.to[spotShop][w.zoneOf(place)].draw(r.f()), spotShop, r)
}

// standsAt returns the spot where resident v stands at a second of a day, or -1 while it drives.
func (w *traffic) standsAt(v uint32, day int, sec int32) int32 {
	w.buf = w.plan(w.buf[:0], v, day)
	res := &w.residents[v]
	at := res.home
	if res.habit == shiftWorker && w.works(v, day-1) {
		at = res.work
	}
	for _, t := range w.buf {
		if sec < t.dep-90 {
			return at
		}
		if sec < t.arr+90 {
			return -1
		}
		at = t.to
	}
	return at
}

// hours are weights of the hours of a day for traffic from elsewhere.
var hours = []float64{1.2, 0.9, 0.8, 0.9, 1.4, 2.6, 4.5, 5.6, 5.4, 5, 5.1, 5.4, 5.6, 5.7, 6, 6.4, 6.6, 6.5, 5.6, 4.6, 3.9, 3.3, 2.5, 1.8}

var hourTable = newTable(hours)

// visit appends the trips of a vehicle from elsewhere: through the state, or in and out.
func (w *World) visit(ts []trip, v uint32) []trip {
	r := newRng(w.seed, saltTrip, uint64(v))
	gate := func() int32 { return ^int32(w.net.inner + w.net.gates.draw(r.f())) }
	in, out := gate(), gate()
	dep := int32(3600 * (float64(hourTable.draw(r.f())) + r.f()))
	if in != out && r.n(100) < 45 {
		ts, _ = w.drive(ts, in, out, dep, &r)
		return ts
	}
	to := w.spotIn(w.net.to[1+r.n(2)][w.zoneOf(in)].draw(r.f()), spotShop, &r)
	ts, now := w.drive(ts, in, to, dep, &r)
	if back := now + int32(r.between(2400, 30000)); back < 84000 {
		ts, _ = w.drive(ts, to, out, back, &r)
	}
	return ts
}
