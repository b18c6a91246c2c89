package demo

import (
	"fmt"
	"strings"

	"cordon/assets/demo/photo"
)

// PhotoKind is what a photo shows.
type PhotoKind string

// The kinds of photo. A row with Photos = 1 has the vehicle view alone.
const (
	PhotoVehicle PhotoKind = "vehicle" // photo.VehicleWidth × photo.VehicleHeight
	PhotoPlate   PhotoKind = "plate"   // photo.PlateWidth × photo.PlateHeight
)

// PhotoKinds returns the kinds of photo that a row with n photos has.
func PhotoKinds(n int) []PhotoKind {
	return []PhotoKind{PhotoVehicle, PhotoPlate}[:max(0, min(n, 2))]
}

// Photo draws one photo of a row, as a JPEG, in constant time. Of the row it needs ID, Plate,
// State, TimeMs, Lon, Lat, Camera and Photos. It shows what really drove by: a misread plate is
// seen as it is. The same row gives the same bytes. Errors: ErrNoPhoto, ErrNotOurs.
func (w *World) Photo(r Row, kind PhotoKind) ([]byte, error) {
	spec, err := w.PhotoSpec(r)
	if err != nil {
		return nil, err
	}
	for _, k := range PhotoKinds(r.Photos) {
		if k != kind {
			continue
		}
		if k == PhotoPlate {
			return photo.Plate(spec)
		}
		return photo.Vehicle(spec)
	}
	return nil, fmt.Errorf("%w: %q of row %s", ErrNoPhoto, kind, r.ID)
}

// PhotoSpec returns what the photos of a row show.
func (w *World) PhotoSpec(r Row) (photo.Spec, error) {
	car, ok := w.Truth(r.ID, r.Plate, r.State)
	if !ok {
		return photo.Spec{}, fmt.Errorf("%w: %q", ErrNotOurs, r.ID)
	}
	h := newRng(w.seed, saltPhoto, text(r.ID))
	s := photo.Spec{
		Plate: car.Plate, State: car.State, Body: photo.Body(car.Body), Color: car.Color,
		Time: Eastern(r.Time()), Camera: r.Camera, Lon: r.Lon, Lat: r.Lat, Seed: h.next(),
		Setting: photo.Suburb,
		Caption: fmt.Sprintf("%.5f N %.5f W", r.Lat, -r.Lon),
	}
	if i, ok := w.net.camera(r.Camera); ok {
		site := w.net.sites[i]
		s.Setting, s.Caption = settingOf(site.Camera), captionOf(site.Name)
	}
	s.Front = states[stateIndex(car.State)].front && h.n(100) < 45
	s.Driver = h.n(100) < 38
	if strings.HasPrefix(r.Camera, "MOB") { // patrols read what stands at the kerb
		s.Parked, s.Driver = true, s.Driver && h.n(8) == 0
	}
	s.Pedestrian = h.n(100) < map[photo.Setting]int{photo.City: 24, photo.Suburb: 14, photo.Highway: 2}[s.Setting]
	region := uint64((r.Lat-38)*3) + 1
	s.Rain = hash(w.seed, saltPhoto, uint64(r.TimeMs/(4*3_600_000)), region)%100 < 12
	if car.Plate == "7KDM482" && r.Camera == "WIL-014" { // the picture of the interface
		s.Driver, s.Pedestrian, s.Rain = true, true, false
	}
	return s, nil
}

func settingOf(c Camera) photo.Setting {
	switch {
	case strings.HasPrefix(c.Road, "I-"), strings.HasPrefix(c.Road, "DE 1 "), c.Road == "DE 1", strings.HasPrefix(c.Road, "US 301"):
		return photo.Highway
	case strings.HasPrefix(c.ID, "WIL"), strings.HasPrefix(c.ID, "DOV"):
		return photo.City
	}
	return photo.Suburb
}

// captionOf shortens a camera's name as cameras do: "E FRONT ST EB".
func captionOf(name string) string {
	for _, d := range []string{"northbound", "eastbound", "southbound", "westbound"} {
		if strings.HasSuffix(name, d) {
			name = strings.TrimSuffix(name, d) + d[:1] + "B"
		}
	}
	return strings.ToUpper(name)
}
