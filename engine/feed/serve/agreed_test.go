package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/feedtest"

	"pgregory.net/rapid"
)

// TestAgreedLanes: a workstation of a unit gets the lanes and weeks that the agreements
// give the unit, on every server, loses them with the next version, and keeps what it has when
// a version is not valid. Another unit's workstation gets none of them.
func TestAgreedLanes(t *testing.T) {
	g := newRig(t, 2, nil)
	f := feedtest.New(t, g.dir)
	north, toll := feed.Lane{Source: "pd", Region: "north"}, feed.Lane{Source: "toll", Region: "north"}
	rows := feedtest.Reads(0, 0, 10)
	f.Segment(north, rows, nil, nil)
	f.Segment(toll, rows, nil, nil)
	files := map[string]string{}
	for _, l := range []feed.Lane{north, toll} {
		found, err := filepath.Glob(filepath.Join(g.dir, "lanes", l.String(), "segments", "*", "*.parquet"))
		if err != nil || len(found) != 1 {
			t.Fatal(found, err)
		}
		rel, err := filepath.Rel(g.dir, found[0])
		if err != nil {
			t.Fatal(err)
		}
		files[l.String()] = "/" + filepath.ToSlash(rel)
	}
	week := feed.PeriodOf(rows[0].Time)
	dsp := g.enroll(0, "ws-dsp", "", auditKey, "DSP", "Task force")
	npd := g.enroll(1, "ws-npd", "", auditKey, "Newark PD")
	// has waits until both servers give a workstation exactly these lanes and their files.
	has := func(what string, s *station, want ...string) {
		t.Helper()
		var got string
		for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			ok := true
			for server := range 2 {
				var list struct{ Lanes []LaneInfo }
				r := s.get(server, "/v1/lanes")
				if r.status != http.StatusOK || json.Unmarshal(r.body, &list) != nil {
					t.Fatalf("%s: %s", what, r)
				}
				names := []string{}
				for _, l := range list.Lanes {
					if l.Lane != feed.Control.String() {
						names = append(names, l.Lane)
					}
				}
				ok = ok && slices.Equal(names, want)
				for lane, file := range files {
					status := s.get(server, file).status
					ok = ok && (status == http.StatusOK) == slices.Contains(want, lane) && (status == http.StatusOK || status == http.StatusNotFound)
				}
				got = fmt.Sprint(names)
			}
			if ok {
				return
			}
		}
		t.Errorf("%s: %s has %s, want %v", what, s.cert.Leaf.Subject.CommonName, got, want)
	}
	has("before there are agreements", dsp)
	f.Document(feed.DocAgreements, 1, `{"agreements":[{"name":"a","units":["DSP"],"lanes":["pd.*"]},{"name":"b","units":["Newark PD","Task force"],"lanes":["toll.north"]}]}`)
	has("version 1", dsp, north.String(), toll.String())
	has("version 1", npd, toll.String())
	f.Document(feed.DocAgreements, 2, `{"agreements":[{"name":"b","units":["*"],"lanes":["toll.*"]}]}`)
	has("version 2", dsp, toll.String())
	has("version 2", npd, toll.String())
	f.Document(feed.DocAgreements, 3, `{"agreements":"all"}`)
	f.Document("policy-note", 1, `{}`)
	has("a version that is not valid", dsp, toll.String())
	f.Document(feed.DocAgreements, 4, `{"agreements":[{"name":"b","units":["DSP"],"lanes":["pd.*"],"to":"`+rows[0].Time.AddDate(0, 0, -14).Format(time.RFC3339)+`"}]}`)
	var list struct{ Lanes []LaneInfo }
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end) && (len(list.Lanes) != 2 || list.Lanes[1].Lane != north.String()); {
		if r := dsp.get(1, "/v1/lanes"); json.Unmarshal(r.body, &list) != nil {
			t.Fatal(r)
		}
	}
	if len(list.Lanes) != 2 || len(list.Lanes[1].Grants) != 1 || list.Lanes[1].Grants[0].Until >= week {
		t.Errorf("version 4: %+v", list.Lanes)
	}
	if r := dsp.get(1, files[north.String()]); r.status != http.StatusNotFound {
		t.Errorf("a week behind the agreement's end: %s", r)
	}
	has("version 4", npd)
}

