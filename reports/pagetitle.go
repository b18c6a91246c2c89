package reports

import (
	"fmt"
	"slices"
	"strings"

	"cordon/engine"
)

// titlePages say what the report is about, who made it and what it rests on.
func (d *doc) titlePages() {
	cf := d.cf
	d.newPage()
	d.y += 6
	d.pdf.SetFont(string(sans), "", 10)
	d.pdf.Bookmark("Summary", 0, d.y)
	d.para(marginX, contentW, "Lead report", styTitle)
	d.para(marginX, contentW, cf.Case.Number, style{monoBold, 14, 20, inkText})
	if cf.Case.Title != "" {
		d.para(marginX, contentW, cf.Case.Title, style{sans, 11, 16, inkSecond})
	}
	d.y += 8
	d.notice()

	d.sub("Export")
	d.row("Exported by", personWords(cf.Exporter))
	d.row("Exported at", d.clk.both(cf.At))
	d.row("Workstation", cf.Workstation)
	d.row("Case opened", d.clk.local(cf.Case.Opened)+", by "+cf.Case.OpenedBy)
	d.row("Purpose", d.purposes())
	d.row("Holds", plural(int64(len(cf.Case.Items)), "record", "records")+" from "+plural(int64(len(cf.Queries)), "query", "queries")+", "+plural(d.crops(), "photo", "photos"))
	d.row("Corroborated by", cf.Corroborated)
	d.row("Plates by eye", d.eyeWords())
	d.recordTable()
	d.notes()
}

func personWords(id engine.Identity) string {
	name := id.Name
	if name == "" {
		name = id.User
	}
	return fmt.Sprintf("%s (%s), %s, unit %s", name, id.User, codeWords(string(id.Role)), id.Unit)
}

// purposes lists each different purpose of the queries once.
func (d *doc) purposes() string {
	var out []string
	for _, q := range d.cf.Queries {
		p := q.Query.Purpose
		if s := codeWords(p.Reason) + ", case " + p.Case; !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

func (d *doc) crops() int64 {
	n := 0
	for _, it := range d.cf.Case.Items {
		n += len(it.Photos)
	}
	return int64(n)
}

func (d *doc) eyeWords() string {
	seen, differ := 0, 0
	for _, it := range d.cf.Case.Items {
		if it.Verified.Plate != "" {
			seen++
			if !sameReading(it) {
				differ++
			}
		}
	}
	s := fmt.Sprintf("%d of %d read on the photo and typed by a person", seen, len(d.cf.Case.Items))
	if differ > 0 {
		s += "; " + plural(int64(differ), "differs", "differ") + " from the camera’s reading"
	}
	return s
}

func sameReading(it engine.CaseItem) bool {
	return it.Verified.Plate == it.Row.Plate && (it.Verified.State == it.Row.State || it.Row.State == "")
}

// recordTable lists the kept reads, a line each.
func (d *doc) recordTable() {
	if len(d.cf.Case.Items) == 0 {
		return
	}
	const rowH = 18.0
	cols := []float64{0, 24, 138, 276, 350, 424} // #, plate, read, area, camera, by eye
	header := func() {
		for i, s := range []string{"#", "Plate", "Read", "Area", "Camera", "By eye"} {
			d.put(marginX+cols[i], d.y+rowH/2, s, styColumn)
		}
		d.y += rowH
		d.line(marginX, d.y, pageW-marginX, d.y, 0.6, inkStrong)
	}
	d.sub("Records")
	d.need(2 * rowH)
	header()
	for i, it := range d.cf.Case.Items {
		if d.need(rowH) {
			header()
		}
		mid := d.y + rowH/2
		d.put(marginX, mid, fmt.Sprint(i+1), styLabel)
		x := marginX + cols[1]
		d.put(x, mid, it.Row.Plate, styPlateS)
		d.stateTag(x+d.width(it.Row.Plate, styPlateS)+5, mid, it.Row.State)
		d.put(marginX+cols[2], mid, d.clk.short(it.Row.Time), styBody)
		x = marginX + cols[3]
		for n, a := range it.Row.Areas {
			if n == 4 {
				d.put(x, mid, "…", styBody)
				break
			}
			x += d.areaTag(x, mid, a) + 3
		}
		d.put(marginX+cols[4], mid, d.fit(it.Row.Camera, styBody, cols[5]-cols[4]-6), styBody)
		d.put(marginX+cols[5], mid, d.fit(byEye(it), styBody, contentW-cols[5]), styBody)
		d.y += rowH
		d.line(marginX, d.y, pageW-marginX, d.y, 0.5, inkHairline)
	}
}

func byEye(it engine.CaseItem) string {
	switch {
	case it.Verified.Plate == "":
		return "not yet"
	case sameReading(it):
		return "same reading"
	}
	return "reads " + it.Verified.Plate + " " + it.Verified.State
}

func (d *doc) notes() {
	if len(d.cf.Case.Notes) == 0 {
		return
	}
	d.sub("Notes in the case")
	for _, n := range d.cf.Case.Notes {
		d.y += 5
		d.need(2 * styBody.lead)
		d.para(marginX, contentW, n.By+", "+d.clk.local(n.At), stySmall)
		d.para(marginX, contentW, n.Text, styBody)
	}
}
