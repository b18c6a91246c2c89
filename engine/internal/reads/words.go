package reads

import (
	"math"
	"sync"
	"sync/atomic"
)

// wordList numbers the texts that repeat: makes, models, colours, states, cameras,
// sources. Number 0 is the empty text. Numbers are never reused; those that no commit has
// recorded yet may be handed out again after the next Open.
type wordList struct {
	mu    sync.RWMutex
	list  []string
	index map[string]uint32
	saved int
}

func newWordList() *wordList { return &wordList{index: map[string]uint32{}} }

func (w *wordList) load(words []string) {
	w.list, w.saved = append(w.list, words...), len(words)
	for i, s := range words {
		w.index[s] = uint32(i)
	}
	if len(words) == 0 {
		w.add("")
	}
}

// add returns the number of s, a new one when it has none. It expects one caller at a time.
func (w *wordList) add(s string) uint32 {
	w.mu.RLock()
	n, ok := w.index[s]
	w.mu.RUnlock()
	if ok {
		return n
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	n = uint32(len(w.list))
	w.list = append(w.list, s)
	w.index[s] = n
	return n
}

// unsaved returns the words that no commit has recorded.
func (w *wordList) unsaved() []string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.list[w.saved:len(w.list):len(w.list)]
}

func (w *wordList) committed(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.saved = n
}

// numbers returns the numbers of those texts that have one.
func (w *wordList) numbers(texts []string) []uint32 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	var out []uint32
	for _, s := range texts {
		if n, ok := w.index[s]; ok {
			out = append(out, n)
		}
	}
	return out
}

// vehicleList numbers vehicles: plate and state. Numbers are stable. Safe for concurrent
// use, but for add and set, which expect one caller at a time.
type vehicleList struct {
	mu     sync.RWMutex
	plates []uint64 // packed; 0 where the number stands for nothing
	states []uint32 // words
	scan   []uint64 // scan words
	same   []uint32 // next vehicle of the same plate; noVehicle ends
	table  []uint32 // open addressing by plate: number + 1 of the plate's last vehicle
	used   int      // plates in table

	indexing sync.Mutex // held while a list is made; before mu
	listed   atomic.Pointer[plateList]
}

const noVehicle = math.MaxUint32

func newVehicleList() *vehicleList { return &vehicleList{table: make([]uint32, 1<<10)} }

// home is where the search for a plate begins, before the table's size is taken into account.
func (*vehicleList) home(plate uint64) int { return int(plate * 0x9E3779B97F4A7C15 >> 32) }

// slot returns where the plate is, or belongs, in the table.
func (l *vehicleList) slot(plate uint64) int {
	mask := len(l.table) - 1
	i := l.home(plate) & mask
	for l.table[i] != 0 && l.plates[l.table[i]-1] != plate {
		i = (i + 1) & mask
	}
	return i
}

// first returns the chain of vehicles with the plate.
func (l *vehicleList) first(plate uint64) uint32 {
	if n := l.table[l.slot(plate)]; n != 0 {
		return n - 1
	}
	return noVehicle
}

// find returns the vehicle's number, or noVehicle.
func (l *vehicleList) find(plate uint64, state uint32) uint32 {
	for n := l.first(plate); n != noVehicle; n = l.same[n] {
		if l.states[n] == state {
			return n
		}
	}
	return noVehicle
}

// add returns the vehicle's number, a new one when it has none. The caller holds mu.
func (l *vehicleList) add(plate uint64, state uint32) uint32 {
	if n := l.find(plate, state); n != noVehicle {
		return n
	}
	n := uint32(len(l.plates))
	l.set(n, plate, state)
	return n
}

// vehiclesAtOnce is how many vehicles are looked up side by side: what a guess needs from
// memory arrives meanwhile.
const vehiclesAtOnce = 64

