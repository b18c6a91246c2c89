package scale

import (
	"fmt"
	"io"
	"math"
)

// Plot writes an SVG picture: for each class the p50 by rows, both axes logarithmic.
func Plot(out io.Writer, classes []Class, list []Report) {
	const wide, high, columns = 230, 190, 4
	lines := (len(classes) + columns) / columns // one panel more: the legend
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n", wide*columns, high*lines)
	fmt.Fprintln(out, `<rect width="100%" height="100%" fill="#fff"/>`)
	for i, c := range classes {
		p := panel{out: out, x: float64(i%columns*wide) + 42, y: float64(i/columns*high) + 26, w: wide - 56, h: high - 54}
		p.draw(c, list)
	}
	x, y := len(classes)%columns*wide+42, len(classes)/columns*high+40
	for i, s := range series {
		fmt.Fprintf(out, `<path d="M%d %dh30" stroke="%s" stroke-width="2" fill="none" stroke-dasharray="%s"/><text x="%d" y="%d">%s</text>`+"\n", x, y+20*i, s.color, s.dash, x+36, y+20*i+4, s.name)
	}
	fmt.Fprintf(out, `<circle cx="%d" cy="%d" r="4" fill="none" stroke="#c2410c"/><text x="%d" y="%d">goal, warm, at 10 M</text>`+"\n", x+15, y+60, x+36, y+64)
	fmt.Fprintf(out, `<text x="%d" y="%d">ms (p50) by rows</text></svg>`+"\n", x, y+90)
}

var series = []struct {
	name, color, dash string
	value             func(Report, string) float64
}{
	{"warm", "#1d4ed8", "", func(r Report, class string) float64 { return value(r.Query, class, false) }},
	{"cold", "#0e7490", "6 3", func(r Report, class string) float64 { return value(r.Query, class, true) }},
	{"Badger, one key a row", "#6b7280", "2 3", func(r Report, class string) float64 { return value(r.PeerQuery, class, false) }},
}

func value(q *QueryReport, class string, cold bool) float64 {
	t := q.timing(class)
	switch {
	case t == nil:
		return 0
	case cold:
		return t.Cold50
	}
	return t.Warm50
}

type panel struct {
	out        io.Writer
	x, y, w, h float64
}

const (
	plotMinRows, plotMaxRows = 5.7, 8.3 // log10
	plotMinMs, plotMaxMs     = -3, 4
)

func (p panel) at(rows, ms float64) (x, y float64) {
	ms = math.Log10(max(ms, 1e-3))
	return p.x + p.w*(math.Log10(rows)-plotMinRows)/(plotMaxRows-plotMinRows), p.y + p.h*(plotMaxMs-ms)/(plotMaxMs-plotMinMs)
}

func (p panel) draw(c Class, list []Report) {
	fmt.Fprintf(p.out, `<text x="%.0f" y="%.0f" font-weight="bold">%s</text><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" fill="none" stroke="#9ca3af"/>`+"\n", p.x, p.y-8, c.Name, p.x, p.y, p.w, p.h)
	for e := plotMinMs; e <= plotMaxMs; e++ {
		_, y := p.at(1e6, math.Pow10(e))
		fmt.Fprintf(p.out, `<path d="M%.0f %.1fh%.0f" stroke="#e5e7eb"/><text x="%.0f" y="%.1f" text-anchor="end" font-size="9">%v</text>`+"\n", p.x, y, p.w, p.x-4, y+3, math.Pow10(e))
	}
	for e := 6; e <= 8; e++ {
		x, _ := p.at(math.Pow10(e), 1)
		fmt.Fprintf(p.out, `<text x="%.1f" y="%.0f" text-anchor="middle" font-size="9">%v M</text>`+"\n", x, p.y+p.h+12, math.Pow10(e-6))
	}
	for _, s := range series {
		path, verb := "", "M"
		for _, r := range list {
			v := s.value(r, c.Name)
			if v == 0 || r.Distinct {
				continue
			}
			x, y := p.at(float64(r.Rows), v)
			path += fmt.Sprintf("%s%.1f %.1f", verb, x, y)
			verb = "L"
			fmt.Fprintf(p.out, `<circle cx="%.1f" cy="%.1f" r="2.2" fill="%s"/>`+"\n", x, y, s.color)
		}
		if path != "" {
			fmt.Fprintf(p.out, `<path d="%s" stroke="%s" stroke-width="1.6" fill="none" stroke-dasharray="%s"/>`+"\n", path, s.color, s.dash)
		}
	}
	x, y := p.at(1e7, c.Warm)
	fmt.Fprintf(p.out, `<circle cx="%.1f" cy="%.1f" r="4" fill="none" stroke="#c2410c"/>`+"\n", x, y)
}
