package scale

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func sample() (classes []Class, list []Report) {
	classes = []Class{{Name: "G1", What: "a < b & *c", Warm: 0.04, Cold: 0.15}, {Name: "P1", What: "plate", Warm: 0.01, Cold: 0.03}}
	query := func(rows int64, p50 float64) *QueryReport {
		return &QueryReport{Rows: rows, OpenMs: 870, Timings: []Timing{{Class: "G1", Matches: 1234, Warm50: p50, Warm99: 2 * p50, Cold50: 3 * p50, Cold99: 4 * p50, WarmLeast: p50 / 2, ColdLeast: p50}}}
	}
	list = []Report{
		{Rows: 10_000_000, Query: query(10_000_000, 0.05), PeerQuery: query(10_000_000, 1), Load: &LoadReport{Rows: 10_000_000, Seconds: 10, CPUSeconds: 20, Bytes: 240_000_000, Tries: 2}},
		{Rows: 100_000_000, Query: query(100_000_000, 0.075), Live: &LiveReport{Idle99: 1, Live99: 2.5}, Load: &LoadReport{Rows: 100_000_000, Seconds: 100, CPUSeconds: 200, Bytes: 2_000_000_000, Disk: 2_500_000_000, Tries: 1}},
		{Rows: 10_000_000, Distinct: true, Query: query(10_000_000, 0.1)},
	}
	list[0].Query.Usage.AnonMB = 10
	list[1].Query.Usage.AnonMB, list[1].Query.OpenMs = 50, 960
	return classes, list
}

// Every figure stands in the tables where it belongs, and what was not measured leaves a gap.
func TestMarkdown(t *testing.T) {
	var b strings.Builder
	classes, list := sample()
	Markdown(&b, classes, list, "Machine")
	for _, want := range []string{
		"| G1 a < b & \\*c | 1,234 | 0.050 / 0.10 | 0.15 / 0.20 | 0.025 / 0.050 | 0.04 / 0.15 | 1.00 / 2.00 | 20 |",
		"| 0.075 / 0.15 | 0.22 / 0.30 | 0.037 / 0.075 | 1.5 / 1.5 |",
		"**10 M rows, no two points equal**", "| 0.10 / 0.20 | 0.30 / 0.40 | 0.050 / 0.10 | 2.0 / 2.0 |",
		"1,000,000 (resumed 1 times) | 500,000 | 24.0 |", "| 0.87 s |", "| 2.5 |",
		"× 20.0 sealed bytes = 100 GB", "(× 25.0) 125 GB", "at 1,000,000 rows/s 1.4 hours, and 2.8 hours of one core", "0.0010 s more for each million rows: 6 s", "50 MB, and 0.44 MB more for each million rows: 2.2 GB",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	columns := 0
	for line := range strings.Lines(b.String()) { // the rows of a table are as wide as its head
		n := strings.Count(line, "|")
		if n > 0 && columns > 0 && n != columns {
			t.Errorf("%d columns instead of %d: %s", n, columns, line)
		}
		columns = n
	}
}

// The plot is well-formed and shows each point: three series, two of them at two sizes.
func TestPlot(t *testing.T) {
	var b strings.Builder
	classes, list := sample()
	Plot(&b, classes, list)
	for d := xml.NewDecoder(strings.NewReader(b.String())); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	legend := len(series)
	if n := strings.Count(b.String(), `r="3"`); n != 5+legend {
		t.Errorf("%d points, want %d", n-legend, 5)
	}
}

func TestBetween(t *testing.T) {
	page := Between("# Page\n", "one\n")
	if want := "# Page\n\n" + markBegin + "\none\n" + markEnd + "\n"; page != want {
		t.Errorf("%q, want %q", page, want)
	}
	if got, want := Between(page+"\nafter\n", "two\n"), strings.Replace(page, "one", "two", 1)+"\nafter\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
