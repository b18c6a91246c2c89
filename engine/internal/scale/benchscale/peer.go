//go:build unix

package main

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/paulmach/orb"

	"cordon/engine/detection"
	"cordon/engine/geo"
	"cordon/engine/internal/reads"
	"cordon/engine/internal/scale"
)

// peer is the layout one would write first: Badger with one key a detection under its cell
// and time, and one under its plate and time that leads to it. Neither encrypted nor
// audited. It answers the same plans.
type peer struct{ db *badger.DB }

// Keys: 'g' cell(4) time(6) id(8) → the row; 'p' plate(12, padded) time(6) id(8) → cell(4).
const (
	cellStep = 0.005 // degrees: about half a kilometre
	geoKey   = 1 + 4 + 6 + 8
	plateKey = 1 + 12 + 6 + 8
)

func openPeer(dir string) (*peer, error) {
	opt := badger.DefaultOptions(dir)
	opt.Logger = nil
	db, err := badger.Open(opt)
	if err != nil {
		return nil, err
	}
	return &peer{db}, nil
}

func cellAt(x, y int) uint32 { return uint32(x)<<16 | uint32(y) }

func cellXY(lon, lat float64) (x, y int) {
	return int(math.Floor((lon + 180) / cellStep)), int(math.Floor((lat + 90) / cellStep))
}

func appendTime(b []byte, ms int64) []byte {
	var t [8]byte
	binary.BigEndian.PutUint64(t[:], uint64(ms))
	return append(b, t[2:]...)
}

func timeIn(b []byte) int64 {
	var t [8]byte
	copy(t[2:], b[:6])
	return int64(binary.BigEndian.Uint64(t[:]))
}

func appendGeoKey(b []byte, cell uint32, ms int64, id uint64) []byte {
	return binary.BigEndian.AppendUint64(appendTime(binary.BigEndian.AppendUint32(append(b, 'g'), cell), ms), id)
}

func appendPlateKey(b []byte, plate string, ms int64, id uint64) []byte {
	b = append(append(b, 'p'), plate...)
	for range 12 - len(plate) {
		b = append(b, 0)
	}
	return binary.BigEndian.AppendUint64(appendTime(b, ms), id)
}

// row is a detection as the peer stores it: fixed fields, then the texts with their lengths.
func encodeRow(b []byte, d *detection.Detection) []byte {
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(d.Pos[0]))
	b = binary.LittleEndian.AppendUint64(b, math.Float64bits(d.Pos[1]))
	b = binary.LittleEndian.AppendUint16(b, uint16(d.HeadingDeg))
	b = binary.LittleEndian.AppendUint16(b, uint16(math.Round(d.Confidence*1000)))
	b = binary.LittleEndian.AppendUint16(b, uint16(d.Year))
	b = append(b, byte(d.Photos))
	for _, s := range [...]string{d.Plate, d.State, d.Make, d.Color, d.Model, d.Camera, string(d.Source)} {
		b = append(append(b, byte(len(s))), s...)
	}
	return b
}

const fixedBytes = 8 + 8 + 2 + 2 + 2 + 1

func pointIn(v []byte) orb.Point {
	return orb.Point{math.Float64frombits(binary.LittleEndian.Uint64(v)), math.Float64frombits(binary.LittleEndian.Uint64(v[8:]))}
}

func textIn(v []byte, n int) []byte {
	v = v[fixedBytes:]
	for range n {
		v = v[1+v[0]:]
	}
	return v[1 : 1+v[0]]
}

func decodeRow(key, v []byte) detection.Detection {
	t := func(n int) string { return string(textIn(v, n)) }
	return detection.Detection{
		ID: fmt.Sprint(binary.BigEndian.Uint64(key[geoKey-8:])), Time: time.UnixMilli(timeIn(key[5:])).UTC(), Pos: pointIn(v),
		HeadingDeg: float64(binary.LittleEndian.Uint16(v[16:])), Confidence: float64(binary.LittleEndian.Uint16(v[18:])) / 1000,
		Year: int(binary.LittleEndian.Uint16(v[20:])), Photos: int(v[22]),
		Plate: t(0), State: t(1), Make: t(2), Color: t(3), Model: t(4), Camera: t(5), Source: detection.Source(t(6)),
	}
}

