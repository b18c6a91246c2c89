package demo

import (
	"slices"
	"sync"
	"testing"
	"time"
)

// inside is a ray cast that shares no code with the engine.
func inside(ring [][2]float64, lon, lat float64) bool {
	in := false
	for i, j := 0, len(ring)-1; i < len(ring); j, i = i, i+1 {
		a, b := ring[i], ring[j]
		if (a[1] > lat) != (b[1] > lat) && lon < (b[0]-a[0])*(lat-a[1])/(b[1]-a[1])+a[0] {
			in = !in
		}
	}
	return in
}

func inHours(s Story, at time.Time) bool {
	if s.HoursFrom == "" {
		return true
	}
	h := Eastern(at).Format("15:04")
	if s.HoursFrom < s.HoursTo {
		return h >= s.HoursFrom && h < s.HoursTo
	}
	return h >= s.HoursFrom || h < s.HoursTo
}

func story(t *testing.T, w *World, id string) Story {
	t.Helper()
	for _, s := range w.Stories() {
		if s.ID == id {
			return s
		}
	}
	t.Fatalf("no story %q", id)
	return Story{}
}

// rows are those of the default world, made once for all tests of stories.
var rows = sync.OnceValue(func() []Row {
	w, err := New(DefaultSeed, Options{Rows: DefaultRows})
	if err != nil {
		return nil // the tests then find nothing, and fail
	}
	return slices.Collect(w.Detections())
})

// scan counts, for each plate and state, the reads in each area of a story.
func scan(rows []Row, s Story) map[string][]int {
	out := map[string][]int{}
	for _, r := range rows {
		at := r.Time()
		if at.Before(s.From) || !at.Before(s.To) || !inHours(s, at) {
			continue
		}
		for i, a := range s.Areas {
			if inside(a.Ring, r.Lon, r.Lat) {
				k := r.Plate + " " + r.State
				if out[k] == nil {
					out[k] = make([]int, len(s.Areas))
				}
				out[k][i]++
			}
		}
	}
	return out
}

func areasAndReads(n []int) (areas, reads int) {
	for _, c := range n {
		reads += c
		if c > 0 {
			areas++
		}
	}
	return areas, reads
}

func TestStoryWarehouses(t *testing.T) {
	w := world(t, Options{Rows: DefaultRows})
	s := story(t, w, "warehouses")
	for i, want := range []int{2, 3, 2} {
		n := 0
		for _, c := range w.Cameras() {
			if c.Kind == "fixed" && inside(s.Areas[i].Ring, c.Lon, c.Lat) {
				n++
			}
		}
		if n != want {
			t.Errorf("area %s: %d cameras, want %d", s.Areas[i].Name, n, want)
		}
	}
	found := scan(rows(), s)
	if got := found["7KDM482 DE"]; len(got) != 3 || got[0] != 4 || got[1] != 3 || got[2] != 2 {
		t.Errorf("7KDM482: reads %v, want 4, 3, 2", got)
	}
	all, two, three, reads := 0, 0, 0, 0
	for k, n := range found {
		a, r := areasAndReads(n)
		all += r
		if a >= 2 {
			two++
			reads += r
		}
		if a == 3 {
			three++
			if r >= 9 && k != "7KDM482 DE" {
				t.Errorf("%s has %d reads in three areas: the story's vehicle is not first", k, r)
			}
		}
	}
	t.Logf("%d reads; %d plates in two areas (%d reads), %d in three", all, two, reads, three)
	within(t, "plates in two areas", float64(two), 8, 200)
	within(t, "plates in three areas", float64(three), 5, 30)
}

func TestStoryBorder(t *testing.T) {
	w := world(t, Options{Rows: DefaultRows})
	s := story(t, w, "border")
	found := scan(rows(), s)
	for i, p := range s.Plates {
		if got := found[p+" "+s.State[i]]; len(got) != 2 || got[0] != 4 || got[1] != 4 {
			t.Errorf("%s: reads %v, want 4, 4", p, got)
		}
	}
	for k, n := range found {
		if a, r := areasAndReads(n); a == 2 && r >= 8 && k != "3RNV618 DE" && k != "58KBT04 PA" {
			t.Errorf("%s also has %v reads", k, n)
		}
	}
	t.Logf("%d plates", len(found))
}

func TestStoryVan(t *testing.T) {
	w := world(t, Options{Rows: DefaultRows})
	s := story(t, w, "van")
	windows := map[string]int{}
	for i, win := range s.Windows {
		if i > 0 && win.From.Before(s.Windows[i-1].To) {
			t.Error("windows overlap")
		}
		one := s
		one.From, one.To = win.From, win.To
		for k := range scan(rows(), one) {
			windows[k]++
		}
	}
	for k, n := range windows {
		if (n == len(s.Windows)) != (k == "62FDR90 PA") {
			t.Errorf("%s is in %d windows", k, n)
		}
	}
	if windows["62FDR90 PA"] != 5 {
		t.Errorf("the van is in %d windows, want 5", windows["62FDR90 PA"])
	}
}

func TestStoryPartial(t *testing.T) {
	w := world(t, Options{Rows: DefaultRows})
	s := story(t, w, "partial")
	got := map[string]bool{}
	for _, r := range rows() {
		if at := r.Time(); at.Before(s.From) || !at.Before(s.To) || len(r.Plate) != len(s.Pattern) {
			continue
		}
		ok := true
		for i := range s.Pattern {
			ok = ok && (s.Pattern[i] == '?' || s.Pattern[i] == r.Plate[i])
		}
		if ok {
			got[r.Plate] = true
		}
	}
	if !got["7KDM482"] || len(got) > 4 {
		t.Errorf("the pattern finds %v", got)
	}
}

// The picture of the interface: read 5 of 9, WIL-014, Saturday 9 May 02:47:31.
func TestReadOfThePicture(t *testing.T) {
	w := world(t, Options{Rows: StoriesFrom})
	for r := range w.Detections() {
		if r.Plate == "7KDM482" && r.Camera == "WIL-014" {
			if got := Eastern(r.Time()).Format("Mon 2 Jan 15:04:05 MST"); got != "Sat 9 May 02:47:31 EDT" {
				t.Errorf("read at %s", got)
			}
			if r.Confidence != 0.97 {
				t.Errorf("confidence %v", r.Confidence)
			}
			return
		}
	}
	t.Error("the read is missing")
}

func TestStoriesMoveWithTheEnd(t *testing.T) {
	w := world(t, Options{Rows: 20_000, End: DefaultEnd().AddDate(0, 0, 100)})
	s := story(t, w, "warehouses")
	if want := edtTime(5, 1, 0, 0, 0).AddDate(0, 0, 100); !s.From.Equal(want) {
		t.Errorf("from %v, want %v", s.From, want)
	}
	if got := scan(slices.Collect(w.Detections()), s)["7KDM482 DE"]; len(got) != 3 || got[0] != 4 {
		t.Errorf("reads %v", got)
	}
}
