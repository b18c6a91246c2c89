package desktop

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
)

// TestPreferences (ui.md): what is set is there when the program starts again, for each person
// alone, without their name; a damaged file is passed over and said.
func TestPreferences(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "config", "cordon")
	var said []string
	open := func() *preferences { return openPreferences(dir, func(s string) { said = append(said, s) }) }
	p := open()
	if p.size() != fyne.NewSize(1440, 900) || p.variant() != theme.System {
		t.Errorf("at first: %v, %v", p.size(), p.variant())
	}
	want := views.DeskLayout{Query: 400, Timeline: 90, QueryFolded: true}
	p.setVariant(theme.Dark)
	p.setSize(fyne.NewSize(1920, 1080))
	p.setLayout("m.okafor", want)
	p = open()
	if p.variant() != theme.Dark || p.size() != fyne.NewSize(1920, 1080) || p.layout("m.okafor") != want || p.layout("j.reyes") != (views.DeskLayout{}) {
		t.Errorf("after a restart: %+v", p.kept)
	}
	p.setSize(fyne.NewSize(300, 200))
	if got := p.size(); got != fyne.NewSize(1280, 800) {
		t.Errorf("a small window opens at %v", got)
	}
	path := filepath.Join(dir, "window.json")
	text, err := os.ReadFile(path)
	if err != nil || len(said) > 0 {
		t.Fatal(err, said)
	}
	for n := range text {
		if err := os.WriteFile(path, text[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if p := open(); len(said) != n+1 || p.size() != fyne.NewSize(1440, 900) {
			t.Fatalf("cut at %d: %+v, said %q", n, p.kept, said)
		}
	}
	if p := openPreferences("", func(s string) { t.Error(s) }); p.path != "" {
		t.Error("preferences without a place have one")
	}
}
