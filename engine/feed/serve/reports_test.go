package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
)

// TestReports (R-3, F-1): a report is kept once, is its workstation's alone, is answered, and its
// state is told by either server.
func TestReports(t *testing.T) {
	g := newRig(t, 2, nil)
	g.checkpoint("pd.north", 1)
	g.checkpoint("secret.north", 1)
	ws, other := g.enroll(0, "ws-07", "pd.*", auditKey), g.enroll(0, "ws-08", "pd.*", auditKey)
	good := feed.ErrorReport{ID: "r-20260501-1", Lane: "pd.north", Read: "4711", Kind: "plate", Value: "ABC123", Note: "The O is a 0.", At: time.Date(2026, 5, 1, 8, 0, 0, 0, time.UTC)}
	state := func(s *station, server int) (st feed.ReportState) {
		t.Helper()
		r := s.get(server, "/v1/reports/"+good.ID)
		if err := json.Unmarshal(r.body, &st); err != nil || r.status != http.StatusOK {
			t.Fatalf("%s, %v", r, err)
		}
		return st
	}
	for server := range 2 { // sent again to the other one: the same
		if r := ws.post(server, "/v1/reports", good); r.status != http.StatusOK {
			t.Fatal(r)
		}
	}
	if st := state(ws, 1); st.ID != good.ID || st.Received.IsZero() || st.Verdict != "" {
		t.Errorf("%+v", st)
	}
	changed := good
	changed.Value = "XYZ999"
	if r := ws.post(1, "/v1/reports", changed); r.status != http.StatusConflict {
		t.Errorf("another one under the id: %s", r)
	}
	if r := other.get(0, "/v1/reports/"+good.ID); r.status != http.StatusNotFound {
		t.Errorf("another workstation sees it: %s", r)
	}
	list, err := Reports(context.Background(), g.bucket, false)
	if err != nil || len(list) != 1 || list[0].Report != good || list[0].Workstation != "ws-07" {
		t.Errorf("list %+v, %v", list, err)
	}
	if err := AnswerReport(context.Background(), g.bucket, "ws-07", good.ID, feed.VerdictCorrected, "Published anew.", g.now); err != nil {
		t.Fatal(err)
	}
	if st := state(ws, 0); st.Verdict != feed.VerdictCorrected || st.Note != "Published anew." || st.Answered.IsZero() {
		t.Errorf("%+v", st)
	}
	if list, err := Reports(context.Background(), g.bucket, false); err != nil || len(list) != 0 {
		t.Errorf("still open: %+v, %v", list, err)
	}
	if err := AnswerReport(context.Background(), g.bucket, "ws-08", good.ID, feed.VerdictNoted, "", g.now); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("answer to nothing: %v", err)
	}
	if err := AnswerReport(context.Background(), g.bucket, "ws-07", good.ID, "perhaps", "", g.now); !errors.Is(err, feed.ErrInvalid) {
		t.Errorf("another verdict: %v", err)
	}

	gone, secret := good, good
	gone.ID, gone.Lane = "r-gone-lane", "pd.gone"
	secret.ID, secret.Lane = "r-secret-lane", "secret.north"
	a, b := ws.post(0, "/v1/reports", gone), ws.post(0, "/v1/reports", secret)
	if a.status != http.StatusNotFound || a.String() != b.String() {
		t.Errorf("a lane that is not there: %s; one that is not permitted: %s", a, b)
	}
	for name, change := range map[string]func(*feed.ErrorReport){
		"id": func(r *feed.ErrorReport) { r.ID = "../../x/12345" }, "short id": func(r *feed.ErrorReport) { r.ID = "r1" },
		"lane": func(r *feed.ErrorReport) { r.Lane = "x" }, "kind": func(r *feed.ErrorReport) { r.Kind = "joke" },
		"no read": func(r *feed.ErrorReport) { r.Read = "" }, "no time": func(r *feed.ErrorReport) { r.At = time.Time{} },
		"long note": func(r *feed.ErrorReport) { r.Note = strings.Repeat("x", 4001) }, "control": func(r *feed.ErrorReport) { r.Value = "a\x1b[2J" },
		"direction": func(r *feed.ErrorReport) { r.Note = "a\u202eb" },
	} {
		bad := good
		change(&bad)
		if r := ws.post(0, "/v1/reports", bad); r.status != http.StatusBadRequest {
			t.Errorf("%s: %s", name, r)
		}
	}
	if r := ws.post(0, "/v1/reports", []byte(`{"id":"r-20260501-2","admin":true}`)); r.status != http.StatusBadRequest {
		t.Errorf("unknown field: %s", r)
	}
}
