package session_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/detection"

	"pgregory.net/rapid"
)

// common is an answer of three plates in two areas; XQT47Z has one photo alone.
func common() *engine.Answer {
	hits := []engine.Row{
		sessiontest.Read("1", "7KDM482", 0, 0), sessiontest.Read("2", "7KDM482", 600, 1), sessiontest.Read("3", "7KDM482", 1500, 0),
		sessiontest.Read("4", "TVK3918", 90, 0), sessiontest.Read("5", "TVK3918", 2000, 1),
		sessiontest.Read("6", "XQT47Z", 3000, 1), sessiontest.Read("7", "XQT47Z", 3100, 0),
	}
	for i := range hits {
		if hits[i].Plate == "TVK3918" {
			hits[i].Make, hits[i].Model, hits[i].Color, hits[i].Year, hits[i].Source, hits[i].State = "FORD", "F-150", "WHITE", 0, detection.SourceCommercial, "PA"
			hits[i].Camera = "M-02"
		}
		if hits[i].Plate == "XQT47Z" {
			hits[i].Photos = 1
		}
	}
	plate := func(p, state string, per []int, a, b int) engine.PlateRow {
		return engine.PlateRow{
			Vehicle: detection.Vehicle{Plate: p, State: state}, Seen: 2, PerPlace: per, Reads: per[0] + per[1],
			First: hits[a].Time, Last: hits[b].Time,
		}
	}
	return &engine.Answer{
		Count: 3, Reads: 2412, Entry: 48231, RanAt: time.Date(2026, 5, 21, 13, 21, 8, 0, time.UTC), Elapsed: 400 * time.Millisecond,
		Plates:    []engine.PlateRow{plate("7KDM482", "DE", []int{2, 1}, 0, 2), plate("TVK3918", "PA", []int{1, 1}, 3, 4), plate("XQT47Z", "DE", []int{1, 1}, 5, 6)},
		PlateHits: hits,
	}
}

func answered(t *testing.T, kind session.Kind, a *engine.Answer) (*sessiontest.World, *session.Desk, *session.Results) {
	t.Helper()
	w, d := ready(t, kind)
	w.Cams = []engine.Camera{{ID: "WIL-014", Road: "E Front St"}, {ID: "M-02", Mobile: true}}
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return a, nil }
	d2 := w.Desk()
	d2.SetKind(kind)
	for i, row := range d.State().Areas {
		d2.AddArea(row.Shape, []string{"warehouse", "depot"}[i])
	}
	d2.SetSpan(0, d.State().Draft.Windows[0])
	w.Pump()
	d2.Run()
	w.Pump()
	if d2.State().Results == nil {
		t.Fatalf("no results: %+v", d2.State().Run)
	}
	return w, d2, d2.State().Results
}

func TestHeadingsOfACommonPlateAnswer(t *testing.T) {
	_, _, r := answered(t, session.KindCommon, common())
	want(t, "heading", r.Heading(), "3 plates")
	want(t, "sub line", r.SubLine(), "7 of 2,412 reads · ran 09:21:08 in 0.4 s · entry 48,231")
	want(t, "order", r.OrderWords(r.Order()), "Most areas first, then most reads")
	it := r.Row(0)
	want(t, "row", it.Plate+" "+it.State+" "+it.Vehicle+" "+r.RowTimes(it), "7KDM482 DE red Toyota Camry 2 May 20:00 – 3 May 21:00")
	want(t, "white F-150", r.Row(1).Vehicle, "white Ford F-150")
	want(t, "R-1", r.Row(2).PhotoNote, "1 photo, not for a case")
	if r.Row(0).PhotoNote != "" {
		t.Error("a plate with its photos is marked")
	}
}

