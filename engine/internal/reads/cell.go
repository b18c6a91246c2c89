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
	for s := uint32(side / 2); s > 0; s /= 2 {
		var rx, ry uint32
		if x&s != 0 {
			rx = 1
		}
		if y&s != 0 {
			ry = 1
		}
		d += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = side-1-x, side-1-y
			}
			x, y = y, x
		}
	}
	return d
}
