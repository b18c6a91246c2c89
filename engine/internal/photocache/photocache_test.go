package photocache

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// F-1, X-7: what is kept of photos is sealed, bounded and the newest; what was changed on the disk
// counts as missing.
func TestCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "photos")
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { now = now.Add(time.Second); return now }
	value := func(i int) []byte { return bytes.Repeat([]byte(fmt.Sprintf("photo %02d ", i)), 100) }
	c, err := Open(dir, [32]byte{1}, 10_000, clock)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 30 {
		if err := c.Put(fmt.Sprint(i), value(i)); err != nil {
			t.Fatal(err)
		}
		if _, ok := c.Get("0"); !ok {
			t.Fatalf("what is used all the time went after %d", i)
		}
	}
	size := int64(0)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil || bytes.Contains(raw, []byte("photo")) || len(f.Name()) != 64 {
			t.Errorf("%s: %v", f.Name(), err)
		}
		size += int64(len(raw))
	}
	if size > 10_000 || len(files) < 8 {
		t.Errorf("%d files of %d bytes", len(files), size)
	}
	if _, ok := c.Get("5"); ok {
		t.Error("an old one is still there")
	}
	if err := c.Put("large", make([]byte, 20_000)); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "x.tmp"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	// Opened again it knows what it held; with another key it knows nothing of it.
	if c, err = Open(dir, [32]byte{1}, 10_000, clock); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 29, 28} {
		if got, ok := c.Get(fmt.Sprint(i)); !ok || !bytes.Equal(got, value(i)) {
			t.Errorf("%d is lost", i)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x.tmp")); !os.IsNotExist(err) {
		t.Error("what a kill left is still there")
	}
	name := filepath.Join(dir, c.name("29"))
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, c.name("28")) // exchanged for the photo of another key
	if err := os.Rename(filepath.Join(dir, c.name("0")), other); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"29", "28", "0"} {
		if _, ok := c.Get(k); ok {
			t.Errorf("%s: damage was handed out", k)
		}
	}
	if c, err = Open(dir, [32]byte{2}, 2_000, clock); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get("27"); ok || c.used > 2_000 {
		t.Errorf("with another key, %d bytes", c.used)
	}
}
