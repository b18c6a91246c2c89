package reports

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"strings"

	"cordon/engine"
	"cordon/engine/detection"
)

// itemPages show one kept read: plate, photos, facts, and the place on a map.
func (d *doc) itemPages(i int) {
	it := d.cf.Case.Items[i]
	d.newPage()
	d.head(fmt.Sprintf("Record %d of %d", i+1, len(d.cf.Case.Items)))
	mid := d.y + styPlate.lead/2
	x := marginX + d.plateText(it.Row.Plate, mid) + 9
	if w := d.stateTag(x, mid, it.Row.State); w > 0 {
		x += w + 11
	}
	words := style{sans, 10.5, 15, inkText}
	d.put(x, mid, d.fit(vehicleWords(it.Row.Detection), words, pageW-marginX-x), words)
	d.y += styPlate.lead + 8

	d.photos(it)
	d.facts(it)

	const least, most = 104.0, 200.0
	h := d.room(least, most)
	v := d.view(it.Entry, contentW/h)
	v.Points = []MapPoint{{Pos: it.Row.Pos, Label: fmt.Sprint(i + 1)}}
	v.Areas = areasOf(v.Areas, it.Row.Areas)
	d.mapBlock(v, h, fmt.Sprintf("Map of record %d", i+1), "Where the camera stood as it sent its position. "+strings.Replace(mapCaption(v), " Dots are kept reads with their record numbers.", " The dot is this read.", 1))
}

// areasOf keeps the areas that the read lies in: a far one would shrink the map to
// nothing, and the query's own map shows them all.
func areasOf(all []MapArea, in []int) []MapArea {
	var out []MapArea
	for _, a := range all {
		for _, i := range in {
			if a.Index == i {
				out = append(out, a)
			}
		}
	}
	return out
}

func (d *doc) plateText(plate string, mid float64) float64 {
	d.put(marginX, mid, plate, styPlate)
	return d.width(plate, styPlate)
}

// photos sets the saved crops two beside each other with what was attested about each.
func (d *doc) photos(it engine.CaseItem) {
	const gap, boxH = 12.0, 136.0
	colW := (contentW - gap) / 2
	for n := 0; n < len(it.Photos); n += 2 {
		pair := it.Photos[n:min(n+2, len(it.Photos))]
		captions := make([][]captionLine, len(pair))
		tall := 0.0
		for i, p := range pair {
			captions[i] = d.caption(p, colW)
			h := 0.0
			for _, l := range captions[i] {
				h += l.style.lead
			}
			tall = max(tall, h)
		}
		d.need(boxH + 5 + tall)
		for i, p := range pair {
			x := marginX + float64(i)*(colW+gap)
			d.photo(p, x, colW, boxH)
			y := d.y + boxH + 5
			for _, l := range captions[i] {
				d.put(x, y+l.style.lead/2, l.text, l.style)
				y += l.style.lead
			}
		}
		d.y += boxH + 5 + tall + 8
	}
	if len(it.Photos) == 0 {
		d.para(marginX, contentW, "No photo of this record was saved.", stySmall)
		d.y += 6
	}
}

func (d *doc) photo(p engine.CasePhoto, x, w, h float64) {
	d.box(x, d.y, w, h, inkSunken, inkHairline, 3)
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
	if err != nil || cfg.Width == 0 || cfg.Height == 0 {
		d.center(x+w/2, d.y+h/2, "This photo cannot be read.", stySmall)
		return
	}
	scale := min(w/float64(cfg.Width), h/float64(cfg.Height))
	pw, ph := float64(cfg.Width)*scale, float64(cfg.Height)*scale
	d.image(hex.EncodeToString(p.SHA256[:]), "JPEG", p.JPEG, x+(w-pw)/2, d.y+(h-ph)/2, pw, ph)
}

type captionLine struct {
	text  string
	style style
}

// caption says what a photo shows, how it was cut, its digests and what was attested.
func (d *doc) caption(p engine.CasePhoto, w float64) []captionLine {
	var out []captionLine
	add := func(s string, st style) {
		for _, l := range d.wrap(s, st, w) {
			out = append(out, captionLine{l, st})
		}
	}
	what := map[engine.PhotoKind]string{engine.PhotoVehicle: "Vehicle", engine.PhotoPlate: "Plate"}[p.Kind]
	if what == "" {
		what = string(p.Kind)
	}
	crop := fmt.Sprintf("%s. Cut to %d × %d px at %d, %d of the original, %s, metadata removed; audit entry %s.",
		what, p.Crop.W, p.Crop.H, p.Crop.X, p.Crop.Y, plural(int64(len(p.Crop.Covers)), "cover", "covers"), thousands(p.Entry))
	add(crop, styTiny)
	who := p.By + ", " + d.clk.local(p.At)
	if p.Attestation.NoPerson {
		add("Attested: no person shows ("+who+").", styTiny)
	} else {
		add("Attested: the person shown belongs to the investigation, “"+p.Attestation.Associated+"” ("+who+").", styTiny)
	}
	add("SHA-256 of this picture, then of the original it was cut from:", styTiny)
	add(hex.EncodeToString(p.SHA256[:]), styDigest)
	add(hex.EncodeToString(p.OriginalSHA256[:]), styDigest)
	return out
}

// facts lists what is known of the read and why it was kept.
func (d *doc) facts(it engine.CaseItem) {
	r := it.Row
	d.line(marginX, d.y, pageW-marginX, d.y, 0.5, inkHairline)
	d.row("Read", d.clk.both(r.Time))
	place := fmt.Sprintf("latitude %.6f, longitude %.6f (WGS 84)", r.Pos.Lat(), r.Pos.Lon())
	if len(r.Areas) > 0 {
		place += "; area " + areaLabels(it.Query, r.Areas)
	}
	d.row("Place", place)
	camera := r.Camera
	if camera == "" {
		camera = "not named"
	}
	camera += "; source: " + sourceWords(r.Source)
	if r.HeadingDeg != detection.NoHeading {
		camera += fmt.Sprintf("; vehicle heading %.0f°", r.HeadingDeg)
	}
	d.row("Camera", camera)
	if r.Confidence != detection.NoConfidence {
		d.row("Reading", fmt.Sprintf("%s %s, confidence %.0f %%; read %s", r.Plate, r.State, r.Confidence*100, r.ID))
	} else {
		d.row("Reading", fmt.Sprintf("%s %s, confidence not sent; read %s", r.Plate, r.State, r.ID))
	}
	if v := it.Verified; v.Plate != "" {
		agree := "the same as the reading"
		if !sameReading(it) {
			agree = "NOT the same as the reading"
		}
		d.row("Plate by eye", fmt.Sprintf("%s %s, %s; typed by %s, %s", v.Plate, v.State, agree, v.By, d.clk.local(v.At)))
	} else {
		d.row("Plate by eye", "not yet verified")
	}
	d.row("Why relevant", it.Reason)
	d.row("Kept", fmt.Sprintf("by %s, %s; found by audit entry %s", it.By, d.clk.local(it.At), thousands(it.Entry)))
	if !it.Destroy.IsZero() {
		d.row("Retention", codeWords(it.Class)+", destroy after "+it.Destroy.In(d.clk.zone).Format("2 January 2006"))
	}
}
