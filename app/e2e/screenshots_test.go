//go:build e2e

package e2e

import (
	"encoding/json"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"cordon/assets/demo"
)

// TestScreenshots takes the README's pictures, each in the light and the dark look.
// CORDON_SCREENSHOTS=1 runs it (make screenshots).
func TestScreenshots(t *testing.T) {
	if os.Getenv("CORDON_SCREENSHOTS") == "" {
		t.Skip("set CORDON_SCREENSHOTS=1 to take the README's pictures")
	}
	bin := filepath.Join(t.TempDir(), "cordon")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-tags", "migrated_fynedo", "-o", bin, "cordon/app").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	data, home := makeDemo(t, bin), filepath.Join(os.TempDir(), "cordon-home") // it shows: where the export lies
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	d := newDesktop(t)
	images, err := filepath.Abs("../../docs/images")
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"CORDON_DATA=" + data, "HOME=" + home, "XDG_CONFIG_HOME=" + filepath.Join(home, "config")}
	p := d.launch(bin, env)
	d.signInPicture(filepath.Join(images, "sign-in-dark.png"))
	d.signIn(firstAccount)
	d.at(sessionButton)
	d.settle(3 * time.Second)
	d.typeText(code(t))
	d.key("Return")
	d.settle(5 * time.Second)
	d.key("ctrl+5")
	d.settle(3 * time.Second)
	d.at(image.Pt(200, 138)) // Import
	d.settle(3 * time.Second)
	d.typeText(storyGeoJSON(t))
	d.settle(20 * time.Second)
	d.key("Tab", "Return")
	d.settle(10 * time.Second)
	third := image.Pt(0, 28) // the row of the third area
	for _, at := range []image.Point{whenField, firstOfMay, fourteenth, hoursField, nights} {
		d.at(at.Add(third))
		d.settle(2 * time.Second)
	}
	d.at(makeField.Add(third))
	for range 10 {
		d.key("Tab")
	}
	d.typeText("Loads taken at both by night; one truck gate.")
	d.key("Tab", "space")
	d.untilColour("the run button", runFill, accent...)
	d.both(images, "desk")
	d.at(runButton)
	d.settle(15 * time.Second)
	d.settle(15 * time.Second)
	d.both(images, "results")
	d.at(relevant)
	d.settle(3 * time.Second)
	d.typeText("At the warehouse and at the gate by night")
	d.key("Return")
	d.settle(5 * time.Second)
	d.at(caseButton)
	d.settle(5 * time.Second)
	d.at(cropVehicle)
	d.settle(10 * time.Second)
	d.cropVehicle()
	d.both(images, "crop")
	d.at(saveCrop)
	d.settle(10 * time.Second)
	d.attest()
	d.at(saveCrop)
	d.settle(10 * time.Second)
	d.at(sourceField)
	d.typeText("depot gate log, 9 May 02:34")
	d.settle(3 * time.Second)
	d.at(exportButton)
	waitForFile(t, d, filepath.Join(home, "Cordon exports", caseNumber+"-*.pdf"))
	d.settle(5 * time.Second)
	d.both(images, "case")
	d.key("alt+3")
	d.settle(5 * time.Second)
	d.at(image.Pt(400, 322)) // the query
	d.settle(5 * time.Second)
	d.both(images, "audit")
	d.look("light")
	d.quit(p)
	p = d.launch(bin, env)
	d.signInPicture(filepath.Join(images, "sign-in-light.png"))
	d.quit(p)
}

// both takes a picture in each look.
func (d *desktop) both(dir, name string) {
	d.t.Helper()
	for _, look := range []string{"light", "dark"} {
		d.look(look)
		d.keep(filepath.Join(dir, name+"-"+look+".png"))
	}
}

// look changes the look through the palette.
func (d *desktop) look(name string) {
	d.t.Helper()
	d.key("ctrl+k")
	d.settle(3 * time.Second)
	d.typeText("use the " + name)
	d.key("Return")
	d.move(640, 20) // nothing there shows the pointer
	d.settle(10 * time.Second)
}

// keep takes a picture of 256 colours, which is a third of the size and looks the same.
func (d *desktop) keep(path string) {
	d.t.Helper()
	out, err := d.command(d.t.Context(), "import", "-window", "root", "-colors", "256", "png8:"+path).CombinedOutput()
	if err != nil {
		d.t.Fatalf("picture %s: %v\n%s", path, err, out)
	}
}

// signInPicture waits for the first step, fills a demo account in and takes a picture.
func (d *desktop) signInPicture(path string) {
	d.t.Helper()
	d.untilColour("the sign-in", signInButton, accent...)
	d.settle(5 * time.Second)
	d.at(firstAccount)
	d.move(640, 700)
	d.settle(5 * time.Second)
	d.keep(path)
}

// storyGeoJSON is the areas of the first story with their names, as a person pastes them.
func storyGeoJSON(t *testing.T) string {
	t.Helper()
	fc := geojson.NewFeatureCollection()
	for _, a := range demo.Stories()[0].Areas {
		ring := make(orb.Ring, len(a.Ring))
		for i, at := range a.Ring {
			ring[i] = at
		}
		f := geojson.NewFeature(orb.Polygon{ring})
		f.Properties["name"] = a.Name
		fc.Append(f)
	}
	text, err := json.Marshal(fc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
