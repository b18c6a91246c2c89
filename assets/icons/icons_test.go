package icons_test

import (
	"bytes"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fyne-io/oksvg"

	"cordon/assets/icons"
)

func TestEveryIconParsesAndUsesFillsOnly(t *testing.T) {
	files, err := filepath.Glob("svg/*.svg")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d icons bundled, expected the whole selection (%v)", len(files), err)
	}
	for _, f := range files {
		n := strings.TrimSuffix(filepath.Base(f), ".svg")
		svg, ok := icons.Get(n)
		if !ok {
			t.Fatalf("%s is listed but cannot be read", n)
		}
		if strings.Contains(string(svg), "stroke") {
			t.Errorf("%s has strokes: it would not follow the theme", n)
		}
		ic, err := oksvg.ReadIconStream(bytes.NewReader(svg))
		if err != nil || len(ic.SVGPaths) == 0 {
			t.Errorf("%s: %v, %d paths", n, err, len(ic.SVGPaths))
		}
	}
	if _, ok := icons.Get("no-such-icon"); ok {
		t.Error("an unknown icon was found")
	}
}

func TestMarkAndWindowIcon(t *testing.T) {
	if _, err := oksvg.ReadIconStream(bytes.NewReader(icons.Mark())); err != nil {
		t.Error(err)
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(icons.App()))
	if err != nil || cfg.Width != 512 || cfg.Height != 512 {
		t.Errorf("window icon: %v, %d×%d; want 512×512", err, cfg.Width, cfg.Height)
	}
}
