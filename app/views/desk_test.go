package views_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"strconv"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit/kittest"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/mapview"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"
)

// deskTest is a desk in a test window over a fake door.
type deskTest struct {
	*kittest.Window
	w     *sessiontest.World
	model *session.Desk
	m     *mapview.Map
	desk  *views.Desk
}

// at is a place in Wilmington: metres east and north of the warehouse.
func at(x, y float64) orb.Point { return orb.Point{-75.5425 + x/85400, 39.7310 + y/111000} }

func ring(pts ...orb.Point) orb.MultiPolygon {
	return orb.MultiPolygon{{append(orb.Ring(pts), pts[0])}}
}

func newDeskTest(t testing.TB, v theme.Variant, w, h float32, change func(*sessiontest.World)) *deskTest {
	t.Helper()
	return openDesk(t, v, w, h, func(f func()) { f() }, change)
}

// openDesk is newDeskTest with what the map does with its background work.
func openDesk(t testing.TB, v theme.Variant, w, h float32, background func(func()), change func(*sessiontest.World)) *deskTest {
	t.Helper()
	world := sessiontest.New(t)
	for i := range 7 {
		world.Cams = append(world.Cams, engine.Camera{ID: "WIL-01" + string(rune('1'+i)), Pos: at(float64(i*90), float64(i%3*160)), HeadingDeg: 92, Road: "E Front St"})
	}
	if change != nil {
		change(world)
	}
	kittest.NewApp(t, v)
	d := &deskTest{w: world, model: world.Desk()}
	d.m = mapview.New(mapview.Config{Do: func(f func()) { f() }, Go: background})
	d.desk = views.NewDesk(views.DeskProps{Model: d.model, Map: d.m, Now: func() time.Time { return world.Clock }})
	d.Window = kittest.Open(t, w, h, d.desk)
	d.W.Canvas().SetOnTypedKey(d.desk.Key)
	d.W.Canvas().SetOnTypedRune(d.desk.Rune)
	world.Pump()
	return d
}

// drawn is a common-plate draft over three areas, as picture 1 shows it.
func (d *deskTest) drawn(t *testing.T) {
	t.Helper()
	d.model.SetKind(session.KindCommon)
	d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60), at(50, 110)), "warehouse")
	d.model.AddArea(ring(at(160, 220), at(230, 280), at(360, 260), at(470, 440), at(520, 430), at(540, 330), at(440, 150), at(380, 120), at(280, 130)), "depot")
	d.model.AddArea(ring(at(640, 100), at(700, 150), at(780, 140), at(790, 50), at(740, -20), at(660, 0)), "gate")
	d.model.SetSpan(0, sessiontest.Days(t, d.w.Zone, "1 May 2026", "14 May 2026"))
	d.model.SetHours(session.DayHours{FromMin: 18 * 60, ToMin: 6 * 60})
	d.w.Pump()
}

func estimate(w *sessiontest.World) {
	w.OnEstimate = func(q detection.Query) (engine.Estimate, error) {
		e := engine.Estimate{
			Reads: 2412, AreaM2: 190_000, Cameras: 7, MaxRows: 5000, ConfirmAt: 10000,
			Newest:   time.Date(2026, 5, 21, 13, 12, 0, 0, time.UTC),
			Narrower: []engine.Narrowing{{Label: "colour red", Reads: 70, Blurred: true, Query: q}, {Label: "8–14 May", Reads: 1150, Query: q}},
		}
		for i, a := range q.Areas {
			e.PerArea = append(e.PerArea, engine.AreaEstimate{Name: a.Name, AreaM2: 40_000, Reads: []int64{900, 800, 700}[i%3], Cameras: 2 + i%2})
		}
		return e, nil
	}
}

