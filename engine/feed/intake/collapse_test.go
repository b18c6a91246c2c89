package intake

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

func readAt(id, plate, camera string, at time.Duration, confidence float64) Taken {
	return Taken{Lane: testLane, Read: feed.Read{Passes: 1, Detection: detection.Detection{
		ID: id, Plate: plate, Camera: camera, Time: testNow.Add(at), Confidence: confidence, HeadingDeg: detection.NoHeading,
	}}}
}

func collapse(t testing.TB, c *Collapser, in []Taken) (out []Taken) {
	t.Helper()
	for _, r := range in {
		got, err := c.Add(r)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, got...)
	}
	return append(out, c.Flush()...)
}

// brute collapses by looking at everything at once: of each vehicle at each camera, the first
// read that is left takes in all within the window behind it.
func brute(in []Taken, window time.Duration) map[string]int {
	byKey := map[string][]Taken{}
	for _, t := range in {
		k := fmt.Sprint(t.Lane, t.Read.Camera, "|", t.Read.Plate, "|", t.Read.State)
		if t.Read.Camera == "" {
			k += t.Read.ID
		}
		byKey[k] = append(byKey[k], t)
	}
	out := map[string]int{}
	for _, list := range byKey {
		for len(list) > 0 {
			first := slices.MinFunc(list, func(a, b Taken) int { return a.Read.Time.Compare(b.Read.Time) })
			end := first.Read.Time.Add(window)
			var in, rest []Taken
			for _, t := range list {
				if t.Read.Time.After(end) {
					rest = append(rest, t)
				} else {
					in = append(in, t)
				}
			}
			best := slices.MinFunc(in, func(a, b Taken) int {
				return cmp.Or(-cmp.Compare(a.Read.Confidence, b.Read.Confidence), -cmp.Compare(len(a.Read.Pictures), len(b.Read.Pictures)),
					a.Read.Time.Compare(b.Read.Time), cmp.Compare(a.Read.ID, b.Read.ID))
			})
			for _, t := range in {
				out[best.Read.ID] += t.Read.Passes
			}
			list = rest
		}
	}
	return out
}

// TestCollapse_F_3: against brute force, in any order within the reorder time, with the same
// reads delivered again; and the same ids come out each time.
func TestCollapse_F_3(t *testing.T) {
	const window, reorder = 10 * time.Second, 60 * time.Second
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 7))
		var in []Taken
		for i := range 120 {
			x := readAt(fmt.Sprint("r", i), fmt.Sprint("2TST", r.IntN(4)), []string{"C1", "C2", ""}[r.IntN(3)], time.Duration(r.IntN(300_000))*time.Millisecond, float64(r.IntN(4))/4)
			if x.Read.State = []string{"DE", "PA"}[r.IntN(2)]; r.IntN(5) == 0 {
				x.Lane = feed.Lane{Source: "pd", Region: "de"}
			}
			x.Read.Time = x.Read.Time.Truncate(time.Second) // equal times happen
			x.Read.Passes = 1 + r.IntN(3)
			x.Read.Pictures = make([]feed.Picture, r.IntN(3))
			x.Read.Photos = len(x.Read.Pictures)
			in = append(in, x)
		}
		want := brute(in, window)
		// Arrival: in order of time with at most the reorder time between any two.
		late := map[string]time.Time{}
		for _, x := range in {
			late[x.Read.ID] = x.Read.Time.Add(time.Duration(r.IntN(int(reorder))))
		}
		slices.SortFunc(in, func(a, b Taken) int { return late[a.Read.ID].Compare(late[b.Read.ID]) })
		again := 0
		for _, x := range slices.Clone(in) {
			if r.IntN(10) == 0 {
				in = append(in, x)
				again++
			}
		}
		var report Report
		out := collapse(t, NewCollapser(window, reorder, &report), in)
		got := map[string]int{}
		for _, x := range out {
			if _, twice := got[x.Read.ID]; twice {
				t.Fatalf("seed %d: %s came out twice", seed, x.Read.ID)
			}
			got[x.Read.ID] = x.Read.Passes
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d:\n%v\nwant\n%v", seed, got, want)
		}
		if report.Redelivered != int64(again) || report.Late != 0 || report.Hurried != 0 || int(report.Collapsed)+len(out)+again != len(in) {
			t.Fatalf("seed %d: %+v, %d came again, %d in, %d out", seed, report, again, len(in), len(out))
		}
	}
}

