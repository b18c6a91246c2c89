package engine

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"cordon/engine/internal/audit"
	"cordon/engine/policy"
)

// event is one thing to record. Everything that tells of a person or a case goes into
// private, where the log keeps commitments and seals the clear text.
type event struct {
	kind            string
	user, unit      string
	public, private map[string]string
}

// with returns e with more fields; pairs are name, value. Empty values are left out.
func (e event) with(pairs ...string) event {
	e.private = added(e.private, pairs)
	return e
}

// tell is with for fields that may stand in clear.
func (e event) tell(pairs ...string) event {
	e.public = added(e.public, pairs)
	return e
}

func added(fields map[string]string, pairs []string) map[string]string {
	out := map[string]string{}
	maps.Copy(out, fields)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out[pairs[i]] = pairs[i+1]
		}
	}
	return out
}

// record makes an event durable. Its error matches ErrAudit; then nothing may be answered.
func (e *Engine) record(ctx context.Context, v event) (audit.Receipt, error) {
	v = v.with("user", v.user).tell("unit", v.unit)
	r, err := e.log.Append(ctx, audit.Event{Kind: v.kind, Public: v.public, Private: v.private})
	if err != nil && ctx.Err() == nil {
		return r, unaudited(err)
	}
	return r, err
}

// unaudited is the error of an entry that could not be written: ErrAudit, and why where that
// has a class of its own, such as a full disk.
func unaudited(err error) error { return &classed{ErrAudit, sized(err)} }

// refuse records a refusal and returns it as the error that the caller passes on. The event
// says what was asked.
func (e *Engine) refuse(ctx context.Context, v event, r *policy.Refusal) error {
	asked := v.kind
	v.kind = "refusal"
	receipt, err := e.record(ctx, v.tell("rule", r.Rule, "asked", asked).with("what", r.What))
	if err == nil {
		err = e.noteHead(ctx, receipt.Index)
	}
	if err != nil {
		return err
	}
	return &Refusal{Rule: r.Rule, What: r.What, Why: r.Why, Next: r.Next, Entry: receipt.Index, At: receipt.At}
}

func joinRules(list []Warning) string {
	var out []string
	for _, w := range list {
		out = append(out, w.Rule)
	}
	return strings.Join(out, " ")
}

func micros(d time.Duration) string { return fmt.Sprint(d.Microseconds()) }
