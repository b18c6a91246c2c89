package kit

import (
	"fmt"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
)

// dayMinutes is the length of a day in minutes.
const dayMinutes = 24 * 60

// TimeRange is a field for the hours of each day, in minutes after local
// midnight; a range may pass midnight. Equal ends mean the whole day.
type TimeRange struct {
	picker
	from, to int
	onChange func(from, to int)
}

// NewTimeRange returns a field set to the whole day.
func NewTimeRange(onChange func(fromMin, toMin int)) *TimeRange {
	t := &TimeRange{onChange: onChange}
	t.icon = theme.IconClock
	t.text = func() string { return FormatHours(t.from, t.to) }
	t.activate = t.show
	t.init(t)
	return t
}

// Range returns the chosen minutes after midnight.
func (t *TimeRange) Range() (fromMin, toMin int) { return t.from, t.to }

// SetRange chooses without a callback.
func (t *TimeRange) SetRange(fromMin, toMin int) {
	t.from, t.to = wrapMinutes(fromMin), wrapMinutes(toMin)
	t.Refresh()
}

func wrapMinutes(m int) int { return ((m % dayMinutes) + dayMinutes) % dayMinutes }

// FormatHours words a range of hours: "18:00 – 06:00", "all day".
func FormatHours(fromMin, toMin int) string {
	if fromMin == toMin {
		return "all day"
	}
	return clock(fromMin) + " – " + clock(toMin)
}

func clock(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// ParseClock reads "18:00", "1800", "18", "6.30" as minutes after midnight.
func ParseClock(s string) (min int, ok bool) {
	s = strings.TrimSpace(s)
	s = strings.ReplaceAll(s, ".", ":")
	h, m, colon := strings.Cut(s, ":")
	if !colon && len(s) > 2 && len(s) <= 4 {
		h, m = s[:len(s)-2], s[len(s)-2:]
	}
	if m == "" && !colon {
		m = "0"
	}
	hours, err := strconv.Atoi(h)
	if err != nil || hours < 0 || hours > 24 {
		return 0, false
	}
	mins, err := strconv.Atoi(m)
	if err != nil || mins < 0 || mins > 59 || (hours == 24 && mins > 0) {
		return 0, false
	}
	return wrapMinutes(hours*60 + mins), true
}

func (t *TimeRange) take(from, to int) {
	if from == t.from && to == t.to {
		return
	}
	t.SetRange(from, to)
	if t.onChange != nil {
		t.onChange(t.from, t.to)
	}
}

func (t *TimeRange) show() {
	var pop *Popover
	from, to := NewInput("18:00").Width(84), NewInput("06:00").Width(84)
	if t.from != t.to {
		from.SetText(clock(t.from))
		to.SetText(clock(t.to))
	}
	ff, tf := NewField("From", from), NewField("to", to)
	apply := func() {
		f, okF := ParseClock(from.Text)
		g, okT := ParseClock(to.Text)
		from.SetError(hourError(okF))
		to.SetError(hourError(okT))
		if okF && okT {
			pop.Hide()
			t.take(f, g)
		}
	}
	from.OnSubmitted = func(string) { apply() }
	to.OnSubmitted = from.OnSubmitted
	quick := func(label string, f, g int) *Button {
		return NewButton(label, Plain, func() { pop.Hide(); t.take(f, g) }).Compact()
	}
	esc := func(e *fyne.KeyEvent) bool {
		if e.Name != fyne.KeyEscape {
			return false
		}
		pop.Hide()
		return true
	}
	from.OnKey, to.OnKey = esc, esc
	body := PadAll(12, V(10,
		Columns(8, ff, tf),
		H(6, quick("All day", 0, 0), quick("Nights 18–06", 18*60, 6*60), quick("Days 06–18", 6*60, 18*60)),
		H(8, NewText("May pass midnight.", Label), Spacer(), NewButton("Apply", Primary, apply).WithKey("Enter"))))
	pop = ShowPopover(t, body)
	if pop == nil {
		return
	}
	pop.over.Focus(from)
	pop.OnHidden = func() {
		if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil {
			c.Focus(t)
		}
	}
}

func hourError(ok bool) string {
	if ok {
		return ""
	}
	return "Write hours and minutes, such as 18:00."
}
