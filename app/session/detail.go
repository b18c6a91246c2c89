package session

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // photos are JPEG
	_ "image/png"  // or PNG
	"math"
	"slices"
	"strings"

	"cordon/engine"
)

// maxPhotoPixels bounds what is decoded for the screen.
const maxPhotoPixels = 64 << 20

// photoCache is how many reads' photos stay decoded.
const photoCache = 24

// PhotoPhase is how far the photos of a read are.
type PhotoPhase int

// The phases of photos.
const (
	PhotosLoading PhotoPhase = iota
	PhotosReady
	PhotosFailed
)

// PhotoSet is the photos of one read.
type PhotoSet struct {
	Phase  PhotoPhase
	Photos []Photo
	Error  string
}

// Photo is one decoded photo. A photo that cannot be decoded has no Image and an Error.
type Photo struct {
	Kind     string // "vehicle", "plate"
	Image    image.Image
	Error    string
	SHA256   string // hex, of the file
	Metadata int    // bytes of metadata in the file
}

// Detail is the selected row.
type Detail struct {
	Plate, State string
	Vehicle      string // "red Toyota Camry, 2015–2018"
	Read, Reads  int    // "read 5 of 9": Read counts from 1; 0 when no read is loaded
	Hit          Hit
	Facts        []KeyValue
	Photos       PhotoSet
	PhotoNote    string // R-1, for this read
	Dots         []DetailDot
	Span         Span // the mini timeline's axis
	Kept         bool // this read is in the case
	CanKeep      bool
}

// Slots says, for the places of the vehicle's and the plate's photo, why there is none; empty where
// there is one.
func (p PhotoSet) Slots() [2]string {
	var out [2]string
	missing := []string{"vehicle", "plate"}
	for i, x := range p.Photos {
		missing = slices.DeleteFunc(missing, func(kind string) bool { return kind == x.Kind })
		if i < len(out) && x.Image == nil {
			out[i] = upperFirst(x.Kind) + " photo damaged"
		}
	}
	for i := len(p.Photos); i < len(out); i++ {
		switch {
		case p.Phase == PhotosLoading:
			out[i] = "Loading …"
		case len(missing) > 0:
			out[i], missing = "No "+missing[0]+" photo", missing[1:]
		}
	}
	return out
}

// KeyValue is one line of the detail; Place is the area whose letter stands after it, -1.
type KeyValue struct {
	Key, Value string
	Place      int
}

// DetailDot is one read on the mini timeline.
type DetailDot struct {
	At      float64 // 0–1 of the axis
	Place   int     // -1 none
	Current bool
}

// Selected returns the row index of the selection in the list, -1 when none.
func (r *Results) Selected() int {
	if r.selected < 0 {
		return -1
	}
	return slices.Index(r.shown, r.selected)
}

// Select selects row i of the list and shows its newest read.
func (r *Results) Select(i int) {
	if i < 0 || i >= len(r.shown) {
		return
	}
	r.rev++
	r.selected = r.shown[i]
	r.read = max(len(r.items[r.selected].hits)-1, 0)
	r.keep.reset()
	r.report.open, r.report.err = false, ""
	r.loadReports()
	r.loadPhotos()
	r.changed()
}

// Step moves the selection by n rows and stays inside the list.
func (r *Results) Step(n int) {
	if len(r.shown) == 0 {
		return
	}
	r.Select(min(max(r.Selected()+n, 0), len(r.shown)-1))
}

// StepRead moves to another read of the selected row.
func (r *Results) StepRead(n int) {
	if r.selected < 0 {
		return
	}
	r.ShowRead(r.read + n)
}

// ShowRead shows read i (0-based, oldest first) of the selected row.
func (r *Results) ShowRead(i int) {
	if r.selected < 0 || i < 0 || i >= len(r.items[r.selected].hits) || i == r.read {
		return
	}
	r.rev++
	r.read = i
	r.keep.reset()
	r.report.open, r.report.err = false, ""
	r.loadPhotos()
	r.changed()
}

// SelectHit selects the row and the read behind entry i of MapReads, as a tap on the map.
func (r *Results) SelectHit(camera string, lon, lat float64) {
	best := -1
	for n, i := range r.shown {
		for k, h := range r.items[i].hits {
			hit := r.hits[h]
			if hit.Camera == camera && hit.Lon == lon && hit.Lat == lat && r.passes(hit, facets_) {
				if i == r.selected { // stay on the plate that is shown
					r.ShowRead(k)
					return
				}
				if best < 0 {
					best = n
				}
			}
		}
	}
	if best < 0 {
		return
	}
	r.Select(best)
	for k, h := range r.items[r.selected].hits {
		if hit := r.hits[h]; hit.Camera == camera && hit.Lon == lon && hit.Lat == lat {
			r.ShowRead(k)
			return
		}
	}
}

