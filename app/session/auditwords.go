package session

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"cordon/engine"
)

// auditKinds names what an entry of the log tells of.
var auditKinds = map[string]string{
	"account":        "Account changed",
	"account-list":   "Accounts listed",
	"agreement":      "Rules agreed to",
	"audit-read":     "Audit read",
	"case-list":      "Cases listed",
	"case-open":      "Case opened",
	"check":          "Stores checked",
	"created":        "Workstation made",
	"crop":           "Crop saved",
	"declined":       "Rules declined",
	"document":       "Feed document taken",
	"export":         "Case exported",
	"feed-join":      "Feed followed",
	"import":         "Import begun",
	"import-done":    "Import ended",
	"item-photos":    "Photos opened",
	"keep":           "Marked relevant",
	"load":           "Data load begun",
	"load-done":      "Data loaded",
	"lock":           "Window locked",
	"lock-ended":     "Account released",
	"note":           "Note added",
	"query":          "Query",
	"query-failed":   "Query not answered",
	"recovered":      "Not closed last time",
	"refusal":        "Refused",
	"remove":         "Taken out of a case",
	"repair":         "Repair begun",
	"repair-damage":  "Damage found",
	"repair-done":    "Repair ended",
	"report-error":   "Error reported",
	"scope":          "Scope shown",
	"sign-in":        "Sign-in",
	"sign-in-failed": "Sign-in failed",
	"sign-out":       "Sign-out",
	"step-up":        "Step-up",
	"step-up-failed": "Step-up failed",
	"sync":           "Sync begun",
	"sync-done":      "Sync ended",
	"sync-failed":    "Sync failed",
	"unlock":         "Window unlocked",
	"unlock-failed":  "Unlock failed",
	"warning":        "Warning shown",
	"witness-alarm":  "Witness objected",
}

// witnessText says in a few words what the feed's witness has seen of the log (U-4); empty when
// there is none.
func witnessText(w engine.WitnessState) string {
	if w.Witness == "" {
		return ""
	}
	text := "Witnessed by " + w.Witness + " up to entry " + Number(w.Entries-1) + ", " + w.At.UTC().Format("2006-01-02 15:04") + " UTC"
	if w.Newer > 0 {
		text += "; " + Number(w.Newer) + " newer not yet"
	}
	return text
}

// byWorkstation is who did what nobody signed in did.
const byWorkstation = "workstation"

// AuditWords names a kind of entry for people.
func AuditWords(kind string) string {
	if w := auditKinds[kind]; w != "" {
		return w
	}
	return auditField(kind)
}

// auditFields names the fields whose own name does not say enough, for the detail of an entry.
var auditFields = map[string]string{
	"area_m2":        "Area",
	"enhanced":       "Enhanced grant",
	"list_version":   "Feed’s list",
	"secrets":        "Password",
	"start_new":      "New code",
	"start_until":    "Code until",
	"training_until": "Trained until",
	"unit_of":        "Unit",
	"was_name":       "Name before",
	"was_role":       "Role before",
	"was_unit":       "Unit before",

	"enhanced_training_until": "Enhanced until",

	"associated":      "Shows a person",
	"asked":           "Asked for",
	"corroborated":    "Second source",
	"count":           "Matches",
	"covers":          "Covers",
	"cut":             "Cut short",
	"digest":          "Answer digest",
	"engine_us":       "Took",
	"geometry":        "Crop, pixels",
	"no_person":       "No person shows",
	"of_case":         "Of case",
	"of_kind":         "Of kind",
	"of_user":         "Of user",
	"on_behalf_of":    "For",
	"original_sha256": "Original digest",
	"policy":          "Policy",
	"query_kind":      "Query",
	"rules":           "Rules digest",
	"sha256":          "Crop digest",
	"smallest_m2":     "Smallest area",
	"span_s":          "Hours searched",
	"state_digest":    "Data digest",
	"state":           "Data state",
	"warned":          "Seen warning",
}

// auditField is a field's name for people.
func auditField(name string) string {
	if w := auditFields[name]; w != "" {
		return w
	}
	return upperFirst(strings.NewReplacer("_", " ", "-", " ").Replace(name))
}

// auditValue words the values that the log keeps as bare numbers, codes and truths.
func auditValue(name, value string, reason func(string) string) string {
	n, err := strconv.ParseFloat(value, 64)
	switch {
	case value == "true":
		return "yes"
	case value == "false":
		return "no"
	case name == "asked" || name == "of_kind":
		return AuditWords(value)
	case name == "reason":
		return reason(value)
	case name == "action":
		return cmp.Or(auditActions[value], value)
	case name == "query_kind":
		return upperFirst(kindWords(Kind(value)))
	case err != nil:
		return value
	case name == "area_m2" || name == "smallest_m2":
		return AreaText(n)
	case name == "span_s":
		return Number(int64(math.Round(n/3600))) + " h"
	case name == "engine_us":
		return strconv.FormatFloat(n/1000, 'f', 1, 64) + " ms"
	}
	return value
}

// auditActions says what was done with an account.
var auditActions = map[string]string{
	"create": "made", "password": "new password", "release": "lock released", "disable": "disabled", "enable": "enabled again",
	"start": "started with its code", "feed-make": "made by the feed", "feed-change": "changed by the feed", "feed-enable": "enabled again by the feed", "feed-disable": "disabled by the feed", "feed-adopt": "handed over to the feed",
}

