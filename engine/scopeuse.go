package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"sync"
	"time"

	"cordon/engine/detection"
	"cordon/engine/policy"
)

const (
	scopeEvery     = time.Minute // how often at most the use of the scope meter is recorded
	scopePerMinute = 600         // estimates a person may ask for; drawing live asks for about 8 a second
)

// scopeUse counts what each person estimates, so that the meter leaves a trace though one
// estimate writes no entry (Q-ALL-5, U-1). The zero value is ready; safe for concurrent use.
type scopeUse struct {
	mu    sync.Mutex
	users map[string]*meterUse
}

// meterUse is what one person estimated since it was last recorded.
type meterUse struct {
	estimates  int
	questions  map[[sha256.Size]byte]struct{} // distinct, by digest
	smallestM2 float64                        // 0: none had an area
	since      time.Time                      // of the first of them

	minute   time.Time // in which inMinute counts
	inMinute int
}

// note counts one estimate. due says that the use is to be recorded now; over is 0 while
// the person is within the limit, and then counts the estimates beyond it in this minute.
func (u *scopeUse) note(user string, q detection.Query, areasM2 []float64, now time.Time) (due bool, over int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.users == nil {
		u.users = map[string]*meterUse{}
	}
	m := u.users[user]
	if m == nil {
		m = &meterUse{questions: map[[sha256.Size]byte]struct{}{}}
		u.users[user] = m
	}
	if m.estimates++; m.estimates == 1 {
		m.since = now
	}
	if digest, err := q.Digest(); err == nil {
		m.questions[digest] = struct{}{}
	}
	for _, a := range areasM2 {
		if m.smallestM2 == 0 || a < m.smallestM2 {
			m.smallestM2 = a
		}
	}
	if t := now.Truncate(time.Minute); !t.Equal(m.minute) {
		m.minute, m.inMinute = t, 0
	}
	m.inMinute++
	return now.Sub(m.since) >= scopeEvery, max(0, m.inMinute-scopePerMinute)
}

// take returns what was not recorded yet and forgets it; nil when there is nothing.
func (u *scopeUse) take(user string) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	m := u.users[user]
	if m == nil || m.estimates == 0 {
		return nil
	}
	fields := []string{"estimates", strconv.Itoa(m.estimates), "distinct", strconv.Itoa(len(m.questions))}
	if m.smallestM2 > 0 {
		fields = append(fields, "smallest_m2", strconv.FormatFloat(m.smallestM2, 'f', 0, 64))
	}
	m.estimates, m.smallestM2 = 0, 0
	clear(m.questions)
	return fields
}

// noteScope counts an estimate, records the use once a minute, and refuses what no drawing
// needs.
func (s *Session) noteScope(ctx context.Context, q detection.Query, areasM2 []float64) error {
	due, over := s.e.meter.note(s.account.User, q, areasM2, s.e.o.Clock())
	if due {
		if err := s.recordScope(ctx); err != nil {
			return err
		}
	}
	if over == 0 {
		return nil
	}
	refusal := &policy.Refusal{
		Rule: "ALL-5", What: fmt.Sprintf("The scope meter answers at most %d times a minute.", scopePerMinute),
		Why:  "A meter that is asked without end tells what only a recorded query may tell.",
		Next: "Wait a minute, or run the query.",
	}
	if over == 1 {
		return s.e.refuse(ctx, s.event("scope"), refusal)
	}
	return refusalOf(*refusal) // recorded already in this minute
}

// recordScope writes how much was estimated since the last time, if anything.
func (s *Session) recordScope(ctx context.Context) error {
	fields := s.e.meter.take(s.account.User)
	if fields == nil {
		return nil
	}
	_, err := s.e.record(ctx, s.event("scope").tell(fields...))
	return err
}
