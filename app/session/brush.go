package session

import (
	"time"
)

// Brush returns the lit timeframe of the timeline, zero when there is none.
func (r *Results) Brush() Span { return r.brush }

// SetBrush lights the reads of a timeframe; a zero span lights all.
func (r *Results) SetBrush(s Span) {
	if !s.IsZero() && !s.From.Before(s.To) {
		s = Span{}
	}
	r.brush = s
	if s.IsZero() {
		r.keepOnly = false
	}
	r.refilter()
	r.changed()
}

// KeepOnlyBrush makes the brush a filter, or light only again.
func (r *Results) KeepOnlyBrush(on bool) {
	r.keepOnly = on && !r.brush.IsZero()
	r.refilter()
	r.changed()
}

// KeepsOnly reports whether the brush filters.
func (r *Results) KeepsOnly() bool { return r.keepOnly }

// BrushText is "Brush 8–13 May: 75 of 164 reads lit"; its three parts are before, strong
// and after. Empty without a brush.
func (r *Results) BrushText() (before, strong, after string) {
	if r.brush.IsZero() {
		return "", "", ""
	}
	lit := 0
	for _, h := range r.hits {
		if r.lit(h) {
			lit++
		}
	}
	return "Brush " + ShortSpanWords(r.brush, r.env.Zone) + ":", Number(int64(lit)) + " of " + Number(int64(len(r.hits))), "reads lit"
}

// MapRead is one read as the map shows it.
type MapRead struct {
	Lon, Lat float64
	Place    int  // first place it lies in, -1 none
	Lit      bool // inside the brush
	Selected bool // of the selected row
	Current  bool // the read shown in the detail
	Camera   string
	Fixed    bool // by a fixed camera
}

// MapReads returns the reads of the shown rows, oldest first.
func (r *Results) MapReads() []MapRead {
	show := make([]bool, len(r.hits))
	for _, i := range r.shown {
		for _, h := range r.items[i].hits {
			show[h] = r.passes(r.hits[h], facets_)
		}
	}
	mark := make([]bool, len(r.hits))
	current := -1
	if r.selected >= 0 {
		for k, h := range r.items[r.selected].hits {
			mark[h] = true
			if k == r.read {
				current = h
			}
		}
	}
	var out []MapRead
	for i, h := range r.hits {
		if !show[i] {
			continue
		}
		m := MapRead{Lon: h.Lon, Lat: h.Lat, Place: -1, Lit: r.lit(h), Selected: mark[i], Current: i == current, Camera: h.Camera}
		if len(h.Places) > 0 && r.draft.Kind != KindRepeat {
			m.Place = h.Places[0]
		}
		if c, ok := r.byCamera[h.Camera]; ok {
			m.Fixed = !c.Mobile
		}
		out = append(out, m)
	}
	return out
}

// PlaceCounts is the number of shown reads by area.
func (r *Results) PlaceCounts() []int {
	out := make([]int, r.places)
	for _, m := range r.MapReads() {
		if m.Place >= 0 && m.Place < len(out) {
			out[m.Place]++
		}
	}
	return out
}

// Histogram is the timeline after a run: stacked counts of the shown reads.
type Histogram struct {
	Unit   string // "Reads per 3 hours, night by night, EDT"
	Groups []TimeGroup
	Bins   []TimeBin
	Max    int // highest stack
	Places int // parts of a stack; 1 when there are no areas
}

// TimeGroup is one day or night, or several days, of the axis.
type TimeGroup struct {
	Span  Span
	Label string // "Fr 8"
	Bins  int    // how many of Histogram.Bins are its own
}

// TimeBin is one bar.
type TimeBin struct {
	Span   Span
	Counts []int // by place
	Lit    bool
}

// maxBars bounds the bars, so that each stays wide enough to see.
const maxBars = 120

