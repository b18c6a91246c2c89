package session

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cordon/engine"
	"cordon/engine/detection"
)

// Results is the model of one answer: rows, facets, the timeline's brush, the selected row
// with its photos, and what was marked relevant. Nothing of it is written anywhere.
type Results struct {
	OnKept func(caseNo string) // after reads were kept; may be nil

	env      Env
	door     Door
	changed  func()
	draft    Draft
	answer   *engine.Answer
	entry    int64
	hits     []Hit  // every read there is, oldest first
	items    []Item // in the order of the answer
	grouped  bool   // items are plates
	places   int    // areas or windows the chips count over
	coverage int    // fixed cameras in the areas
	newest   time.Time
	byCamera map[string]engine.Camera

	rev      int // grows with every change of what is shown
	rowsRev  int // grows with every change of rows, filters or brush alone
	filter   Filter
	combo    uint64 // chosen combination of places; 0 none
	brush    Span
	keepOnly bool // the brush filters, too
	order    Order
	shown    []int // indices into items, filtered and sorted

	selected int // index into items, -1 none
	read     int // which of the item's hits
	photos   task
	ahead    ahead
	cache    map[engine.DetectionRef]*PhotoSet
	keep     keepState
	report   reportState
}

// Hit is one read.
type Hit struct {
	Ref        engine.DetectionRef
	Plate      string
	State      string
	Time       time.Time
	Lon, Lat   float64
	Make       string
	Model      string
	Color      string
	Year       int
	Camera     string
	Source     string // words: "law enforcement", "commercial", "source not known"
	HeadingDeg float64
	Confidence float64
	Photos     int
	Places     []int // areas it lies in; for a repeat query its timeframe
}

// Item is one row of the list: a plate with its reads, or one read.
type Item struct {
	Plate, State string
	Reads        int
	First, Last  time.Time
	PerPlace     []int  // reads by place
	Places       uint64 // set of places with reads
	Vehicle      string // "red Toyota Camry"
	PhotoNote    string // "1 photo, not for a case"; empty when fine
	Kept         bool   // a read of it is in the case
	hits         []int  // into Results.hits, oldest first
}

// Order is how rows are sorted.
type Order int

// The orders; OrderAnswer is the engine's.
const (
	OrderAnswer Order = iota
	OrderReads
	OrderPlate
	OrderFirst
	OrderLast
)

func newResults(env Env, door Door, draft Draft, a *engine.Answer, changed func()) *Results {
	r := &Results{
		env: env, door: door, changed: changed, draft: draft, answer: a, entry: a.Entry,
		grouped: draft.Kind == KindCommon || draft.Kind == KindRepeat, places: draft.Places(),
		selected: -1, cache: map[engine.DetectionRef]*PhotoSet{}, ahead: ahead{had: map[engine.DetectionRef]bool{}}, byCamera: map[string]engine.Camera{},
	}
	if !draft.Kind.Spatial() {
		r.places = 0
	}
	rows := a.Rows
	if r.grouped {
		rows = a.PlateHits
	}
	for _, row := range rows {
		r.hits = append(r.hits, r.hitOf(row))
	}
	slices.SortStableFunc(r.hits, func(x, y Hit) int { return x.Time.Compare(y.Time) })
	if r.grouped {
		r.groupItems()
	} else {
		r.readItems()
	}
	r.refilter()
	if len(r.shown) > 0 {
		r.Select(0)
	}
	return r
}

func (r *Results) hitOf(row engine.Row) Hit {
	h := Hit{
		Ref: row.Ref(), Plate: row.Plate, State: row.State, Time: row.Time, Lon: row.Pos[0], Lat: row.Pos[1],
		Make: row.Make, Model: row.Model, Color: row.Color, Year: row.Year, Camera: row.Camera,
		HeadingDeg: row.HeadingDeg, Confidence: row.Confidence, Photos: row.Photos, Places: row.Areas,
	}
	switch row.Source {
	case detection.SourceLawEnforcement:
		h.Source = "law enforcement"
	case detection.SourceCommercial:
		h.Source = "commercial"
	default:
		h.Source = "source not known"
	}
	if r.draft.Kind == KindRepeat {
		h.Places = nil
		for i, w := range r.draft.Windows {
			if !row.Time.Before(w.From) && row.Time.Before(w.To) {
				h.Places = append(h.Places, i)
			}
		}
	}
	return h
}

// groupItems makes an item for each plate; their hits are found by plate and state.
func (r *Results) groupItems() {
	by := map[detection.Vehicle][]int{}
	for i, h := range r.hits {
		v := detection.Vehicle{Plate: h.Plate, State: h.State}
		by[v] = append(by[v], i)
	}
	for _, p := range r.answer.Plates {
		it := Item{Plate: p.Plate, State: p.State, Reads: p.Reads, First: p.First, Last: p.Last, PerPlace: p.PerPlace, hits: by[p.Vehicle]}
		it.Places = placeSet(p.PerPlace)
		r.describe(&it)
		r.items = append(r.items, it)
	}
}

// readItems makes an item for each read, newest first as the answer has them.
func (r *Results) readItems() {
	for i := len(r.hits) - 1; i >= 0; i-- {
		h := r.hits[i]
		it := Item{Plate: h.Plate, State: h.State, Reads: 1, First: h.Time, Last: h.Time, hits: []int{i}, PerPlace: make([]int, r.places)}
		for _, p := range h.Places {
			if p < len(it.PerPlace) {
				it.PerPlace[p]++
			}
		}
		it.Places = placeSet(it.PerPlace)
		r.describe(&it)
		r.items = append(r.items, it)
	}
}