func peerLoad(ctx context.Context, w world) error {
	dir := filepath.Join(w.dir, "peer")
	if err := os.RemoveAll(dir); err != nil { // an interrupted load begins anew
		return err
	}
	sampler, begin := scale.StartSampler(), time.Now()
	p, err := openPeer(dir)
	if err != nil {
		return err
	}
	wb, shown, n := p.db.NewWriteBatch(), time.Now(), int64(0)
	defer wb.Cancel()
	for d := range scale.New(w.Options).Rows(0, w.Rows) {
		x, y := cellXY(d.Pos[0], d.Pos[1])
		cell, ms := cellAt(x, y), d.Time.UnixMilli()
		n++
		err := errors.Join(
			wb.Set(appendGeoKey(nil, cell, ms, uint64(n)), encodeRow(nil, &d)),
			wb.Set(appendPlateKey(nil, d.Plate, ms, uint64(n)), binary.BigEndian.AppendUint32(nil, cell)),
			ctx.Err(),
		)
		if err != nil {
			return errors.Join(err, p.db.Close())
		}
		if n%100_000 == 0 && time.Since(shown) > 5*time.Second {
			shown = time.Now()
			fmt.Fprintf(os.Stderr, "  %5.1f %%, %.0f rows/s, load average %s\n", 100*float64(n)/float64(w.Rows), float64(n)/time.Since(begin).Seconds(), scale.LoadAverage())
		}
	}
	if err := errors.Join(wb.Flush(), p.db.Close()); err != nil {
		return err
	}
	size := diskBytes(dir)
	return save(w, "peerload", scale.LoadReport{Rows: n, Seconds: time.Since(begin).Seconds(), CPUSeconds: cpuSeconds(), Bytes: size, Disk: size, Tries: 1, Usage: sampler.Stop()})
}

func peerQuery(ctx context.Context, o options, w world) error {
	sampler, begin := scale.StartSampler(), time.Now()
	p, err := openPeer(filepath.Join(w.dir, "peer"))
	if err != nil {
		return err
	}
	defer func() { p.db.Close() }()
	r := scale.QueryReport{Rows: w.Rows, OpenMs: float64(time.Since(begin)) / 1e6, When: time.Now().UTC()}
	// Slow enough to be steady in few rounds.
	if r.Timings, err = ask(ctx, scale.Effort{Rounds: max(o.rounds/3, 1), Budget: 15 * time.Second}, w, p); err != nil {
		return err
	}
	r.Usage = sampler.Stop()
	return save(w, "peerquery", r)
}

// hit is a key whose row matches.
type hit struct {
	ms   int64
	id   uint64
	cell uint32
}

// newestHits keeps the newest few.
type newestHits []hit

func order(a, b hit) int                { return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.id, b.id)) }
func (h newestHits) Len() int           { return len(h) }
func (h newestHits) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h newestHits) Less(i, j int) bool { return order(h[i], h[j]) < 0 }
func (h *newestHits) Push(x any)        { *h = append(*h, x.(hit)) }
func (h *newestHits) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

func (h *newestHits) offer(x hit, limit int) {
	switch {
	case len(*h) < limit:
		heap.Push(h, x)
	case limit > 0 && order((*h)[0], x) < 0:
		(*h)[0] = x
		heap.Fix(h, 0)
	}
}

// Ask implements scale.Subject.
func (p *peer) Ask(_ context.Context, plan reads.Plan) (matched, returned int64, err error) {
	err = p.db.View(func(txn *badger.Txn) error {
		switch plan.Kind {
		case detection.KindCommon:
			matched, err = common(txn, plan)
			returned = min(matched, int64(plan.Limit))
			return err
		case detection.KindGeo:
			var newest newestHits
			err := inArea(txn, plan, plan.Areas[0], func(h hit, _ []byte) {
				matched++
				newest.offer(h, plan.Limit)
			})
			if err != nil {
				return err
			}
			returned, err = rows(txn, newest)
			return err
		}
		var newest newestHits
		if matched, err = byPlate(txn, plan, &newest); err != nil {
			return err
		}
		returned, err = rows(txn, newest)
		return err
	})
	return matched, returned, err
}

