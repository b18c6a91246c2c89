package session

import "time"

// Coverage is the timeline before a run: what data there is and the timeframe in it. It
// shows no counts, as the meter must not be a query.
type Coverage struct {
	Oldest, Newest time.Time
	Rows           []CoverageRow
	Spans          []Span   // the draft's timeframes
	Hours          DayHours // shaded inside them
	Label          string   // "newest data 21 May 09:12"
}

// CoverageRow is one area's cameras over the span of the data.
type CoverageRow struct {
	Index   int
	Letter  string
	Text    string // "2 cameras"
	Cameras int
}

func (d *Desk) coverage() Coverage {
	c := Coverage{Oldest: d.oldest, Newest: d.newest, Spans: d.draft.spans(), Hours: d.draft.Hours}
	if !d.newest.IsZero() {
		c.Label = "newest data " + d.newest.In(d.env.Zone).Format("2 Jan 15:04")
	}
	if !d.draft.Kind.Spatial() {
		return c
	}
	for i := range d.draft.Areas {
		row := CoverageRow{Index: i, Letter: Letter(i), Text: "…"}
		if d.estimate != nil && i < len(d.estimate.PerArea) {
			row.Cameras = d.estimate.PerArea[i].Cameras
			row.Text = count(int64(row.Cameras), "camera", "cameras")
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

// AxisRange is one choice of the timeline's range.
type AxisRange struct {
	Label string
	Days  int
}

// AxisRanges are the choices: one, two and four weeks, three months.
func AxisRanges() []AxisRange {
	return []AxisRange{{"1 w", 7}, {"2 w", 14}, {"4 w", 28}, {"3 m", 91}}
}

// Axis returns the shown timeframe of whole local days for a range: it ends with the newest
// data, or, where the draft's timeframe lies before that, it is centred on it.
func (c Coverage) Axis(days int, zone *time.Location) Span {
	end := c.Newest
	if end.IsZero() && len(c.Spans) > 0 {
		end = c.Spans[0].To
	}
	if end.IsZero() {
		return Span{}
	}
	last := dayStart(end, zone).AddDate(0, 0, 1)
	axis := Span{last.AddDate(0, 0, -days), last}
	if len(c.Spans) > 0 && !c.Spans[0].IsZero() {
		s := c.Spans[0]
		if s.From.Before(axis.From) || s.To.After(axis.To) {
			mid := s.From.Add(s.To.Sub(s.From) / 2)
			from := dayStart(mid, zone).AddDate(0, 0, -days/2)
			axis = Span{from, from.AddDate(0, 0, days)}
		}
	}
	return axis
}

func dayStart(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// HourSpans are the parts of a timeframe inside the hours of the day; none when they do not
// restrict it.
func HourSpans(s Span, h DayHours, zone *time.Location) []Span {
	if h.AllDay() || s.IsZero() || !s.From.Before(s.To) {
		return nil
	}
	var out []Span
	for _, w := range intervals(s, h, zone) {
		out = append(out, Span{w.From, w.To})
	}
	return out
}
