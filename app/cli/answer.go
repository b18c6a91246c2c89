package cli

import (
	"fmt"
	"strconv"
	"strings"

	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"
)

// answerJSON is one answer as scripts get it (design section 8).
type answerJSON struct {
	Kind     detection.Kind   `json:"kind"`
	Count    int64            `json:"count"`
	Returned int              `json:"returned"`
	Cut      bool             `json:"cut"`
	Reads    int64            `json:"reads"`
	Rows     []any            `json:"rows"`
	Hits     []rowJSON        `json:"hits,omitempty"`     // with --reads
	HitsCut  bool             `json:"hits_cut,omitempty"` // hits are the newest of more
	Digest   string           `json:"digest"`
	Entry    int64            `json:"entry"`
	Leaf     string           `json:"leaf"`
	State    string           `json:"state"`
	KeptFrom string           `json:"kept_from,omitempty"` // of times before it nothing is kept
	Warnings []engine.Warning `json:"warnings"`
	Error    *worded          `json:"error"`
	Elapsed  int64            `json:"elapsed_us"`
	Audit    int64            `json:"audit_us"`
	Engine   int64            `json:"engine_us"`
}

// failedJSON is an answer that is none. Line is the line of a batch.
type failedJSON struct {
	Kind  detection.Kind `json:"kind,omitempty"`
	Line  int            `json:"line,omitempty"`
	Error worded         `json:"error"`
}

// rowJSON has the standard CSV's columns; what the camera did not send is null.
type rowJSON struct {
	ID         string    `json:"id"`
	Plate      string    `json:"plate"`
	State      string    `json:"state"`
	Time       string    `json:"time"`
	Lon        float64   `json:"lon"`
	Lat        float64   `json:"lat"`
	Make       string    `json:"make"`
	Model      string    `json:"model"`
	Color      string    `json:"color"`
	Year       *int      `json:"year"`
	Heading    *float64  `json:"heading"`
	Camera     string    `json:"camera"`
	Source     string    `json:"source"`
	Confidence *float64  `json:"confidence"`
	Areas      *[]string `json:"areas,omitempty"` // spatial kinds: names of the areas it lies in
}

// plateJSON is one plate of a common-plate or repeat answer. Counts are by area, or by
// window index for repeat.
type plateJSON struct {
	Plate   string         `json:"plate"`
	State   string         `json:"state"`
	Areas   *[]string      `json:"areas,omitempty"`
	Windows *[]int         `json:"windows,omitempty"`
	Seen    int            `json:"seen"`
	Counts  map[string]int `json:"counts"`
	Reads   int            `json:"reads"`
	First   string         `json:"first"`
	Last    string         `json:"last"`
}

// areaName is the name of the i-th area, or its number where it has none.
func areaName(q detection.Query, i int) string {
	if i < len(q.Areas) && q.Areas[i].Name != "" {
		return q.Areas[i].Name
	}
	return strconv.Itoa(i + 1)
}

func areaNames(q detection.Query, idx []int) []string {
	out := make([]string, len(idx))
	for i, a := range idx {
		out[i] = areaName(q, a)
	}
	return out
}

func rowOf(q detection.Query, r engine.Row) rowJSON {
	j := rowJSON{
		ID: r.ID, Plate: r.Plate, State: r.State, Time: utc(r.Time), Lon: r.Pos.Lon(), Lat: r.Pos.Lat(),
		Make: r.Make, Model: r.Model, Color: r.Color, Camera: r.Camera, Source: string(r.Source),
	}
	if r.Year != 0 {
		j.Year = &r.Year
	}
	if r.HeadingDeg != detection.NoHeading {
		j.Heading = &r.HeadingDeg
	}
	if r.Confidence != detection.NoConfidence {
		j.Confidence = &r.Confidence
	}
	if q.Kind.Spatial() {
		names := areaNames(q, r.Areas)
		j.Areas = &names
	}
	return j
}