// addAll sets the vehicle of each of rows by its plate and state; new vehicles get numbers in
// the order of the rows. It returns how many rows are done: fewer when no number is left. The
// caller holds mu.
func (l *vehicleList) addAll(rows []rec, states []uint32) (done int) {
	var guess [vehiclesAtOnce]uint32
	for done < len(rows) {
		part := rows[done:min(done+vehiclesAtOnce, len(rows))]
		of := states[done : done+len(part)]
		mask := len(l.table) - 1
		for i := range part {
			guess[i] = l.table[l.home(part[i].plate)&mask]
		}
		for i := range part {
			if n := guess[i]; n != 0 && (l.plates[n-1] != part[i].plate || l.states[n-1] != of[i]) {
				guess[i] = 0
			}
		}
		for i := range part {
			if part[i].rejected {
				continue
			}
			if part[i].vehicle = guess[i] - 1; guess[i] == 0 {
				if len(l.plates) == noVehicle-1 {
					return done + i
				}
				part[i].vehicle = l.add(part[i].plate, of[i])
			}
		}
		done += len(part)
	}
	return done
}

// set gives a number that stands for nothing its vehicle. The caller holds mu.
func (l *vehicleList) set(n uint32, plate uint64, state uint32) {
	l.grow(int(n) + 1)
	l.plates[n], l.states[n], l.scan[n] = plate, state, scanWord(plate)
	l.enter(n)
}

// grow makes the list at least so long.
func (l *vehicleList) grow(n int) {
	for len(l.plates) < n {
		l.plates = append(l.plates, 0)
		l.states = append(l.states, 0)
		l.scan = append(l.scan, 0)
		l.same = append(l.same, noVehicle)
	}
}

// enter puts a vehicle into the table.
func (l *vehicleList) enter(n uint32) {
	if 4*(l.used+1) > 3*len(l.table) {
		old := l.table
		l.table = make([]uint32, 2*len(old))
		for _, v := range old {
			if v != 0 {
				l.table[l.slot(l.plates[v-1])] = v
			}
		}
	}
	i := l.slot(l.plates[n])
	if v := l.table[i]; v != 0 {
		l.same[n] = v - 1
	} else {
		l.used++
	}
	l.table[i] = n + 1
}

// reserve makes room for n vehicles in an empty list.
func (l *vehicleList) reserve(n int) {
	l.plates, l.states, l.scan, l.same = make([]uint64, 0, n), make([]uint32, 0, n), make([]uint64, 0, n), make([]uint32, 0, n)
	size := len(l.table)
	for 3*size < 4*(n+1) {
		size *= 2
	}
	l.table = make([]uint32, size)
	l.grow(n)
}

// complete enters the vehicles whose plate and state were filled in.
func (l *vehicleList) complete() {
	var scan sync.WaitGroup
	scan.Go(func() {
		for n, p := range l.plates {
			if p != 0 {
				l.scan[n] = scanWord(p)
			}
		}
	})
	for n, p := range l.plates {
		if p != 0 {
			l.enter(uint32(n))
		}
	}
	scan.Wait()
}

// target is a vehicle a query looks for, with its place in the plate projection.
type target struct {
	plate   uint64
	vehicle uint32
}

// byPlate returns the vehicles with the plate. states nil: of any state.
func (l *vehicleList) byPlate(plate uint64, states []uint32, restrict bool) []target {
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []target
	for n := l.first(plate); n != noVehicle; n = l.same[n] {
		if !restrict || containsWord(states, l.states[n]) {
			out = append(out, target{plate, n})
		}
	}
	return out
}

func containsWord(list []uint32, w uint32) bool {
	for _, x := range list {
		if x == w {
			return true
		}
	}
	return false
}

// bitset is a growing set of small numbers.
type bitset []uint64

func (b *bitset) add(n uint32) (fresh bool) {
	i := int(n / 64)
	for len(*b) <= i {
		*b = append(*b, 0)
	}
	fresh = (*b)[i]>>(n%64)&1 == 0
	(*b)[i] |= 1 << (n % 64)
	return fresh
}

func (b bitset) has(n uint32) bool {
	i := int(n / 64)
	return i < len(b) && b[i]>>(n%64)&1 != 0
}
