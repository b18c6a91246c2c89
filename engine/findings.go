package engine

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"cordon/engine/internal/reads"
)

// CheckReport is the result of an integrity check of both stores.
type CheckReport struct {
	Blocks, Rows, AuditEntries int64
	Findings                   []Finding // empty: nothing is wrong
}

// The stores that a Finding can be of.
const (
	StoreDetections = "detections"
	StoreVault      = "vault"
	StoreAudit      = "audit"
)

// Finding is one fault that a check found.
type Finding struct {
	Store   string // one of the constants
	Kind    string // block of detections: "place", "plate", "id" or "vehicle"; else empty
	Block   string // what is damaged, e.g. "place 2026-Q2 week 2026-04-30 #123"; empty where Problem names it
	Quarter string // retention quarter, e.g. "2026-Q2"; may be empty
	From    time.Time
	To      time.Time // times of the rows affected, UTC; zero where unknown
	Rows    int64     // rows affected, or for kind id ids, for kind vehicle vehicles; 0 where unknown
	Problem string
	Files   []string // base names of imported files that may have rows there
	Feed    bool     // rows that came with the feed, which a repair fetches from it, may lie there
	Made    bool     // rows that no file was taken in with, such as the demo's, may lie there too
}

// String says the finding in one line.
func (f Finding) String() string {
	s := f.Store + ": "
	if f.Block != "" {
		s += f.Block + ": "
	}
	s += f.Problem
	if f.Rows > 0 {
		s += "; " + strconv.FormatInt(f.Rows, 10) + " " + f.unit() + " affected"
	}
	if !f.From.IsZero() {
		s += ", " + stamp(f.From) + " to " + stamp(f.To)
	}
	if len(f.Files) > 0 {
		s += ", taken in from " + strings.Join(f.Files, ", ")
	}
	return s
}

func (f Finding) unit() string {
	one := map[string]string{"id": "id", "vehicle": "vehicle"}[f.Kind]
	if one == "" {
		one = "row"
	}
	if f.Rows != 1 {
		one += "s"
	}
	return one
}

// originFile begins the origin of a batch that was imported from a file.
const originFile = "file:"

func findingOf(f reads.Finding) Finding {
	out := Finding{
		Store: StoreDetections, Kind: f.Kind, Block: f.Block, Quarter: f.Quarter, From: f.From, To: f.To, Rows: f.Rows, Problem: f.Problem,
	}
	for _, origin := range f.Origins {
		if name, ok := strings.CutPrefix(origin, originFile); ok {
			out.Files = append(out.Files, name)
		} else if isFeedOrigin(origin) {
			out.Feed = true
		} else {
			out.Made = true
		}
	}
	return out
}

func findingsOf(list []reads.Finding) (out []Finding) {
	for _, f := range list {
		out = append(out, findingOf(f))
	}
	return out
}

// add notes what is wrong with a store, as texts.
func (r *CheckReport) add(store string, problems ...string) {
	for _, p := range problems {
		p = plainText(p)
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Store == store && f.Problem == p }) {
			r.Findings = append(r.Findings, Finding{Store: store, Problem: p})
		}
	}
}
