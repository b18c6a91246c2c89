//go:build e2e

package e2e

import (
	"image"
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"cordon/assets/demo"
	"cordon/mapview/viewport"
)

// Places of the window at 1440 × 900 (../shared/ui/tokens.md has the measures).
var (
	firstAccount  = image.Pt(1002, 249) // k.lindqvist in the list of demo accounts
	adminAccount  = image.Pt(1002, 379) // d.ferris
	reasonField   = image.Pt(940, 209)
	subjectField  = image.Pt(700, 268)
	sessionButton = image.Pt(1190, 20)
	kindMenu      = image.Pt(130, 60)
	geoItem       = image.Pt(165, 174)
	commonItem    = image.Pt(165, 200)
	polygonTool   = image.Pt(742, 69)
	whenField     = image.Pt(160, 272) // with two areas above it
	hoursField    = image.Pt(320, 272)
	firstOfMay    = image.Pt(225, 359)
	fourteenth    = image.Pt(195, 417)
	nights        = image.Pt(363, 370)
	makeField     = image.Pt(124, 346) // with two areas above it
	runButton     = image.Pt(307, 873)
	relevant      = image.Pt(1217, 837)
	relevantText  = image.Pt(1217, 775)
	keepButton    = image.Pt(1073, 838)
	caseButton    = image.Pt(1355, 64)
	cropVehicle   = image.Pt(158, 192)
	cropTool      = image.Pt(287, 105)
	coverTool     = image.Pt(330, 105)
	ticks         = []image.Point{{X: 1114, Y: 351}, {X: 1237, Y: 351}, {X: 1329, Y: 351}}
	noPerson      = image.Pt(1124, 385)
	plateField    = image.Pt(1160, 560)
	stateField    = image.Pt(1260, 560)
	saveCrop      = image.Pt(1296, 874)
	sourceField   = image.Pt(1240, 203)
	exportButton  = image.Pt(1254, 292)
)

// Places whose accent colour says which page is in view.
var (
	signInButton = image.Pt(553, 373)
	secondStep   = image.Pt(741, 32)
	thirdStep    = image.Pt(922, 32)
	accent       = []uint32{0x41c7ba, 0x0b756f}
	activePlace  = image.Pt(8, 20) // ground of the first place in the rail
	accentSoft   = []uint32{0x12302f, 0xe0f1ef}
	runFill      = image.Pt(250, 873) // ground of the run button when it can be pressed
)

// mapArea is where the map lies while the query panel is open.
var mapArea = image.Rect(389, 40, 1383, 747)

const (
	caseNumber = "HSI-2026-00123"
	plate      = "7KDM482"
)

