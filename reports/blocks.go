package reports

import (
	"bytes"
	"fmt"
	"math"

	"codeberg.org/go-pdf/fpdf"
)

// head sets a section title with its bookmark.
func (d *doc) head(s string) {
	d.need(60)
	d.pdf.SetFont(string(sans), "", 10)
	d.pdf.Bookmark(d.clean(s, sans), 0, d.y)
	d.put(marginX, d.y+styHead.lead/2, d.fit(s, styHead, contentW), styHead)
	d.y += styHead.lead + 5
}

func (d *doc) sub(s string) {
	d.need(48)
	d.y += 12
	d.put(marginX, d.y+stySub.lead/2, s, stySub)
	d.y += stySub.lead + 3
	d.line(marginX, d.y, pageW-marginX, d.y, 0.8, inkStrong)
}

// row sets a label and its value with a hairline below; the value wraps, over pages where
// it must. An empty value is left out.
func (d *doc) row(label, value string) { d.rowIn(label, value, styBody) }

func (d *doc) rowIn(label, value string, st style) {
	if value == "" {
		return
	}
	const pad = 3.6
	d.need(2*pad + st.lead)
	d.put(marginX, d.y+pad+styLabel.lead/2, label, styLabel)
	d.y += pad
	for _, line := range d.wrap(value, st, contentW-labelW) {
		d.need(st.lead)
		d.put(marginX+labelW, d.y+max(st.lead, styLabel.lead)/2, line, st)
		d.y += st.lead
	}
	d.y += max(0, styLabel.lead-st.lead) + pad
	d.line(marginX, d.y, pageW-marginX, d.y, 0.5, inkHairline)
}

// notice sets the box that says what the report is not.
func (d *doc) notice() {
	const pad = 10.0
	lines := d.wrap("A plate read shows that a camera read these characters at this place and time. It does not show who drove, "+
		"and a camera can misread. Verify the plate by eye on the photo, and confirm with a second source before anyone acts.", styNotice2, contentW-2*pad)
	h := 2*pad + styNotice.lead + float64(len(lines))*styNotice2.lead
	d.need(h)
	d.box(marginX, d.y, contentW, h, inkAmberBg, inkAmberRim, 5)
	y := d.y + pad
	d.put(marginX+pad, y+styNotice.lead/2, "LEAD ONLY: no basis for action on its own", styNotice)
	y += styNotice.lead
	for _, line := range lines {
		d.put(marginX+pad, y+styNotice2.lead/2, line, styNotice2)
		y += styNotice2.lead
	}
	d.y += h
}

// areaTag draws the letter of area i on its colour, left at x and centred on y, and
// returns its width.
func (d *doc) areaTag(x, y float64, i int) float64 {
	const size = 13.0
	c := areaColor(i)
	d.box(x, y-size/2, size, size, c, c, 3)
	d.center(x+size/2, y, letter(i), style{sansBold, 8.5, 11, inkWhite})
	return size
}

// stateTag draws a state of registration in its outlined tag and returns its width.
func (d *doc) stateTag(x, y float64, state string) float64 {
	if state == "" {
		return 0
	}
	w := d.width(state, styTag) + 8
	d.box(x, y-6.5, w, 13, inkWhite, inkStrong, 3)
	d.put(x+4, y, state, styTag)
	return w
}

// Space that a map takes besides its own height, in points: above it, and for its caption.
const mapAbove, mapBelow = 10.0, 26.0

// room returns the height that a map can have: what is left of the page, where that is at
// least least, so that a map stays with what it belongs to; otherwise most.
func (d *doc) room(least, most float64) float64 {
	if left := contentBottom - d.y - mapAbove - mapBelow; left >= least {
		return min(left, most)
	}
	return most
}

// mapBlock draws a map, h points high, with its scale and attribution. title heads it when
// it starts a page.
func (d *doc) mapBlock(v MapView, h float64, title, caption string) {
	if d.need(mapAbove + h + mapBelow) {
		d.sub(title)
	}
	d.y += mapAbove
	if d.err != nil {
		return
	}
	if d.maps == nil {
		d.para(marginX, contentW, "No map: this export was made without map tiles.", stySmall)
		return
	}
	pic, err := d.maps.Map(d.ctx, v)
	if err != nil {
		d.fail(fmt.Errorf("map: %w", err))
		return
	}
	name := fmt.Sprintf("map-%d-%.0f", d.pdf.PageNo(), d.y)
	d.image(name, "PNG", pic.PNG, marginX, d.y, contentW, h)
	d.pdf.SetDrawColor(int(inkStrong.R), int(inkStrong.G), int(inkStrong.B))
	d.pdf.SetLineWidth(0.7)
	d.pdf.Rect(marginX, d.y, contentW, h, "D")
	d.scaleBar(d.y+h, pic.MetresPerPx*float64(pic.W)/contentW)
	const credit = "© OpenStreetMap contributors"
	w := d.width(credit, styTiny)
	d.plate(pageW-marginX-w-9, d.y+h-14, w+8, 13)
	d.put(pageW-marginX-w-5, d.y+h-7.5, credit, styTiny)
	d.y += h + 4
	if pic.Missing > 0 {
		caption += fmt.Sprintf(" The base map lacks %d of the %d tiles shown: there only land colour is drawn.", pic.Missing, pic.Tiles)
	}
	d.para(marginX, contentW, caption, stySmall)
	d.y += 4
}

// plate lays a light ground under text on a map.
func (d *doc) plate(x, y, w, h float64) {
	d.pdf.SetAlpha(0.88, "Normal")
	d.box(x, y, w, h, inkWhite, inkWhite, 2)
	d.pdf.SetAlpha(1, "Normal")
}

// scaleBar draws a bar of a round length at the lower left of a map that ends at bottom.
func (d *doc) scaleBar(bottom, metresPerPt float64) {
	metres := niceLength(metresPerPt * 110)
	w := metres / metresPerPt
	label := fmt.Sprintf("%g m", metres)
	if metres >= 1000 {
		label = fmt.Sprintf("%g km", metres/1000)
	}
	x, y := marginX+10, bottom-9
	d.plate(marginX+4, bottom-22, max(w, d.width(label, styTiny))+12, 19)
	d.line(x, y, x+w, y, 1.2, inkText)
	d.line(x, y-3, x, y, 1.2, inkText)
	d.line(x+w, y-3, x+w, y, 1.2, inkText)
	d.put(x+3, y-6, label, styTiny)
}

// niceLength returns the largest 1, 2 or 5 times a power of ten up to limit.
func niceLength(limit float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(limit)))
	for _, f := range []float64{5, 2} {
		if f*p <= limit {
			return f * p
		}
	}
	return p
}

// image places picture bytes under a name that is unique to their content or place.
func (d *doc) image(name, kind string, data []byte, x, y, w, h float64) {
	o := fpdf.ImageOptions{ImageType: kind}
	info := d.pdf.RegisterImageOptionsReader(name, o, bytes.NewReader(data))
	if d.fail(d.pdf.Error()); d.err != nil {
		return
	}
	if !d.images[name] {
		d.images[name] = true
		if d.fail(orderImage(info, len(d.images))); d.err != nil {
			return
		}
	}
	d.pdf.ImageOptions(name, x, y, w, h, false, o, 0, "")
	d.fail(d.pdf.Error())
}
