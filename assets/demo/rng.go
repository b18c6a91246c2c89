package demo

import "math"

// hash mixes numbers into one, as splitmix64 does (Steele, Lea, Flood 2014).
func hash(v ...uint64) uint64 {
	h := uint64(0x9E3779B97F4A7C15)
	for _, x := range v {
		h = mix(h ^ x)
	}
	return h
}

func mix(z uint64) uint64 {
	z += 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// rng is a small stream of random numbers; a copy continues alone.
type rng struct{ s uint64 }

func newRng(v ...uint64) rng { return rng{hash(v...)} }

func (r *rng) next() uint64 {
	r.s += 0x9E3779B97F4A7C15
	z := r.s
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// n returns a number in [0, n); n > 0.
func (r *rng) n(n int) int { return int((r.next() >> 32) * uint64(n) >> 32) }

// f returns a number in [0, 1).
func (r *rng) f() float64 { return float64(r.next()>>11) / (1 << 53) }

// between returns a number in [a, b).
func (r *rng) between(a, b float64) float64 { return a + (b-a)*r.f() }

// bell returns a number around 0 with standard deviation 1, within ±3.46 (sum of twelfths).
func (r *rng) bell() float64 {
	a, b, c := r.next(), r.next(), r.next()
	sum := 0.0
	for _, x := range [3]uint64{a, b, c} {
		sum += float64(x&0xFFFF) + float64(x>>16&0xFFFF) + float64(x>>32&0xFFFF) + float64(x>>48)
	}
	return sum/65536 - 6
}

// table draws index i with probability weight[i] / sum, by binary search over sums.
type table struct{ sum []float64 }

func newTable(weights []float64) table {
	t := table{make([]float64, len(weights))}
	s := 0.0
	for i, w := range weights {
		s += w
		t.sum[i] = s
	}
	return t
}

func (t table) draw(u float64) int {
	u *= t.sum[len(t.sum)-1]
	lo, hi := 0, len(t.sum)-1
	for lo < hi {
		m := (lo + hi) / 2
		if t.sum[m] > u {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

func round6(v float64) float64 { return math.Round(v*1e6) / 1e6 }
