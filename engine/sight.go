package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/internal/reads"
)

// sight is what a person may see of the detections: what the agreements permit to the
// unit. Lanes of no feed, that is what the workstation took in itself, are open to all.
type sight struct {
	unit       string
	agreements *feed.Agreements // nil: the feed has none, everything is open
}

// sight returns what the session's owner may see now.
func (s *Session) sight() sight { return sight{s.account.Unit, s.e.agreements.Load()} }

// lane returns the times of a lane that may be seen.
func (x sight) lane(name string) (windows []detection.Window, all bool) {
	if x.agreements == nil || isLocal(name) {
		return nil, true
	}
	return x.agreements.Times(x.unit, name)
}

// isLocal tells lanes that no feed has by their form.
func isLocal(lane string) bool { return !strings.Contains(lane, ".") }

// lanes is what a plan may rest on; nil when nothing is restricted.
func (x sight) lanes(state reads.State) []reads.LaneAccess {
	if x.agreements == nil {
		return nil
	}
	out := []reads.LaneAccess{}
	for _, l := range state.Lanes {
		if windows, all := x.lane(l.Lane); all || len(windows) > 0 {
			out = append(out, reads.LaneAccess{Lane: l.Lane, Windows: windows})
		}
	}
	return out
}

// of is the data state as far as the sight goes. Its times are bounds, its rows those of whole
// lanes.
func (x sight) of(s reads.State) reads.State {
	if x.agreements == nil {
		return s
	}
	out := s
	out.Lanes, out.Rows, out.Oldest, out.Newest = nil, 0, time.Time{}, time.Time{}
	for _, l := range s.Lanes {
		windows, all := x.lane(l.Lane)
		if !all && len(windows) == 0 {
			continue
		}
		out.Lanes = append(out.Lanes, l)
		if l.From.IsZero() {
			continue
		}
		from, to := later(l.From, s.Oldest), earlier(l.To, s.Newest)
		if !all {
			from, to = later(from, windows[0].From), earlier(to, windows[len(windows)-1].To)
		}
		if to.Before(from) {
			continue
		}
		out.Rows += l.Rows
		if out.Oldest.IsZero() || from.Before(out.Oldest) {
			out.Oldest = from
		}
		out.Newest = later(out.Newest, to)
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// words says for the audit log what a restricted plan rests on; empty for an unrestricted one.
func (x sight) words(lanes []reads.LaneAccess) string {
	if lanes == nil {
		return ""
	}
	var out []string
	for _, l := range lanes {
		text := l.Lane
		for _, w := range l.Windows {
			text += fmt.Sprintf("[%s,%s)", stamp(w.From), stamp(w.To))
		}
		out = append(out, text)
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, " ")
}

func sameLanes(a, b []reads.LaneAccess) bool {
	return (a == nil) == (b == nil) && slices.EqualFunc(a, b, func(x, y reads.LaneAccess) bool {
		return x.Lane == y.Lane && sameWindows([][]detection.Window{x.Windows}, [][]detection.Window{y.Windows})
	})
}