// TestFacetsFilterWithoutANewQuery proves R-2.
func TestFacetsFilterWithoutANewQuery(t *testing.T) {
	w, _, r := answered(t, session.KindCommon, common())
	runs := len(w.Runs)
	values := r.Values(session.FacetMake)
	if len(values) != 2 || values[0].Label != "Toyota" || values[0].Rows != 2 {
		t.Fatalf("%+v", values)
	}
	for f, v := range map[session.Facet]string{
		session.FacetMake: "FORD", session.FacetModel: "F-150", session.FacetColor: "WHITE", session.FacetYear: "not known",
		session.FacetState: "PA", session.FacetCamera: "M-02", session.FacetSource: "commercial",
	} {
		r.Toggle(f, v)
		if r.Len() != 1 || r.Row(0).Plate != "TVK3918" {
			t.Errorf("%s = %s leaves %d rows", f.Title(), v, r.Len())
		}
		r.ClearFacet(f)
	}
	r.Toggle(session.FacetTime, "06–12 h") // 600 minutes UTC is 06:00 local
	if r.Len() != 1 || r.Row(0).Plate != "7KDM482" {
		t.Errorf("time of day leaves %d rows", r.Len())
	}
	r.Toggle(session.FacetMake, "FORD")
	contains(t, "nothing left", r.FilteredOut(), "Clear one")
	r.ClearFilters()
	if r.Len() != 3 || len(w.Runs) != runs {
		t.Errorf("%d rows, %d runs", r.Len(), len(w.Runs)-runs)
	}
}

// TestFacetCountsAgreeWithFiltering: the number beside a value is the number of rows that
// choosing it leaves, whatever else is chosen.
func TestFacetCountsAgreeWithFiltering(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		_, _, r := answered(t, session.KindCommon, common())
		for range rapid.IntRange(0, 3).Draw(rt, "chosen") {
			f := rapid.SampledFrom(session.Facets()).Draw(rt, "facet")
			if values := r.Values(f); len(values) > 0 {
				r.Toggle(f, rapid.SampledFrom(values).Draw(rt, "value").Value)
			}
		}
		f := rapid.SampledFrom(session.Facets()).Draw(rt, "looked at")
		for _, v := range r.Values(f) {
			r.ClearFacet(f)
			r.Toggle(f, v.Value)
			if r.Len() != v.Rows {
				rt.Fatalf("%s %s: %d rows, promised %d", f.Title(), v.Value, r.Len(), v.Rows)
			}
			r.ClearFacet(f)
		}
	})
}

func TestCombosSumToAllPlates(t *testing.T) {
	a := common()
	a.Plates[1].PerPlace = []int{0, 2}
	_, _, r := answered(t, session.KindCommon, a)
	combos := r.Combos()
	if len(combos) != 2 || !combos[0].Places[0] || !combos[0].Places[1] || combos[0].Rows != 2 || combos[1].Places[0] || combos[1].Rows != 1 {
		t.Fatalf("%+v", combos)
	}
	r.PickCombo(combos[1])
	if r.Len() != 1 || r.Row(0).Plate != "TVK3918" || !r.Combos()[1].On {
		t.Errorf("%d rows", r.Len())
	}
	r.PickCombo(r.Combos()[1])
	if r.Len() != 3 {
		t.Error("picking it again does not show all")
	}
}

func TestOrders(t *testing.T) {
	_, _, r := answered(t, session.KindCommon, common())
	for o, first := range map[session.Order]string{
		session.OrderReads: "7KDM482", session.OrderPlate: "7KDM482", session.OrderFirst: "7KDM482", session.OrderLast: "XQT47Z",
	} {
		r.SetOrder(o)
		if r.Row(0).Plate != first {
			t.Errorf("%s: %s first", r.OrderWords(o), r.Row(0).Plate)
		}
	}
}

