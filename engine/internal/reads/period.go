package reads

import (
	"fmt"
	"time"
)

const weekMs = 7 * 24 * 3600 * 1000

// minTimeMs and maxTimeMs bound the times the store takes: years 1900 to 2199.
var (
	minTimeMs = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	maxTimeMs = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli() - 1
)

// period is the place period of a time: the part of a seven-day period (counted from the
// Unix epoch) that lies in one retention quarter.
type period struct {
	quarter int32 // year*4 + quarter − 1, UTC
	week    int32
}

func quarterOf(ms int64) int32 {
	t := time.UnixMilli(ms).UTC()
	return int32(t.Year()*4 + (int(t.Month())-1)/3)
}

func weekOf(ms int64) int32 {
	w := ms / weekMs
	if ms%weekMs < 0 {
		w--
	}
	return int32(w)
}

// quarterSpan returns the first millisecond of a quarter and of the next one.
func quarterSpan(q int32) (from, to int64) {
	at := func(q int32) int64 {
		return time.Date(int(q/4), time.Month(q%4*3+1), 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	}
	return at(q), at(q + 1)
}

func quarterName(q int32) string { return fmt.Sprintf("%d-Q%d", q/4, q%4+1) }

// quarterClock finds quarters of times quickly when they come in long stretches.
type quarterClock struct {
	quarter  int32
	from, to int64
}

func (c *quarterClock) of(ms int64) int32 {
	if ms < c.from || ms >= c.to {
		c.quarter = quarterOf(ms)
		c.from, c.to = quarterSpan(c.quarter)
	}
	return c.quarter
}