// describe sets what the item's hits tell: the vehicle, and whether all lack photos.
func (r *Results) describe(it *Item) {
	if len(it.hits) == 0 {
		return
	}
	best := 0
	for _, i := range it.hits {
		h := r.hits[i]
		best = max(best, h.Photos)
		if it.Vehicle == "" {
			it.Vehicle = VehicleWords(h.Color, h.Make, h.Model)
		}
	}
	if best < 2 {
		it.PhotoNote = count(int64(best), "photo", "photos") + ", not for a case"
		if best == 0 {
			it.PhotoNote = "no photo, not for a case"
		}
	}
}

func placeSet(per []int) uint64 {
	var set uint64
	for i, n := range per {
		if n > 0 && i < 64 {
			set |= 1 << i
		}
	}
	return set
}

func (r *Results) close() {
	r.photos.stop()
	r.ahead.stop()
	r.keep.task.stop()
	r.report.task.stop()
	r.report.list.stop()
	r.cache = nil
}

// Revision grows with every change of rows, filters, brush or selection; it stays while only
// photos or the form of "Relevant…" change.
func (r *Results) Revision() int { return r.rev }

// RowsRevision is Revision without the selection.
func (r *Results) RowsRevision() int { return r.rowsRev }

func (r *Results) setCameras(list []engine.Camera) {
	r.rev++
	for _, c := range list {
		r.byCamera[c.ID] = c
	}
}

// Entry is the audit index of the answer.
func (r *Results) Entry() int64 { return r.entry }

// Draft is the query that gave the answer.
func (r *Results) Draft() Draft { return r.draft }

// Grouped reports whether the rows are plates with several reads.
func (r *Results) Grouped() bool { return r.grouped }

// Heading is "38 plates" or "2,412 reads".
func (r *Results) Heading() string {
	if r.grouped {
		return count(r.answer.Count, "plate", "plates")
	}
	return count(r.answer.Count, "read", "reads")
}

// SubLine is "164 of 2,412 reads · ran 09:21:08 in 0.4 s · entry 48,231".
func (r *Results) SubLine() string {
	s := ""
	if r.grouped {
		n := int64(0)
		for _, p := range r.answer.Plates {
			n += int64(p.Reads)
		}
		s = Number(n) + " of " + count(r.answer.Reads, "read", "reads") + " · "
	} else if r.answer.Cut {
		s = "newest " + Number(int64(len(r.items))) + " shown · "
	}
	took := "in " + fmt.Sprintf("%.1f s", r.answer.Elapsed.Seconds())
	if r.answer.Elapsed < 50*time.Millisecond {
		took = "in under 0.1 s"
	}
	return s + "ran " + r.answer.RanAt.In(r.env.Zone).Format("15:04:05") + " " + took + " · entry " + Number(r.entry)
}

// CutNote says what is missing: rows over the limit (Q-ALL-4), times of which nothing is kept
// (T-3); empty when nothing is.
func (r *Results) CutNote() string {
	note := r.overLimit()
	if kept := r.answer.KeptFrom; !kept.IsZero() {
		note = strings.TrimSpace(note + " Reads before " + kept.In(r.env.Zone).Format("2 Jan 2006") + " are not kept; this says nothing about that time.")
	}
	return note
}

func (r *Results) overLimit() string {
	narrow := " Narrow the timeframe."
	if r.draft.Kind.Spatial() {
		narrow = " Narrow the timeframe or an area."
	}
	if r.answer.Cut && !r.grouped && len(r.hits) > 0 {
		return Number(int64(len(r.items))) + " of " + count(r.answer.Count, "read", "reads") + " shown, the newest, back to " +
			r.hits[0].Time.In(r.env.Zone).Format("2 Jan 15:04") + "." + narrow
	}
	s := ""
	if r.answer.Cut && r.grouped {
		s = Number(int64(len(r.items))) + " of " + count(r.answer.Count, "plate", "plates") + " shown."
	}
	if r.answer.HitsCut {
		behind := int64(0)
		for _, p := range r.answer.Plates {
			behind += int64(p.Reads)
		}
		s = strings.TrimSpace(s + " " + Number(int64(len(r.hits))) + " of " + count(behind, "read", "reads") + " behind the plates shown, the newest.")
	}
	if s != "" {
		s += narrow
	}
	return s
}

// Empty is the text for an answer without rows; empty when there are some.
func (r *Results) Empty() string {
	if len(r.items) > 0 {
		return ""
	}
	return EmptyText(r.draft, r.coverage, r.newest, r.env.Zone)
}

// FilteredOut is the text when filters leave nothing of a non-empty answer.
func (r *Results) FilteredOut() string {
	if len(r.items) == 0 || len(r.shown) > 0 {
		return ""
	}
	return "Your filters leave nothing of " + r.Heading() + ". Clear one to see rows."
}

// Len is the number of rows left by the filters; Row gives one.
func (r *Results) Len() int { return len(r.shown) }

// Total is the number of rows without filters.
func (r *Results) Total() int { return len(r.items) }

// Row returns row i of the list.
func (r *Results) Row(i int) Item { return r.items[r.shown[i]] }

// RowTimes is the second line of row i: "3 May 21:14 – 13 May 02:06", or the time of a read.
func (r *Results) RowTimes(it Item) string {
	if r.grouped {
		return firstLast(it.First, it.Last, r.env.Zone)
	}
	return ReadTime(it.First, r.env.Zone)
}