// photo is a stand-in for the demo's photos: a ground, a car, a plate.
func photo(plate bool) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 214))
	ground := color.RGBA{0x22, 0x26, 0x2c, 255}
	draw.Draw(img, img.Bounds(), image.NewUniform(ground), image.Point{}, draw.Src)
	car := image.Rect(80, 70, 240, 180)
	if plate {
		car = image.Rect(40, 60, 280, 150)
	}
	draw.Draw(img, car, image.NewUniform(color.RGBA{0xb0, 0x20, 0x20, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		return nil
	}
	return b.Bytes()
}

// commonAnswer is 38 plates over three areas.
func commonAnswer() *engine.Answer {
	a := &engine.Answer{Count: 38, Reads: 2412, Entry: 48231, RanAt: time.Date(2026, 5, 21, 13, 21, 8, 0, time.UTC), Elapsed: 400 * time.Millisecond}
	plates := []string{"7KDM482", "TVK3918", "7QXB071", "XQT47Z", "7HLR559"}
	from := time.Date(2026, 5, 1, 22, 0, 0, 0, time.UTC)
	n := 0
	for i := range 38 {
		plate := plates[i%5]
		if i >= 5 {
			plate = "7" + string(rune('A'+i%26)) + "BX" + string(rune('0'+i%10)) + "4" + string(rune('0'+i/10))
		}
		per := [][]int{{4, 3, 2}, {2, 4, 1}, {1, 2, 3}, {2, 1, 2}, {0, 3, 1}, {2, 2, 0}, {1, 0, 2}}[i%7]
		row := engine.PlateRow{Vehicle: detection.Vehicle{Plate: plate, State: []string{"DE", "PA", "NJ"}[i%3]}, PerPlace: per}
		for area, k := range per {
			for j := range k {
				n++
				day, hour := (i*3+j*5+area*4)%13, (i*7+j*3)%11
				when := from.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(n)*47*time.Second)
				h := engine.Row{Lane: "local", Areas: []int{area}, Detection: detection.Detection{
					ID: "r" + row.Plate + when.Format("150405"), Plate: plate, State: row.State, Time: when, Make: []string{"TOYOTA", "FORD", "HONDA", "RAM"}[i%4],
					Model: []string{"CAMRY", "TRANSIT", "CR-V", "1500"}[i%4], Color: []string{"RED", "WHITE", "GRAY", "WHITE"}[i%4], Year: 2015 + j%4,
					Camera: "WIL-01" + string(rune('1'+area*2+j%2)), Source: detection.SourceLawEnforcement, Confidence: .97, HeadingDeg: 92, Photos: 2,
				}}
				h.Pos = at(float64(area*2+j%2)*90, float64((area*2+j%2)%3*160))
				if n%3 == 0 {
					h.Camera, h.Pos = "M-01", at(float64(area)*310+float64(n%7)*12, float64(area%2)*260+float64(n%5)*9)
				}
				if plate == "XQT47Z" {
					h.Photos = 1
				}
				if row.First.IsZero() || when.Before(row.First) {
					row.First = when
				}
				if when.After(row.Last) {
					row.Last = when
				}
				row.Reads++
				a.PlateHits = append(a.PlateHits, h)
			}
			if k > 0 {
				row.Seen++
			}
		}
		a.Plates = append(a.Plates, row)
	}
	return a
}

func answers(w *sessiontest.World) {
	estimate(w)
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return commonAnswer(), nil }
	w.OnPhotos = func(engine.DetectionRef) ([]engine.Photo, error) {
		return []engine.Photo{{Kind: engine.PhotoVehicle, JPEG: photo(false)}, {Kind: engine.PhotoPlate, JPEG: photo(true)}}, nil
	}
}

func deskPicture(name string, s fyne.Size, variant string) string {
	return name + "-" + strconv.Itoa(int(s.Width)+68) + "-" + variant
}

var sizes = []fyne.Size{{Width: 1372, Height: 860}, {Width: 1212, Height: 760}, {Width: 1852, Height: 1040}}

func TestDeskPictures(t *testing.T) {
	for _, variant := range []struct {
		name string
		v    theme.Variant
	}{{"light", theme.Light}, {"dark", theme.Dark}} {
		for _, size := range sizes {
			d := newDeskTest(t, variant.v, size.Width, size.Height, answers)
			d.drawn(t)
			d.Capture(deskPicture("desk-draw", size, variant.name))
			d.model.Run()
			d.w.Pump()
			d.Capture(deskPicture("desk-results", size, variant.name))
			res := d.model.State().Results
			res.SetBrush(session.Span{From: time.Date(2026, 5, 8, 4, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 14, 4, 0, 0, 0, time.UTC)})
			res.AskRelevant(true)
			d.w.Pump()
			d.Capture(deskPicture("desk-brush", size, variant.name))
		}
	}
}

func warned(w *sessiontest.World) {
	w.OnEstimate = func(q detection.Query) (engine.Estimate, error) {
		return engine.Estimate{
			Reads: 14012, AreaM2: 1_400_000, Cameras: 19, MaxRows: 5000, ConfirmAt: 10000, CutAt: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC),
			PerArea:  []engine.AreaEstimate{{Name: "centre", AreaM2: 1_400_000, Reads: 14012, Cameras: 19}},
			Warnings: []engine.Warning{{Rule: "ALL-4", Text: "over 10,000"}},
			Narrower: []engine.Narrowing{
				{Label: "One week, 8–14 May", Reads: 3200, Query: q}, {Label: "Nights, 18:00–06:00", Reads: 4600, Query: q}, {Label: "One colour, white", Reads: 3100, Query: q},
			},
		}, nil
	}
}

