package reads

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"golang.org/x/sync/errgroup"
)

// plateList lists the vehicles by plate, read forwards and backwards, so that a pattern
// that begins or ends with known symbols needs to look at a range alone. It is immutable.
type plateList struct {
	covers             int // vehicle numbers below
	forward, backward  []uint64
	vehicles, reversed []uint32
}

// patternTail is how many vehicles a plateList may lack, beside an eighth of them.
const patternTail = 1 << 14

// patternPart is how many vehicles are looked at between two checks of the context.
const patternPart = 1 << 15

// index brings the list of plates up to date. It may run beside everything else.
func (l *vehicleList) index() {
	l.indexing.Lock()
	defer l.indexing.Unlock()
	old := l.listed.Load()
	if old == nil {
		old = &plateList{}
	}
	l.mu.RLock()
	n := len(l.scan)
	l.mu.RUnlock()
	if n == 0 || old.covers > 0 && n-old.covers <= patternTail+old.covers/8 {
		return
	}
	l.listed.Store(l.extended(old))
}

// extended returns old with all vehicles.
func (l *vehicleList) extended(old *plateList) *plateList {
	l.mu.RLock()
	scan, plates := l.scan, l.plates
	l.mu.RUnlock() // elements in use never change
	next := &plateList{covers: len(scan)}
	next.forward, next.vehicles = extend(old.forward, old.vehicles, scan, old.covers, func(n int) uint64 { return scan[n] })
	next.backward, next.reversed = extend(old.backward, old.reversed, scan, old.covers, func(n int) uint64 { return reverseWord(plates[n]) })
	return next
}

// extend merges the vehicles from number first on into a sorted list.
func extend(words []uint64, vehicles []uint32, scan []uint64, first int, form func(n int) uint64) ([]uint64, []uint32) {
	fresh := make([]sortKey, 0, len(scan)-first)
	for n := first; n < len(scan); n++ {
		if scan[n] != 0 {
			fresh = append(fresh, sortKey{key: form(n), row: uint32(n)})
		}
	}
	var sorter keySorter
	fresh = sorter.sort(fresh, 1, func(a, b uint32) int { return cmp.Compare(a, b) })
	outWords := make([]uint64, 0, len(words)+len(fresh))
	outVehicles := make([]uint32, 0, len(words)+len(fresh))
	for i := 0; i < len(words) || len(fresh) > 0; {
		if len(fresh) == 0 || i < len(words) && words[i] <= fresh[0].key {
			outWords, outVehicles = append(outWords, words[i]), append(outVehicles, vehicles[i])
			i++
			continue
		}
		outWords, outVehicles = append(outWords, fresh[0].key), append(outVehicles, fresh[0].row)
		fresh = fresh[1:]
	}
	return outWords, outVehicles
}

// reverseWord is the scan word of a plate read backwards, without the length: its last ten
// symbols, the last one first.
func reverseWord(plate uint64) (w uint64) {
	n := 0
	for ; plate > 0 && n < scanSymbols; plate /= plateBase {
		if s := plate % plateBase; s != 0 {
			w |= s << (scanTop - 6*n)
			n++
		}
	}
	return w
}

// known returns the range of scan words that begin with the known symbols of mask, and
// whether there are any. want holds the symbols.
func known(mask, want uint64) (low, high uint64, any bool) {
	n := 0
	for n < scanSymbols && mask>>(scanTop-6*n)&63 != 0 {
		n++
	}
	if n == 0 {
		return 0, 0, false
	}
	free := uint64(1)<<(64-6*n) - 1
	return want &^ free, want | free, true
}

// spanOf returns where the words from low to high lie.
func spanOf(words []uint64, low, high uint64) (from, to int) {
	from = sort.Search(len(words), func(i int) bool { return words[i] >= low })
	to = from + sort.Search(len(words)-from, func(i int) bool { return words[from+i] > high })
	return from, to
}

// byPattern returns the vehicles whose plate matches, or the context's error.
func (l *vehicleList) byPattern(ctx context.Context, m *matcher, states []uint32, restrict bool) ([]target, error) {
	l.mu.RLock()
	plates, of, scan := l.plates, l.states, l.scan
	l.mu.RUnlock() // elements in use never change
	take := func(out []target, n uint32) []target {
		if m.match(scan[n], plates[n]) && (!restrict || containsWord(states, of[n])) {
			out = append(out, target{plates[n], n})
		}
		return out
	}
	list := l.listed.Load()
	if list == nil {
		list = &plateList{}
	}
	low, high, begins := known(m.preMask, m.preWant)
	endLow, endHigh, ends := known(m.endMask, m.endWant)
	from, to := 0, len(list.vehicles)
	if begins {
		from, to = spanOf(list.forward, low, high)
	}
	words, candidates, mask, want := list.forward[from:to], list.vehicles[from:to], m.wordMask, m.wordWant
	if ends {
		if a, b := spanOf(list.backward, endLow, endHigh); b-a < to-from {
			words, candidates, mask, want = list.backward[a:b], list.reversed[a:b], m.endMask, m.endWant
		}
	}
	var out []target
	if begins || ends {
		for i, word := range words { // the words lie side by side, what take reads does not
			if i%patternPart == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if word&mask == want {
				out = take(out, candidates[i])
			}
		}
	} else {
		var err error
		n := min(workers(), len(list.forward)/(4*patternPart)+1)
		if out, err = list.all(ctx, n, m, take); err != nil {
			return nil, err
		}
	}
	for n := list.covers; n < len(scan); n++ {
		if n%patternPart == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if scan[n] != 0 {
			out = take(out, uint32(n))
		}
	}
	return out, nil
}

// all takes every vehicle whose word may match, with n workers.
func (p *plateList) all(ctx context.Context, n int, m *matcher, take func(out []target, n uint32) []target) ([]target, error) {
	outs := make([][]target, n)
	var g errgroup.Group
	for w := range n {
		g.Go(func() error {
			var out []target
			for i, end := w*len(p.forward)/n, (w+1)*len(p.forward)/n; i < end; {
				if err := ctx.Err(); err != nil {
					return err
				}
				next := min(i+patternPart, end)
				for k, word := range p.forward[i:next] {
					if word&m.wordMask == m.wordWant {
						out = take(out, p.vehicles[i+k])
					}
				}
				i = next
			}
			outs[w] = out
			return nil
		})
	}
	err := g.Wait()
	return slices.Concat(outs...), err
}