// TestJourney is the main job in the real window: sign in, accept, draw two areas, see the
// meter, run common plate, open a result, crop, keep, export. The PDF must hold the plate,
// the case and the audit root (R-4, R-5, R-6, U-4).
func TestJourney(t *testing.T) {
	bin := build(t)
	data, home := makeDemo(t, bin), t.TempDir()
	d := newDesktop(t)
	env := []string{"CORDON_DATA=" + data, "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config")}
	p := d.launch(bin, env)
	d.signIn(firstAccount)
	d.shot("04-map-desk")

	d.at(sessionButton)
	d.settle(3 * time.Second)
	d.typeText(code(t))
	d.settle(5 * time.Second)
	d.key("Return")
	d.settle(10 * time.Second)
	d.at(kindMenu)
	d.at(commonItem)
	d.settle(3 * time.Second)

	view := d.goToStory(t)
	d.at(polygonTool) // stays in hand for the next area
	for _, area := range storyAreas(t) {
		for _, corner := range area {
			x, y := view.Project(corner)
			d.at(image.Pt(mapArea.Min.X+int(x+0.5), mapArea.Min.Y+int(y+0.5)))
		}
		d.key("Return")
		d.settle(4 * time.Second)
	}
	d.key("Escape") // puts the tool down
	d.settle(3 * time.Second)
	d.at(whenField)
	d.at(firstOfMay)
	d.at(fourteenth)
	d.settle(3 * time.Second)
	d.at(hoursField)
	d.at(nights)
	d.settle(4 * time.Second)
	d.shot("05-areas-and-meter")
	// The scope meter grows with what it says, so the purpose is reached by keys.
	d.at(makeField)
	for range 10 { // model, colour, state, two years, reason, case, subject, for whom
		d.key("Tab")
	}
	d.typeText("Loads taken at both by night; one truck gate.")
	d.key("Tab", "space")
	d.untilColour("the run button", runFill, accent...)
	d.shot("06-ready-to-run")
	d.at(runButton)
	d.settle(15 * time.Second)
	d.settle(15 * time.Second)
	d.shot("07-results")

	d.at(relevant)
	d.settle(3 * time.Second)
	d.at(relevantText)
	d.typeText("At the warehouse and at the gate by night")
	d.at(keepButton)
	d.settle(5 * time.Second)
	d.shot("08-kept")
	d.at(caseButton)
	d.settle(5 * time.Second)
	d.at(cropVehicle)
	d.settle(10 * time.Second)
	d.cropVehicle()
	d.shot("09-crop")
	d.at(saveCrop)
	d.settle(10 * time.Second)
	d.attest()
	d.at(saveCrop)
	d.settle(10 * time.Second)
	d.shot("10-case")
	d.at(sourceField)
	d.typeText("depot gate log, 9 May 02:34")
	d.settle(3 * time.Second)
	d.at(exportButton)
	pdf := waitForFile(t, d, filepath.Join(home, "Cordon exports", caseNumber+"-*.pdf"))
	geo := waitForFile(t, d, filepath.Join(home, "Cordon exports", caseNumber+"-*.geojson"))
	d.settle(5 * time.Second)
	d.shot("11-exported")
	d.quit(p)

	checkExport(t, pdf, geo)
	run(t, bin, data, "audit", "verify")
	kinds := auditKinds(t, bin, data)
	for _, kind := range []string{"sign-in", "agreement", "step-up", "query", "keep", "crop", "export", "sign-out"} {
		if kinds[kind] == 0 {
			t.Errorf("the audit log has no %q entry: %v", kind, kinds)
		}
	}
}

// TestRefusalJourney: a person whose unit is administrative is refused geographic queries
// in the window, and the refusal is in the log (Q-GEO-2).
func TestRefusalJourney(t *testing.T) {
	bin := build(t)
	data, home := makeDemo(t, bin), t.TempDir()
	d := newDesktop(t)
	p := d.launch(bin, []string{"CORDON_DATA=" + data, "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config")})
	d.signIn(adminAccount)
	d.at(kindMenu)
	d.at(geoItem)
	d.settle(5 * time.Second)
	d.shot("19-would-be-refused")
	d.at(runButton) // “Ask anyway”
	d.settle(8 * time.Second)
	d.shot("20-refused")
	d.quit(p)
	if n := auditKinds(t, bin, data)["refusal"]; n == 0 {
		t.Error("the refusal is not in the audit log")
	}
}

func (d *desktop) at(p image.Point) {
	d.t.Helper()
	d.click(p.X, p.Y)
}

// cropVehicle cuts the vehicle's photo, covers the seats, attests and types the plate.
func (d *desktop) cropVehicle() {
	d.t.Helper()
	d.at(cropTool) // the vehicle alone: beside it somebody walks
	for _, edge := range [][4]int{{234, 495, 395, 495}, {1079, 495, 905, 495}, {650, 179, 650, 420}, {650, 811, 650, 760}} {
		d.drag(edge[0], edge[1], edge[2], edge[3])
	}
	d.at(coverTool)
	d.drag(500, 452, 775, 543)
	d.attest()
	d.at(plateField)
	d.typeText(plate)
	d.at(stateField)
	d.typeText("DE")
	d.key("Return")
	d.settle(3 * time.Second)
}

