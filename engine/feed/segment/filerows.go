package segment

import (
	"io"
	"math"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/parquet-go/parquet-go/format"
	"github.com/paulmach/orb"
)

// fileColumns are the decoded columns of a row group.
type fileColumns struct {
	id, plate, state, maker, model, color, camera, source, supersedes []string
	at                                                                []int64
	lon, lat, heading, confidence                                     []float64
	year, passes, x, y, w, h                                          []int64
	photos                                                            []feed.Picture
	counts, firsts                                                    []int
}

func (f *File) decode(i int) (*fileColumns, error) {
	fg := &f.groups[i]
	body := make([]byte, max(0, fg.end-fg.start))
	if _, err := f.r.ReadAt(body, fg.start); err != nil && err != io.EOF {
		return nil, err
	}
	g := &group{chunks: fg.chunks, body: body, offset: fg.start, zstd: f.zstd, unpack: maxFileUnpacked}
	n := fg.rows
	c := &fileColumns{
		id: g.texts("id", n), plate: g.texts("plate", n), state: g.texts("state", n), maker: g.texts("make", n), model: g.texts("model", n),
		color: g.texts("color", n), camera: g.texts("camera", n), source: g.texts("source", n), supersedes: g.texts("supersedes", n),
		at:      g.instants(n),
		heading: g.doubles("heading", n, detection.NoHeading), confidence: g.doubles("confidence", n, detection.NoConfidence),
		year: g.ints("year", n, 0), passes: g.ints("passes", n, 1),
		x: g.ints("box_x", n, 0), y: g.ints("box_y", n, 0), w: g.ints("box_w", n, 0), h: g.ints("box_h", n, 0),
	}
	if g.pages("lon") != nil {
		c.lon, c.lat = g.doubles("lon", n, math.NaN()), g.doubles("lat", n, math.NaN())
	} else {
		c.lon, c.lat = g.points(n)
	}
	c.photos, c.counts = g.photos(n)
	first := 0
	for _, k := range c.counts {
		c.firsts = append(c.firsts, first)
		first += k
	}
	return c, g.err
}

// read makes one row a read, normalised; whether it is good, CheckRead says.
func (c *fileColumns) read(i int) feed.Read {
	d := feed.Read{
		Detection: detection.Detection{
			ID: strings.TrimSpace(c.id[i]), Plate: detection.NormalizePlate(c.plate[i]), State: detection.NormalizeWord(c.state[i]),
			Time: millis(c.at[i]), Pos: orb.Point{c.lon[i] + 0, c.lat[i] + 0}, Make: detection.NormalizeWord(c.maker[i]),
			Model: detection.NormalizeWord(c.model[i]), Color: detection.NormalizeWord(c.color[i]), Year: int(c.year[i]),
			HeadingDeg: c.heading[i], Camera: strings.TrimSpace(c.camera[i]), Confidence: c.confidence[i], Photos: c.counts[i],
		},
		Passes: int(c.passes[i]), Supersedes: strings.TrimSpace(c.supersedes[i]),
		Box: feed.Box{X: int(c.x[i]), Y: int(c.y[i]), W: int(c.w[i]), H: int(c.h[i])},
	}
	if d.HeadingDeg == 360 {
		d.HeadingDeg = 0
	}
	if d.Confidence > 1 && d.Confidence <= 100 { // a percentage
		d.Confidence /= 100
	}
	d.Source = detection.Source(strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(strings.TrimSpace(c.source[i]))))
	if k := c.counts[i]; k > 0 {
		d.Pictures = c.photos[c.firsts[i] : c.firsts[i]+k]
	}
	return d
}

func (g *group) kind(path string) leaf {
	for i := range g.chunks {
		if g.chunks[i].path == path {
			return g.chunks[i].leaf
		}
	}
	return leaf{}
}

// texts decodes a column of text, or of whole numbers as their decimals.
func (g *group) texts(path string, n int) []string {
	if k := g.kind(path).kind; k != format.Int64 && k != format.Int32 {
		return take(g, path, n, plainText, "").values
	}
	numbers := g.ints(path, n, math.MinInt64)
	out := make([]string, len(numbers))
	for i, v := range numbers {
		if v != math.MinInt64 {
			out[i] = strconv.FormatInt(v, 10)
		}
	}
	return out
}

func (g *group) ints(path string, n int, null int64) []int64 {
	if g.kind(path).kind != format.Int32 {
		return take(g, path, n, plainInt64, null).values
	}
	narrow := take(g, path, n, plainInt32, math.MinInt32).values
	out := make([]int64, len(narrow))
	for i, v := range narrow {
		if out[i] = int64(v); v == math.MinInt32 {
			out[i] = null
		}
	}
	return out
}

func (g *group) doubles(path string, n int, null float64) []float64 {
	if g.kind(path).kind == format.Float {
		return take(g, path, n, plainFloat, null).values
	}
	return take(g, path, n, plainDouble, null).values
}

// instants decodes the times, in milliseconds. What is finer is cut, towards the past.
func (g *group) instants(n int) []int64 {
	at := take(g, "time", n, plainInt64, math.MinInt64).values
	per := int64(1)
	switch l := g.kind("time").logical; {
	case strings.HasPrefix(l, "timestamp micros"):
		per = 1000
	case strings.HasPrefix(l, "timestamp nanos"):
		per = 1_000_000
	}
	if per > 1 {
		for i, v := range at {
			q := v / per
			if v%per < 0 {
				q--
			}
			at[i] = q
		}
	}
	return at
}

// points decodes the geometry column; what is no point becomes NaN.
func (g *group) points(n int) (lon, lat []float64) {
	lon, lat = make([]float64, n), make([]float64, n)
	for i, b := range take(g, "geometry", n, plainText, "").values {
		x, y, ok := getPoint(b)
		if !ok {
			x, y = math.NaN(), math.NaN()
		}
		lon[i], lat[i] = x, y
	}
	return lon, lat
}
