package reports

import (
	"fmt"
	"strconv"
	"strings"

	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/geo"
)

// queryPages show what was asked, why, by whom and what came back, with the map.
func (d *doc) queryPages(i int, q engine.CaseQuery) {
	d.newPage()
	d.head(fmt.Sprintf("Query %d of %d: %s", i+1, len(d.cf.Queries), strings.ToLower(kindTitle(q.Query.Kind))))
	d.para(marginX, contentW, kindWords(q.Query), style{sans, 10.5, 15, inkSecond})
	d.y += 4
	d.criteria(q.Query)
	d.areaRows(q.Query)

	d.sub("Purpose")
	p := q.Query.Purpose
	d.row("Reason", codeWords(p.Reason))
	d.row("Case reference", p.Case)
	d.row("Subject", p.Subject)
	d.row("For", forWhom(p.OnBehalfOf, q.User))
	d.row("Justification", p.Justification)
	if p.Attested {
		d.row("Attested", "Reasonable suspicion; not resting on race, religion, national origin, First-Amendment activity or another protected characteristic.")
	}

	d.sub("Result and record")
	d.row("Run by", q.User+", "+d.clk.both(q.RanAt))
	d.row("Found", countWords(q))
	d.row("Kept", plural(int64(q.Answers), "record of this query is", "records of this query are")+" in the case")
	d.row("Data state", q.State)
	d.rowIn("Result digest", q.Digest, styMono)
	d.row("Audit entry", thousands(q.Entry))
	d.rowIn("Entry's leaf", q.Leaf, styMono)

	const least, most = 170.0, 340.0
	h := d.room(least, most)
	v := d.view(q.Entry, contentW/h)
	if len(v.Areas)+len(v.Points) == 0 {
		return
	}
	d.mapBlock(v, h, fmt.Sprintf("Map of query %d", i+1), mapCaption(v))
}

func mapCaption(v MapView) string {
	s := "Areas as drawn, north up."
	if len(v.Areas) == 0 {
		s = "North up."
	}
	if len(v.Points) > 0 {
		s += " Dots are kept reads with their record numbers."
	}
	return s
}

func forWhom(onBehalfOf, user string) string {
	if onBehalfOf == "" {
		return "self (" + user + ")"
	}
	return "on behalf of " + onBehalfOf
}

// criteria lists every restriction the query had.
func (d *doc) criteria(q detection.Query) {
	d.line(marginX, d.y, pageW-marginX, d.y, 0.5, inkHairline)
	for i, w := range q.Windows {
		label := "Timeframe"
		if len(q.Windows) > 1 {
			label = fmt.Sprintf("Timeframe %d", i+1)
		}
		d.row(label, d.clk.window(w))
	}
	if !q.Hours.IsZero() {
		d.row("Hours", hoursWords(q.Hours))
	}
	d.rowIn("Plate", q.Plate, styPlateS)
	if q.Kind == detection.KindPartial {
		if p, err := detection.ParsePattern(q.Plate, q.Star); err == nil {
			d.row("Pattern", p.Words())
		}
	}
	d.row("State", strings.Join(q.State, ", "))
	d.row("Make", strings.Join(q.Make, ", "))
	d.row("Model", strings.Join(q.Model, ", "))
	d.row("Colour", strings.Join(q.Color, ", "))
	if !q.Year.IsZero() {
		d.row("Model year", yearWords(q.Year))
	}
	if q.Limit != detection.NoLimit {
		d.row("Rows asked for", "at most "+strconv.Itoa(q.Limit))
	}
}

// areaRows lists each area with its letter, name, size and corners.
func (d *doc) areaRows(q detection.Query) {
	const rowH = 19.0
	for i, a := range q.Areas {
		d.need(rowH)
		mid := d.y + rowH/2
		if i == 0 {
			d.put(marginX, mid, "Areas", styLabel)
		}
		x := marginX + labelW
		x += d.areaTag(x, mid, i) + 7
		size, corners := "size not known", 0
		if s, err := geo.Prepare(a.Shape); err == nil {
			size, corners = areaWords(s.AreaM2()), s.Vertices()
		}
		name := a.Name
		if name == letter(i) {
			name = ""
		}
		d.put(x, mid, d.fit(name, styBody, 210), styBody)
		d.right(pageW-marginX-84, mid, size, styBody)
		d.right(pageW-marginX, mid, plural(int64(corners), "corner", "corners"), styLabel)
		d.y += rowH
		d.line(marginX+labelW, d.y, pageW-marginX, d.y, 0.5, inkHairline)
	}
}
