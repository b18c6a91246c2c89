package intake

import (
	"fmt"
	"strings"
	"time"

	"cordon/engine/feed"
)

// decodePlateRec reads one message of Plate Recognizer: with hook and data as the webhook
// sends it, or what stands in data alone, as in its JSON lines. Each result becomes a read.
// A result that cannot be read has its reason in bad.
func decodePlateRec(o object, upload []picture) (drafts []draft, bad []error, err error) {
	hook, err := o.child("hook")
	if err != nil {
		return nil, nil, err
	}
	data := o
	if o.has("data") || o.has("hook") {
		if data, err = o.child("data"); err != nil {
			return nil, nil, err
		}
	}
	if event, err := hook.text("event"); err != nil {
		return nil, nil, err
	} else if event != "" && event != "recognition" && event != "image.done" && !data.has("results") {
		return nil, nil, &skipped{"event " + cut(event, 40)}
	}
	if !data.has("results") {
		return nil, nil, rejectf("%sresults is missing; is this a Plate Recognizer message?", data.path)
	}
	results, err := data.list("results", MaxResults)
	if err != nil {
		return nil, nil, err
	}
	if len(results) == 0 {
		return nil, nil, &skipped{"message without a plate"}
	}
	camera, err := data.text("camera_id")
	if err != nil {
		return nil, nil, err
	}
	at, note, err := plateRecTime(data)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range results {
		d := draft{region: true, pictures: upload, cells: map[string]string{"camera": camera, "time": formatTime(at)}}
		if note != "" {
			d.notes = append(d.notes, note)
		}
		if err := plateRecResult(r, &d); err != nil {
			bad = append(bad, err)
			continue
		}
		drafts = append(drafts, d)
	}
	return drafts, bad, nil
}

// plateRecTime takes timestamp where it says its zone, and timestamp_local otherwise.
func plateRecTime(data object) (at time.Time, note string, err error) {
	var found []time.Time
	for _, key := range []string{"timestamp", "timestamp_local"} {
		s, err := data.text(key)
		if err != nil {
			return at, "", err
		}
		if t, ok := parseZoned(s); ok {
			found = append(found, t)
		} else if s != "" && key == "timestamp_local" && len(found) == 0 {
			return at, "", rejectf("%stimestamp and timestamp_local do not say their time zone", data.path)
		}
	}
	if len(found) == 0 {
		return at, "", rejectf("%stimestamp is missing or does not say its time zone", data.path)
	}
	if len(found) == 2 && !found[0].Equal(found[1]) {
		note = "timestamp and timestamp_local differ; timestamp was taken"
	}
	return found[0], note, nil
}

// parseZoned reads a time with its offset: RFC 3339, or with a space between date and time. An
// offset that lost its plus sign in a form counts as one with it.
func parseZoned(s string) (time.Time, bool) {
	if i := strings.LastIndexByte(s, ' '); i > len("2006-01-02") {
		s = s[:i] + "+" + s[i+1:]
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 0 && t.Year() < 10000 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func plateRecResult(r object, d *draft) error {
	if r.fields["plate"] == nil {
		return &skipped{"vehicle without a plate"}
	}
	plate, err := r.text("plate")
	if err != nil {
		return err
	}
	d.cells["plate"] = plate
	score, ok, err := r.number("score")
	if err != nil {
		return err
	}
	if ok {
		if score < 0 || score > 1 {
			return rejectf("%sscore %s is outside 0 to 1", r.path, formatNumber(score))
		}
		d.cells["confidence"] = formatNumber(score)
	}
	region, err := r.child("region")
	if err != nil {
		return err
	}
	if d.cells["state"], err = region.text("code"); err != nil {
		return err
	}
	if err := plateRecVehicle(r, d); err != nil {
		return err
	}
	// Reads of one message and one plate differ by where the plate stands.
	box, err := corners(r, "box")
	if err != nil {
		return err
	}
	// hook.id names the camera or the hook, not the read, so the id is derived.
	d.cells["id"] = "p-" + short(d.cells["camera"], d.cells["time"], strings.ToUpper(plate), fmt.Sprint(box))
	return nil
}

func plateRecVehicle(r object, d *draft) error {
	colors, err := r.list("color", maxCandidates)
	if err != nil {
		return err
	}
	if d.cells["color"], err = likeliest(colors, "color", "score"); err != nil {
		return err
	}
	models, err := r.list("model_make", maxCandidates)
	if err != nil {
		return err
	}
	for cell, key := range map[string]string{"make": "make", "model": "model"} {
		if d.cells[cell], err = likeliest(models, key, "score"); err != nil {
			return err
		}
	}
	vehicle, err := r.child("vehicle")
	if err != nil {
		return err
	}
	if d.box, err = corners(vehicle, "box"); err != nil {
		return err
	}
	// The picture may be the frame or a part of it; a box that reaches outside is not of it.
	fits := false
	for i := range d.pictures {
		w, h := d.pictures[i].size()
		if b := d.box; w > 0 && b.X >= 0 && b.Y >= 0 && b.X+b.W <= w && b.Y+b.H <= h {
			fits = true
		} else if w > 0 {
			d.box = feed.Box{}
		}
	}
	if !fits {
		d.box = feed.Box{}
	}
	return nil
}

// corners reads a box given by its corners.
func corners(o object, key string) (feed.Box, error) {
	c, err := o.child(key)
	if err != nil {
		return feed.Box{}, err
	}
	b, err := boxOf(c, "xmin", "ymin", "xmax", "ymax")
	if err != nil || b == (feed.Box{}) {
		return feed.Box{}, err
	}
	b.W, b.H = b.W-b.X, b.H-b.Y
	if b.W <= 0 || b.H <= 0 {
		return feed.Box{}, nil
	}
	return b, nil
}