// signIn leads a demo account through the three steps.
func (d *desktop) signIn(account image.Point) {
	d.t.Helper()
	d.untilColour("the sign-in", signInButton, accent...)
	d.shot("01-sign-in")
	d.at(account)
	d.key("Return")
	d.untilColour("the rules", secondStep, accent...)
	d.settle(3 * time.Second)
	d.shot("02-rules")
	d.key("space", "Return")
	d.untilColour("the purpose", thirdStep, accent...)
	d.typeText(caseNumber)
	d.at(reasonField)
	d.key("Down", "Return")
	d.at(subjectField)
	d.typeText("vehicle carrying the loads")
	d.settle(3 * time.Second)
	d.shot("03-purpose")
	d.key("Return")
	d.untilColour("the map desk", activePlace, accentSoft...)
	d.settle(10 * time.Second)
}

// attest looks at each place where a person may show and attests that none does.
func (d *desktop) attest() {
	d.t.Helper()
	for _, p := range ticks {
		d.at(p)
	}
	d.at(noPerson)
	d.settle(3 * time.Second)
}

// goToStory zooms with the wheel from the whole of Delaware to the story's place and
// returns the view the map then has.
func (d *desktop) goToStory(t *testing.T) viewport.View {
	t.Helper()
	world, err := demo.New(demo.DefaultSeed, demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all orb.MultiPoint
	for _, c := range world.Cameras() {
		if c.Kind == "fixed" {
			all = append(all, orb.Point{c.Lon, c.Lat})
		}
	}
	w, h := float64(mapArea.Dx()), float64(mapArea.Dy())
	view := viewport.New(orb.Point{}, 1, w, h).Fit(all.Bound(), 48)
	target := orb.Point{-75.546, 39.7335}
	// A notch zooms by half a level around the pointer; the pointer is put where that brings
	// the target towards the middle, clear of what floats over the map.
	f := math.Sqrt2
	for range 13 {
		x, y := view.Project(target)
		px := math.Round(min(max((f*x-w/2)/(f-1), 20), w-120))
		py := math.Round(min(max((f*y-h/2)/(f-1), 60), h-40))
		d.wheel(mapArea.Min.Add(image.Pt(int(px), int(py))), 4, 1)
		view = view.ZoomAt(px, py, 0.5)
	}
	d.settle(20 * time.Second)
	return view
}

func (d *desktop) wheel(at image.Point, button wheelButton, notches int) {
	d.t.Helper()
	d.move(at.X, at.Y)
	for range notches {
		d.xdotool("click", button.String())
		time.Sleep(60 * time.Millisecond)
	}
}

// wheelButton is a mouse button: 4 turns the wheel up, 5 down.
type wheelButton int

func (b wheelButton) String() string { return string(rune('0' + b)) }

// storyAreas are the warehouse and the gate of the first story, a tenth larger, without
// the closing corner.
func storyAreas(t *testing.T) [][]orb.Point {
	t.Helper()
	for _, s := range demo.Stories() {
		if s.ID != "warehouses" {
			continue
		}
		var out [][]orb.Point
		for _, a := range s.Areas {
			if a.Name == "depot" {
				continue
			}
			ring := a.Ring[:len(a.Ring)-1]
			var mid orb.Point
			for _, p := range ring {
				mid[0] += p[0] / float64(len(ring))
				mid[1] += p[1] / float64(len(ring))
			}
			var corners []orb.Point
			for _, p := range ring {
				corners = append(corners, orb.Point{mid[0] + 1.1*(p[0]-mid[0]), mid[1] + 1.1*(p[1]-mid[1])})
			}
			out = append(out, corners)
		}
		return out
	}
	t.Fatal("the demo has no story of the warehouses")
	return nil
}

// build makes the binary as the race detector wants it and without the tag that silences
// Fyne's thread check.
// run runs a verb as the demo's auditor and returns its standard output.
// rules asks for the digest as a script would: a sign-in without it is refused and says it.
// checkExport reads the PDF's text with another program and compares it with the proof in
// the GeoJSON.
