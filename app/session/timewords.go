package session

import (
	"fmt"
	"strings"
	"time"
)

// SpanWords says a timeframe in days: "1–14 May 2026", "28 Apr – 3 May 2026"; with times
// where it does not begin and end at midnight: "1 May 18:00 – 2 May 06:00 2026".
func SpanWords(s Span, zone *time.Location) string {
	if s.IsZero() {
		return "no dates"
	}
	from, to := s.From.In(zone), s.To.In(zone)
	if !midnight(from) || !midnight(to) {
		if from.Year() != to.Year() {
			return from.Format("2 Jan 2006 15:04") + " – " + to.Format("2 Jan 2006 15:04")
		}
		return from.Format("2 Jan 15:04") + " – " + to.Format("2 Jan 15:04 2006")
	}
	last := to.AddDate(0, 0, -1)
	switch {
	case !last.After(from):
		return from.Format("2 Jan 2006")
	case from.Year() != last.Year():
		return from.Format("2 Jan 2006") + " – " + last.Format("2 Jan 2006")
	case from.Month() == last.Month():
		return from.Format("2") + "–" + last.Format("2 Jan 2006")
	}
	return from.Format("2 Jan") + " – " + last.Format("2 Jan 2006")
}

// ShortSpanWords is SpanWords without the year.
func ShortSpanWords(s Span, zone *time.Location) string {
	if s.IsZero() || s.From.In(zone).Year() != s.To.In(zone).Add(-time.Nanosecond).Year() {
		return SpanWords(s, zone)
	}
	words := SpanWords(s, zone)
	return strings.TrimSpace(words[:len(words)-len(" 2006")])
}

// HoursWords says the hours of the day: "18:00–06:00" or "all day".
func HoursWords(h DayHours) string {
	if h.AllDay() {
		return "all day"
	}
	return clock(h.FromMin) + "–" + clock(h.ToMin)
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func midnight(t time.Time) bool {
	h, m, s := t.Clock()
	return h == 0 && m == 0 && s == 0
}

// days is the number of local calendar days a span touches.
func days(s Span, zone *time.Location) int {
	if s.IsZero() || !s.From.Before(s.To) {
		return 0
	}
	from, last := s.From.In(zone), s.To.In(zone).Add(-time.Nanosecond)
	y1, m1, d1 := from.Date()
	y2, m2, d2 := last.Date()
	return int(time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC).Sub(time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC))/(24*time.Hour)) + 1
}

// FieldProblem is what is wrong with a typed field, worded for the person.
type FieldProblem struct{ Text string }

func (p *FieldProblem) Error() string { return p.Text }

// ReadTime is the time of one read: "Sat 9 May 02:47:31".
func ReadTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2 Jan 15:04:05")
}

// LongTime is the time of one read in full: "Sat 9 May 2026, 02:47:31 EDT".
func LongTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("Mon 2 Jan 2006, 15:04:05 MST")
}

// RecordTime is the time of a record: "21 May 2026, 09:31:04 EDT".
func RecordTime(t time.Time, zone *time.Location) string {
	return t.In(zone).Format("2 Jan 2006, 15:04:05 MST")
}

// firstLast is "3 May 21:14 – 13 May 02:06".
func firstLast(a, b time.Time, zone *time.Location) string {
	a, b = a.In(zone), b.In(zone)
	if a.Equal(b) {
		return a.Format("2 Jan 15:04")
	}
	return a.Format("2 Jan 15:04") + " – " + b.Format("2 Jan 15:04")
}

// WhenWords says a draft's timeframe in one phrase: "1–14 May, 18:00–06:00".
func WhenWords(d Draft, zone *time.Location) string {
	spans := d.spans()
	text := "no dates"
	switch {
	case len(spans) == 1:
		text = ShortSpanWords(spans[0], zone)
	case len(spans) > 1:
		text = fmt.Sprintf("%d timeframes", len(spans))
	}
	if !d.Hours.AllDay() {
		text += ", " + HoursWords(d.Hours)
	}
	return text
}