// Detail returns the selected row, false when none is.
func (r *Results) Detail() (Detail, bool) {
	if r.selected < 0 {
		return Detail{}, false
	}
	it := r.items[r.selected]
	d := Detail{Plate: it.Plate, State: it.State, Vehicle: r.vehicleOf(it), Reads: len(it.hits)}
	if spans := r.draft.spans(); len(spans) > 0 {
		d.Span = Span{spans[0].From, spans[len(spans)-1].To}
		for _, s := range spans {
			if s.From.Before(d.Span.From) {
				d.Span.From = s.From
			}
			if s.To.After(d.Span.To) {
				d.Span.To = s.To
			}
		}
	}
	if len(it.hits) == 0 {
		d.PhotoNote = "Its reads are beyond the newest that were returned."
		return d, true
	}
	d.Read, d.Hit = r.read+1, r.hits[it.hits[r.read]]
	d.Kept = r.keep.refs[d.Hit.Ref]
	d.Facts = r.facts(d.Hit)
	d.Photos = PhotoSet{Phase: PhotosLoading}
	if p := r.cache[d.Hit.Ref]; p != nil {
		d.Photos = *p
	}
	n := d.Hit.Photos
	if d.Photos.Phase == PhotosReady {
		n = len(d.Photos.Photos)
	}
	if n < 2 {
		d.PhotoNote = upperFirst(count(int64(n), "photo", "photos")) + ", not for a case: a case needs vehicle and plate (rule R-1)."
	}
	d.CanKeep = n >= 2
	span := d.Span.To.Sub(d.Span.From)
	for k, h := range it.hits {
		dot := DetailDot{Place: -1, Current: k == r.read}
		if span > 0 {
			dot.At = math.Min(1, math.Max(0, float64(r.hits[h].Time.Sub(d.Span.From))/float64(span)))
		}
		if len(r.hits[h].Places) > 0 {
			dot.Place = r.hits[h].Places[0]
		}
		d.Dots = append(d.Dots, dot)
	}
	return d, true
}

// vehicleOf is the vehicle with its model years over all reads.
func (r *Results) vehicleOf(it Item) string {
	low, high := 0, 0
	for _, h := range it.hits {
		if y := r.hits[h].Year; y != 0 {
			if low == 0 || y < low {
				low = y
			}
			high = max(high, y)
		}
	}
	switch {
	case low == 0:
		return it.Vehicle
	case low == high:
		return strings.TrimPrefix(it.Vehicle+", "+itoa(low), ", ")
	}
	return strings.TrimPrefix(it.Vehicle+", "+itoa(low)+"–"+itoa(high), ", ")
}

func (r *Results) facts(h Hit) []KeyValue {
	place, camera := "", h.Camera
	c, known := r.byCamera[h.Camera]
	if known {
		place = c.Road
		camera += map[bool]string{true: ", mobile", false: ", fixed"}[c.Mobile]
	}
	if dir := direction(h.HeadingDeg); dir != "" && !strings.Contains(place, "bound") { // the road may say it
		if place != "" {
			place += ", "
		}
		place += dir
	}
	if place == "" {
		place = fmt.Sprintf("%.5f, %.5f", h.Lat, h.Lon)
	}
	area := -1
	if len(h.Places) > 0 && r.draft.Kind != KindRepeat {
		area = h.Places[0]
	}
	reading := "confidence not known"
	if h.Confidence >= 0 {
		reading = itoa(int(math.Round(h.Confidence*100))) + " % sure"
	}
	return []KeyValue{
		{"Time", LongTime(h.Time, r.env.Zone), -1},
		{"Place", upperFirst(place), area},
		{"Camera", camera + ", " + h.Source, -1},
		{"Reading", reading + "; compare with the photo", -1},
	}
}

// current is the reference of the shown read, false when none is.
func (r *Results) current() (engine.DetectionRef, bool) {
	if r.selected < 0 || len(r.items[r.selected].hits) == 0 {
		return engine.DetectionRef{}, false
	}
	return r.hits[r.items[r.selected].hits[r.read]].Ref, true
}

// loadPhotos fetches and decodes the photos of the shown read.
func (r *Results) loadPhotos() {
	ref, ok := r.current()
	if !ok || r.cache[ref] != nil && r.cache[ref].Phase != PhotosFailed {
		r.photos.stop()
		return
	}
	if len(r.cache) >= photoCache {
		clear(r.cache)
	}
	door, entry := r.door, r.entry
	start(r.env, &r.photos, func(ctx context.Context) ([]Photo, error) {
		list, err := door.Photos(ctx, entry, ref)
		if err != nil {
			return nil, err
		}
		var out []Photo
		for _, p := range list {
			out = append(out, DecodePhoto(string(p.Kind), p.JPEG))
		}
		return out, ctx.Err()
	}, func(list []Photo, err error) {
		set := &PhotoSet{Phase: PhotosReady, Photos: list}
		if err != nil {
			set = &PhotoSet{Phase: PhotosFailed, Error: "The photos could not be loaded. " + ErrorText(err)}
		}
		r.cache[ref] = set
		r.changed()
	})
}

// RetryPhotos asks for the photos again after a failure.
func (r *Results) RetryPhotos() {
	r.loadPhotos()
	r.changed()
}

// DecodePhoto decodes a photo for the screen; it refuses one that is larger than
// 64 megapixels. It may be called from any goroutine.
func DecodePhoto(kind string, jpeg []byte) Photo {
	cfg, _, err := image.DecodeConfig(bytes.NewReader(jpeg))
	if err != nil {
		return Photo{Kind: kind, Error: "This photo is damaged and cannot be shown."}
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > maxPhotoPixels/cfg.Height {
		return Photo{Kind: kind, Error: "This photo is too large to show."}
	}
	img, _, err := image.Decode(bytes.NewReader(jpeg))
	if err != nil {
		return Photo{Kind: kind, Error: "This photo is damaged and cannot be shown."}
	}
	digest := sha256.Sum256(jpeg)
	return Photo{Kind: kind, Image: img, SHA256: hex.EncodeToString(digest[:]), Metadata: metadataBytes(jpeg)}
}

// AxisEnds are the first and last day of a timeframe: "1 May", "14 May".
func (r *Results) AxisEnds(s Span) (from, to string) {
	return s.From.In(r.env.Zone).Format("2 Jan"), s.To.In(r.env.Zone).Add(-1).Format("2 Jan")
}

// SelectCamera selects a read of a camera: one of the row that is shown, else of the first
// row that has one.
func (r *Results) SelectCamera(id string) {
	for _, h := range r.hits {
		if h.Camera == id {
			r.SelectHit(id, h.Lon, h.Lat)
			return
		}
	}
}
