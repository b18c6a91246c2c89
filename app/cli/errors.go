package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"cordon/app/demoworld"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/reports"
)

// The exit statuses.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitRefused
	exitConfirm
	exitIntegrity
)

// nextWitness is what to do when the audit log contradicts the feed's witness.
const nextWitness = "Keep the workstation’s folder as it is, and tell your auditor and the feed’s operator, who has the evidence (“cordon feed alarms”)."

// usageError is returned when the command line cannot be what its writer meant.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// rulesError is returned when the Rules of Behaviour were not accepted.
type rulesError struct {
	rules engine.RulesOfBehaviour
	wrong bool // a digest was given, of other rules
}

func (e *rulesError) Error() string { return "the Rules of Behaviour are not accepted" }

// doneError ends a command with a status after it has said all there is to say.
type doneError struct{ status int }

func (e *doneError) Error() string { return fmt.Sprintf("exit status %d", e.status) }

// integrityError is returned when a check ran and found problems.
type integrityError struct{ what, next string }

func (e *integrityError) Error() string { return e.what }

// placeError says what a failure was about: a folder, a file, a line.
type placeError struct {
	place string
	err   error
}

func (e *placeError) Error() string { return e.place + ": " + e.err.Error() }
func (e *placeError) Unwrap() error { return e.err }

func at(place string, err error) error {
	if err == nil {
		return nil
	}
	return &placeError{place, err}
}

// confirmError stops before something that must be meant.
type confirmError struct{ what, next string }

func (e *confirmError) Error() string { return e.what }

// worded is an error as people and scripts get it.
type worded struct {
	Code     string           `json:"code"`
	Message  string           `json:"message"`
	Rule     string           `json:"rule,omitempty"`
	Why      string           `json:"why,omitempty"`
	Next     string           `json:"next,omitempty"`
	Entry    *int64           `json:"entry,omitempty"` // audit index, where the attempt is recorded
	Field    string           `json:"field,omitempty"`
	Count    *int64           `json:"count,omitempty"`
	Warnings []engine.Warning `json:"warnings,omitempty"`
	Rules    *rulesJSON       `json:"rules,omitempty"`
	Digest   string           `json:"rules_digest,omitempty"`
	status   int
}

type rulesJSON struct {
	Version int      `json:"version"`
	InForce string   `json:"in_force"`
	Rules   []string `json:"rules"`
}

