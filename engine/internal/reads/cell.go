package reads

import "github.com/paulmach/orb"

// cellBits is the number of bits of a cell in each direction: 2⁻²⁴ of 360° is about 2.4 m.
const cellBits = 24

// cellOf returns the Hilbert number of the cell a position (lon, lat) lies in. Points that
// are near in the plane are mostly near in the order.
func cellOf(p orb.Point) uint64 {
	const side = 1 << cellBits
	x := uint32(min(max((p[0]+180)/360*side, 0), side-1))
	y := uint32(min(max((p[1]+90)/180*side, 0), side-1))
	var d uint64
	turn := uint16(0)
	for shift := cellBits - hilbertStep; shift >= 0; shift -= hilbertStep {
		at := hilbert[turn][x>>shift&(1<<hilbertStep-1)<<hilbertStep|y>>shift&(1<<hilbertStep-1)]
		d = d<<(2*hilbertStep) | uint64(at>>2)
		turn = at & 3
	}
	return d
}

// hilbertStep is how many bits of each direction one step of the curve takes at once.
const hilbertStep = 4

// hilbert holds, for each of the four ways in which the curve may lie in a square and each
// of the square's parts, the number of the part and the way the curve lies in it, in the
// two lowest bits: bit 0 axes exchanged, bit 1 both turned round.
var hilbert = func() (t [4][1 << (2 * hilbertStep)]uint16) {
	for turn := range t {
		for xy := range t[turn] {
			x, y := uint16(xy>>hilbertStep), uint16(xy&(1<<hilbertStep-1))
			swap, round := turn&1 != 0, turn&2 != 0
			n := uint16(0)
			for bit := hilbertStep - 1; bit >= 0; bit-- {
				bx, by := x>>bit&1, y>>bit&1
				if round {
					bx, by = 1-bx, 1-by
				}
				if swap {
					bx, by = by, bx
				}
				n = n<<2 | (3*bx ^ by)
				if by == 0 {
					// The curve lies mirrored in this part, and for the last one also turned.
					if bx == 1 {
						round = !round
					}
					swap = !swap
				}
			}
			at := n << 2
			if swap {
				at |= 1
			}
			if round {
				at |= 2
			}
			t[turn][xy] = at
		}
	}
	return t
}()
