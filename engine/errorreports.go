package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/internal/vault"
)

// ErrorReportRequest says what is wrong with a row of an open answer.
type ErrorReportRequest struct {
	Entry int64 // audit index of the answer
	Ref   DetectionRef
	Kind  string // one of feed.ReportKinds
	Value string // what would be right; may be empty
	Note  string
}

// ErrorReport is a report with what became of it.
type ErrorReport struct {
	feed.ErrorReport
	By, Unit string
	Sent     time.Time // zero: it waits for the next sync
	State    feed.ReportState
}

func keyReport(id string) vault.Key { return vault.K("report", id) }

// ReportError queues an error report to the provider of a read; the next sync sends it.
// Errors: ErrInvalid, also for a read that no feed gave; ErrNotFound for a closed answer.
func (s *Session) ReportError(ctx context.Context, q ErrorReportRequest) (ErrorReport, error) {
	v := s.event("report-error").tell("of_kind", q.Kind).with("lane", q.Ref.Lane, "id", q.Ref.ID, "value", q.Value, "note", q.Note)
	if err := s.enter(ctx); err != nil {
		return ErrorReport{}, err
	}
	row, _, err := s.openRow(q.Entry, q.Ref)
	if err != nil {
		return ErrorReport{}, err
	}
	if isLocal(row.Lane) {
		return ErrorReport{}, invalid("read", "came with a file that this workstation took in", "Tell whoever gave the file; there is no feed behind it.")
	}
	id := make([]byte, 16)
	if _, err := rand.Read(id); err != nil {
		return ErrorReport{}, fmt.Errorf("report id: %w", err)
	}
	r := ErrorReport{By: s.account.User, Unit: s.account.Unit, ErrorReport: feed.ErrorReport{
		ID: hex.EncodeToString(id), Lane: row.Lane, Read: row.ID, Kind: q.Kind,
		Value: strings.TrimSpace(q.Value), Note: strings.TrimSpace(q.Note), At: s.e.o.Clock().UTC().Truncate(time.Second),
	}}
	if err := r.Check(); err != nil {
		return ErrorReport{}, feedInvalid(err)
	}
	if r.Value == "" && r.Note == "" {
		return ErrorReport{}, invalid("note", "is empty, and so is the corrected value", "Say what is wrong, or what would be right.")
	}
	if _, err := s.e.record(ctx, v.with("report", r.ID)); err != nil {
		return ErrorReport{}, err
	}
	return r, outer(s.e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyReport(r.ID), r) }))
}

// ErrorReports lists the reports of the person's unit, newest first.
func (s *Session) ErrorReports(ctx context.Context) ([]ErrorReport, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	list, err := vault.List[ErrorReport](s.e.vault, vault.K("report"))
	if err != nil {
		return nil, outer(err)
	}
	list = slices.DeleteFunc(list, func(r ErrorReport) bool { return r.Unit != s.account.Unit })
	slices.SortFunc(list, func(a, b ErrorReport) int { return b.At.Compare(a.At) })
	return handed(s, list, nil)
}

// exchangeReports sends what waits and asks after what was sent. One that is not taken does not
// hold up the others; it is tried again.
func (e *Engine) exchangeReports(ctx context.Context, c *client.Client, workstation string) error {
	list, err := vault.List[ErrorReport](e.vault, vault.K("report"))
	if err != nil {
		return err
	}
	var failed []error
	for _, r := range list {
		if r.State.Verdict != "" {
			continue
		}
		old := r
		if r.Sent.IsZero() {
			if err := c.Inbox().SendReport(ctx, workstation, r.ErrorReport); err != nil {
				failed = append(failed, fmt.Errorf("report %s: %w", r.ID, err))
				continue
			}
			r.Sent = e.o.Clock().UTC()
		}
		state, err := c.Inbox().ReportState(ctx, workstation, r.ID)
		if err != nil {
			failed = append(failed, fmt.Errorf("report %s: %w", r.ID, err))
		} else {
			r.State = state
		}
		if r.Sent.Equal(old.Sent) && r.State == old.State {
			continue
		}
		if err := e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyReport(r.ID), r) }); err != nil {
			return err
		}
	}
	return errors.Join(failed...)
}
