package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/internal/detcsv"

	"github.com/paulmach/orb"
)

// draft is a read as a decoder found it. Either Detection is set (parsed already) or the
// cells of the standard CSV are.
type draft struct {
	item     int64
	raw      []byte // for a reject
	parsed   *detection.Detection
	cells    map[string]string // by column of the standard CSV
	agent    string            // whose camera number it is, for the camera table
	region   bool              // state is a code of a recogniser
	box      feed.Box
	pictures []picture
	passes   int
	notes    []string
	whole    *feed.Read // of Rows: passes through as it is
}

func formatNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// finish makes a read of a draft. Errors are rejections.
func (s *Source) finish(d *draft) (Taken, error) {
	t := Taken{Item: d.item}
	camera, known := s.camera(d)
	switch {
	case d.whole != nil:
		t.Read = *d.whole
	case d.parsed != nil:
		t.Read.Detection = *d.parsed
	default:
		det, err := s.parse(d, camera, known)
		if err != nil {
			return Taken{}, err
		}
		t.Read.Detection = det
	}
	r := &t.Read
	r.Time = r.Time.UTC()
	if d.whole == nil {
		r.Box, r.Passes = d.box, max(1, d.passes)
	}
	t.Lane = s.o.Lane
	if known {
		if r.HeadingDeg == detection.NoHeading {
			r.HeadingDeg = camera.HeadingDeg
		}
		if r.Source == detection.SourceUnknown {
			r.Source = camera.Source
		}
		if camera.Lane != (feed.Lane{}) {
			t.Lane = camera.Lane
		}
	}
	if r.Source == detection.SourceUnknown {
		r.Source = s.o.Source
	}
	if t.Lane == (feed.Lane{}) {
		return Taken{}, rejectf("camera %q has no lane: it is not in the camera table, and no lane is given", cut(r.Camera, 64))
	}
	if err := s.check(r); err != nil {
		return Taken{}, err
	}
	s.o.Words.apply(&r.Detection, d.region, &s.report.Unknown)
	if len(d.pictures) > 0 {
		attach(&t, d.pictures, &s.report)
	}
	if err := feed.CheckRead(r); err != nil { // what the rules above leave open
		return Taken{}, rejectf("%s", strings.TrimPrefix(err.Error(), feed.ErrInvalid.Error()+": "))
	}
	for _, n := range d.notes {
		tell(&s.report.Notes, n)
	}
	return t, nil
}

// camera finds the draft's camera in the table. Its key becomes the read's camera.
func (s *Source) camera(d *draft) (Camera, bool) {
	id := d.cells["camera"]
	switch {
	case d.whole != nil:
		id = d.whole.Camera
	case d.parsed != nil:
		id = d.parsed.Camera
	}
	if d.agent != "" {
		if c, ok := s.o.Cameras[d.agent+"/"+id]; ok {
			if len(d.agent)+1+len(id) <= maxCamera {
				d.cells["camera"] = d.agent + "/" + id
			}
			return c, true
		}
	}
	c, ok := s.o.Cameras[id]
	return c, ok
}

// parse reads the cells by the rules of the standard CSV, with what the camera table and a
// derived id add.
func (s *Source) parse(d *draft, camera Camera, known bool) (detection.Detection, error) {
	c := d.cells
	zero := isZero(c["lon"]) && isZero(c["lat"])
	if c["lon"] == "" && c["lat"] == "" || zero {
		if !known || !camera.Placed {
			if zero {
				return detection.Detection{}, rejectf("no position: the read says 0, 0, and camera %q has none in the camera table", cut(c["camera"], 64))
			}
			return detection.Detection{}, rejectf("no position: the read has none, and camera %q has none in the camera table", cut(c["camera"], 64))
		}
		c["lon"], c["lat"] = formatNumber(camera.Pos[0]), formatNumber(camera.Pos[1])
	}
	id := c["id"]
	if id == "" {
		c["id"] = "-"
	} else if !fitsID(id) {
		id = "u-" + short(id)
		c["id"] = id
	}
	columns := detcsv.Columns()
	cells := make([]string, len(columns))
	for i, name := range columns {
		cells[i] = c[name]
	}
	det, reason := detcsv.Parse(cells)
	if reason != "" {
		return det, rejectf("%s", reason)
	}
	if id == "" {
		det.ID = "d-" + short(det.Camera, det.Time.Format(time.RFC3339Nano), det.Plate, det.State, formatNumber(det.Pos[0]), formatNumber(det.Pos[1]), fmt.Sprint(d.box))
	}
	return det, nil
}

func isZero(s string) bool {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return err == nil && v == 0
}

// fitsID tells whether an id can be stored as it was sent.
func fitsID(s string) bool {
	return len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) || r == unicode.ReplacementChar })
}

// short names contents by 32 hex digits of the SHA-256 of their length-prefixed parts.
func short(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// check holds a read to what every format must keep: a time that can be and a place on earth.
func (s *Source) check(r *feed.Read) error {
	lon, lat := r.Pos[0], r.Pos[1]
	switch now := s.o.Now(); {
	case !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90):
		return rejectf("the position %g, %g is not on the earth", lon, lat)
	case r.Pos == (orb.Point{}):
		return rejectf("no position: the read says 0, 0")
	case r.Time.Before(oldest()):
		return rejectf("time %s is before 1990; is the camera's clock set?", formatTime(r.Time))
	case r.Time.After(now.Add(s.o.Skew)):
		return rejectf("time %s is %s ahead of now; are the camera's clock and time zone right?", formatTime(r.Time), r.Time.Sub(now).Round(time.Second))
	case r.Time.Nanosecond()%int(time.Millisecond) != 0:
		r.Time = r.Time.Truncate(time.Millisecond)
	}
	if math.IsNaN(r.Confidence) || r.Confidence > 1 || r.Confidence < 0 && r.Confidence != detection.NoConfidence {
		return rejectf("confidence %g is not from 0 to 1", r.Confidence)
	}
	return nil
}
