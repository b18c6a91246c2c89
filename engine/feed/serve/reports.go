package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
)

const prefixReports = "inbox/reports/"

func pathReport(ws, id string) string { return prefixReports + ws + "/" + id + ".json" }
func pathAnswer(ws, id string) string { return prefixReports + ws + "/" + id + ".answer.json" }

// KeptReport is an error report as the feed keeps it.
type KeptReport struct {
	Workstation string           `json:"workstation"`
	Report      feed.ErrorReport `json:"report"`
	Received    time.Time        `json:"received"`
}

// addReport keeps an error report. The same report again is answered as the first time; another
// one under the same id is refused.
func (s *Server) addReport(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	var in feed.ErrorReport
	if !s.readJSON(w, r, 16<<10, &in) {
		return
	}
	if err := in.Check(); err != nil {
		fail(w, http.StatusBadRequest, "report", "The report is not valid: "+strings.TrimPrefix(err.Error(), feed.ErrInvalid.Error()+": ")+".")
		return
	}
	lane, err := feed.ParseLane(in.Lane)
	look := pathNothing
	if err == nil && ws.Grants.permit(lane, "") {
		look = lane.PathCheckpoint()
	}
	there, err := exists(r.Context(), s.bucket, look)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	if !there {
		notFound(w)
		return
	}
	kept := KeptReport{ws.Workstation, in, s.clock().UTC()}
	fresh, err := putNewJSON(r.Context(), s.bucket, pathReport(ws.Workstation, in.ID), kept)
	if err == nil && !fresh {
		var old KeptReport
		if err = getJSON(r.Context(), s.bucket, pathReport(ws.Workstation, in.ID), &old); err == nil && !sameReport(old.Report, in) {
			fail(w, http.StatusConflict, "report-differs", "Another report has this id.")
			return
		}
	}
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.reportState(w, r, ws, in.ID)
}

func sameReport(a, b feed.ErrorReport) bool {
	same := a.At.Equal(b.At)
	a.At, b.At = time.Time{}, time.Time{}
	return same && a == b
}

// report says what became of a report of the caller's.
func (s *Server) report(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	id := r.PathValue("id")
	if !feed.IsReportID(id) {
		notFound(w)
		return
	}
	s.reportState(w, r, ws, id)
}

func (s *Server) reportState(w http.ResponseWriter, r *http.Request, ws *enrolment, id string) {
	st, err := stateOf(r.Context(), s.bucket, ws.Workstation, id)
	switch {
	case errors.Is(err, feed.ErrNotFound):
		notFound(w)
	case err != nil:
		s.broken(w, r, err)
	default:
		answer(w, http.StatusOK, st)
	}
}

func stateOf(ctx context.Context, b Bucket, ws, id string) (feed.ReportState, error) {
	var kept KeptReport
	if err := getJSON(ctx, b, pathReport(ws, id), &kept); err != nil {
		return feed.ReportState{}, err
	}
	st := feed.ReportState{ID: id}
	if err := getJSON(ctx, b, pathAnswer(ws, id), &st); err != nil && !errors.Is(err, feed.ErrNotFound) {
		return feed.ReportState{}, err
	}
	st.Received = kept.Received
	return st, nil
}

// AnswerReport answers an error report; a later answer takes the place of an earlier one.
// feed.ErrNotFound when there is no such report; feed.ErrInvalid for another verdict.
func AnswerReport(ctx context.Context, b Bucket, workstation, id, verdict, note string, clock func() time.Time) error {
	if err := enrol.CheckName(workstation); err != nil {
		return err
	}
	if !feed.IsReportID(id) {
		return fmt.Errorf("%w: %q is no id of a report", feed.ErrInvalid, id)
	}
	switch verdict {
	case feed.VerdictCorrected, feed.VerdictRefused, feed.VerdictNoted:
	default:
		return fmt.Errorf("%w: verdict %q: write corrected, refused or noted", feed.ErrInvalid, verdict)
	}
	if len(note) > 4000 {
		return fmt.Errorf("%w: the note has more than 4,000 bytes", feed.ErrInvalid)
	}
	st, err := stateOf(ctx, b, workstation, id)
	if err != nil {
		return err
	}
	st.Verdict, st.Note, st.Answered = verdict, note, clock().UTC()
	return putJSON(ctx, b, pathAnswer(workstation, id), st)
}
