package views_test

import (
	"testing"

	"cordon/app/theme"
	"cordon/engine"
	"cordon/engine/feed"
)

// A photo that cannot be shown is shown as missing, with the reason, in the detail and on the photo
// desk, and never as a blank.
func TestMissingPhotoSaysWhy(t *testing.T) {
	d := results(t, 1372, 860)
	d.w.OnPhotos = func(engine.DetectionRef) ([]engine.Photo, error) { return nil, feed.ErrNotFound }
	d.model.State().Results.Step(1)
	d.w.Pump()
	if !d.Shows("The photos could not be loaded. It is not in the feed, or not for this workstation.") || !d.Shows("Try again") {
		t.Error("the detail does not say why")
	}
	d.w.OnPhotos = func(engine.DetectionRef) ([]engine.Photo, error) {
		return []engine.Photo{{Kind: engine.PhotoPlate, JPEG: []byte("no picture")}}, nil
	}
	d.Click(d.Button("Try again"))
	d.w.Pump()
	for _, want := range []string{"Plate photo damaged", "No vehicle photo"} {
		if !d.Shows(want) {
			t.Errorf("the detail does not say %q", want)
		}
	}
	d.Capture("missing-detail")
	for _, v := range []theme.Variant{theme.Dark, theme.Light} {
		data := cropData()
		data.Image, data.Error = nil, "The feed cannot be reached now."
		b := newCrop(t, v, 1280, 800, data)
		b.Capture("missing-desk-" + map[theme.Variant]string{theme.Dark: "dark", theme.Light: "light"}[v])
		if !b.Shows(data.Error) || b.c.Missing() != "There is no photo to save." {
			t.Errorf("the photo desk says %q", b.c.Missing())
		}
	}
}
