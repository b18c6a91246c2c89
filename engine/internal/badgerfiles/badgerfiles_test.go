package badgerfiles

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

func openDB(t *testing.T, dir string) *badger.DB {
	t.Helper()
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil).WithCompression(options.None).WithMemTableSize(4 << 20).WithValueThreshold(64 << 10))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func put(t *testing.T, db *badger.DB, key string) {
	t.Helper()
	if err := db.Update(func(tx *badger.Txn) error { return tx.Set([]byte(key), []byte("value of "+key)) }); err != nil {
		t.Fatal(err)
	}
}

// files returns the names of a folder's files, and the contents of the MANIFEST and the tables.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Name() != manifest && filepath.Ext(e.Name()) != ".sst" {
			out[e.Name()] = ""
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

func closed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	db := openDB(t, dir)
	put(t, db, "a")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestDamagedFiles: a MANIFEST cut at any byte, or changed in any, and a table cut or changed
// anywhere, never reach Badger, which would delete data or end the process; nothing is
// changed (issue 2: bad input, nothing lost).
func TestDamagedFiles(t *testing.T) {
	dir := closed(t)
	if err := Check(dir); err != nil {
		t.Fatalf("whole: %v", err)
	}
	whole := files(t, dir)
	var tables int
	for name, text := range whole {
		if name != manifest && !strings.HasSuffix(name, ".sst") {
			continue
		}
		if name != manifest {
			tables++
		}
		tried := func(what string, at int, content string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			before := files(t, dir)
			var d *Damage
			if err := Check(dir); !errors.As(err, &d) || d.File != name || d.Problem == "" {
				t.Errorf("%s %s at byte %d: %v", name, what, at, err)
			}
			if !maps.Equal(before, files(t, dir)) {
				t.Fatalf("%s %s at byte %d: files were changed", name, what, at)
			}
		}
		for i := range len(text) {
			tried("cut", i, text[:i])
			if name == manifest {
				tried("changed", i, text[:i]+string(text[i]^1)+text[i+1:])
			}
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if tables == 0 {
		t.Fatal("no table was tried")
	}
}

// TestMissing: no folder and an empty one are a new database; data without a MANIFEST is not.
func TestMissing(t *testing.T) {
	if err := Check(filepath.Join(t.TempDir(), "none")); err != nil {
		t.Error(err)
	}
	if err := Check(t.TempDir()); err != nil {
		t.Error(err)
	}
	dir := closed(t)
	if err := os.Remove(filepath.Join(dir, manifest)); err != nil {
		t.Fatal(err)
	}
	var d *Damage
	if err := Check(dir); !errors.As(err, &d) || d.File != manifest || !strings.Contains(d.Problem, "missing") {
		t.Errorf("no MANIFEST: %v", err)
	}
}

// TestKilled: what a kill leaves opens: a record of the MANIFEST that is cut, a table half
// written that no record lists.
func TestKilled(t *testing.T) {
	dir := closed(t)
	db := openDB(t, dir)
	put(t, db, "b")
	killed := t.TempDir() // the folder as it is while the database is open
	if err := os.CopyFS(killed, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(filepath.Join(killed, manifest), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte{0, 0, 0, 9, 1, 2}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Close(), os.WriteFile(filepath.Join(killed, "000009.sst"), []byte("half"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if err := Check(killed); err != nil {
		t.Fatalf("after a kill: %v", err)
	}
	db = openDB(t, killed)
	defer db.Close()
	for _, key := range []string{"a", "b"} {
		if err := db.View(func(tx *badger.Txn) error { _, err := tx.Get([]byte(key)); return err }); err != nil {
			t.Errorf("%s: %v", key, err)
		}
	}
	if slices.Contains(slices.Collect(maps.Keys(files(t, killed))), "000009.sst") {
		t.Error("the leftover stays")
	}
}
