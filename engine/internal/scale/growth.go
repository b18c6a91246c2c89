package scale

import (
	"fmt"
	"io"
)

const manyRows = 5_000_000_000

// growth writes what the two largest worlds say about five billion rows: a straight line
// through them, where more rows cost more.
func growth(out io.Writer, list []Report) {
	var known []Report
	for _, r := range list {
		if !r.Distinct && r.Load != nil && r.Query != nil {
			known = append(known, r)
		}
	}
	if len(known) < 2 {
		return
	}
	small, large := known[len(known)-2], known[len(known)-1]
	n := float64(large.Rows)
	line := func(value func(Report) float64) (perMillion, at float64) {
		slope := (value(large) - value(small)) / (n - float64(small.Rows))
		return slope * 1e6, value(large) + slope*(manyRows-n)
	}
	openSlope, open := line(func(r Report) float64 { return r.Query.OpenMs / 1000 })
	memSlope, mem := line(func(r Report) float64 { return float64(r.Query.Usage.AnonMB) })
	perRow, onDisk := float64(large.Load.Bytes)/n, float64(large.Load.Disk)/n
	speed := n / large.Load.Seconds
	fmt.Fprintf(out, "\n**Five billion rows, by arithmetic** from the worlds of %s and %s rows. Disk: 5,000,000,000 × %.1f sealed bytes = %.0f GB, "+
		"with the files as they lie (× %.1f) %.0f GB. Load: at %s rows/s %.1f hours, and %.1f hours of one core. Open: %.2f s, and %.4f s more for each million rows: %.0f s. Memory of its own "+
		"while asked: %d MB, and %.2f MB more for each million rows: %.1f GB. What grows with the rows there is the catalogue of blocks and the list of "+
		"vehicles, and of these the vehicles of a real feed grow more slowly than its rows (here with their square root above 10 million). An area's question "+
		"looks at the blocks of its cells and weeks, a plate's at those of its plate: they grow with the traffic of their days, not with the years stored.\n",
		name(small), name(large), perRow, perRow*manyRows/1e9, onDisk, onDisk*manyRows/1e9, thousands(int64(speed)), manyRows/speed/3600, manyRows/n*large.Load.CPUSeconds/3600,
		large.Query.OpenMs/1000, openSlope, open, large.Query.Usage.AnonMB, memSlope, mem/1000)
}
