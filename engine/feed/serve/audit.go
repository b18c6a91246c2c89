package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/witness"

	"golang.org/x/mod/sumdb/tlog"
)

// dirAudit is where all of one audit log of a workstation lies. A workstation that enrolls with
// another key has another log.
func dirAudit(ws *enrolment) string {
	sum := sha256.Sum256([]byte(ws.AuditKey))
	return "inbox/witness/" + ws.Workstation + "/" + hex.EncodeToString(sum[:8]) + "/"
}

// head is a checkpoint that was cosigned.
type head struct {
	Size       int64     `json:"size"`
	Root       tlog.Hash `json:"root"`
	Checkpoint string    `json:"checkpoint"`
	At         time.Time `json:"at"`
}

// lastHead returns the newest head of a log and its number; -1 and size 0 before the first.
func (s *Server) lastHead(ctx context.Context, ws *enrolment) (head, int64, error) {
	dir := dirAudit(ws) + "heads/"
	n, err := s.heads.end(ctx, s.bucket, dir)
	if err != nil || n < 0 {
		return head{}, n, err
	}
	var h head
	err = getJSON(ctx, s.bucket, pathSeq(dir, n), &h)
	return h, n, err
}

// Alarm is evidence that an audit log is not what it was.
type Alarm struct {
	Workstation string    `json:"workstation"`
	Kind        string    `json:"kind"` // "fork", "rollback" or "entries"
	At          time.Time `json:"at"`
	Known       string    `json:"known"`  // the checkpoint that was cosigned last
	Shown       string    `json:"shown"`  // the one that does not fit, or what was sent instead
	Detail      string    `json:"detail"` // of the check that failed
}

// alarm keeps evidence once and says so in the log.
func (s *Server) alarm(ctx context.Context, ws *enrolment, kind string, known head, shown, detail string) error {
	s.log.Error("audit alarm", "workstation", ws.Workstation, "kind", kind, "known_size", known.Size)
	sum := sha256.Sum256([]byte(kind + "\n" + known.Checkpoint + "\n" + shown))
	_, err := putNewJSON(ctx, s.bucket, prefixAlarms+ws.Workstation+"-"+hex.EncodeToString(sum[:16])+".json",
		Alarm{ws.Workstation, kind, s.clock().UTC(), known.Checkpoint, shown, detail})
	return err
}

const prefixAlarms = "inbox/alarms/"

// addCheckpoint is the witness: C2SP tlog-witness add-checkpoint for the log whose key the
// workstation enrolled with.
func (s *Server) addCheckpoint(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	body, ok := s.readBody(w, r, 64<<10)
	if !ok {
		return
	}
	add, err := witness.ParseAdd(body)
	if err != nil {
		fail(w, http.StatusBadRequest, "form", "The request is not in the form of add-checkpoint.")
		return
	}
	t, n, err := witness.OpenCheckpoint(add.Checkpoint, ws.AuditKey)
	switch {
	case errors.Is(err, feed.ErrNotFound):
		fail(w, http.StatusNotFound, "origin", "The checkpoint is of another log than the workstation enrolled with.")
		return
	case errors.Is(err, feed.ErrSignature):
		fail(w, http.StatusForbidden, "signature", "The checkpoint is not signed with the key that the workstation enrolled with.")
		return
	case err != nil || t.N < 1:
		fail(w, http.StatusBadRequest, "checkpoint", "This is no checkpoint of a log with entries.")
		return
	}
	v, err := s.decide(r.Context(), ws, add, t)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	switch v.status {
	case http.StatusOK:
		line, err := s.witness.Cosign(n.Text)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(line))
	case http.StatusConflict:
		w.Header().Set("Content-Type", "text/x.tlog.size")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprintf(w, "%d\n", v.known)
	default:
		fail(w, v.status, v.code, v.message)
	}
}

type verdict struct {
	status        int
	known         int64
	code, message string
}

// decide checks a signed checkpoint against the last one and keeps it. The head's number is
// taken by creating it, so that of two servers one decides.
func (s *Server) decide(ctx context.Context, ws *enrolment, add witness.Add, t tlog.Tree) (verdict, error) {
	for {
		known, n, err := s.lastHead(ctx, ws)
		if err != nil {
			return verdict{}, err
		}
		switch {
		case add.Old > t.N:
			if add.Old == known.Size { // it knows what we saw, and shows less
				err = s.alarm(ctx, ws, "rollback", known, add.Checkpoint, "the log is shorter than it was")
			}
			return verdict{status: http.StatusBadRequest, code: "old", message: "The old size is above the checkpoint's."}, err
		case add.Old != known.Size:
			return verdict{status: http.StatusConflict, known: known.Size}, nil
		case t.N == known.Size && t.Hash == known.Root:
			return verdict{status: http.StatusOK}, nil
		case t.N == known.Size:
			return verdict{status: http.StatusConflict, known: known.Size}, s.alarm(ctx, ws, "fork", known, add.Checkpoint, "another root at the same size")
		}
		if err := witness.CheckConsistency(add.Proof, t, tlog.Tree{N: known.Size, Hash: known.Root}); err != nil {
			v := verdict{status: http.StatusUnprocessableEntity, code: "proof", message: "The log does not continue the one that was cosigned. This was recorded."}
			return v, s.alarm(ctx, ws, "fork", known, add.Checkpoint, err.Error())
		}
		won, err := putNewJSON(ctx, s.bucket, pathSeq(dirAudit(ws)+"heads/", n+1), head{t.N, t.Hash, add.Checkpoint, s.clock().UTC()})
		if err != nil {
			return verdict{}, err
		}
		if won {
			return verdict{status: http.StatusOK}, nil
		}
	}
}
