package scale

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// LoadReport is what building a store took.
type LoadReport struct {
	Rows       int64
	Seconds    float64 // of all tries together
	CPUSeconds float64
	Bytes      int64 // sealed bytes of all blocks
	Disk       int64 // bytes of all files
	Tries      int   // 1: never interrupted
	Usage      Usage
}

// QueryReport is what asking a store took.
type QueryReport struct {
	Rows    int64
	OpenMs  float64
	Timings []Timing
	Usage   Usage
	When    time.Time
}

// Report is everything known about a world of one size.
type Report struct {
	Rows      int64
	Distinct  bool
	Load      *LoadReport
	Query     *QueryReport
	Live      *LiveReport
	PeerLoad  *LoadReport
	PeerQuery *QueryReport
}

func (q *QueryReport) timing(class string) *Timing {
	if q == nil {
		return nil
	}
	i := slices.IndexFunc(q.Timings, func(t Timing) bool { return t.Class == class })
	if i < 0 {
		return nil
	}
	return &q.Timings[i]
}

// Markdown writes the tables of the reports, smallest world first.
func Markdown(out io.Writer, classes []Class, list []Report, machine string) {
	fmt.Fprintf(out, "%s. Times are engine time in milliseconds,\np50 / p99 of %d instances a class. Cold: the engine's own caches dropped, the system's warm. *Badger* is the naive layout,\none key a detection, asked the same questions on the same machine; its answers are compared with the store's.\n"+
		"Least: the median over the instances of the fastest run of each, which other work on the machine disturbs least.\n\n", machine, Instances)
	for _, r := range list {
		timings(out, classes, r, other(list, r))
	}
	fmt.Fprint(out, "| world | loaded, rows/s | rows/s of one core | sealed bytes a row | bytes a row on disk | peak memory while loading, MB | open | peak memory while asked, MB (own / with mapped files) | load average |\n|---|---|---|---|---|---|---|---|---|\n")
	for _, r := range list {
		costs(out, name(r), r.Load, r.Query)
		if r.PeerLoad != nil {
			costs(out, name(r)+", Badger", r.PeerLoad, r.PeerQuery)
		}
	}
	fmt.Fprint(out, "\n| world, rows arriving | G1 idle p50 / p99 | G1 p50 / p99 / slowest while they arrive | p99 ratio | slowest append | load average |\n|---|---|---|---|---|---|\n")
	for _, r := range list {
		if l := r.Live; l != nil {
			fmt.Fprintf(out, "| %s, %s rows/s | %s / %s | %s / %s / %s | %.1f | %s | %s |\n", name(r), thousands(int64(l.PerSecond)), ms(l.Idle50), ms(l.Idle99),
				ms(l.Live50), ms(l.Live99), ms(l.LiveMax), l.Live99/l.Idle99, ms(l.SlowestAppend), l.Load)
		}
	}
	growth(out, list)
}

const goalRows = 10_000_000 // the size that the goals are for

// other returns the report that r is held against: distinct points against repeated ones,
// larger worlds against the size of the goals; nil when there is none.
func other(list []Report, r Report) *Report {
	for i, o := range list {
		if !o.Distinct && o.Query != nil && (r.Distinct && o.Rows == r.Rows || !r.Distinct && r.Rows > goalRows && o.Rows == goalRows) {
			return &list[i]
		}
	}
	return nil
}

// timings writes the table of one world.
func timings(out io.Writer, classes []Class, r Report, against *Report) {
	goals, peer := r.Rows == goalRows && !r.Distinct, r.PeerQuery != nil
	head, rule := "| class | matches | warm | cold | least, warm / cold |", "|---|---|---|---|---|"
	column := func(show bool, title string) {
		if show {
			head, rule = head+" "+title+" |", rule+"---|"
		}
	}
	column(goals, "to reach, warm / cold")
	column(peer, "Badger, warm")
	column(peer, "Badger ÷ store")
	if against != nil {
		column(true, "least ÷ that of "+name(*against)+", warm / cold")
	}
	fmt.Fprintf(out, "**%s**\n\n%s\n%s\n", strings.Replace(name(r)+" rows", ", no two points equal rows", " rows, no two points equal", 1), head, rule)
	for _, c := range classes {
		t := r.Query.timing(c.Name)
		if t == nil {
			continue
		}
		fmt.Fprintf(out, "| %s %s | %s | %s / %s | %s / %s | %s / %s |", c.Name, escape(c.What), thousands(t.Matches),
			ms(t.Warm50), ms(t.Warm99), ms(t.Cold50), ms(t.Cold99), ms(t.WarmLeast), ms(t.ColdLeast))
		if goals {
			fmt.Fprintf(out, " %v / %v |", c.Warm, c.Cold)
		}
		if p := r.PeerQuery.timing(c.Name); p != nil {
			fmt.Fprintf(out, " %s / %s | %s |", ms(p.Warm50), ms(p.Warm99), ratio(p.Warm50, t.Warm50))
		} else if peer {
			fmt.Fprint(out, " | |")
		}
		if against != nil {
			if o := against.Query.timing(c.Name); o != nil {
				fmt.Fprintf(out, " %s / %s |", ratio(t.WarmLeast, o.WarmLeast), ratio(t.ColdLeast, o.ColdLeast))
			} else {
				fmt.Fprint(out, " |")
			}
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out)
}

func ratio(a, b float64) string {
	if a >= 10*b {
		return fmt.Sprintf("%.0f", a/b)
	}
	return fmt.Sprintf("%.1f", a/b)
}

func costs(out io.Writer, name string, l *LoadReport, q *QueryReport) {
	fmt.Fprintf(out, "| %s |", name)
	if l != nil && l.Rows > 0 {
		n := float64(l.Rows)
		again := ""
		if l.Tries > 1 {
			again = fmt.Sprintf(" (resumed %d times)", l.Tries-1)
		}
		fmt.Fprintf(out, " %s%s | %s | %.1f | %.1f | %d |", thousands(int64(n/l.Seconds)), again, thousands(int64(n/l.CPUSeconds)), float64(l.Bytes)/n, float64(l.Disk)/n, l.Usage.AnonMB)
	} else {
		fmt.Fprint(out, " | | | | |")
	}
	if q != nil {
		load := q.Usage.Load
		if l != nil {
			load = l.Usage.Load + ", " + load
		}
		fmt.Fprintf(out, " %.2f s | %d / %d | %s |\n", q.OpenMs/1000, q.Usage.AnonMB, q.Usage.PeakMB, load)
	} else {
		fmt.Fprintln(out, " | | |")
	}
}

func name(r Report) string {
	s := thousands(r.Rows)
	if r.Rows%1_000_000 == 0 {
		s = fmt.Sprintf("%d M", r.Rows/1_000_000)
	}
	if r.Distinct {
		s += ", no two points equal"
	}
	return s
}

func escape(s string) string { return strings.ReplaceAll(s, "*", `\*`) }

func thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// ms shows a number of milliseconds with two or three digits.
func ms(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 0.1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3f", v)
}

const (
	markBegin = "<!-- bench-scale: begin -->"
	markEnd   = "<!-- bench-scale: end -->"
)

// Between replaces what stands between the markers of a page, which it adds at the end of a
// page that has none.
func Between(page, text string) string {
	block := markBegin + "\n" + text + markEnd
	before, rest, ok := strings.Cut(page, markBegin)
	_, after, closed := strings.Cut(rest, markEnd)
	if !ok || !closed {
		return strings.TrimRight(page, "\n") + "\n\n" + block + "\n"
	}
	return before + block + after
}