// sentinels words what has no details of its own. The first that matches counts.
var sentinels = []struct {
	err                 error
	code, message, next string
	status              int
}{
	{context.Canceled, "cancelled", "Stopped before it was done.", "Run it again.", exitFailed},
	{engine.ErrCredentials, "credentials", "Name, password or code is wrong.", "Try again; after several failures the account locks.", exitRefused},
	{engine.ErrLockedOut, "locked-out", "This account is locked, disabled or expired.", "An account manager can release it.", exitRefused},
	{engine.ErrSession, "session", "The session is not open.", "Sign in again.", exitRefused},
	{engine.ErrLogBehind, "log-behind", "The audit log is shorter than the one that the feed’s witness has seen: it was put back to an older copy.", nextWitness, exitIntegrity},
	{engine.ErrLogFork, "log-fork", "The audit log does not continue the one that the feed’s witness has seen.", nextWitness, exitIntegrity},
	{engine.ErrWitness, "witness", "The feed’s answer is not signed by the witness that this workstation was enrolled with.", "Ask the feed’s operator; if the witness’s key was exchanged, enroll the workstation anew with a new --code.", exitIntegrity},
	{engine.ErrCertificate, "certificate", "The workstation’s certificate for the feed has expired.", "Ask the feed’s operator for a new code and enroll anew: “cordon sync --feed ADDRESS --key KEY --code CODE”.", exitFailed},
	{engine.ErrDamaged, "damaged", "Stored data fails its check.", "Run “cordon check” and “cordon audit verify”; keep the folder as it is.", exitIntegrity},
	{engine.ErrNotWorkstation, "not-workstation", "No workstation is in this folder.", "Name another with --data, or make one with “cordon init” or “cordon demo”.", exitFailed},
	{engine.ErrInUse, "in-use", "Another program holds this folder.", "Close Cordon’s window or the other command, then run this again.", exitFailed},
	{engine.ErrReadOnly, "read-only", "This folder cannot be written. Nothing was answered, as nothing could be recorded.", "Give write access to the folder, or name another with --data.", exitFailed},
	{engine.ErrNoSpace, "no-space", "The disk is too full to write safely. Nothing was changed.", "Free some space, then run this again.", exitFailed},
	{engine.ErrAudit, "audit", "The audit entry could not be written, so nothing was answered.", "Check the disk of the workstation’s folder.", exitFailed},
	{demoworld.ErrNotDemo, "not-demo", "This folder holds something else than a demo. Nothing was changed.", "Name another folder with --data.", exitFailed},
	{engine.ErrNoFeed, "no-feed", "The workstation follows no feed.", "Name one with --feed and --key.", exitUsage},
	{engine.ErrSyncing, "syncing", "A sync is running already.", "Wait until it has ended.", exitFailed},
	{engine.ErrExists, "exists", "It exists already. Nothing was changed.", "Choose another name or place.", exitFailed},
	{engine.ErrNotFound, "not-found", "It does not exist, or you may not see it.", "Check the name.", exitFailed},
	{reports.ErrFormat, "usage", "This is no format of an export.", "Use pdf, csv or geojson.", exitUsage},
	{feed.ErrSignature, "signature", "The feed is not signed by the key that it should be.", "Compare its public key with the one that you were told; do not use the feed before you know why.", exitIntegrity},
	{feed.ErrRollback, "rollback", "The feed was put back to an earlier state.", "Tell the owner of the feed; publish and take nothing before you know why.", exitIntegrity},
	{feed.ErrFork, "fork", "The feed shows another log than before.", "Tell the owner of the feed; publish and take nothing before you know why.", exitIntegrity},
	{feed.ErrGap, "gap", "Parts of the feed are missing.", "Run “cordon feed verify”; tell the owner of the feed.", exitIntegrity},
	{feed.ErrSubstituted, "substituted", "Parts of the feed were exchanged.", "Run “cordon feed verify”; tell the owner of the feed.", exitIntegrity},
	{feed.ErrDamaged, "damaged", "A file of the feed is damaged.", "Run “cordon feed verify”; tell the owner of the feed.", exitIntegrity},
	{feed.ErrStale, "stale", "The feed was not signed for too long.", "Ask the owner of the feed whether it still runs; check this computer’s clock.", exitIntegrity},
	{feed.ErrOffline, "offline", "The feed cannot be reached.", "Check its address or folder, and the network.", exitFailed},
	{feed.ErrNotFound, "not-found", "It is not in the feed.", "Check the name, or make a feed with “cordon feed init”.", exitFailed},
	{bucket.ErrExists, "exists", "A feed is there already. Nothing was changed.", "Choose another place.", exitFailed},
	{fs.ErrExist, "exists", "The file exists already. Nothing was changed.", "Choose another name.", exitFailed},
	{fs.ErrNotExist, "not-found", "The file does not exist.", "Check its name.", exitFailed},
	{fs.ErrPermission, "permission", "The file or folder may not be used.", "Check its permissions.", exitFailed},
}

// word gives an error its words and its exit status.
func word(err error) worded {
	place := ""
	var pe *placeError
	if errors.As(err, &pe) {
		place = pe.place
	}
	w := wordBare(err)
	if place != "" {
		w.Message = place + ": " + w.Message
	}
	return w
}

func wordBare(err error) worded {
	var (
		usage   *usageError
		refusal *engine.Refusal
		confirm *engine.NeedsConfirmation
		ask     *confirmError
		rules   *rulesError
		field   *detection.FieldError
		broken  *integrityError
		lane    *laneError
	)
	switch {
	case errors.As(err, &usage):
		return worded{Code: "usage", Message: sentence(usage.text), Next: "See “cordon help”.", status: exitUsage}
	case errors.As(err, &refusal):
		return wordRefusal(refusal)
	case errors.As(err, &confirm):
		return wordConfirmation(confirm)
	case errors.As(err, &ask):
		return worded{Code: "needs-confirmation", Message: sentence(ask.what), Next: ask.next, status: exitConfirm}
	case errors.As(err, &rules):
		return wordRules(rules)
	case errors.As(err, &field):
		return worded{
			Code: "invalid", Field: field.Field, Message: stop(field.Field + " " + field.Problem), Next: field.Hint, status: exitUsage,
		}
	case errors.As(err, &lane):
		return wordLane(lane.err)
	case errors.As(err, &broken):
		return worded{Code: "damaged", Message: sentence(broken.what), Next: cmp.Or(broken.next, nextBackup), status: exitIntegrity}
	}
	for _, s := range sentinels {
		if errors.Is(err, s.err) {
			return worded{Code: s.code, Message: withDetail(s.message, err, s.err), Next: s.next, status: s.status}
		}
	}
	if errors.Is(err, engine.ErrInvalid) || errors.Is(err, feed.ErrInvalid) {
		return worded{Code: "invalid", Message: sentence(bare(err)), status: exitUsage}
	}
	return worded{Code: "failed", Message: sentence(bare(err)), status: exitFailed}
}