func TestCollapseWindow(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []Taken
		want string
	}{
		{"the edge belongs to it", []Taken{readAt("a", "P", "C", 0, 0.5), readAt("b", "P", "C", 10*time.Second, 0.9)}, "[b2]"},
		{"a millisecond more does not", []Taken{readAt("a", "P", "C", 0, 0.5), readAt("b", "P", "C", 10*time.Second+time.Millisecond, 0.9)}, "[a1 b1]"},
		{"it is not stretched", []Taken{readAt("a", "P", "C", 0, 0.5), readAt("b", "P", "C", 8*time.Second, 0.5), readAt("c", "P", "C", 16*time.Second, 0.5)}, "[a2 c1]"},
		{"no camera", []Taken{readAt("a", "P", "", 0, 0.5), readAt("b", "P", "", 0, 0.5)}, "[a1 b1]"},
		{"one character", []Taken{readAt("a", "P1", "C", 0, 0.5), readAt("b", "PI", "C", 0, 0.5)}, "[a1 b1]"},
	} {
		var got []string
		for _, x := range collapse(t, NewCollapser(10*time.Second, time.Minute, &Report{}), c.in) {
			got = append(got, fmt.Sprint(x.Read.ID, x.Read.Passes))
		}
		if slices.Sort(got); fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	fix := readAt("b", "P", "C", 0, 0.5)
	fix.Read.Supersedes = "a"
	if out := collapse(t, NewCollapser(10*time.Second, time.Minute, &Report{}), []Taken{readAt("a", "P", "C", 0, 0.9), fix}); len(out) != 2 {
		t.Errorf("a correction was collapsed: %+v", out)
	}
}

// TestCollapseBounds: late reads and too many are given out, never lost or kept for ever.
func TestCollapseBounds(t *testing.T) {
	var report Report
	c := NewCollapser(10*time.Second, time.Minute, &report)
	out := collapse(t, c, []Taken{readAt("a", "P", "C", time.Hour, 0.5), readAt("b", "P", "C", 2*time.Hour, 0.5), readAt("c", "P", "C", 0, 0.5)})
	if len(out) != 3 || report.Late != 1 {
		t.Errorf("%d reads, %+v", len(out), report)
	}
	report = Report{}
	c = NewCollapser(10*time.Second, time.Minute, &report)
	n := 0
	for i := range 3 * maxBuffered {
		got, err := c.Add(readAt(fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint("C", i%(maxBuffered/2)), time.Duration(i)*time.Microsecond, 0.5))
		if err != nil {
			t.Fatal(err)
		}
		if n += len(got); c.waiting+len(c.cameras) > maxBuffered {
			t.Fatalf("%d reads wait", c.waiting)
		}
	}
	if n += len(c.Flush()); n != 3*maxBuffered || report.Hurried == 0 || c.waiting != 0 || c.bytes != 0 || len(c.cameras) != 0 {
		t.Errorf("%d of %d reads, %d wait, %+v", n, 3*maxBuffered, c.waiting, report)
	}
	c = NewCollapser(10*time.Second, time.Minute, &report)
	for i := range 40 {
		x := readAt(fmt.Sprint(i), fmt.Sprint(i), fmt.Sprint("C", i), 0, 0.5)
		x.Pictures = map[feed.Digest][]byte{{byte(i)}: make([]byte, maxPicture)}
		if _, err := c.Add(x); err != nil {
			t.Fatal(err)
		}
		if c.bytes > maxBufferedPics {
			t.Fatalf("%d bytes of pictures wait", c.bytes)
		}
	}
}

// TestIDWithOtherContents: one id cannot stand for two reads.
func TestIDWithOtherContents(t *testing.T) {
	c := NewCollapser(10*time.Second, time.Minute, &Report{})
	if _, err := c.Add(readAt("a", "P", "C", 0, 0.5)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Add(readAt("a", "Q", "C", 0, 0.5)); err == nil {
		t.Error("it was taken")
	}
	other := readAt("a", "Q", "C", 0, 0.5)
	other.Lane.Region = "de-south"
	if _, err := c.Add(other); err != nil {
		t.Errorf("another lane: %v", err)
	}
}
