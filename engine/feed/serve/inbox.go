package serve

import (
	"context"
	"strings"

	"cordon/engine/feed"
)

// OpenReport is an error report with its state.
type OpenReport struct {
	KeptReport
	State feed.ReportState `json:"state"`
}

// Reports lists error reports by workstation and id: those without an answer, or all.
func Reports(ctx context.Context, b Bucket, all bool) ([]OpenReport, error) {
	out := []OpenReport{}
	for o, err := range b.List(ctx, prefixReports) {
		if err != nil {
			return nil, err
		}
		ws, file, _ := strings.Cut(strings.TrimPrefix(o.Key, prefixReports), "/")
		id, ok := strings.CutSuffix(file, ".json")
		if !ok || !feed.IsReportID(id) { // an answer
			continue
		}
		var r OpenReport
		if err := getJSON(ctx, b, o.Key, &r.KeptReport); err != nil {
			return nil, err
		}
		var err error
		if r.State, err = stateOf(ctx, b, ws, id); err != nil {
			return nil, err
		}
		if all || r.State.Verdict == "" {
			out = append(out, r)
		}
	}
	return out, nil
}

// Alarms lists the evidence against audit logs, by workstation.
func Alarms(ctx context.Context, b Bucket) ([]Alarm, error) {
	out := []Alarm{}
	for o, err := range b.List(ctx, prefixAlarms) {
		if err != nil {
			return nil, err
		}
		var a Alarm
		if err := getJSON(ctx, b, o.Key, &a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
