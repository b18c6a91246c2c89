package demo

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the files that build/ makes
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"
)

//go:embed network.bin.gz
var networkGz []byte

//go:embed sites.csv
var sitesCSV []byte

//go:embed sensitive.geojson
var sensitiveJSON []byte

// Sensitive returns the schools, medical sites and places of worship of Delaware as a GeoJSON
// feature collection (points and polygons; properties kind: school, medical, worship; and name).
// The caller owns the bytes. Data © OpenStreetMap contributors, ODbL.
func Sensitive() []byte { return bytes.Clone(sensitiveJSON) }

// zone is a neighbourhood; or, with gate > 0, a crossing of the state's border.
type zone struct {
	lon, lat float64
	gate     float64
	spots    [3][]int32 // by kind, in walking order
}

// The kinds of spot.
const (
	spotHome = iota
	spotWork
	spotShop
)

// spot is a place where a vehicle stands; heading is that of its street.
type spot struct {
	lon, lat float64
	heading  int16
	kind     uint8
	zone     int16
	access   int16 // seconds from here to the node where its zone's routes begin
}

// pass is a site on a route, sec seconds after the start in free traffic.
type pass struct{ site, sec uint16 }

type route struct {
	sec    int32
	passes []pass
}

// site is a fixed camera or, with camera false, a way point.
type site struct {
	Camera
	camera bool
}

// network is what build/ makes. It is read-only after loading and shared by all worlds.
type network struct {
	zones   []zone
	spots   []spot
	sites   []site
	cameras int       // sites[:cameras] are cameras
	routes  []route   // from × len(zones) + to
	inner   int       // zones[:inner] are neighbourhoods, the rest are gates
	to      [][]table // by kind (work, shop), from zone: where trips go
	gates   table
}

func (n *network) route(from, to int) route { return n.routes[from*len(n.zones)+to] }

// loadNetwork decodes the embedded files, once in a process.
var loadNetwork = sync.OnceValues(func() (*network, error) {
	n, err := decodeNetwork(networkGz, sitesCSV)
	if err != nil {
		return nil, fmt.Errorf("the demo's road network is damaged; build Cordon again: %w", err)
	}
	return n, nil
})

func decodeNetwork(gz, sites []byte) (*network, error) {
	n := &network{}
	rows, err := csv.NewReader(bytes.NewReader(sites)).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range rows[1:] {
		s := site{camera: r[1] == "fixed"}
		s.Camera = Camera{ID: r[0], Kind: r[1], Name: r[2], Road: r[3], Source: r[7]}
		for i, f := range []*float64{&s.Lon, &s.Lat, &s.HeadingDeg} {
			if *f, err = strconv.ParseFloat(r[4+i], 64); err != nil {
				return nil, err
			}
		}
		if s.camera {
			n.cameras++
		}
		n.sites = append(n.sites, s)
	}
	zr, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(zr)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(b, []byte("CDN1")) {
		return nil, errors.New("wrong format")
	}
	d := decoder{b: b[4:]}
	n.zones = make([]zone, d.u())
	for i := range n.zones {
		n.zones[i] = zone{lon: float64(d.s()) / 1e6, lat: float64(d.s()) / 1e6, gate: float64(d.u()) / 10}
		if n.zones[i].gate == 0 {
			n.inner = i + 1
		}
	}
	n.spots = make([]spot, d.u())
	x, y := 0, 0
	for i := range n.spots {
		x, y = x+d.s(), y+d.s()
		s := spot{lon: float64(x) / 1e6, lat: float64(y) / 1e6, heading: int16(d.u()), kind: uint8(d.u()), zone: int16(d.u())}
		if int(s.kind) > spotShop || int(s.zone) >= len(n.zones) {
			return nil, errors.New("spot out of range")
		}
		z := &n.zones[s.zone]
		s.access = int16(math.Hypot((s.lon-z.lon)*86150, (s.lat-z.lat)*111040) / 10)
		n.spots[i] = s
		z.spots[s.kind] = append(z.spots[s.kind], int32(i))
	}
	if int(d.u()) != len(n.sites) {
		return nil, errors.New("sites.csv belongs to another network")
	}
	n.routes = make([]route, len(n.zones)*len(n.zones))
	for i := range n.routes {
		r := route{sec: int32(d.u())}
		r.passes = make([]pass, d.u())
		t := 0
		for j := range r.passes {
			site := d.u()
			t += int(d.u())
			r.passes[j] = pass{uint16(site), uint16(t)}
			if int(site) >= len(n.sites) {
				return nil, errors.New("route past an unknown site")
			}
		}
		n.routes[i] = r
	}
	if d.bad || len(d.b) > 0 {
		return nil, errors.New("wrong length")
	}
	n.choices()
	return n, nil
}

// choices makes the gravity tables: the farther away, the fewer trips.
func (n *network) choices() {
	n.to = make([][]table, 3)
	for kind, reachSec := range map[int]float64{spotWork: 1000, spotShop: 380} {
		n.to[kind] = make([]table, len(n.zones))
		for from := range n.zones {
			w := make([]float64, n.inner)
			for to := range w {
				w[to] = (float64(len(n.zones[to].spots[kind])) + 0.05) * math.Exp(-float64(n.route(from, to).sec)/reachSec)
			}
			n.to[kind][from] = newTable(w)
		}
	}
	var g []float64
	for _, z := range n.zones[n.inner:] {
		g = append(g, z.gate)
	}
	n.gates = newTable(g)
}

// decoder reads varints; bad is set, and zeros come, once the input is short.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) u() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > 1<<24 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) s() int {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return int(v)
}