func TestBrush(t *testing.T) {
	w, _, r := answered(t, session.KindCommon, common())
	day := func(d int) time.Time { return time.Date(2026, 5, d, 0, 0, 0, 0, w.Zone) }
	r.SetBrush(session.Span{From: day(3), To: day(5)})
	before, strong, after := r.BrushText()
	want(t, "brush", before+" "+strong+" "+after, "Brush 3–4 May: 5 of 7 reads lit")
	if r.Len() != 3 {
		t.Error("light alone filters")
	}
	r.KeepOnlyBrush(true)
	reads := r.MapReads()
	if r.Len() != 3 || len(reads) != 5 {
		t.Errorf("%d plates, %d reads", r.Len(), len(reads))
	}
	r.SetBrush(session.Span{From: day(4), To: day(5)})
	if r.Len() != 2 {
		t.Errorf("%d plates on 4 May", r.Len())
	}
	r.SetBrush(session.Span{})
	if r.KeepsOnly() || r.Len() != 3 {
		t.Error("clearing the brush leaves its filter")
	}
}

// TestHistogramCountsEveryShownRead over days, and night by night.
func TestHistogramCountsEveryShownRead(t *testing.T) {
	_, _, r := answered(t, session.KindCommon, common())
	total := func(h session.Histogram) (n int) {
		for _, b := range h.Bins {
			for _, c := range b.Counts {
				n += c
			}
		}
		return n
	}
	h := r.Histogram()
	want(t, "unit", h.Unit, "Reads per 3 hours, EDT")
	if total(h) != 7 || len(h.Groups) != 14 || len(h.Bins) != 14*8 || h.Groups[0].Label != "Fr 1" {
		t.Errorf("%d reads, %d groups, %d bins, %q", total(h), len(h.Groups), len(h.Bins), h.Groups[0].Label)
	}
	r.Toggle(session.FacetMake, "FORD")
	if total(r.Histogram()) != 2 {
		t.Error("filtered reads are still counted")
	}
}

func TestHistogramNightByNight(t *testing.T) {
	w, d, _ := answered(t, session.KindCommon, common())
	d.SetHours(session.DayHours{FromMin: 18 * 60, ToMin: 6 * 60})
	w.Pump()
	d.Run()
	w.Pump()
	h := d.State().Results.Histogram()
	want(t, "unit", h.Unit, "Reads per 3 hours, night by night, EDT")
	first := h.Groups[1].Span
	if len(h.Groups) != 15 || first.From.In(w.Zone).Hour() != 18 || first.To.Sub(first.From) != 12*time.Hour {
		t.Errorf("%d groups, the second %v", len(h.Groups), first)
	}
}

func TestPhotosLoadAndFail(t *testing.T) {
	w, _, r := answered(t, session.KindGeo, &engine.Answer{Count: 2, Rows: []engine.Row{sessiontest.Read("2", "BBB", 60, 0), sessiontest.Read("1", "AAA", 0, 0)}})
	d, ok := r.Detail()
	if !ok || d.Photos.Phase != session.PhotosReady || len(d.Photos.Photos) != 2 || d.Photos.Photos[0].Image == nil {
		t.Fatalf("%+v", d.Photos)
	}
	w.OnPhotos = func(engine.DetectionRef) ([]engine.Photo, error) { return nil, engine.ErrDamaged }
	r.Step(1)
	if d, _ = r.Detail(); d.Photos.Phase != session.PhotosLoading {
		t.Error("does not say that photos are loading")
	}
	w.Pump()
	d, _ = r.Detail()
	contains(t, "failed", d.Photos.Error, "could not be loaded")
	w.OnPhotos = func(engine.DetectionRef) ([]engine.Photo, error) {
		return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: []byte("no picture")}}, nil
	}
	r.RetryPhotos()
	w.Pump()
	d, _ = r.Detail()
	contains(t, "damaged", d.Photos.Photos[0].Error, "damaged")
	if d.CanKeep || !strings.Contains(d.PhotoNote, "R-1") {
		t.Errorf("a read with one photo can be kept (R-1): %q", d.PhotoNote)
	}
}

