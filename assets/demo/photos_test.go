package demo

import (
	"bytes"
	"errors"
	"image/jpeg"
	"testing"

	"cordon/assets/demo/photo"
)

// photos come from the row alone, in a world that was never streamed.
func TestPhotosComeFromTheRowAlone(t *testing.T) {
	made := world(t, Options{Rows: 20_000})
	fresh, err := New(DefaultSeed, Options{Rows: 5, Days: 3, Vehicles: 9})
	if err != nil {
		t.Fatal(err)
	}
	n, misread := 0, 0
	for r := range made.Detections() {
		v, _ := made.Truth(r.ID, r.Plate, r.State)
		if v.Plate != r.Plate {
			misread++
		}
		if n++; n%4000 != 1 && !(v.Plate != r.Plate && misread%200 == 1) {
			continue
		}
		spec, err := fresh.PhotoSpec(Row{ID: r.ID, Plate: r.Plate, State: r.State, TimeMs: r.TimeMs, Lon: r.Lon, Lat: r.Lat, Camera: r.Camera})
		if err != nil {
			t.Fatal(err)
		}
		if spec.Plate != v.Plate || spec.State != v.State || spec.Color != v.Color || string(spec.Body) != v.Body {
			t.Errorf("row %s: picture of %+v, really %+v", r.ID, spec, v)
		}
		for _, k := range PhotoKinds(r.Photos) {
			a, err := made.Photo(r, k)
			if err != nil {
				t.Fatal(err)
			}
			b, err := fresh.Photo(r, k)
			if err != nil || !bytes.Equal(a, b) {
				t.Errorf("row %s %s: the photo differs in another world of the seed (%v)", r.ID, k, err)
			}
			if _, err := jpeg.DecodeConfig(bytes.NewReader(a)); err != nil {
				t.Error(err)
			}
		}
	}
	if misread == 0 {
		t.Error("no row was misread")
	}
}

// a row with one photo has no plate view.
func TestOnePhotoIsTheVehicleView(t *testing.T) {
	w := world(t, Options{Rows: 3000})
	for r := range w.Detections() {
		if r.Photos != 1 {
			continue
		}
		if _, err := w.Photo(r, PhotoPlate); !errors.Is(err, ErrNoPhoto) {
			t.Errorf("plate view: %v", err)
		}
		if _, err := w.Photo(r, PhotoVehicle); err != nil {
			t.Errorf("vehicle view: %v", err)
		}
		if _, err := w.Photo(r, "selfie"); !errors.Is(err, ErrNoPhoto) {
			t.Errorf("other kind: %v", err)
		}
		if _, err := w.Photo(Row{ID: "17", Plate: "X", State: "DE", Photos: 2}, PhotoVehicle); !errors.Is(err, ErrNotOurs) {
			t.Errorf("foreign row: %v", err)
		}
		return
	}
	t.Error("no row has one photo")
}

func TestPhotosVary(t *testing.T) {
	w := world(t, Options{Rows: 20_000})
	driver, walker, rain, front, n := 0, 0, 0, 0, 0
	bodies, settings := map[photo.Body]int{}, map[photo.Setting]int{}
	for r := range w.Detections() {
		s, err := w.PhotoSpec(r)
		if err != nil {
			t.Fatal(err)
		}
		n++
		bodies[s.Body]++
		settings[s.Setting]++
		for p, on := range map[*int]bool{&driver: s.Driver, &walker: s.Pedestrian, &rain: s.Rain, &front: s.Front} {
			if on {
				*p++
			}
		}
		if s.Front && (s.State == "DE" || s.State == "PA") {
			t.Fatalf("%s has no front plate", s.State)
		}
	}
	within(t, "driver", float64(driver)/float64(n), 0.3, 0.45)
	within(t, "pedestrian", float64(walker)/float64(n), 0.05, 0.25)
	within(t, "rain", float64(rain)/float64(n), 0.04, 0.25)
	within(t, "front", float64(front)/float64(n), 0.02, 0.3)
	if len(bodies) != 5 || len(settings) != 3 {
		t.Errorf("bodies %v, settings %v", bodies, settings)
	}
}
