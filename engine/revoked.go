package engine

import "sync"

// revocations end the sessions of people whose account was disabled or changed meanwhile.
type revocations struct {
	mu   sync.Mutex
	n    int64
	last map[string]revocation // by user
}

type revocation struct {
	n   int64
	why string
}

// now is the moment that a sign-in begins at: only later revocations end its session.
func (r *revocations) now() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.n
}

// end ends the sessions of a user that have begun.
func (r *revocations) end(user, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil {
		r.last = map[string]revocation{}
	}
	r.n++
	r.last[user] = revocation{r.n, why}
}

// since says why the session of a user that began at began has ended; empty: it has not.
func (r *revocations) since(user string, began int64) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last, ok := r.last[user]; ok && last.n > began {
		return last.why
	}
	return ""
}
