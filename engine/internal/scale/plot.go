package scale

import (
	"fmt"
	"io"
	"math"
)

const (
	panelWide, panelHigh, panelColumns = 250, 200, 4

	plotMinRows, plotMaxRows = 5.7, 8.3 // log10
	plotMinMs, plotMaxMs     = -3, 4
	minMs                    = 1e-3
)

// Plot writes an SVG picture: for each class the p50 by rows, both axes logarithmic. It brings
// its own background, so that it reads the same on light and on dark pages.
func Plot(out io.Writer, classes []Class, list []Report) {
	lines := (len(classes) + panelColumns) / panelColumns // one panel more: the legend
	w, h := panelWide*panelColumns, panelHigh*lines+8
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" font-size="12" fill="#111827">`+"\n", w, h, w, h)
	fmt.Fprintf(out, `<rect x="0.5" y="0.5" width="%d" height="%d" rx="6" fill="#ffffff" stroke="#9ca3af"/>`+"\n", w-1, h-1)
	for i, c := range classes {
		p := panel{out: out, x: float64(i%panelColumns*panelWide) + 48, y: float64(i/panelColumns*panelHigh) + 30, w: panelWide - 62, h: panelHigh - 58}
		p.draw(c, list)
	}
	legend(out, float64(len(classes)%panelColumns*panelWide)+48, float64(len(classes)/panelColumns*panelHigh)+30)
	fmt.Fprintln(out, "</svg>")
}

func legend(out io.Writer, x, y float64) {
	line := func(n int, mark, text string) {
		at := y + 10 + 21*float64(n)
		fmt.Fprintf(out, `<g transform="translate(%.0f %.0f)">%s<text x="40" y="4">%s</text></g>`+"\n", x, at, mark, text)
	}
	fmt.Fprintf(out, `<text x="%.0f" y="%.0f" font-weight="bold">ms (p50) by rows</text>`+"\n", x, y-8)
	for i, s := range series {
		line(i, fmt.Sprintf(`<path d="M0 0h30" stroke="%s" stroke-width="2" stroke-dasharray="%s"/><circle cx="15" r="3" fill="%s"/>`, s.color, s.dash, s.color), s.name)
	}
	line(len(series), `<circle cx="15" r="5" fill="none" stroke="#c2410c" stroke-width="1.6"/>`, "to reach at 10 M, warm")
	line(len(series)+1, `<circle cx="15" r="5" fill="none" stroke="#c2410c" stroke-width="1.6" stroke-dasharray="2 2"/>`, "to reach at 10 M, cold")
}

var series = []struct {
	name, color, dash string
	value             func(Report, string) float64
}{
	{"store, warm", "#1d4ed8", "none", func(r Report, class string) float64 { return value(r.Query, class, false) }},
	{"store, cold", "#0e7490", "6 3", func(r Report, class string) float64 { return value(r.Query, class, true) }},
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

// panel is the graph of one class.
type panel struct {
	out        io.Writer
	x, y, w, h float64
}

func (p panel) at(rows, ms float64) (x, y float64) {
	ms = math.Log10(max(ms, minMs))
	return p.x + p.w*(math.Log10(rows)-plotMinRows)/(plotMaxRows-plotMinRows), p.y + p.h*(plotMaxMs-ms)/(plotMaxMs-plotMinMs)
}

func (p panel) draw(c Class, list []Report) {
	fmt.Fprintf(p.out, `<text x="%.0f" y="%.0f" font-weight="bold">%s</text><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" fill="none" stroke="#9ca3af"/>`+"\n", p.x, p.y-8, c.Name, p.x, p.y, p.w, p.h)
	for e := plotMinMs; e <= plotMaxMs; e++ {
		_, y := p.at(1e6, math.Pow10(e))
		fmt.Fprintf(p.out, `<path d="M%.0f %.1fh%.0f" stroke="#e5e7eb"/>`, p.x, y, p.w)
		if e%2 != 0 || e == plotMaxMs {
			fmt.Fprintf(p.out, `<text x="%.0f" y="%.1f" text-anchor="end" font-size="10">%s</text>`, p.x-5, y+3.5, power(e))
		}
		fmt.Fprintln(p.out)
	}
	for e := 6; e <= 8; e++ {
		x, _ := p.at(math.Pow10(e), 1)
		fmt.Fprintf(p.out, `<path d="M%.1f %.0fv4" stroke="#9ca3af"/><text x="%.1f" y="%.0f" text-anchor="middle" font-size="10">%v M</text>`+"\n", x, p.y+p.h, x, p.y+p.h+15, math.Pow10(e-6))
	}
	for _, goal := range []struct {
		ms   float64
		dash string
	}{{c.Warm, "none"}, {c.Cold, "2 2"}} {
		x, y := p.at(goalRows, goal.ms)
		fmt.Fprintf(p.out, `<circle cx="%.1f" cy="%.1f" r="5" fill="none" stroke="#c2410c" stroke-width="1.6" stroke-dasharray="%s"/>`+"\n", x, y, goal.dash)
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
			fmt.Fprintf(p.out, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`+"\n", x, y, s.color)
		}
		if path != "" {
			fmt.Fprintf(p.out, `<path d="%s" stroke="%s" stroke-width="2" fill="none" stroke-dasharray="%s"/>`+"\n", path, s.color, s.dash)
		}
	}
}

// power shows ten to the e.
func power(e int) string {
	if e < 0 {
		return fmt.Sprintf("%.*f", -e, math.Pow10(e))
	}
	return thousands(int64(math.Pow10(e)))
}
