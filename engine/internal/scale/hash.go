package scale

import "math/bits"

// mix is a bijection of 64 bits that spreads neighbouring numbers (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// dice gives the random numbers of one row, vehicle or camera.
type dice uint64

func newDice(seed, stream, number uint64) dice { return dice(mix(mix(seed^stream<<56) ^ number)) }

func (d *dice) next() uint64 { *d += 0x9e3779b97f4a7c15; return mix(uint64(*d)) }

// below returns a number in [0, n).
func (d *dice) below(n uint64) uint64 {
	hi, _ := bits.Mul64(d.next(), n)
	return hi
}

// float returns a number in [0, 1).
func (d *dice) float() float64 { return float64(d.next()>>11) / (1 << 53) }

// spread is a bijection of the numbers below 2^28.
func spread(x uint64) uint64 {
	const mask = 1<<28 - 1
	x &= mask
	x = x * 0x5bd1e995 & mask
	x ^= x >> 14
	x = x * 0x2545f491 & mask
	return x ^ x>>14
}
