package photo

import (
	"errors"
	"time"
)

// The sizes of the pictures, in pixels.
const (
	VehicleWidth, VehicleHeight = 1280, 960
	PlateWidth, PlateHeight     = 640, 400
)

// Body is the shape of a vehicle.
type Body string

// The bodies. Others are drawn as a sedan.
const (
	Sedan     Body = "sedan"
	SUV       Body = "suv"
	Pickup    Body = "pickup"
	Van       Body = "van"
	Hatchback Body = "hatchback"
)

// Setting is what surrounds the road.
type Setting string

// The settings. Others are drawn as a city.
const (
	City    Setting = "city"
	Suburb  Setting = "suburb"
	Highway Setting = "highway"
)

// Spec says what a picture shows.
type Spec struct {
	Plate, State string // as they really are; State is a two-letter code
	Body         Body
	Color        string // upper-case word of the data, e.g. RED; unknown ones are grey
	Front        bool   // seen from the front, else from behind
	Setting      Setting
	Time         time.Time // in the zone to be shown in the caption
	Caption      string    // burned in after the camera and the time, e.g. "E FRONT ST EB"
	Camera       string    // e.g. WIL-014
	Lon, Lat     float64   // degrees, for the light and the metadata
	Driver       bool      // a driver's silhouette shows in the glass
	Pedestrian   bool      // somebody walks beside the road
	Rain         bool
	Parked       bool   // its lamps are off
	Seed         uint64 // everything else that varies
}

func (s Spec) check() error {
	if len(s.Plate) > 12 || len(s.Camera) > 40 || len(s.Caption) > 60 {
		return errors.New("photo: plate, camera or caption is too long")
	}
	return nil
}

// variety gives the k-th of a picture's independent random numbers, in [0, 1).
func (s Spec) variety(k uint64) float64 {
	z := s.Seed + (k+1)*0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return float64((z^z>>31)>>11) / (1 << 53)
}
