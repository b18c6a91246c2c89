package session

import (
	"context"
	"strings"

	"cordon/engine"
	"cordon/engine/feed"
)

// reportState is the inline form of "Report an error…" and what was reported before.
type reportState struct {
	task    task
	list    task
	open    bool
	err     string
	kindErr string
	reports map[engine.DetectionRef]engine.ErrorReport
}

// ReportForm is what the inline form shows.
type ReportForm struct {
	Open      bool
	Busy      bool
	Error     string
	KindError string // belongs to what is wrong
	Kinds     []ReportKind
	State     string // what became of the report on the read shown; empty: there is none
	Can       bool   // the read shown came with a feed, so that there is somebody to tell
}

// ReportKind is something that can be wrong with a read.
type ReportKind struct{ Code, Words string }

// reportKinds words what can be wrong.
var reportKinds = map[string]string{
	"plate": "The plate is misread", "state": "The state is wrong", "vehicle": "It is another vehicle", "place": "The place is wrong",
	"time": "The time is wrong", "photo": "The photos are of something else", "other": "Something else",
}

// ReportForm returns the form's state.
func (r *Results) ReportForm() ReportForm {
	f := ReportForm{Open: r.report.open, Busy: r.report.task.busy, Error: r.report.err, KindError: r.report.kindErr}
	for _, k := range feed.ReportKinds() {
		words := reportKinds[k]
		if words == "" {
			words = upperFirst(k)
		}
		f.Kinds = append(f.Kinds, ReportKind{k, words})
	}
	if ref, ok := r.current(); ok {
		_, err := feed.ParseLane(ref.Lane)
		f.Can = err == nil
		if rep, ok := r.report.reports[ref]; ok {
			f.State = r.reportWords(rep)
		}
	}
	return f
}

func (r *Results) reportWords(rep engine.ErrorReport) string {
	text := "Reported on " + rep.At.In(r.env.Zone).Format("2 Jan, 15:04") + ": " + strings.ToLower(reportKinds[rep.Kind])
	if rep.Value != "" {
		text += ", right would be " + rep.Value
	}
	switch {
	case rep.State.Verdict == feed.VerdictCorrected:
		text += ". The provider has corrected it"
	case rep.State.Verdict == feed.VerdictRefused:
		text += ". The provider says that it is right"
	case rep.State.Verdict != "":
		text += ". The provider has noted it"
	case rep.Sent.IsZero():
		text += ". It goes with the next sync"
	default:
		text += ". It is sent, and not answered yet"
	}
	if rep.State.Note != "" {
		text += ": " + strings.TrimSuffix(rep.State.Note, ".")
	}
	return text + "."
}

// AskReport opens or closes the form that says what is wrong.
func (r *Results) AskReport(open bool) {
	r.report.open, r.report.err, r.report.kindErr = open && r.ReportForm().Can, "", ""
	r.changed()
}

// Report queues a report on the read shown: kind is a code of ReportForm.Kinds, value what
// would be right.
func (r *Results) Report(kind, value, note string) {
	ref, ok := r.current()
	if !ok || r.report.task.busy {
		return
	}
	if r.report.kindErr = ""; kind == "" {
		r.report.kindErr = "Choose what is wrong."
		r.changed()
		return
	}
	req := engine.ErrorReportRequest{Entry: r.entry, Ref: ref, Kind: kind, Value: value, Note: note}
	door := r.door
	r.report.err = ""
	start(r.env, &r.report.task, func(ctx context.Context) (engine.ErrorReport, error) { return door.ReportError(ctx, req) },
		func(rep engine.ErrorReport, err error) {
			if r.report.err = ErrorText(err); err == nil {
				r.report.open = false
				r.noteReports([]engine.ErrorReport{rep})
			}
			r.changed()
		})
	r.changed()
}

// loadReports asks what was reported before, and what became of it; the newest of a read counts.
func (r *Results) loadReports() {
	door := r.door
	start(r.env, &r.report.list, door.ErrorReports, func(list []engine.ErrorReport, err error) {
		if err != nil {
			return // the form itself will tell
		}
		for i := len(list) - 1; i >= 0; i-- { // newest last
			r.noteReports(list[i : i+1])
		}
		r.changed()
	})
}

func (r *Results) noteReports(list []engine.ErrorReport) {
	if r.report.reports == nil {
		r.report.reports = map[engine.DetectionRef]engine.ErrorReport{}
	}
	for _, rep := range list {
		r.report.reports[engine.DetectionRef{Lane: rep.Lane, ID: rep.Read}] = rep
	}
}
