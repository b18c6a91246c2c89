package desktop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
)

// preferences remembers what is nobody's data: the window's size and look, and how each
// person arranged the map desk, under a digest of the account's name. They have a file of
// their own: Fyne reads its file again while it writes it, and says then that it is damaged.
type preferences struct {
	path string // empty: nothing outlives the window
	log  func(string)
	kept keptPreferences
}

type keptPreferences struct {
	Variant theme.Variant               `json:"variant"`
	Width   float32                     `json:"width"` // of the window, in Fyne's units
	Height  float32                     `json:"height"`
	Desks   map[string]views.DeskLayout `json:"desks"`
}

// openPreferences reads those that a folder holds. What cannot be read is as if there were none.
func openPreferences(dir string, log func(string)) *preferences {
	p := &preferences{log: log}
	if dir == "" {
		return p
	}
	p.path = filepath.Join(dir, "window.json")
	text, err := os.ReadFile(p.path)
	if err == nil {
		err = json.Unmarshal(text, &p.kept)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log("the window's preferences: " + err.Error())
		p.kept = keptPreferences{}
	}
	return p
}

// preferencesDir is where the desktop keeps them; empty where the system names no place.
func preferencesDir() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "cordon")
}

// save puts the file in the place of the old one at once, so that no reader sees half of it.
func (p *preferences) save() {
	if p.path == "" {
		return
	}
	text, err := json.Marshal(p.kept)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(p.path), 0o700)
	}
	if err == nil {
		err = os.WriteFile(p.path+".tmp", text, 0o600)
	}
	if err == nil {
		err = os.Rename(p.path+".tmp", p.path)
	}
	if err != nil {
		p.log("the window's preferences are not kept: " + err.Error())
	}
}

func (p *preferences) variant() theme.Variant { return p.kept.Variant }

func (p *preferences) setVariant(v theme.Variant) {
	p.kept.Variant = v
	p.save()
}

// size is that of the last time, at least the smallest that works and 1440 × 900 at first.
func (p *preferences) size() fyne.Size {
	if p.kept.Width <= 0 || p.kept.Height <= 0 {
		return fyne.NewSize(1440, 900)
	}
	return fyne.NewSize(max(p.kept.Width, 1280), max(p.kept.Height, 800))
}

func (p *preferences) setSize(s fyne.Size) {
	p.kept.Width, p.kept.Height = s.Width, s.Height
	p.save()
}

func deskKey(user string) string {
	sum := sha256.Sum256([]byte(user))
	return hex.EncodeToString(sum[:8])
}

// layout is how the person left the map desk; that of the drawings where nothing is kept.
func (p *preferences) layout(user string) views.DeskLayout { return p.kept.Desks[deskKey(user)] }

func (p *preferences) setLayout(user string, l views.DeskLayout) {
	if p.kept.Desks == nil {
		p.kept.Desks = map[string]views.DeskLayout{}
	}
	p.kept.Desks[deskKey(user)] = l
	p.save()
}