// inArea calls found for the rows of a shape. value is valid during the call.
func inArea(txn *badger.Txn, plan reads.Plan, shape *geo.Shape, found func(h hit, value []byte)) error {
	it := txn.NewIterator(badger.IteratorOptions{PrefetchValues: false})
	defer it.Close()
	win := plan.Windows[0][0]
	from, to := win.From.UnixMilli(), win.To.UnixMilli()
	b := shape.Bound()
	x0, y0 := cellXY(b.Min[0], b.Min[1])
	x1, y1 := cellXY(b.Max[0], b.Max[1])
	words := len(plan.Makes)+len(plan.Colors) > 0
	var start []byte
	for x := x0; x <= x1; x++ {
		for y := y0; y <= y1; y++ {
			cell := cellAt(x, y)
			box := orb.Bound{Min: orb.Point{float64(x)*cellStep - 180, float64(y)*cellStep - 90}, Max: orb.Point{float64(x+1)*cellStep - 180, float64(y+1)*cellStep - 90}}
			rel := shape.Relate(box.Pad(1e-9))
			if rel == geo.Outside {
				continue
			}
			start = appendGeoKey(start[:0], cell, from, 0)
			for it.Seek(start); it.Valid(); it.Next() {
				key := it.Item().Key()
				if len(key) != geoKey || !bytes.Equal(key[:5], start[:5]) {
					break
				}
				h := hit{timeIn(key[5:]), binary.BigEndian.Uint64(key[11:]), cell}
				if h.ms >= to {
					break
				}
				var value []byte
				if rel != geo.Inside || words || plan.Kind == detection.KindCommon {
					err := it.Item().Value(func(v []byte) error {
						value = v
						return nil
					})
					if err != nil {
						return err
					}
				}
				if rel != geo.Inside {
					if at := pointIn(value); !shape.Contains(at[0], at[1]) {
						continue
					}
				}
				if words && !(isOne(plan.Makes, textIn(value, 2)) && isOne(plan.Colors, textIn(value, 3))) {
					continue
				}
				found(h, value)
			}
		}
	}
	return nil
}

func isOne(list []string, word []byte) bool {
	return len(list) == 0 || slices.Contains(list, string(word))
}

func common(txn *badger.Txn, plan reads.Plan) (int64, error) {
	type seen struct {
		areas uint64
		reads int
	}
	cars := map[detection.Vehicle]*seen{}
	for i, shape := range plan.Areas {
		err := inArea(txn, plan, shape, func(_ hit, v []byte) {
			car := detection.Vehicle{Plate: string(textIn(v, 0)), State: string(textIn(v, 1))}
			s := cars[car]
			if s == nil {
				s = new(seen)
				cars[car] = s
			}
			s.areas |= 1 << i
			s.reads++
		})
		if err != nil {
			return 0, err
		}
	}
	n := int64(0)
	for _, s := range cars {
		if bits := s.areas & (s.areas - 1); bits != 0 { // two or more
			n++
		}
	}
	return n, nil
}

// byPlate walks the plate keys that can match.
func byPlate(txn *badger.Txn, plan reads.Plan, newest *newestHits) (matched int64, err error) {
	it := txn.NewIterator(badger.IteratorOptions{PrefetchValues: false})
	defer it.Close()
	win := plan.Windows[0][0]
	from, to := win.From.UnixMilli(), win.To.UnixMilli()
	prefix := []byte{'p'}
	if plan.Pattern == nil {
		prefix = append(append(prefix, plan.Plate...), make([]byte, 12-len(plan.Plate))...)
	} else {
		for _, r := range plan.Pattern.Items() {
			if r == '?' || r == '*' {
				break
			}
			prefix = append(prefix, byte(r))
		}
	}
	var plate []byte
	match := false
	for it.Seek(prefix); it.Valid(); it.Next() {
		key := it.Item().Key()
		if !bytes.HasPrefix(key, prefix) || len(key) != plateKey {
			break
		}
		ms := timeIn(key[13:])
		if ms < from || ms >= to {
			continue
		}
		if plan.Pattern != nil {
			if p := bytes.TrimRight(key[1:13], "\x00"); !bytes.Equal(p, plate) {
				plate = append(plate[:0], p...)
				match = plan.Pattern.Match(string(plate))
			}
			if !match {
				continue
			}
		}
		h := hit{ms: ms, id: binary.BigEndian.Uint64(key[19:])}
		if err := it.Item().Value(func(v []byte) error { h.cell = binary.BigEndian.Uint32(v); return nil }); err != nil {
			return 0, err
		}
		if len(plan.States)+len(plan.Makes) > 0 {
			ok := false
			err := value(txn, h, func(_, v []byte) { ok = isOne(plan.States, textIn(v, 1)) && isOne(plan.Makes, textIn(v, 2)) })
			if err != nil {
				return 0, err
			}
			if !ok {
				continue
			}
		}
		matched++
		newest.offer(h, plan.Limit)
	}
	return matched, nil
}

func value(txn *badger.Txn, h hit, use func(key, v []byte)) error {
	item, err := txn.Get(appendGeoKey(nil, h.cell, h.ms, h.id))
	if err != nil {
		return err
	}
	return item.Value(func(v []byte) error { use(item.Key(), v); return nil })
}

// rows builds every row of the hits, newest first.
func rows(txn *badger.Txn, list newestHits) (int64, error) {
	slices.SortFunc(list, func(a, b hit) int { return order(b, a) })
	out := make([]detection.Detection, 0, len(list))
	for _, h := range list {
		if err := value(txn, h, func(key, v []byte) { out = append(out, decodeRow(key, v)) }); err != nil {
			return 0, err
		}
	}
	return int64(len(out)), nil
}
