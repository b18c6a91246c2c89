package kit

import (
	"time"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// DateRange is a field for a range of days, both of them included, in the
// location the window shows times in.
type DateRange struct {
	picker
	now      func() time.Time
	loc      *time.Location
	from, to time.Time // local midnights; zero: nothing chosen
	onChange func(from, to time.Time)
}

// NewDateRange returns a field with nothing chosen. now is the clock: days
// after today cannot be picked. onChange gets midnights in loc; the last day is
// included, so the range of instants ends at to.AddDate(0, 0, 1).
func NewDateRange(now func() time.Time, loc *time.Location, onChange func(from, to time.Time)) *DateRange {
	d := &DateRange{now: now, loc: loc, onChange: onChange}
	d.icon, d.placeholder = theme.IconCalendar, "Days"
	d.text = func() string { return FormatDays(d.from, d.to, d.now().In(d.loc)) }
	d.activate = d.show
	d.init(d)
	return d
}

// Range returns the chosen midnights; both are zero if nothing is chosen.
func (d *DateRange) Range() (from, to time.Time) { return d.from, d.to }

// SetRange chooses days without a callback; the time of day is dropped.
func (d *DateRange) SetRange(from, to time.Time) {
	d.from, d.to = time.Time{}, time.Time{}
	if !from.IsZero() && !to.IsZero() {
		d.from, d.to = midnight(from, d.loc), midnight(to, d.loc)
	}
	d.Refresh()
}

func midnight(t time.Time, loc *time.Location) time.Time {
	y, m, day := t.In(loc).Date()
	return time.Date(y, m, day, 0, 0, 0, 0, loc)
}

// FormatDays words a range of days: "1 – 14 May 2026", "14 Apr – 14 May" within
// the year of now, "20 Dec 2025 – 3 Jan 2026".
func FormatDays(from, to, now time.Time) string {
	switch {
	case from.IsZero() || to.IsZero():
		return ""
	case from.Equal(to):
		return from.Format("2 Jan 2006")
	case from.Year() == to.Year() && from.Month() == to.Month():
		return from.Format("2 – ") + to.Format("2 Jan 2006")
	case from.Year() == to.Year() && to.Year() == now.Year():
		return from.Format("2 Jan – ") + to.Format("2 Jan")
	default:
		return from.Format("2 Jan 2006 – ") + to.Format("2 Jan 2006")
	}
}

func (d *DateRange) show() {
	cal := newCalendar(d)
	cal.pop = ShowPopover(d, cal)
	if cal.pop != nil {
		cal.pop.OnHidden = func() {
			if c := fyne.CurrentApp().Driver().CanvasForObject(d); c != nil {
				c.Focus(d)
			}
		}
	}
}

func (d *DateRange) take(from, to time.Time) {
	if from.After(to) {
		from, to = to, from
	}
	d.from, d.to = from, to
	d.Refresh()
	if d.onChange != nil {
		d.onChange(from, to)
	}
}