// Histogram bins the shown reads over the query's timeframes: days (or nights, where the
// query has hours) side by side, with nothing drawn for the time between.
func (r *Results) Histogram() Histogram {
	groups := r.timeGroups()
	hist := Histogram{Places: max(r.places, 1)}
	step, unit := r.binStep(groups)
	for _, g := range groups {
		tg := TimeGroup{Span: g, Label: r.groupLabel(g, len(groups))}
		for from := g.From; from.Before(g.To); {
			to := g.To
			if step > 0 && from.Add(step).Before(g.To) {
				to = from.Add(step)
			}
			hist.Bins = append(hist.Bins, TimeBin{Span: Span{from, to}, Counts: make([]int, hist.Places)})
			tg.Bins++
			from = to
		}
		hist.Groups = append(hist.Groups, tg)
	}
	hist.Unit = "Reads per " + unit
	if !r.draft.Hours.AllDay() {
		hist.Unit += ", " + map[bool]string{true: "night by night", false: "day by day"}[r.draft.Hours.ToMin < r.draft.Hours.FromMin]
	}
	if len(groups) > 0 {
		hist.Unit += ", " + groups[0].From.In(r.env.Zone).Format("MST")
	}
	r.fill(&hist)
	return hist
}

// fill counts the shown reads into the bins; both ascend in time.
func (r *Results) fill(hist *Histogram) {
	b := 0
	show := make([]bool, len(r.hits))
	for _, i := range r.shown {
		for _, h := range r.items[i].hits {
			show[h] = r.passes(r.hits[h], facets_)
		}
	}
	for i, h := range r.hits {
		if !show[i] {
			continue
		}
		for b < len(hist.Bins) && !h.Time.Before(hist.Bins[b].Span.To) {
			b++
		}
		if b == len(hist.Bins) {
			break
		}
		if h.Time.Before(hist.Bins[b].Span.From) {
			continue
		}
		place := 0
		if len(h.Places) > 0 {
			place = min(h.Places[0], hist.Places-1)
		}
		hist.Bins[b].Counts[place]++
	}
	for i := range hist.Bins {
		bin, sum := &hist.Bins[i], 0
		for _, n := range bin.Counts {
			sum += n
		}
		hist.Max = max(hist.Max, sum)
		bin.Lit = r.brush.IsZero() || bin.Span.From.Before(r.brush.To) && bin.Span.To.After(r.brush.From)
	}
}

// timeGroups are the days or nights of the query's timeframes, merged to weeks when there
// are more than maxBars.
func (r *Results) timeGroups() []Span {
	var out []Span
	for _, s := range r.draft.spans() {
		if s.IsZero() || !s.From.Before(s.To) {
			continue
		}
		if !r.draft.Hours.AllDay() {
			for _, w := range intervals(s, r.draft.Hours, r.env.Zone) {
				out = append(out, Span{w.From, w.To})
			}
			continue
		}
		for from := s.From; from.Before(s.To); {
			to := dayStart(from, r.env.Zone).AddDate(0, 0, 1)
			if to.After(s.To) {
				to = s.To
			}
			out = append(out, Span{from, to})
			from = to
		}
	}
	for len(out) > maxBars {
		var merged []Span
		for i := 0; i < len(out); i += 7 {
			merged = append(merged, Span{out[i].From, out[min(i+6, len(out)-1)].To})
		}
		out = merged
	}
	return out
}

// binStep is the length of a bar; 0 makes one bar of each group.
func (r *Results) binStep(groups []Span) (time.Duration, string) {
	var longest time.Duration
	for _, g := range groups {
		longest = max(longest, g.To.Sub(g.From))
	}
	for _, c := range []struct {
		step time.Duration
		unit string
	}{{time.Hour, "hour"}, {3 * time.Hour, "3 hours"}, {6 * time.Hour, "6 hours"}, {12 * time.Hour, "12 hours"}} {
		per := int((longest + c.step - 1) / c.step)
		if len(groups) > 0 && per*len(groups) <= maxBars && longest <= 25*time.Hour {
			return c.step, c.unit
		}
	}
	if longest > 25*time.Hour {
		return 0, "week"
	}
	if !r.draft.Hours.AllDay() {
		return 0, "night"
	}
	return 0, "day"
}

func (r *Results) groupLabel(g Span, n int) string {
	t := g.From.In(r.env.Zone)
	if h := r.draft.Hours; h.ToMin < h.FromMin && t.Hour()*60+t.Minute() < h.ToMin {
		t = t.AddDate(0, 0, -1) // the rest of a night belongs to its evening
	}
	if n <= 16 {
		return t.Format("Mon")[:2] + " " + t.Format("2")
	}
	return t.Format("2 Jan")
}