func TestDetailOfAPlate(t *testing.T) {
	w, _, r := answered(t, session.KindCommon, common())
	r.Select(0)
	r.StepRead(-1)
	w.Pump()
	d, _ := r.Detail()
	if d.Read != 2 || d.Reads != 3 || len(d.Dots) != 3 || !d.Dots[1].Current {
		t.Fatalf("%+v", d)
	}
	want(t, "vehicle", d.Vehicle, "red Toyota Camry, 2016")
	want(t, "time", d.Facts[0].Value, "Sun 3 May 2026, 06:00:00 EDT")
	want(t, "place", d.Facts[1].Value, "E Front St, eastbound")
	want(t, "camera", d.Facts[2].Value, "WIL-014, fixed, law enforcement")
	want(t, "reading", d.Facts[3].Value, "97 % sure; compare with the photo")
	if d.Facts[1].Place != 1 {
		t.Error("the area's letter is missing")
	}
}

func TestListAndMapAreLinked(t *testing.T) {
	_, _, r := answered(t, session.KindCommon, common())
	r.Select(0)
	for _, m := range r.MapReads() {
		if m.Selected != (m.Camera == "WIL-014" && m.Lon < -75.5+.02) {
			t.Errorf("%+v", m)
		}
	}
	hit := r.MapReads()[6]
	r.SelectHit(hit.Camera, hit.Lon, hit.Lat)
	if d, _ := r.Detail(); d.Plate != "XQT47Z" || d.Read != 2 || r.Selected() != 2 {
		t.Errorf("%s read %d", d.Plate, d.Read)
	}
}

// TestKeepAsksForAReason proves R-4: relevant needs a reason; one read or all of the plate.
func TestKeepAsksForAReason(t *testing.T) {
	w, _, r := answered(t, session.KindCommon, common())
	kept := ""
	r.OnKept = func(no string) { kept = no }
	r.Select(0)
	w.Pump()
	r.AskRelevant(true)
	r.Keep("  ", false)
	want(t, "no reason", r.KeepForm().Error, "Say why this read is relevant.")
	r.Keep("leaves B after the dock door opened", false)
	if !r.KeepForm().Busy {
		t.Error("does not show that it works")
	}
	w.Pump()
	if len(w.Keeps) != 1 || w.Keeps[0].Case != "HSI-2026-00123" || w.Keeps[0].Entry != 48231 || w.Keeps[0].Ref.ID != "3" || kept != "HSI-2026-00123" {
		t.Fatalf("%+v, told %q", w.Keeps, kept)
	}
	if f := r.KeepForm(); f.Open || !strings.Contains(f.Saved, "1 read kept in HSI-2026-00123") || !r.Row(0).Kept {
		t.Errorf("%+v", f)
	}
	r.Keep("all of it", true)
	w.Pump()
	if len(w.Keeps) != 3 || r.Unkept() != 0 {
		t.Errorf("%d kept, want all three reads once", len(w.Keeps))
	}
	if d, _ := r.Detail(); !d.Kept {
		t.Error("the read is not marked as kept")
	}
	w.KeepErr = fmt.Errorf("the read 3 is item i0001 of the case: %w", engine.ErrExists) // of another session
	r.Keep("again", false)
	w.Pump()
	if f := r.KeepForm(); f.Open || f.Error != "" || f.Saved != "1 read was in HSI-2026-00123 already. Crop the photos there." {
		t.Errorf("kept before: %+v", f)
	}
	w.KeepErr = &engine.Refusal{Rule: "R-1", What: "A case takes only reads with both photos", Next: "Keep another read", Entry: 9}
	r.Keep("again", false)
	w.Pump()
	want(t, "refused", r.KeepForm().Error, "A case takes only reads with both photos (rule R-1). Keep another read. This attempt is recorded.")
}

