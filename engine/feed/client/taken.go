package client

import (
	"cmp"
	"math"
	"slices"
)

// Taken says which weeks of a lane a workstation took: an entry is about the records from its From
// on, up to the next one's. It is kept beside the position, which alone does not tell that records
// were passed over. It is written before the position moves and changes with the permission
// alone, so it stays small however long the lane is.
type Taken []TakenFrom

// TakenFrom is one entry of Taken.
type TakenFrom struct {
	From  int64
	Weeks []Weeks // any of these; none: all
}

// At returns t for a lane whose records from position at on are taken in these weeks. Records
// below it of which nothing is known count as taken.
func (t Taken) At(at int64, weeks []Weeks) Taken {
	out := slices.DeleteFunc(slices.Clone(t), func(e TakenFrom) bool { return e.From >= at })
	if len(out) == 0 && at > 0 {
		out = Taken{{}}
	}
	return out.add(TakenFrom{at, merged(weeks)})
}

// CaughtUp returns t where of the records below n those weeks are there as well.
func (t Taken) CaughtUp(n int64, weeks []Weeks) Taken {
	var out Taken
	for i, e := range t {
		if e.From >= n {
			out = out.add(e)
			continue
		}
		out = out.add(TakenFrom{e.From, union(e.Weeks, weeks)})
		if t.end(i) > n {
			out = out.add(TakenFrom{n, e.Weeks})
		}
	}
	return out
}

// Equal reports whether both say the same.
func (t Taken) Equal(o Taken) bool {
	return slices.EqualFunc(t, o, func(a, b TakenFrom) bool { return a.From == b.From && slices.Equal(a.Weeks, b.Weeks) })
}

func (t Taken) add(e TakenFrom) Taken {
	if n := len(t); n > 0 && slices.Equal(t[n-1].Weeks, e.Weeks) {
		return t
	}
	return append(t, e)
}

func (t Taken) end(i int) int64 {
	if i+1 < len(t) {
		return t[i+1].From
	}
	return math.MaxInt64
}

// lacks reports whether of records below a position weeks may have been passed over.
func (t Taken) lacks(at int64, weeks []Weeks) bool {
	return slices.ContainsFunc(t, func(e TakenFrom) bool { return e.From < at && !covers(e.Weeks, weeks) })
}

// has reports whether the week of record n was taken.
func (t Taken) has(n int64, period string) bool {
	for i := range t {
		if n >= t[i].From && n < t.end(i) {
			return permits(t[i].Weeks, period)
		}
	}
	return true
}

// permits reports whether a week is one of some weeks; none are all.
func permits(weeks []Weeks, period string) bool {
	return len(weeks) == 0 || slices.ContainsFunc(weeks, func(w Weeks) bool { return w.has(period) })
}

func (w Weeks) has(period string) bool {
	return (w.From == "" || period >= w.From) && (w.Until == "" || period <= w.Until)
}

// covers reports whether all of weeks are among have. It may say no where several together do.
func covers(have, weeks []Weeks) bool {
	if len(have) == 0 || len(weeks) == 0 {
		return len(have) == 0
	}
	return !slices.ContainsFunc(weeks, func(w Weeks) bool {
		return !slices.ContainsFunc(have, func(h Weeks) bool {
			return (h.From == "" || w.From != "" && w.From >= h.From) && (h.Until == "" || w.Until != "" && w.Until <= h.Until)
		})
	})
}

// union is the weeks of either.
func union(a, b []Weeks) []Weeks {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	return merged(slices.Concat(a, b))
}

// merged is weeks in order, with those that overlap as one; nil for all weeks.
func merged(weeks []Weeks) []Weeks {
	weeks = slices.Clone(weeks)
	slices.SortFunc(weeks, func(a, b Weeks) int { return cmp.Compare(a.From, b.From) })
	var out []Weeks
	for _, w := range weeks {
		n := len(out)
		switch {
		case n == 0 || out[n-1].Until != "" && w.From > out[n-1].Until:
			out = append(out, w)
		case out[n-1].Until != "" && (w.Until == "" || w.Until > out[n-1].Until):
			out[n-1].Until = w.Until
		}
	}
	if len(out) == 1 && out[0] == (Weeks{}) {
		return nil
	}
	return out
}
