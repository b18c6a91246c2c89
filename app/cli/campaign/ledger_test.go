//go:build !race

package campaign

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// read is a detection as the test made it. Every one has a plate of its own, by which it is
// found again whatever id it gets.
type read struct {
	id, plate, camera string
	at                time.Time
	lon, lat          float64
	confidence        float64
	csv               bool // came as CSV, so that CSV says the same again
}

// text is what `cordon query` must say of it. The make and model are the same for all, so that
// one question finds them.
func (r read) text() string {
	id := r.id
	if id == "" {
		id = "made"
	}
	return fmt.Sprintf("%s %s DE %s %.5f %.5f FORD F-150 RED %s %.4f", id, r.plate, r.at.UTC().Format("2006-01-02T15:04:05.999Z"), r.lon, r.lat, r.camera, r.confidence)
}

// ledger is the oracle: what must be on the workstation in the end. It is safe for concurrent use.
type ledger struct {
	mu    sync.Mutex
	next  int
	rows  map[string]read   // by plate: handed in, with a receipt
	lanes map[string]string // lane of a plate
	gone  int               // corrected

	counts map[string]int // what happened, how often
	turns  map[string]*sync.Mutex
}

func (l *ledger) count(what string) { l.add(what, 1) }

func (l *ledger) add(what string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what] += n
}

// inTurn does one work at a time on what a lane has already.
func (l *ledger) inTurn(lane string, do func()) {
	l.mu.Lock()
	if l.turns[lane] == nil {
		l.turns[lane] = new(sync.Mutex)
	}
	turn := l.turns[lane]
	l.mu.Unlock()
	turn.Lock()
	defer turn.Unlock()
	do()
}

// fresh makes n reads that nobody has seen.
func (l *ledger) fresh(n int, from time.Time) []read {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]read, n)
	for i := range out {
		k := l.next
		l.next++
		out[i] = read{
			id: fmt.Sprintf("r%07d", k), plate: fmt.Sprintf("T%06d", k), camera: fmt.Sprintf("C%d", k%7),
			at:  from.Add(time.Duration(k%(20*24*60))*time.Minute + time.Duration(k%1000)*time.Millisecond),
			lon: -75.5 - float64(k%40)/1000, lat: 39.7 + float64(k%60)/1000, confidence: float64(50+k%50) / 100,
		}
	}
	return out
}

// receipt says that reads are in a lane.
func (l *ledger) receipt(lane string, list ...read) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range list {
		l.rows[r.plate], l.lanes[r.plate] = r, lane
	}
}

// corrected says that reads, by their plates, were replaced.
func (l *ledger) corrected(plates []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range plates {
		delete(l.rows, p)
	}
	l.gone += len(plates)
}

// some returns up to n reads of a lane that have an id, sorted by time.
func (l *ledger) some(lane string, n int, csv bool, pick func(int) int) []read {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, p := range slices.Sorted(maps.Keys(l.rows)) {
		if l.lanes[p] == lane && l.rows[p].id != "" && (l.rows[p].csv || !csv) {
			all = append(all, p)
		}
	}
	out := map[string]read{}
	for range n {
		if len(all) > 0 {
			p := all[pick(len(all))]
			out[p] = l.rows[p]
		}
	}
	var list []read
	for _, p := range slices.Sorted(maps.Keys(out)) {
		list = append(list, out[p])
	}
	slices.SortFunc(list, func(a, b read) int { return a.at.Compare(b.at) })
	return list
}

// compare holds what a workstation shows to the ledger, row for row, and returns how many rows
// that are.
func (l *ledger) compare(t *testing.T, when string, shown []string) int {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	want := map[string]bool{}
	for _, r := range l.rows {
		want[r.text()] = true
	}
	lost, twice, strange := 0, 0, 0
	seen := map[string]bool{}
	for _, s := range shown {
		switch {
		case seen[s]:
			twice++
		case !want[s]:
			if strange++; strange < 5 {
				t.Errorf("%s: nobody published this row, or it was corrected: %s", when, s)
			}
		}
		seen[s] = true
	}
	for s := range want {
		if !seen[s] {
			if lost++; lost < 5 {
				t.Errorf("%s: lost: %s", when, s)
			}
		}
	}
	if lost+twice+strange > 0 {
		t.Errorf("%s: of %d rows %d lost, %d twice, %d that should not be there", when, len(want), lost, twice, strange)
	}
	return len(want)
}

// shown asks a workstation for all its rows, half a day at a time, and returns them as texts.
func (w *world) shown(data string) []string {
	w.t.Helper()
	var questions strings.Builder
	n := 0
	for at := w.from.Add(-12 * time.Hour); at.Before(w.from.AddDate(0, 0, 24)); at = at.Add(12 * time.Hour) {
		fmt.Fprintf(&questions, `{"kind":"model","make":["FORD"],"model":["F-150"],"windows":[{"from":%q,"to":%q}],"limit":5000,"purpose":{"reason":"criminal-investigation","case":"HSI-2026-00123","subject":"white van","justification":"The burned van was seen near both warehouses before the fires.","attested":true}}`+"\n",
			at.Format(time.RFC3339), at.Add(12*time.Hour).Format(time.RFC3339))
		n++
	}
	env := w.env
	w.env = append(env[:len(env):len(env)], w.users[data]...)
	defer func() { w.env = env }()
	o := w.cordon(0, questions.String(), "query", "-", "--batch", "--confirm", "--data", data, "--accept-rules", w.rules)
	if o.status != 0 {
		w.t.Fatalf("query: status %d\n%.2000s\n%s", o.status, o.stdout, o.stderr)
	}
	var out []string
	lines := strings.Split(strings.TrimSpace(string(o.stdout)), "\n")
	if len(lines) != n {
		w.t.Fatalf("%d answers to %d questions", len(lines), n)
	}
	for _, line := range lines {
		var a struct {
			Count, Returned int
			Rows            []struct {
				ID, Plate, State, Time, Make, Model, Color, Camera string
				Lon, Lat, Confidence                               float64
			}
		}
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			w.t.Fatal(err)
		}
		if a.Count != a.Returned || a.Count != len(a.Rows) {
			w.t.Fatalf("an answer is cut: %d of %d rows", a.Returned, a.Count)
		}
		for _, r := range a.Rows {
			if strings.HasPrefix(r.ID, "p-") {
				r.ID = "made" // of the contents
			}
			out = append(out, fmt.Sprintf("%s %s %s %s %.5f %.5f %s %s %s %s %.4f", r.ID, r.Plate, r.State, r.Time, r.Lon, r.Lat, r.Make, r.Model, r.Color, r.Camera, r.Confidence))
		}
	}
	return out
}