// auditWhat names what was done or tried.
func auditWhat(e engine.AuditEntry) string {
	switch {
	case e.Kind == "warning" || e.Kind == "query-failed":
	case e.Query != nil:
		return upperFirst(kindWords(e.Query.Kind))
	case e.Fields["query_kind"] != "":
		return upperFirst(kindWords(Kind(e.Fields["query_kind"])))
	case e.Kind == "refusal" && e.Fields["asked"] != "":
		return AuditWords(e.Fields["asked"])
	}
	return AuditWords(e.Kind)
}

// auditWhy says in one line what led to an entry and how much it was: a refusal's rule
// first, then case, reason, extent, and what the person wrote in quotation marks.
func auditWhy(e engine.AuditEntry, reason func(string) string) string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	f := e.Fields
	if rule := f["rule"]; rule != "" {
		add("refused, rule " + rule)
	}
	if e.Query != nil {
		q := e.Query
		add(q.Purpose.Case)
		add(lowerFirst(reason(q.Purpose.Reason)))
		if n := len(q.Areas); n > 0 {
			add(count(int64(n), "area", "areas"))
		}
		add(quoted(q.Purpose.Justification))
		return strings.Join(out, ", ")
	}
	add(f["case"])
	switch e.Kind {
	case "account":
		add(f["account"] + ": " + cmp.Or(auditActions[f["action"]], f["action"]))
	case "agreement":
		add("version " + f["version"])
	case "document":
		add(f["name"] + ", version " + f["version"])
	case "audit-read":
		for _, k := range []string{"of_user", "of_case"} {
			add(f[k])
		}
		if k := f["of_kind"]; k != "" {
			add("only " + strings.ToLower(AuditWords(k)))
		}
	case "crop":
		add(f["photo"] + " photo")
		if n, err := strconv.ParseInt(f["covers"], 10, 64); err == nil && n > 0 {
			add(count(n, "cover", "covers"))
		}
		if p := strings.TrimSpace(f["verified_plate"] + " " + f["verified_state"]); p != "" {
			add("read as " + p)
		}
	case "export":
		add(f["items"] + " kept, " + formatNames(strings.Fields(f["formats"])))
		add(quoted(f["corroborated"]))
	case "import-done", "load-done":
		if n, err := strconv.ParseInt(f["rows"], 10, 64); err == nil {
			add(count(n, "read", "reads"))
		}
	case "keep", "remove":
		add(f["plate"])
		add(quoted(f["reason"]))
	case "scope":
		if n, err := strconv.ParseInt(f["estimates"], 10, 64); err == nil {
			add(count(n, "estimate", "estimates"))
		}
	case "sync", "sync-done", "sync-failed":
		add(f["lane"])
		add(strings.ReplaceAll(f["why"], "-", " "))
		for _, x := range [][3]string{{"rows", "read", "reads"}, {"gone", "taken back", "taken back"}, {"conflicts", "in conflict", "in conflict"}} {
			if n, err := strconv.ParseInt(f[x[0]], 10, 64); err == nil && (n > 0 || x[0] == "rows") {
				add(count(n, x[1], x[2]))
			}
		}
	case "feed-join":
		add(f["feed"])
	case "lock":
		if f["why"] == "idle" {
			add("no input for a while")
		}
	default:
		add(f["what"])
		add(f["why"])
		add(f["file"])
	}
	return strings.Join(out, ", ")
}

// lowerFirst puts a label into a sentence; an abbreviation at its beginning stays.
func lowerFirst(s string) string {
	if len(s) < 2 || s[1] < 'a' || s[1] > 'z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func quoted(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	return "“" + s + "”"
}

// hexDigest is how long a SHA-256 is in hex; such fields come last.
const hexDigest = 64

// auditDetail is a whole entry: who, when, why, and every field of the log.
func auditDetail(e engine.AuditEntry, reason func(string) string) []KeyValue {
	out := []KeyValue{
		{"Time, UTC", e.At.UTC().Format("2006-01-02 15:04:05.000"), -1},
	}
	add := func(key, value string) {
		if value != "" {
			out = append(out, KeyValue{key, value, -1})
		}
	}
	add("Who", strings.Trim(cmp.Or(e.User, byWorkstation)+", "+e.Unit, ", "))
	told := map[string]bool{}
	if e.Query != nil {
		p := e.Query.Purpose
		add("Why", strings.Trim(p.Case+", "+lowerFirst(reason(p.Reason)), ", "))
		add("Subject", p.Subject)
		add("For", p.OnBehalfOf)
		add("Justification", p.Justification)
		for _, k := range []string{"case", "reason", "subject", "on_behalf_of", "justification", "query_kind"} {
			told[k] = true
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(e.Fields), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(e.Fields[a])/hexDigest, len(e.Fields[b])/hexDigest), strings.Compare(auditField(a), auditField(b)))
	}) {
		value := e.Fields[k]
		if k == "reason" && e.Query == nil { // a person's words, no code
			add(auditField(k), value)
		} else if !told[k] {
			add(auditField(k), auditValue(k, value, reason))
		}
	}
	add("Leaf", e.Leaf)
	return out
}