// TestAgreedGrants: the weeks of a lane that a unit's workstation may fetch are exactly those
// in which its people may see a moment, by the agreements as workstations read them.
func TestAgreedGrants(t *testing.T) {
	units := []string{"DSP", "Newark PD", "Task force"}
	patterns := []string{"pd.*", "pd.north", "*.north", "toll.south", "*.*"}
	lanes := []string{"pd.north", "pd.south", "toll.north", "toll.south"}
	first := time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC) // a Monday; the turn of the year lies behind it
	hour := func(r *rapid.T, name string) time.Time {
		return first.Add(time.Duration(rapid.IntRange(0, 10*7*24).Draw(r, name)) * time.Hour)
	}
	rapid.Check(t, func(r *rapid.T) {
		list := &feed.Agreements{}
		for range rapid.IntRange(0, 4).Draw(r, "agreements") {
			x := feed.Agreement{
				Name: "x", Units: []string{rapid.SampledFrom(append(units, "*")).Draw(r, "unit")},
				Lanes: []string{rapid.SampledFrom(patterns).Draw(r, "lanes")},
			}
			if rapid.Bool().Draw(r, "begins") {
				x.From = hour(r, "from")
			}
			if rapid.Bool().Draw(r, "ends") {
				x.To = hour(r, "to")
			}
			if !x.From.IsZero() && !x.To.IsZero() && !x.From.Before(x.To) {
				continue
			}
			list.List = append(list.List, x)
		}
		mine := rapid.SliceOfNDistinct(rapid.SampledFrom(units), 1, 2, rapid.ID[string]).Draw(r, "mine")
		a := &agreed{clock: func() time.Time { return first }, ttl: time.Hour, at: first, list: list}
		gs, err := a.grants(t.Context(), Rights{Units: mine})
		if err != nil {
			r.Fatal(err)
		}
		for _, lane := range lanes {
			l, err := feed.ParseLane(lane)
			if err != nil {
				r.Fatal(err)
			}
			for w := range 11 {
				from := first.AddDate(0, 0, 7*w)
				want := false
				for _, u := range mine {
					windows, all := list.Times(u, lane)
					want = want || all
					for _, x := range windows {
						want = want || x.From.Before(from.AddDate(0, 0, 7)) && x.To.After(from)
					}
				}
				if got := gs.permit(l, feed.PeriodOf(from)); got != want {
					r.Fatalf("%s, week of %v, %v: %v, want %v by %+v", lane, from, mine, got, want, list.List)
				}
			}
		}
	})
}

// TestAgreedIsSigned: agreements that the feed's key did not sign give nothing: the
// workstation is refused and the server's log says why.
func TestAgreedIsSigned(t *testing.T) {
	dir := t.TempDir()
	f := feedtest.New(t, dir)
	f.Document(feed.DocAgreements, 1, `{"agreements":[{"name":"a","units":["DSP"],"lanes":["pd.*"]}]}`)
	b, err := bucket.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	a := &agreed{bucket: b, clock: time.Now, log: slog.New(slog.DiscardHandler)}
	rights := Rights{Units: []string{"DSP"}}
	if gs, err := a.grants(t.Context(), rights); err != nil || len(gs) != 1 {
		t.Fatal(gs, err)
	}
	// Somebody who can write the bucket puts another feed's control lane in its place.
	other := t.TempDir()
	feedtest.New(t, other).Document(feed.DocAgreements, 1, `{"agreements":[{"name":"a","units":["DSP"],"lanes":["*.*"]}]}`)
	o, err := bucket.OpenFolder(other)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for obj, err := range o.List(ctx, "lanes/") {
		if err != nil {
			t.Fatal(err)
		}
		data, err := o.Get(ctx, obj.Key, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Put(ctx, obj.Key, strings.NewReader(string(data))); err != nil && !strings.Contains(err.Error(), "exist") {
			t.Fatal(err)
		}
	}
	fresh := &agreed{bucket: b, clock: time.Now, log: slog.New(slog.DiscardHandler)}
	for _, x := range []*agreed{a, fresh} {
		if gs, err := x.grants(ctx, rights); err == nil {
			t.Errorf("grants by another feed's agreements: %v", gs)
		}
	}
}
