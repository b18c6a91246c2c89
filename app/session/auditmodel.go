package session

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"cordon/engine"
)

// auditLimit is how many entries the list asks for.
const auditLimit = 500

// AuditModel is the list of audit entries that the person may see (U-7).
type AuditModel struct {
	OnChange func()

	env      Env
	door     Door
	filter   engine.AuditFilter
	entries  []engine.AuditEntry
	task     task
	err      string
	loaded   bool
	selected int
}

// AuditState is what the audit view shows.
type AuditState struct {
	Loading  bool
	Error    string
	Empty    string
	Heading  string // "129 entries, newest first"
	Rows     []AuditRow
	Kinds    []string // kinds that occur, for the filter
	Kind     string   // chosen; empty: all
	Search   string   // user or case
	Selected int      // -1 none
	Detail   []KeyValue
}

// AuditRow is one entry; its time is UTC, as in the log.
type AuditRow struct {
	Entry, Time, Who, What, Why, Matches string
	Refused, Warned                      bool
}

// NewAudit returns the model; Reload fills it. Reading is itself recorded by the engine.
func NewAudit(env Env, door Door) *AuditModel {
	return &AuditModel{env: env.withDefaults(), door: door, filter: engine.AuditFilter{Limit: auditLimit}, selected: -1}
}

// Reload reads the entries again.
func (m *AuditModel) Reload() {
	door, f := m.door, m.filter
	m.err = ""
	start(m.env, &m.task, func(ctx context.Context) ([]engine.AuditEntry, error) { return door.Audit(ctx, f) },
		func(list []engine.AuditEntry, err error) {
			if err != nil {
				m.err = ErrorText(err)
			} else {
				slices.SortFunc(list, func(a, b engine.AuditEntry) int { return int(b.Index - a.Index) })
				m.entries, m.loaded, m.selected = list, true, -1
			}
			m.changed()
		})
	m.changed()
}

// SetKind shows one kind of entries; empty shows all.
func (m *AuditModel) SetKind(kind string) {
	m.filter.Kind = kind
	m.Reload()
}

// SetCase shows one case's entries; empty shows all.
func (m *AuditModel) SetCase(number string) {
	m.filter.Case = strings.TrimSpace(number)
	m.Reload()
}

// Select marks row i, -1 none.
func (m *AuditModel) Select(i int) {
	if i >= len(m.entries) {
		i = -1
	}
	m.selected = i
	m.changed()
}

func (m *AuditModel) changed() {
	if m.OnChange != nil {
		m.OnChange()
	}
}

// Close stops all work.
func (m *AuditModel) Close() {
	m.OnChange = nil
	m.task.stop()
}

// State returns what is to be shown now.
func (m *AuditModel) State() AuditState {
	s := AuditState{
		Loading: m.task.busy && !m.loaded, Error: m.err, Kind: m.filter.Kind, Search: m.filter.Case, Selected: m.selected,
		Heading: count(int64(len(m.entries)), "entry", "entries") + ", newest first",
	}
	if len(m.entries) >= auditLimit {
		s.Heading = "newest " + Number(auditLimit) + " entries"
	}
	if m.loaded && len(m.entries) == 0 {
		s.Empty = "No entries here. Your own entries, and those your role may see, are listed."
	}
	kinds := map[string]bool{}
	for _, e := range m.entries {
		kinds[e.Kind] = true
		s.Rows = append(s.Rows, auditRow(e))
	}
	if m.filter.Kind != "" {
		kinds[m.filter.Kind] = true
	}
	s.Kinds = slices.Sorted(maps.Keys(kinds))
	if m.selected >= 0 {
		s.Detail = auditDetail(m.entries[m.selected])
	}
	return s
}

func auditRow(e engine.AuditEntry) AuditRow {
	r := AuditRow{
		Entry: Number(e.Index), Time: e.At.UTC().Format("2006-01-02 15:04:05.00"), Who: e.User, What: AuditWords(e.Kind),
		Matches: "–", Refused: e.Kind == "refusal" || e.Fields["refused"] != "", Warned: e.Kind == "warning" || e.Fields["warnings"] != "",
	}
	var why []string
	if rule := e.Fields["rule"]; rule != "" {
		why = append(why, "refused, rule "+rule)
		r.Refused = true
	}
	if e.Query != nil {
		r.What = upperFirst(kindWords(e.Query.Kind))
		if e.Query.Purpose.Case != "" {
			why = append(why, e.Query.Purpose.Case)
		}
		if n := len(e.Query.Areas); n > 0 {
			why = append(why, count(int64(n), "area", "areas"))
		}
	} else if c := e.Fields["case"]; c != "" {
		why = append(why, c)
	}
	switch {
	case e.Kind == "warning":
		r.What = "Warning shown"
	case r.Refused && e.Query == nil && e.Fields["asked"] != "":
		r.What = AuditWords(e.Fields["asked"])
	}
	if n := e.Fields["count"]; n != "" {
		r.Matches = n
	}
	r.Why = strings.Join(why, ", ")
	return r
}

// AuditWords names a kind of entry for people.
func AuditWords(kind string) string {
	return upperFirst(strings.ReplaceAll(kind, "_", " "))
}

func auditDetail(e engine.AuditEntry) []KeyValue {
	out := []KeyValue{
		{"Entry", Number(e.Index), -1},
		{"Time", e.At.UTC().Format(time.RFC3339Nano), -1},
		{"Who", strings.Trim(e.User+", "+e.Unit, ", "), -1},
	}
	if e.Query != nil {
		p := e.Query.Purpose
		out = append(out, KeyValue{"Why", strings.Trim(p.Case+", "+p.Reason, ", "), -1}, KeyValue{"Subject", p.Subject, -1})
		if p.OnBehalfOf != "" {
			out = append(out, KeyValue{"For", p.OnBehalfOf, -1})
		}
		if p.Justification != "" {
			out = append(out, KeyValue{"Justification", p.Justification, -1})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(e.Fields)) {
		out = append(out, KeyValue{upperFirst(strings.ReplaceAll(k, "_", " ")), e.Fields[k], -1})
	}
	return append(out, KeyValue{"Leaf", e.Leaf, -1})
}
