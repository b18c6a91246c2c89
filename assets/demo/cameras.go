package demo

// Camera is a fixed reader or a mobile unit.
type Camera struct {
	ID         string  // e.g. WIL-014; rows carry it
	Name       string  // e.g. "E Front St eastbound"
	Lon, Lat   float64 // of a mobile unit: where it is based; of a trailer: where it stands at the end
	HeadingDeg float64 // of the traffic it reads, degrees clockwise from north; -1 for mobile units
	Kind       string  // fixed or mobile
	Source     string  // law-enforcement or commercial
	Road       string  // e.g. "I-95"; empty for mobile units
}

// Cameras returns the world's cameras: fixed ones by id, then mobile units.
func (w *World) Cameras() []Camera {
	var out []Camera
	for _, s := range w.net.sites[:w.net.cameras] {
		out = append(out, s.Camera)
	}
	last := w.days() - 1
	for u, x := range units {
		c := Camera{ID: x.id, Name: x.name, Lon: x.lon, Lat: x.lat, HeadingDeg: -1, Kind: "mobile", Source: x.source}
		if x.trailer {
			at := w.net.sites[w.wayPoint(u, last)]
			c.Name, c.Lon, c.Lat = x.name+", "+at.Name, at.Lon, at.Lat
		}
		out = append(out, c)
	}
	return out
}

// camera returns the fixed camera of an id.
func (n *network) camera(id string) (int, bool) {
	for i := range n.sites[:n.cameras] {
		if n.sites[i].ID == id {
			return i, true
		}
	}
	return 0, false
}
