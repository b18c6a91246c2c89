package serve

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/witness"

	"golang.org/x/mod/sumdb/tlog"
)

// parcel is what makes a run of audit entries count. Their frames lie beside it.
type parcel struct {
	From   int64        `json:"from"`
	To     int64        `json:"to"`
	Frames feed.Digest  `json:"frames"`
	Edge   witness.Edge `json:"edge"` // of the log's first To entries
	At     time.Time    `json:"at"`
}

// EntriesState is the answer to GET and POST /v1/audit/entries.
type EntriesState struct {
	Next int64 `json:"next"` // index of the entry that is wanted next
	Size int64 `json:"size"` // of the checkpoint that was cosigned last
}

// lastParcel returns the newest parcel of a log and its number, -1 before the first.
func (s *Server) lastParcel(ctx context.Context, ws *enrolment) (parcel, int64, error) {
	dir := dirAudit(ws) + "parcels/"
	n, err := s.heads.end(ctx, s.bucket, dir)
	if err != nil || n < 0 {
		return parcel{}, n, err
	}
	var p parcel
	if err = getJSON(ctx, s.bucket, pathSeq(dir, n), &p); err == nil {
		err = p.Edge.Check()
	}
	return p, n, err
}

func (s *Server) nextEntry(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	p, _, err := s.lastParcel(r.Context(), ws)
	if err == nil {
		var h head
		if h, _, err = s.lastHead(r.Context(), ws); err == nil {
			answer(w, http.StatusOK, EntriesState{p.To, h.Size})
			return
		}
	}
	s.broken(w, r, err)
}

// maxParcel bounds the body of a parcel.
const maxParcel = 40 << 20

// addEntries keeps entries of the witnessed log behind those that are there.
func (s *Server) addEntries(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	if !s.parcels.take(r.Context()) {
		w.Header().Set("Retry-After", "2")
		fail(w, http.StatusServiceUnavailable, "busy", "The feed takes in as many parcels as it can.")
		return
	}
	defer s.parcels.give()
	body, ok := s.readBody(w, r, maxParcel)
	if !ok {
		return
	}
	in, leaves, err := witness.ParseParcel(body)
	if err != nil {
		fail(w, http.StatusBadRequest, "form", "The body is no parcel of audit entries.")
		return
	}
	last, n, err := s.lastParcel(r.Context(), ws)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	known, _, err := s.lastHead(r.Context(), ws)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	state := EntriesState{last.To, known.Size}
	if in.From != last.To || in.Size != known.Size {
		answer(w, http.StatusConflict, state)
		return
	}
	edge := last.Edge.Grow(leaves)
	if err := witness.CheckConsistency(in.Proof, tlog.Tree{N: known.Size, Hash: known.Root}, edge.Tree()); err != nil {
		if err := s.alarm(r.Context(), ws, "entries", known, feed.Digest(sha256.Sum256(body)).String(), err.Error()); err != nil {
			s.broken(w, r, err)
			return
		}
		fail(w, http.StatusUnprocessableEntity, "proof", "The entries are not those of the witnessed log. This was recorded.")
		return
	}
	p := parcel{in.From, in.To, sha256.Sum256(in.Frames), edge, s.clock().UTC()}
	if err := put(r.Context(), s.bucket, dirAudit(ws)+"frames/"+p.Frames.String(), in.Frames); err != nil {
		s.broken(w, r, err)
		return
	}
	won, err := putNewJSON(r.Context(), s.bucket, pathSeq(dirAudit(ws)+"parcels/", n+1), p)
	switch {
	case err != nil:
		s.broken(w, r, err)
	case !won: // another server took a parcel meanwhile
		s.nextEntryConflict(w, r, ws)
	default:
		answer(w, http.StatusOK, EntriesState{in.To, known.Size})
	}
}

func (s *Server) nextEntryConflict(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	last, _, err := s.lastParcel(r.Context(), ws)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	known, _, err := s.lastHead(r.Context(), ws)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	answer(w, http.StatusConflict, EntriesState{last.To, known.Size})
}
