package reads

import (
	"strconv"

	"github.com/paulmach/orb"
)

// recs decodes whole rows. rows are row numbers of the block, ascending; out must be as
// long. known are the points that have a number. rec.cell and rec.plate are left for the
// caller.
func (b *block) recs(rows []int32, out []rec, known []orb.Point) error {
	g := gatherers.Get().(*gatherer)
	defer gatherers.Put(g)
	g.of(b, rows)
	if err := g.positions(known, func(i int, p orb.Point, number uint32) { out[i].pos, out[i].point = p, number }); err != nil {
		return err
	}
	for _, c := range [...]struct {
		col int
		set func(r *rec, v int64)
	}{
		{colVehicle, func(r *rec, v int64) { r.vehicle = uint32(v) }},
		{colTime, func(r *rec, v int64) { r.time = v }},
		{colMake, func(r *rec, v int64) { r.make = uint32(v) }},
		{colModel, func(r *rec, v int64) { r.model = uint32(v) }},
		{colColor, func(r *rec, v int64) { r.color = uint32(v) }},
		{colYear, func(r *rec, v int64) { r.year = int32(v) }},
		{colCamera, func(r *rec, v int64) { r.camera = uint32(v) }},
		{colSource, func(r *rec, v int64) { r.source = uint32(v) }},
		{colPhotos, func(r *rec, v int64) { r.photos = uint8(v) }},
		{colBatch, func(r *rec, v int64) { r.batch = uint32(v) }},
	} {
		vals, err := g.column(c.col)
		if err != nil {
			return err
		}
		for i, v := range vals {
			c.set(&out[i], v)
		}
	}
	if err := g.ids(func(i int, id recID) { out[i].id = id }); err != nil {
		return err
	}
	vals, scale, err := g.floats(colHeading)
	if err != nil {
		return err
	}
	for i, v := range vals {
		out[i].heading = unscaleFloat(v, scale)
	}
	if vals, scale, err = g.floats(colConf); err != nil {
		return err
	}
	for i, v := range vals {
		out[i].conf = unscaleFloat(v, scale)
	}
	return nil
}

// positions gives the point of each row, and 1 + its number where the block names it, else 0.
func (g *gatherer) positions(known []orb.Point, set func(i int, p orb.Point, number uint32)) error {
	b := g.b
	of, err := g.column(colPoint)
	if err != nil {
		return err
	}
	at, rows := g.at[:0], g.atOf[:0] // points the block holds, and what asks for them
	ascending := true
	for i, k := range of {
		if n := k - int64(b.pts); n >= 0 {
			if n >= int64(len(known)) {
				return errCodec
			}
			set(i, known[n], uint32(n)+1)
			continue
		}
		ascending = ascending && (len(at) == 0 || int32(k) >= at[len(at)-1])
		at, rows = append(at, int32(k)), append(rows, int32(i))
	}
	g.at, g.atOf = at, rows
	if 4*len(at) > b.pts || b.placed.Load() != nil {
		pts, err := b.points()
		if err != nil {
			return err
		}
		for i, k := range at {
			set(int(rows[i]), pts.at[k], 0)
		}
		return nil
	}
	axes := [2][]int64{sized(&g.axes[0], len(at)), sized(&g.axes[1], len(at))}
	for axis, out := range axes {
		if ascending {
			err = g.ints(b.cols[colLon+axis], b.pts, at, false, out)
		} else { // cursors go forward only
			err = g.each(b.cols[colLon+axis], b.pts, at, out)
		}
		if err != nil {
			return err
		}
	}
	for i := range at {
		set(int(rows[i]), orb.Point{unscaleFloat(axes[0][i], b.scale), unscaleFloat(axes[1][i], b.scale)}, 0)
	}
	return nil
}

// each is ints for places in any order.
func (g *gatherer) each(src []byte, n int, at []int32, out []int64) error {
	for i := range at {
		if err := g.ints(src, n, at[i:i+1], false, out[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// ids gives the id of each row.
func (g *gatherer) ids(set func(i int, id recID)) error {
	src := g.b.cols[colID]
	if len(src) == 0 {
		return errCodec
	}
	form, src := src[0], src[1:]
	prefix := ""
	if form != idNumbers {
		if len(src) == 0 || len(src)-1 < int(src[0]) {
			return errCodec
		}
		prefix, src = string(src[1:1+int(src[0])]), src[1+int(src[0]):]
	}
	switch form {
	case idNumbers, idPadded:
		width := 0
		if form == idPadded {
			if len(src) == 0 || src[0] == 0 || src[0] > 18 {
				return errCodec
			}
			width, src = int(src[0]), src[1:]
		}
		vals := sized(&g.vals, len(g.rows))
		if err := g.ints(src, g.b.n, g.rows, true, vals); err != nil {
			return err
		}
		for i, v := range vals {
			if v < 0 {
				return errCodec
			}
			if form == idNumbers {
				set(i, recID{num: uint64(v)})
				continue
			}
			digits := make([]byte, 0, len(prefix)+20)
			digits = append(digits, prefix...)
			s := strconv.FormatInt(v, 10)
			for k := len(s); k < width; k++ {
				digits = append(digits, '0')
			}
			set(i, parseID(string(append(digits, s...))))
		}
		return nil
	case idStrings:
		n := g.b.n
		if len(src) < n {
			return errCodec
		}
		rest, at, start := src[n:], 0, 0 // start of the text of row at
		for i, r := range g.rows {
			for ; at < int(r); at++ {
				start += int(src[at])
			}
			if start+int(src[at]) > len(rest) {
				return errCodec
			}
			set(i, parseID(prefix+string(rest[start:start+int(src[at])])))
		}
		return nil
	}
	return errCodec
}
