package reads

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"cordon/engine/detection"
)

// vehicleSink counts reads by vehicle: for each the areas (common) or windows (repeat) it
// was seen in. No rows are built.
type vehicleSink struct {
	byWindow bool
	parts    int
	total    int64
	index    vehicleIndex
	list     []vehicleCount
	perPart  []int32 // parts numbers for each of list
}

type vehicleCount struct {
	vehicle     uint32
	reads       int32
	seen        uint64
	first, last int64
}

func newVehicleSink(p *Plan) *vehicleSink {
	s := &vehicleSink{parts: len(p.Areas)}
	if p.Kind == detection.KindRepeat {
		s.byWindow, s.parts = true, len(p.Windows)
	}
	return s.fresh()
}

func (s *vehicleSink) fresh() *vehicleSink {
	return &vehicleSink{byWindow: s.byWindow, parts: s.parts, index: vehicleIndex{slots: make([]uint64, 1<<10)}}
}

func (s *vehicleSink) fold(o *vehicleSink) {
	if len(s.list) == 0 {
		*s = *o
		return
	}
	s.total += o.total
	for i := range o.list {
		x := &o.list[i]
		c, per := s.of(x.vehicle, x.first)
		c.reads += x.reads
		c.seen |= x.seen
		c.first, c.last = min(c.first, x.first), max(c.last, x.last)
		for k, n := range o.perPart[i*o.parts : (i+1)*o.parts] {
			per[k] += n
		}
	}
}

// of returns the counts of a vehicle, new ones when it is seen for the first time.
func (s *vehicleSink) of(vehicle uint32, t int64) (*vehicleCount, []int32) {
	i := int(s.index.of(vehicle, uint32(len(s.list))))
	if i == len(s.list) {
		s.list = append(s.list, vehicleCount{vehicle: vehicle, first: t, last: t})
		for range s.parts {
			s.perPart = append(s.perPart, 0)
		}
	}
	return &s.list[i], s.perPart[i*s.parts : (i+1)*s.parts]
}

func (*vehicleSink) counts(int64) bool           { return false }
func (*vehicleSink) count(int64, uint64, uint64) {}

func (s *vehicleSink) hit(h hit) {
	s.total++
	mask := h.areas
	if s.byWindow {
		mask = h.windows
	}
	c, per := s.of(h.vehicle, h.time)
	c.reads++
	c.seen |= mask
	c.first, c.last = min(c.first, h.time), max(c.last, h.time)
	for m := mask; m != 0; m &= m - 1 {
		per[bits.TrailingZeros64(m)]++
	}
}

// vehicleIndex numbers vehicles in order of appearance: open addressing, a slot holds
// vehicle << 32 | number + 1.
type vehicleIndex struct {
	slots []uint64
	used  int
}

// of returns the vehicle's number; next is the number it gets when it is new.
func (x *vehicleIndex) of(vehicle, next uint32) uint32 {
	if 2*x.used >= len(x.slots) {
		old := x.slots
		x.slots = make([]uint64, 2*len(old))
		for _, s := range old {
			if s != 0 {
				x.slots[x.slot(uint32(s>>32))] = s
			}
		}
	}
	i := x.slot(vehicle)
	if s := x.slots[i]; s != 0 {
		return uint32(s) - 1
	}
	x.slots[i] = uint64(vehicle)<<32 | uint64(next+1)
	x.used++
	return next
}

func (x *vehicleIndex) slot(vehicle uint32) int {
	mask := len(x.slots) - 1
	i := int(uint64(vehicle)*0x9E3779B97F4A7C15>>32) & mask
	for x.slots[i] != 0 && uint32(x.slots[i]>>32) != vehicle {
		i = (i + 1) & mask
	}
	return i
}

// answer returns how many vehicles were seen in at least least parts, and the first limit
// of them in the order of Result.Vehicles with their numbers.
func (s *vehicleSink) answer(v *view, least, limit int) (count int64, rows []VehicleRow, numbers []target, err error) {
	type entry struct {
		plate    uint64
		i, reads int32
		seen     int8
	}
	var found []entry
	l := v.s.plates
	l.mu.RLock()
	defer l.mu.RUnlock()
	for i := range s.list {
		c := &s.list[i]
		if n := bits.OnesCount64(c.seen); n >= least {
			if int(c.vehicle) >= len(l.plates) || l.plates[c.vehicle] == 0 || int(l.states[c.vehicle]) >= len(v.words) {
				return 0, nil, nil, &DamageError{Block: "vehicle list", Problem: "a read names a vehicle that is not known"}
			}
			found = append(found, entry{l.plates[c.vehicle], int32(i), c.reads, int8(n)})
		}
	}
	slices.SortFunc(found, func(a, b entry) int {
		switch {
		case a.seen != b.seen:
			return cmp.Compare(b.seen, a.seen)
		case a.reads != b.reads:
			return cmp.Compare(b.reads, a.reads)
		case a.plate != b.plate:
			return cmp.Compare(a.plate, b.plate)
		}
		return cmp.Compare(v.words[l.states[s.list[a.i].vehicle]], v.words[l.states[s.list[b.i].vehicle]])
	})
	for _, e := range found[:min(limit, len(found))] {
		c := &s.list[e.i]
		row := VehicleRow{
			Vehicle: detection.Vehicle{Plate: unpackPlate(e.plate), State: v.words[l.states[c.vehicle]]},
			Seen:    int(e.seen), Reads: int(c.reads), PerArea: make([]int, s.parts),
			First: time.UnixMilli(c.first).UTC(), Last: time.UnixMilli(c.last).UTC(),
		}
		for k := range row.PerArea {
			row.PerArea[k] = int(s.perPart[int(e.i)*s.parts+k])
		}
		rows = append(rows, row)
		numbers = append(numbers, target{e.plate, c.vehicle})
	}
	return int64(len(found)), rows, numbers, nil
}
