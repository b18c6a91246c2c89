package detection

import (
	"time"
	_ "time/tzdata" // daily hours must mean the same on a machine without zone files
)

// Intervals returns the disjoint, ascending timeframes that w and h have in common. A
// night span belongs to the evening it starts in. On the day a clock changes the span
// follows the wall clock. It returns a *FieldError when the zone is unknown.
func (h Hours) Intervals(w Window) ([]Window, error) {
	if h.IsZero() {
		return []Window{w}, nil
	}
	loc, err := time.LoadLocation(h.Zone)
	if err != nil || h.Zone == "" {
		return nil, &FieldError{Field: "hours.zone", Problem: "is not a known time zone", Hint: "Use an IANA name such as America/New_York."}
	}
	var out []Window
	day := w.From.In(loc).AddDate(0, 0, -1) // a night may have begun the day before
	for i := 0; ; i++ {
		y, m, d := day.AddDate(0, 0, i).Date()
		at := func(day, minutes int) time.Time {
			return time.Date(y, m, day, minutes/60, minutes%60, 0, 0, loc).UTC()
		}
		if midnight := at(d, 0); !midnight.Before(w.To) {
			return out, nil
		}
		from, to := at(d, h.FromMin), at(d, h.ToMin)
		if h.ToMin < h.FromMin {
			to = at(d+1, h.ToMin)
		}
		if from.Before(w.From) {
			from = w.From
		}
		if to.After(w.To) {
			to = w.To
		}
		if n := len(out); n > 0 && from.Before(out[n-1].To) {
			from = out[n-1].To // wall-clock overlap when a clock is set back
		}
		if from.Before(to) {
			out = append(out, Window{from, to})
		}
	}
}