// administrative closes the kinds that ask by area (Q-GEO-2).
func administrative(w *sessiontest.World) {
	estimate(w)
	w.Who.Mission = "administrative"
	for i, k := range w.Access {
		if k.Kind.Spatial() {
			w.Access[i] = engine.KindAccess{Kind: k.Kind, Rule: "GEO-2", Why: "Geographic queries are for criminal investigations. Your unit's mission is administrative"}
		}
	}
	w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) {
		return nil, &engine.Refusal{
			Rule: "GEO-2", What: "Geographic queries are for criminal investigations. Your unit's mission is administrative",
			Why: "An area query returns everyone who passed by. Only a criminal investigation can justify that", Next: "A full-plate query is open to you",
			Entry: 48240, At: time.Date(2026, 5, 21, 13, 31, 4, 0, time.UTC),
		}
	}
}

// TestDeskStates shows the states that a person meets besides drawing and results.
func TestDeskStates(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*sessiontest.World)
		do     func(*deskTest)
		shows  []string
	}{
		"warning": {warned, func(d *deskTest) {
			d.model.SetKind(session.KindGeo)
			d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60), at(50, 110)), "centre")
		}, []string{"Scope: over 10,000", "About 14,000 reads", "Run as it is", "One week, 8–14 May", "about 3,200"}},
		"before-refusal": {administrative, func(d *deskTest) {
			d.model.SetKind(session.KindGeo)
			d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60), at(50, 110)), "")
		}, []string{"Scope: would be refused", "Ask anyway", "GEO-2"}},
		"refused": {administrative, func(d *deskTest) {
			d.model.SetKind(session.KindGeo)
			d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60), at(50, 110)), "")
			d.w.Pump()
			d.model.Run()
		}, []string{"Not run: geographic query", "Open full-plate query", "48,240", "you, your supervisor, audit", "your unit: administrative"}},
		"running": {answers, func(d *deskTest) {
			d.model.SetKind(session.KindGeo)
			d.model.AddArea(ring(at(0, 0), at(130, -50), at(160, 60), at(50, 110)), "")
			d.w.Pump()
			d.w.Queue = nil
			d.model.Run()
			d.w.Queue = nil // it never ends
		}, []string{"Running since 09:20:00", "Cancel"}},
		"partial": {estimate, func(d *deskTest) {
			d.model.SetKind(session.KindPartial)
			d.model.SetPlate("7K*48", false)
			d.model.SetVehicle(session.Vehicle{State: "DE"})
		}, []string{"Plate", "any one", "* stands for any run of characters"}},
		"repeat": {estimate, func(d *deskTest) {
			d.drawn(t)
			d.model.SetKind(session.KindRepeat)
			d.model.SetSpan(1, session.Span{From: time.Date(2026, 5, 15, 4, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 20, 4, 0, 0, 0, time.UTC)})
		}, []string{"Add timeframe", "Repeat visit"}},
		"purpose": {estimate, func(d *deskTest) {
			d.model.SetPurpose(session.Purpose{Case: "HSI-2026-00123", ForOther: true})
		}, []string{"Choose a reason", "On behalf of somebody else", "I attest reasonable suspicion. The query does not rest on race, religion, national origin, speech, assembly or another protected characteristic."}},
		"step-up": {func(w *sessiontest.World) {
			estimate(w)
			for i, k := range w.Access {
				w.Access[i] = engine.KindAccess{Kind: k.Kind, NeedsStepUp: k.Kind != detection.KindPlate, Open: k.Kind == detection.KindPlate, Rule: "X-2"}
			}
		}, func(d *deskTest) { d.model.SetKind(session.KindGeo) }, []string{"Code for enhanced functions", "Enter code"}},
		"empty": {func(w *sessiontest.World) {
			estimate(w)
			w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) {
				return &engine.Answer{Entry: 7, RanAt: w.Clock}, nil
			}
		}, func(d *deskTest) {
			d.drawn(t)
			d.model.Run()
		}, []string{"0 plates", "Nothing found"}},
		"unsound": {func(w *sessiontest.World) {
			estimate(w)
			w.Checks = map[string]engine.SpatialCheck{"": {Problem: "the outline crosses itself near E Front St", At: at(0, 0)}}
		}, func(d *deskTest) {
			d.model.SetKind(session.KindGeo)
			d.model.AddArea(ring(at(0, 0), at(130, -50), at(10, 60), at(150, 110)), "")
		}, []string{"not valid", "Correct the areas, then run."}},
		"failed": {func(w *sessiontest.World) {
			estimate(w)
			w.OnRun = func(detection.Query, engine.RunOptions) (*engine.Answer, error) { return nil, engine.ErrAudit }
		}, func(d *deskTest) {
			d.drawn(t)
			d.model.Run()
		}, []string{"The audit entry could not be written, so nothing was answered. Tell your administrator; your draft is kept."}},
	} {
		for variant, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
			t.Run(name+"-"+variant, func(t *testing.T) {
				d := newDeskTest(t, v, 1212, 760, c.change)
				c.do(d)
				if name != "running" {
					d.w.Pump()
				}
				d.Capture("state-" + name + "-" + variant)
				for _, s := range c.shows {
					if !d.Shows(s) {
						t.Errorf("does not show %q", s)
					}
				}
			})
		}
	}
}