func TestRepeatRowsCountByTimeframe(t *testing.T) {
	a := common()
	w, d := ready(t, session.KindRepeat)
	d.SetSpan(0, session.Span{From: time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)})
	d.SetSpan(1, session.Span{From: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)})
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return a, nil }
	w.Pump()
	d.Run()
	w.Pump()
	r := d.State().Results
	h := r.Histogram()
	first, second := 0, 0
	for _, b := range h.Bins {
		first += b.Counts[0]
		second += b.Counts[1]
	}
	if first != 3 || second != 4 {
		t.Errorf("%d and %d reads", first, second)
	}
	want(t, "order", r.OrderWords(session.OrderAnswer), "Most timeframes first, then most reads")
}

// F-2: photos are fetched ahead of the rows that show and of as many behind them, the newest read
// of each, never others than those of the answer; scrolling on and closing end what runs.
func TestPhotosAhead(t *testing.T) {
	a := &engine.Answer{Count: 40}
	for i := range 40 {
		a.Rows = append(a.Rows, sessiontest.Read(fmt.Sprint(i), fmt.Sprintf("P%02d", i), i, 0))
	}
	a.Rows[7].Photos = 0
	w, _, r := answered(t, session.KindGeo, a)
	if len(w.Ahead) > 0 {
		t.Fatal("fetches before anything shows")
	}
	row := func(i int) engine.DetectionRef {
		for _, x := range a.Rows {
			if x.Plate == r.Row(i).Plate {
				return x.Ref()
			}
		}
		t.Fatal("no row")
		return engine.DetectionRef{}
	}
	expect := func(what string, calls, from, to int, but ...int) {
		t.Helper()
		w.Pump()
		var want []engine.DetectionRef
		for i := from; i < to; i++ {
			if ref := row(i); !slices.Contains(but, i) && ref != a.Rows[7].Ref() {
				want = append(want, ref)
			}
		}
		if len(w.Ahead) != calls || calls > 0 && !slices.Equal(w.Ahead[calls-1], want) {
			t.Errorf("%s: %d calls, the last %v; want %d with %v", what, len(w.Ahead), w.Ahead, calls, want)
		}
	}
	r.InView(0, 5)
	r.InView(2, 7) // at once: the list has not come to rest
	r.InView(0, 5)
	expect("first", 1, 0, 10, 0) // the selected row is loaded by itself
	r.InView(0, 5)
	expect("nothing new", 1, 0, 10, 0)
	r.InView(6, 11)
	expect("scrolled on", 2, 10, 16)
	r.InView(36, 41)
	expect("the end", 3, 36, 40)
	r.SetOrder(session.OrderPlate)
	r.InView(20, 22)
	w.Pump()
	for _, call := range w.Ahead {
		for _, ref := range call {
			if !slices.ContainsFunc(a.Rows, func(x engine.Row) bool { return x.Ref() == ref }) {
				t.Errorf("%v is not of the answer", ref)
			}
		}
	}
}

// What runs ends with the next view and with the answer.
func TestPhotosAheadEnds(t *testing.T) {
	a := &engine.Answer{Count: 40}
	for i := range 40 {
		a.Rows = append(a.Rows, sessiontest.Read(fmt.Sprint(i), fmt.Sprintf("P%02d", i), i, 0))
	}
	w, d, r := answered(t, session.KindGeo, a)
	var running []context.Context
	w.OnAhead = func(ctx context.Context, _ []engine.DetectionRef) error {
		running = append(running, ctx)
		if len(running) == 1 {
			r.InView(20, 25)
		}
		return ctx.Err()
	}
	r.InView(0, 5)
	w.Pump()
	if len(running) != 2 || running[0].Err() == nil {
		t.Fatalf("%d run; the first goes on though the list was scrolled", len(running))
	}
	r.InView(0, 5) // did not get to its end
	w.OnAhead = func(ctx context.Context, _ []engine.DetectionRef) error {
		running = append(running, ctx)
		d.CloseResults()
		return ctx.Err()
	}
	w.Pump()
	if len(running) != 3 || running[2].Err() == nil {
		t.Errorf("%d run; the last goes on though the answer is closed", len(running))
	}
}
