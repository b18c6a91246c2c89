package session

import (
	"context"
	"errors"
	"time"

	"cordon/engine"
)

// ErrorText words an error of the door for a person: what happened and what to do. It is
// empty for nil and for work that was cancelled.
func ErrorText(err error) string {
	var refusal *engine.Refusal
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, &refusal):
		return refusalText(refusal)
	case feedText(err) != "":
		return feedText(err)
	case errors.Is(err, engine.ErrCredentials):
		return "The name or the password is wrong. Nothing was opened."
	case errors.Is(err, engine.ErrLockedOut):
		return "This account is locked or disabled. Ask your account manager."
	case errors.Is(err, engine.ErrSession):
		return "Your session has ended. Sign in again."
	case errors.Is(err, engine.ErrNotFound):
		return "It is not here any more, or not open to you."
	case errors.Is(err, engine.ErrAudit):
		return "The audit entry could not be written, so nothing was answered. Tell your administrator; your draft is kept."
	case errors.Is(err, engine.ErrDamaged):
		return "Stored data failed its check, so nothing was answered. Tell your administrator to run “cordon check”."
	case errors.Is(err, engine.ErrNoSpace):
		return "The disk is full. Free some space, then try again; nothing was lost."
	case errors.Is(err, engine.ErrReadOnly):
		return "The workstation's folder cannot be written. Tell your administrator; nothing was lost."
	case errors.Is(err, engine.ErrInUse):
		return "Another Cordon has this workstation open. Close it, then try again."
	case errors.Is(err, engine.ErrInvalid):
		return fieldText(err)
	}
	return sentence(err.Error())
}

// refusalText is the refusal in running text: what (rule), next step, and that it is recorded.
func refusalText(r *engine.Refusal) string {
	text := withRule(r.What, r.Rule)
	if r.Next != "" {
		text += " " + sentence(r.Next)
	}
	if r.Entry >= 0 {
		text += " This attempt is recorded."
	}
	return text
}

// withRule puts the rule's id before the sentence's full stop.
func withRule(what, rule string) string {
	what = sentence(what)
	if rule == "" {
		return what
	}
	return what[:len(what)-1] + " (rule " + rule + ")."
}

// Refusal is what the panel shows when policy said no.
type Refusal struct {
	Title    string // "Not run: geographic query"
	Text     string // what, rule, next step, and that it is recorded
	Rule     string
	Why      string // why the rule exists
	Open     Kind   // a kind that is open instead; empty: none
	OpenText string // "Open full-plate query"
	OpenNote string // what stays and what is missing then
	Recorded string // local time with zone; empty when nothing was recorded
	Entry    string // "48,240"; empty when nothing was recorded
	SeenBy   string
	Badge    string // "refused 09:31"
}

func refusalOf(r *engine.Refusal, kind Kind, t Terms, zone *time.Location) *Refusal {
	out := &Refusal{
		Title: "Not run: " + kindWords(kind), Text: refusalText(r), Rule: r.Rule, Why: sentence(r.Why), Badge: "refused",
	}
	if r.Entry >= 0 {
		out.Entry, out.SeenBy = Number(r.Entry), "you, your supervisor, audit"
		if !r.At.IsZero() {
			out.Recorded = RecordTime(r.At, zone)
			out.Badge += " " + r.At.In(zone).Format("15:04")
		}
	}
	if kind != KindPlate && t.kind(KindPlate).Open && r.Rule != "" && kindRefused(r.Rule) {
		out.Open, out.OpenText = KindPlate, "Open full-plate query"
		out.OpenNote = "Keeps case, reason and subject. You add plate and state."
	}
	return out
}

// kindRefused reports whether a rule closes a kind of query, not one wrong field of it.
func kindRefused(rule string) bool {
	switch rule {
	case "GEO-2", "X-1", "X-2", "X-4":
		return true
	}
	return false
}

// EmptyText says why a result is empty and what the data covers.
func EmptyText(d Draft, cameras int, newest time.Time, zone *time.Location) string {
	text := "No reads"
	switch {
	case d.Kind == KindCommon:
		text = "No plate in at least " + itoa(d.Threshold()) + " of these areas"
	case d.Kind == KindRepeat:
		text = "No plate in at least " + itoa(d.Threshold()) + " of these timeframes"
	case d.Kind == KindGeo && len(d.Areas) == 1:
		text += " in this area"
	case d.Kind == KindGeo:
		text += " in these areas"
	case d.Kind == KindPlate:
		text += " of this plate"
	case d.Kind == KindPartial:
		text += " of a plate like this"
	default:
		text += " of this vehicle"
	}
	if spans := d.spans(); len(spans) == 1 {
		text += " " + betweenWords(spans[0], zone)
		if !d.Hours.AllDay() {
			text += ", " + HoursWords(d.Hours)
		}
	}
	text += "."
	var covers, data string
	if !newest.IsZero() {
		data = "the newest data is from " + newest.In(zone).Format("2 Jan 15:04")
	}
	if d.Kind.Spatial() {
		them := "them"
		if len(d.Areas) == 1 {
			them = "it"
		}
		switch cameras {
		case 0:
			covers = "no fixed camera stands there"
		case 1:
			covers = "1 camera covers " + them
		default:
			covers = itoa(cameras) + " cameras cover " + them
		}
	}
	if covers != "" && data != "" {
		covers += "; "
	}
	if covers+data == "" {
		return text
	}
	return text + " " + sentence(covers+data)
}

// betweenWords says a timeframe inside a sentence: "between 1 and 14 May", "on 3 May".
func betweenWords(s Span, zone *time.Location) string {
	from, to := s.From.In(zone), s.To.In(zone)
	if !midnight(from) || !midnight(to) {
		return "between " + from.Format("2 Jan 15:04") + " and " + to.Format("2 Jan 15:04")
	}
	last := to.AddDate(0, 0, -1)
	switch {
	case !last.After(from):
		return "on " + from.Format("2 Jan")
	case from.Year() != last.Year():
		return "between " + from.Format("2 Jan 2006") + " and " + last.Format("2 Jan 2006")
	case from.Month() == last.Month():
		return "between " + from.Format("2") + " and " + last.Format("2 Jan")
	}
	return "between " + from.Format("2 Jan") + " and " + last.Format("2 Jan")
}

// LeadOnly is the notice under every result.
const LeadOnly = "Lead only: no basis for action on its own. What you do not mark relevant is dropped when you close the result."
