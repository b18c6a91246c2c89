package session

import (
	"context"
	"strings"

	"cordon/engine"
)

// keepState is the inline form of "Relevant…".
type keepState struct {
	task  task
	open  bool
	err   string
	saved string
	refs  map[engine.DetectionRef]bool // kept from this answer
}

func (k *keepState) reset() { k.open, k.err, k.saved = false, "", "" }

// KeepForm is what the inline form shows.
type KeepForm struct {
	Open  bool
	Busy  bool
	Error string
	Saved string // "Kept in HSI-2026-00123."
	Hint  string // what a reason looks like
}

// KeepForm returns the form's state.
func (r *Results) KeepForm() KeepForm {
	return KeepForm{Open: r.keep.open, Busy: r.keep.task.busy, Error: r.keep.err, Saved: r.keep.saved, Hint: r.door.Policy().Hints.Relevance}
}

// Unkept is the number of reads of the selected row that could still be kept.
func (r *Results) Unkept() int {
	n := 0
	if r.selected >= 0 {
		for _, h := range r.items[r.selected].hits {
			if hit := r.hits[h]; hit.Photos >= 2 && !r.keep.refs[hit.Ref] {
				n++
			}
		}
	}
	return n
}

// AskRelevant opens or closes the form that asks for the reason.
func (r *Results) AskRelevant(open bool) {
	d, ok := r.Detail()
	r.keep.open, r.keep.err = open && ok && d.CanKeep, ""
	r.changed()
}

// Keep marks the shown read, or with all every read of the row that has its photos, as
// relevant for the reason and puts it into the case of the query's purpose.
func (r *Results) Keep(reason string, all bool) {
	if strings.TrimSpace(reason) == "" {
		r.keep.err = "Say why this read is relevant."
		r.changed()
		return
	}
	ref, ok := r.current()
	if !ok || r.keep.task.busy {
		return
	}
	item := r.selected
	refs := []engine.DetectionRef{ref}
	if all {
		refs = nil
		for _, h := range r.items[item].hits {
			if ref := r.hits[h].Ref; r.hits[h].Photos >= 2 && !r.keep.refs[ref] {
				refs = append(refs, r.hits[h].Ref)
			}
		}
	}
	req := engine.KeepRequest{Case: strings.TrimSpace(r.draft.Purpose.Case), Entry: r.entry, Reason: strings.TrimSpace(reason)}
	door := r.door
	r.keep.err = ""
	start(r.env, &r.keep.task, func(ctx context.Context) (int, error) {
		for i, ref := range refs {
			req.Ref = ref
			if _, err := door.Keep(ctx, req); err != nil {
				return i, err
			}
		}
		return len(refs), nil
	}, func(n int, err error) {
		r.keep.err = ErrorText(err)
		if err == nil {
			r.keep.open = false
			r.keep.saved = count(int64(n), "read", "reads") + " kept in " + req.Case + ". Crop the photos there."
		} else if n > 0 {
			r.keep.err = count(int64(n), "read was", "reads were") + " kept before this: " + r.keep.err
		}
		for _, ref := range refs[:n] {
			r.items[item].Kept = true
			if r.keep.refs == nil {
				r.keep.refs = map[engine.DetectionRef]bool{}
			}
			r.keep.refs[ref] = true
		}
		r.changed()
		if n > 0 && r.OnKept != nil {
			r.OnKept(req.Case)
		}
	})
	r.changed()
}