func plateOf(q detection.Query, p engine.PlateRow) plateJSON {
	j := plateJSON{Plate: p.Plate, State: p.State, Seen: p.Seen, Counts: map[string]int{}, Reads: p.Reads, First: utc(p.First), Last: utc(p.Last)}
	var names []string
	var indices []int
	for i, n := range p.PerPlace {
		name := areaName(q, i)
		if q.Kind == detection.KindRepeat {
			name = strconv.Itoa(i)
		}
		if n > 0 {
			j.Counts[name] = n
			names, indices = append(names, name), append(indices, i)
		}
	}
	if q.Kind == detection.KindRepeat {
		j.Windows = &indices
	} else {
		j.Areas = &names
	}
	return j
}

func (sh *shell) printAnswer(a *engine.Answer, spec querySpec) error {
	switch spec.format {
	case "json":
		return sh.printJSON(jsonOf(a))
	case "csv":
		sh.say("%s", summary(a))
		return sh.csvAnswer(a)
	case "geojson":
		sh.say("%s", summary(a))
		return sh.geojsonAnswer(a)
	}
	if err := sh.print("%s", summary(a)); err != nil {
		return err
	}
	return sh.tableAnswer(a)
}

func jsonOf(a *engine.Answer) answerJSON {
	j := answerJSON{
		Kind: a.Query.Kind, Count: a.Count, Returned: len(a.Rows) + len(a.Plates), Cut: a.Cut, Reads: a.Reads, Rows: []any{}, HitsCut: a.HitsCut,
		Digest: a.Digest, Entry: a.Entry, Leaf: a.Leaf, State: a.State, KeptFrom: utc(a.KeptFrom), Warnings: a.Warnings,
		Elapsed: a.Elapsed.Microseconds(), Audit: a.AuditTime.Microseconds(), Engine: a.EngineTime.Microseconds(),
	}
	if j.Warnings == nil {
		j.Warnings = []engine.Warning{}
	}
	for _, r := range a.Rows {
		j.Rows = append(j.Rows, rowOf(a.Query, r))
	}
	for _, p := range a.Plates {
		j.Rows = append(j.Rows, plateOf(a.Query, p))
	}
	for _, r := range a.PlateHits {
		j.Hits = append(j.Hits, rowOf(a.Query, r))
	}
	return j
}

// failedAnswer prints an error in an answer's place and ends with its status.
func (sh *shell) failedAnswer(kind detection.Kind, line int, err error) error {
	w := word(err)
	sh.sayError(w)
	if err := sh.printJSON(failedJSON{kind, line, w}); err != nil {
		return err
	}
	return &doneError{w.status}
}

// summary is the line that people read first.
func summary(a *engine.Answer) string {
	var b strings.Builder
	returned := len(a.Rows) + len(a.Plates)
	switch a.Query.Kind {
	case detection.KindCommon, detection.KindRepeat:
		fmt.Fprintf(&b, "%s from %s", countWords(a.Count, "plate", "plates"), countWords(a.Reads, "read", "reads"))
	default:
		b.WriteString(countWords(a.Count, "read", "reads"))
	}
	if a.Cut {
		fmt.Fprintf(&b, "; cut: %s shown", policy.Number(int64(returned)))
	}
	if a.HitsCut {
		fmt.Fprintf(&b, "; the newest %s of the reads behind the plates are listed", policy.Number(int64(len(a.PlateHits))))
	}
	fmt.Fprintf(&b, ". Data state %s, audit entry %d, %.1f ms.", a.State, a.Entry, float64(a.Elapsed.Microseconds())/1000)
	if !a.KeptFrom.IsZero() {
		fmt.Fprintf(&b, "\nReads before %s are not kept; the answer says nothing about that time.", a.KeptFrom.UTC().Format("2 January 2006"))
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(&b, "\n%s (rule %s)", w.Text, w.Rule)
	}
	return b.String()
}
