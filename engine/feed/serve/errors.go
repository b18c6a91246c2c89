package serve

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"cordon/engine/feed"
)

// Failure is the body of every refusal: {"error": {"code": …, "message": …}}.
type Failure struct {
	Code    string `json:"code"`    // for programs
	Message string `json:"message"` // what and what to do, for people
}

// answer writes a JSON answer that nobody keeps.
func answer(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil { // our own types alone come here
		status, text = http.StatusInternalServerError, []byte(`{}`)
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n'))
}

func fail(w http.ResponseWriter, status int, code, message string) {
	answer(w, status, map[string]Failure{"error": {code, message}})
}

// notFound is the one answer for what is not there and for what is not permitted.
func notFound(w http.ResponseWriter) {
	fail(w, http.StatusNotFound, "not-found", "It is not in the feed, or not for this workstation.")
}

// broken answers when the server cannot do its part, mostly as the bucket does not answer.
func (s *Server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil { // the caller left, or the server stops
		err = r.Context().Err()
	} else {
		s.log.Error("not done", "route", r.Pattern, "error", err)
	}
	status, code := http.StatusServiceUnavailable, "unavailable"
	if errors.Is(err, feed.ErrDamaged) {
		status, code = http.StatusInternalServerError, "damaged"
	}
	w.Header().Set("Retry-After", "2")
	fail(w, status, code, "The feed cannot do this now. Try again later.")
}

// readBody reads a body of at most limit bytes within the server's time for bodies. It has
// answered when it returns false.
func (s *Server) readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close")
		fail(w, http.StatusRequestEntityTooLarge, "too-large", "The body is larger than the feed takes.")
		return nil, false
	}
	rc := http.NewResponseController(w)
	_ = rc.SetReadDeadline(time.Now().Add(s.o.BodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	var large *http.MaxBytesError
	var net net.Error
	switch {
	case err == nil:
		_ = rc.SetReadDeadline(time.Time{}) // or the connection would be cut while the answer is worked on
		return body, true
	case errors.As(err, &large):
		fail(w, http.StatusRequestEntityTooLarge, "too-large", "The body is larger than the feed takes.")
	case errors.As(err, &net) && net.Timeout():
		w.Header().Set("Connection", "close")
		fail(w, http.StatusRequestTimeout, "too-slow", "The body came too slowly.")
	default:
		w.Header().Set("Connection", "close")
		fail(w, http.StatusBadRequest, "body", "The body could not be read.")
	}
	return nil, false
}

// readJSON reads a body into a value of ours. It has answered when it returns false.
func (s *Server) readJSON(w http.ResponseWriter, r *http.Request, limit int64, into any) bool {
	body, ok := s.readBody(w, r, limit)
	if !ok {
		return false
	}
	if err := strict(body, into); err != nil {
		fail(w, http.StatusBadRequest, "json", "The body is not the JSON object that is asked for.")
		return false
	}
	return true
}