// bare is the text of an error without its place, which stands before it already.
func bare(err error) string {
	var pe *placeError
	if !errors.As(err, &pe) {
		return err.Error()
	}
	var path *fs.PathError
	if errors.As(pe.err, &path) && path.Path == pe.place {
		return "cannot " + path.Op + " it: " + path.Err.Error()
	}
	return pe.err.Error()
}

// withDetail appends what err says beyond the sentinel and its place.
func withDetail(message string, err, sentinel error) string {
	var pe *placeError
	text, place := err.Error(), ""
	if errors.As(err, &pe) {
		text, place = pe.err.Error(), pe.place
	}
	text, _, _ = strings.Cut(text, "\n")
	detail := strings.Trim(strings.ReplaceAll(text, sentinel.Error(), ""), ": ")
	if detail == "" || place != "" && strings.Contains(detail, place) || strings.EqualFold(detail, strings.TrimSuffix(message, ".")) {
		return message
	}
	return message + " (" + detail + ")"
}

func wordRefusal(r *engine.Refusal) worded {
	w := worded{
		Code: "refused", Rule: r.Rule, Message: sentence(strings.TrimSuffix(r.What, ".") + " (rule " + r.Rule + ")"),
		Why: r.Why, Next: r.Next, status: exitRefused,
	}
	if r.Entry >= 0 {
		w.Entry = &r.Entry
	}
	return w
}

func wordConfirmation(n *engine.NeedsConfirmation) worded {
	texts := make([]string, len(n.Warnings))
	for i, x := range n.Warnings {
		texts[i] = x.Text
	}
	w := worded{
		Code: "needs-confirmation", Message: sentence(strings.Join(texts, " ")), Warnings: n.Warnings,
		Next: "Narrow the query, or run it again with --confirm; confirming is recorded.", Entry: &n.Entry, status: exitConfirm,
	}
	if len(n.Warnings) == 1 {
		w.Rule = n.Warnings[0].Rule
	}
	if n.Count >= 0 {
		w.Count = &n.Count
	}
	return w
}

func wordRules(e *rulesError) worded {
	w := worded{
		Code: "rules", Rule: "X-3", Message: "The Rules of Behaviour must be accepted at each sign-in (rule X-3).",
		Why:  "Who has not read the rules cannot be held to them.",
		Next: "Read them, then run again with --accept-rules " + e.rules.Digest, Digest: e.rules.Digest, status: exitRefused,
		Rules: &rulesJSON{Version: e.rules.Version, InForce: e.rules.InForce.Format("2006-01-02")},
	}
	if e.wrong {
		w.Message = "The digest given with --accept-rules is not of the rules in force (rule X-3)."
	}
	for _, r := range e.rules.Rules {
		w.Rules.Rules = append(w.Rules.Rules, r.Title+": "+r.Text)
	}
	return w
}

// sentence ends s with a full stop and starts it in upper case.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	if c := s[0]; c >= 'a' && c <= 'z' && !strings.ContainsAny(firstWord(s), ".[_-0123456789/") {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	return stop(s)
}

// stop ends s with a full stop.
func stop(s string) string {
	if !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "!") {
		s += "."
	}
	return s
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// report says err to people and, with --json, to scripts, and returns its exit status.
func (sh *shell) report(err error) int {
	w := word(err)
	sh.sayError(w)
	if sh.json {
		_ = sh.printJSON(map[string]worded{"error": w})
	}
	return w.status
}

func (sh *shell) sayError(w worded) {
	var b strings.Builder
	if w.Rules != nil {
		fmt.Fprintf(&b, "Rules of Behaviour, version %d, in force since %s\n", w.Rules.Version, w.Rules.InForce)
		for i, r := range w.Rules.Rules {
			fmt.Fprintf(&b, "%3d. %s\n", i+1, r)
		}
		fmt.Fprintf(&b, "digest %s\n\n", w.Digest)
	}
	b.WriteString("cordon: " + w.Message + "\n")
	for _, line := range []struct{ label, text string }{{"Why", w.Why}, {"What to do", w.Next}} {
		if line.text != "" {
			fmt.Fprintf(&b, "  %s: %s\n", line.label, line.text)
		}
	}
	if w.Entry != nil && *w.Entry >= 0 {
		fmt.Fprintf(&b, "  Audit entry: %d\n", *w.Entry)
	}
	_, _ = fmt.Fprint(sh.env.Stderr, clean(b.String()))
}

// printJSON writes v as one line on standard output.
func (sh *shell) printJSON(v any) error {
	enc := json.NewEncoder(sh.env.Stdout)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
