package session

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cordon/engine"
)

// auditLimit is how many entries the list asks for.
const auditLimit = 500

// AuditModel is the list of audit entries that the person may see (U-7).
type AuditModel struct {
	OnChange func()

	env      Env
	door     Door
	terms    Terms
	kinds    map[string]bool // seen so far, for the filter
	filter   engine.AuditFilter
	search   string // as typed
	entries  []engine.AuditEntry
	witness  engine.WitnessState
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
	Witness  string // what the feed's witness has seen; empty: there is none
	Alarm    string // what the witness objects to
	Rows     []AuditRow
	Kinds    []string // kinds seen so far, by their words, for the filter
	Kind     string   // chosen; empty: all
	Search   string   // case or user
	Selected int      // -1 none
	Title    string   // of the selected entry, "Crop saved"
	Number   string   // "entry 40"
	Detail   []KeyValue
}

// AuditRow is one entry; its time is UTC, as in the log.
type AuditRow struct {
	Entry, Time, Who, What, Why, Matches string
	Refused, Warned                      bool
}

// NewAudit returns the model; Reload fills it. Reading is itself recorded by the engine.
func NewAudit(env Env, door Door) *AuditModel {
	return &AuditModel{env: env.withDefaults(), door: door, terms: TermsOf(door), kinds: map[string]bool{}, filter: engine.AuditFilter{Limit: auditLimit}, selected: -1}
}

// auditRead is what one reading brings.
type auditRead struct {
	entries []engine.AuditEntry
	witness engine.WitnessState
}

// Reload reads the entries again.
func (m *AuditModel) Reload() {
	door, f := m.door, m.filter
	m.err = ""
	start(m.env, &m.task, func(ctx context.Context) (auditRead, error) {
		list, err := door.Audit(ctx, f)
		if err != nil {
			return auditRead{}, err
		}
		w, err := door.WitnessState()
		return auditRead{list, w}, err
	},
		func(r auditRead, err error) {
			if err != nil {
				m.err = ErrorText(err)
			} else {
				list := r.entries
				m.witness = r.witness
				slices.SortFunc(list, func(a, b engine.AuditEntry) int { return int(b.Index - a.Index) })
				m.entries, m.loaded, m.selected = list, true, -1
				for _, e := range list {
					m.kinds[e.Kind] = true
				}
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

// Search shows the entries of one case, or of one person if the text has not the form of a
// case number; empty shows all.
func (m *AuditModel) Search(text string) {
	text = strings.TrimSpace(text)
	m.search, m.filter.Case, m.filter.User = text, "", ""
	switch {
	case text == "":
	case m.terms.CaseOK(text):
		m.filter.Case = text
	default:
		m.filter.User = strings.ToLower(text)
	}
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
		Loading: m.task.busy && !m.loaded, Error: m.err, Kind: m.filter.Kind, Search: m.search, Selected: m.selected,
		Heading: count(int64(len(m.entries)), "entry", "entries") + ", newest first",
	}
	if len(m.entries) >= auditLimit {
		s.Heading = "newest " + Number(auditLimit) + " entries"
	}
	s.Witness = witnessText(m.witness)
	if m.witness.Alarm != nil {
		s.Alarm = ErrorText(m.witness.Alarm)
	}
	switch {
	case !m.loaded || len(m.entries) > 0:
	case m.search != "" || m.filter.Kind != "":
		s.Empty = "Nothing fits the search. Give a whole case number or user name, or choose all kinds."
	default:
		s.Empty = "Your own entries, and those your role may see, are listed here."
	}
	for _, e := range m.entries {
		s.Rows = append(s.Rows, m.row(e))
	}
	s.Kinds = slices.SortedFunc(maps.Keys(m.kinds), func(a, b string) int { return strings.Compare(AuditWords(a), AuditWords(b)) })
	if m.selected >= 0 {
		s.Title, s.Number = auditWhat(m.entries[m.selected]), "entry "+Number(m.entries[m.selected].Index)
		s.Detail = auditDetail(m.entries[m.selected], m.terms.ReasonWords)
	}
	return s
}

func (m *AuditModel) row(e engine.AuditEntry) AuditRow {
	r := AuditRow{
		Entry: Number(e.Index), Time: e.At.UTC().Format("2006-01-02 15:04:05.00"), Who: e.User, What: auditWhat(e),
		Why: auditWhy(e, m.terms.ReasonWords), Matches: "–",
		Refused: e.Kind == "refusal" || e.Fields["rule"] != "", Warned: e.Kind == "warning" || e.Fields["warnings"] != "",
	}
	if r.Who == "" {
		r.Who = byWorkstation
	}
	if n, err := strconv.ParseInt(e.Fields["count"], 10, 64); err == nil {
		r.Matches = Number(n)
	}
	return r
}
