package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

// Inbox is what a feed takes in from workstations. Both kinds of source have one.
type Inbox interface {
	// SendReport hands an error report in; handing it in again changes nothing.
	SendReport(ctx context.Context, workstation string, r feed.ErrorReport) error
	// ReportState says what became of a report that was handed in.
	ReportState(ctx context.Context, workstation, id string) (feed.ReportState, error)
}

// maxAnswer bounds what an inbox answers, in bytes.
const maxAnswer = 256 << 10

// keptReport is a report as it lies in a bucket.
type keptReport struct {
	Workstation string           `json:"workstation"`
	Report      feed.ErrorReport `json:"report"`
	Received    time.Time        `json:"received"`
}

func pathReport(ws, id string) string { return "inbox/reports/" + ws + "/" + id + ".json" }
func pathAnswer(ws, id string) string { return "inbox/reports/" + ws + "/" + id + ".answer.json" }

// SendReport implements Inbox: a folder or an object store that the workstation may write.
func (p *place) SendReport(ctx context.Context, ws string, r feed.ErrorReport) error {
	text, err := json.MarshalIndent(keptReport{ws, r, r.At}, "", " ")
	if err != nil {
		return fmt.Errorf("report %s: %w", r.ID, err)
	}
	err = p.PutNew(ctx, pathReport(ws, r.ID), append(text, '\n'))
	if errors.Is(err, bucket.ErrExists) {
		return nil
	}
	return err
}

// ReportState implements Inbox.
func (p *place) ReportState(ctx context.Context, ws, id string) (feed.ReportState, error) {
	out := feed.ReportState{ID: id}
	text, err := p.Get(ctx, pathAnswer(ws, id), maxAnswer)
	if errors.Is(err, feed.ErrNotFound) {
		return out, nil // not answered yet
	}
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, fmt.Errorf("%w: the answer to report %s: %w", feed.ErrDamaged, id, err)
	}
	return out, nil
}

// SendReport implements Inbox. The server knows the workstation by its certificate.
func (s *Server) SendReport(ctx context.Context, _ string, r feed.ErrorReport) error {
	return s.post(ctx, "v1/reports", r, nil)
}

// ReportState implements Inbox.
func (s *Server) ReportState(ctx context.Context, _, id string) (feed.ReportState, error) {
	var out feed.ReportState
	body, err := s.Reader(ctx, "v1/reports/"+id, 0, -1)
	if err != nil {
		return out, err
	}
	defer body.Close()
	if err := json.NewDecoder(io.LimitReader(body, maxAnswer)).Decode(&out); err != nil {
		return out, fmt.Errorf("%w: the answer to report %s: %w", feed.ErrOffline, id, err)
	}
	return out, nil
}

// post sends a value and reads the answer into another, unless that is nil.
func (s *Server) post(ctx context.Context, path string, value, into any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	status, answer, err := s.send(ctx, http.MethodPost, path, "application/json", text)
	switch {
	case err != nil:
		return err
	case status != http.StatusOK:
		return refusal(status, path, answer)
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%w: the server's answer: %w", feed.ErrOffline, err)
	}
	return nil
}
