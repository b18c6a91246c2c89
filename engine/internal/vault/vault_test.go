package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"pgregory.net/rapid"
)

var ctx = context.Background()

func create(t testing.TB) (*Vault, Options) {
	t.Helper()
	o := Options{Dir: filepath.Join(t.TempDir(), "vault")}
	v, err := Create(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v, o
}

func reopen(t testing.TB, v *Vault, o Options) *Vault {
	t.Helper()
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	v, err := Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

func put(t testing.TB, v *Vault, key Key, value any) {
	t.Helper()
	if err := v.Update(ctx, func(tx *Tx) error { return tx.Put(key, value) }); err != nil {
		t.Fatal(err)
	}
}

func sound(t testing.TB, v *Vault) {
	t.Helper()
	_, problems, err := v.Check(ctx, nil)
	if err != nil || len(problems) > 0 {
		t.Fatalf("%q, %v", problems, err)
	}
}

// TestAgainstAMap: random puts, deletes, failed updates and reopenings leave what a map has.
func TestAgainstAMap(t *testing.T) {
	v, o := create(t)
	model := map[Key]string{}
	key := rapid.Custom(func(t *rapid.T) Key {
		return K(rapid.SampledFrom([]string{"case", "item", Photo}).Draw(t, "kind"), fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "n")))
	})
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(rt, "updates") {
			next := map[Key]string{}
			for k, x := range model {
				next[k] = x
			}
			fail := rapid.IntRange(0, 4).Draw(rt, "fail") == 0
			err := v.Update(ctx, func(tx *Tx) error {
				for range rapid.IntRange(1, 4).Draw(rt, "changes") {
					k := key.Draw(rt, "key")
					if rapid.Bool().Draw(rt, "delete") {
						delete(next, k)
						if err := tx.Delete(k); err != nil {
							return err
						}
						continue
					}
					next[k] = strings.Repeat(rapid.StringMatching(`[a-z]{1,4}`).Draw(rt, "value"), 1+20_000*rapid.IntRange(0, 1).Draw(rt, "long"))
					if err := tx.Put(k, next[k]); err != nil {
						return err
					}
				}
				if fail {
					return errors.New("changed my mind")
				}
				return nil
			})
			if (err != nil) != fail {
				rt.Fatal(err)
			}
			if !fail {
				model = next
			}
		}
		if rapid.IntRange(0, 19).Draw(rt, "reopen") == 0 {
			v = reopen(t, v, o)
		}
		for k, want := range model {
			got, ok, err := Get[string](v, k)
			if err != nil || !ok || got != want {
				rt.Fatalf("%s: %q, %v, %v; want %q", k, got, ok, err, want)
			}
		}
		n := 0
		for _, kind := range []string{"case", "item", Photo} {
			list, err := List[string](v, K(kind))
			if err != nil {
				rt.Fatal(err)
			}
			n += len(list)
		}
		if n != len(model) {
			rt.Fatalf("%d values, want %d", n, len(model))
		}
		sound(t, v)
	})
}

// TestNothingInClear proves X-7 for the vault: no value stands readable in any file.
func TestNothingInClear(t *testing.T) {
	v, o := create(t)
	put(t, v, K("case", "HSI-2026-00123"), map[string]string{"title": "burned warehouse"})
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.Walk(o.Dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("burned warehouse")) {
			t.Errorf("%s holds a value in clear", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(o.Dir, fileMaster))
	if err != nil || info.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("master key: %v, %v", info.Mode(), err)
	}
}

// raw changes the database below the vault, as damage or an attacker would.
func raw(t *testing.T, v *Vault, f func(*badger.Txn) error) {
	t.Helper()
	if err := v.db.Update(f); err != nil {
		t.Fatal(err)
	}
}

// TestDamageIsSeen: a value that is lost, moved, rolled back or changed is an error and
// never an absence.
func TestDamageIsSeen(t *testing.T) {
	a, b := []byte(K("case", "A")), []byte(K("case", "B"))
	value := func(t *testing.T, v *Vault, key []byte) []byte {
		var out []byte
		if err := v.db.View(func(txn *badger.Txn) (err error) { out, err = sealedValue(txn, Key(key)); return err }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, damage := range map[string]func(*testing.T, *Vault){
		"lost": func(t *testing.T, v *Vault) { raw(t, v, func(txn *badger.Txn) error { return txn.Delete(a) }) },
		"moved": func(t *testing.T, v *Vault) {
			moved := value(t, v, b)
			raw(t, v, func(txn *badger.Txn) error { return txn.Set(a, moved) })
		},
		"rolled back": func(t *testing.T, v *Vault) {
			old := value(t, v, a)
			put(t, v, Key(a), "newer")
			raw(t, v, func(txn *badger.Txn) error { return txn.Set(a, old) })
		},
		"changed": func(t *testing.T, v *Vault) {
			bad := value(t, v, a)
			bad[len(bad)-1] ^= 1
			raw(t, v, func(txn *badger.Txn) error { return txn.Set(a, bad) })
		},
		"emptied": func(t *testing.T, v *Vault) { raw(t, v, func(txn *badger.Txn) error { return txn.Set(a, nil) }) },
		"sum lost": func(t *testing.T, v *Vault) {
			raw(t, v, func(txn *badger.Txn) error { return txn.Delete([]byte(keySum)) })
		},
		"value made": func(t *testing.T, v *Vault) {
			raw(t, v, func(txn *badger.Txn) error { return txn.Set([]byte(K("case", "C")), []byte("x")) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			v, o := create(t)
			put(t, v, Key(a), "first")
			put(t, v, Key(b), "other")
			damage(t, v)
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			if v, err := Open(ctx, o); !errors.Is(err, ErrDamaged) {
				t.Errorf("Open: %v, want ErrDamaged", err)
				if err == nil {
					v.Close()
				}
			}
		})
	}
}

func TestLostPhotoIsSeenByCheck(t *testing.T) {
	v, _ := create(t)
	key := K(Photo, "A", "i0001", "plate")
	if err := v.Update(ctx, func(tx *Tx) error { return tx.PutBytes(key, bytes.Repeat([]byte{1}, 200_000)) }); err != nil {
		t.Fatal(err)
	}
	sound(t, v)
	raw(t, v, func(txn *badger.Txn) error { return txn.Delete([]byte(key)) })
	if _, problems, err := v.Check(ctx, nil); err != nil || len(problems) == 0 {
		t.Errorf("%q, %v", problems, err)
	}
}

func TestOpenErrors(t *testing.T) {
	if _, err := Open(ctx, Options{Dir: t.TempDir()}); !errors.Is(err, ErrMissing) {
		t.Errorf("empty folder: %v", err)
	}
	v, o := create(t)
	if _, err := Open(ctx, o); !errors.Is(err, ErrInUse) {
		t.Errorf("twice: %v", err)
	}
	if _, err := Create(ctx, o); !errors.Is(err, ErrExists) {
		t.Errorf("created twice: %v", err)
	}
	put(t, v, K("case", "A"), "x")
	v.Close()

	full := o
	full.Free = func(string) (uint64, error) { return 1 << 20, nil }
	os.Remove(filepath.Join(o.Dir, fileBallast))
	if _, err := Open(ctx, full); !errors.Is(err, ErrNoSpace) {
		t.Errorf("full disk: %v", err)
	}
	master := filepath.Join(o.Dir, fileMaster)
	good, err := os.ReadFile(master)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"not hex": "x", "short": "00", "another key": strings.Repeat("ab", keyLen)} {
		if err := os.WriteFile(master, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(ctx, o); !errors.Is(err, ErrDamaged) {
			t.Errorf("master key %s: %v", name, err)
		}
	}
	if err := os.WriteFile(master, good, 0o600); err != nil {
		t.Fatal(err)
	}
	v, err = Open(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	v.Close()
	if tables, _ := filepath.Glob(filepath.Join(o.Dir, dirDB, "*.sst")); len(tables) == 0 {
		t.Fatal("no tables to lose the MANIFEST of")
	}
	if err := os.Remove(filepath.Join(o.Dir, dirDB, "MANIFEST")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, o); !errors.Is(err, ErrDamaged) {
		t.Errorf("without MANIFEST: %v", err)
	}
}

// TestFullDisk: a commit is refused before it starts, what was stored stays, and the ballast
// gives enough room to open.
func TestFullDisk(t *testing.T) {
	free := uint64(1 << 40)
	o := Options{Dir: filepath.Join(t.TempDir(), "vault"), Free: func(string) (uint64, error) { return free, nil }}
	v, err := Create(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	put(t, v, K("case", "A"), "x")
	free = minFree - 1
	if err := v.Update(ctx, func(tx *Tx) error { return tx.Put(K("case", "B"), "y") }); !errors.Is(err, ErrNoSpace) {
		t.Errorf("%v, want ErrNoSpace", err)
	}
	if got, ok, err := Get[string](v, K("case", "A")); err != nil || !ok || got != "x" {
		t.Errorf("%q, %v, %v", got, ok, err)
	}
	v.Close()
	ballast := filepath.Join(o.Dir, fileBallast)
	if _, err := os.Stat(ballast); err != nil {
		t.Fatalf("no ballast: %v", err)
	}
	o.Free = func(string) (uint64, error) {
		if _, err := os.Stat(ballast); err == nil {
			return minFree - 1, nil
		}
		return minFree - 1 + ballastLen, nil
	}
	if v, err = Open(ctx, o); err != nil {
		t.Fatalf("with the ballast given up: %v", err)
	}
	v.Close()
}

func TestDataKeys(t *testing.T) {
	v, o := create(t)
	var keys [3][keyLen]byte
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			k, err := v.DataKey(ctx, int32(i%3))
			if err != nil {
				t.Error(err)
			}
			if i < 3 {
				keys[i] = k
			}
		})
	}
	wg.Wait()
	if keys[0] == keys[1] || keys[1] == keys[2] || keys[0] == [keyLen]byte{} {
		t.Error("two periods have the same key")
	}
	v = reopen(t, v, o)
	for i, want := range keys {
		if got, err := v.DataKey(ctx, int32(i)); err != nil || got != want {
			t.Errorf("period %d: another key after reopening, %v", i, err)
		}
	}
}

// TestDestroyedKeys proves T-3's first half: a destroyed key is given to nobody, now and after
// reopening, its sealed bytes are in no file, and what a kill left is completed.
func TestDestroyedKeys(t *testing.T) {
	v, o := create(t)
	keys := map[int32][keyLen]byte{}
	for _, q := range []int32{8100, 8101, 8102} {
		k, err := v.DataKey(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		keys[q] = k
	}
	read := func(q int32) []byte {
		b, err := os.ReadFile(filepath.Join(o.Dir, dirKeys, fmt.Sprint(q)))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first, second := read(8100), read(8101)
	if err := v.DestroyDataKeys(ctx, []int32{8100, 8099}); err != nil { // one never had a key
		t.Fatal(err)
	}
	gone := func(q int32) {
		t.Helper()
		if _, err := v.DataKey(ctx, q); !errors.Is(err, ErrKeyDestroyed) {
			t.Errorf("period %d: %v", q, err)
		}
	}
	gone(8099)
	gone(8100)
	// A kill between the note and the file.
	if err := v.Update(ctx, func(tx *Tx) error { return tx.Put(keyOf(8101), dataKey{Period: 8101, Destroyed: true}) }); err != nil {
		t.Fatal(err)
	}
	if _, problems, err := v.Check(ctx, nil); err != nil || len(problems) != 1 || !strings.Contains(problems[0], "still there") {
		t.Errorf("%q, %v", problems, err)
	}
	v = reopen(t, v, o)
	sound(t, v)
	gone(8100)
	gone(8101)
	if k, err := v.DataKey(ctx, 8102); err != nil || k != keys[8102] {
		t.Errorf("the other key: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(o.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		for _, sealed := range [][]byte{first, second} {
			if bytes.Contains(b, sealed[1:]) {
				t.Errorf("%s holds a destroyed key", path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestLostKeys: a key file that is lost, changed or exchanged is damage that names it, and no
// new key takes its place.
func TestLostKeys(t *testing.T) {
	for name, harm := range map[string]func(file string) error{
		"lost":      os.Remove,
		"truncated": func(file string) error { return os.Truncate(file, 20) },
		"exchanged": func(file string) error {
			b, err := os.ReadFile(filepath.Join(filepath.Dir(file), "8101"))
			return errors.Join(err, os.WriteFile(file, b, 0o600))
		},
	} {
		v, o := create(t)
		for _, q := range []int32{8100, 8101} {
			if _, err := v.DataKey(ctx, q); err != nil {
				t.Fatal(err)
			}
		}
		if err := harm(filepath.Join(o.Dir, dirKeys, "8100")); err != nil {
			t.Fatal(err)
		}
		v = reopen(t, v, o)
		if _, err := v.DataKey(ctx, 8100); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "8100") {
			t.Errorf("%s: %v", name, err)
		}
		if _, problems, err := v.Check(ctx, nil); err != nil || len(problems) != 1 || !strings.Contains(problems[0], "8100") {
			t.Errorf("%s: %q, %v", name, problems, err)
		}
		// Only the lost one can be replaced, and not one that was destroyed.
		fresh := [keyLen]byte{7}
		if err := v.ReplaceLostKey(ctx, 8101, fresh); !errors.Is(err, ErrExists) {
			t.Errorf("%s: a good key was replaced: %v", name, err)
		}
		if err := v.ReplaceLostKey(ctx, 8100, fresh); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		v = reopen(t, v, o)
		if key, err := v.DataKey(ctx, 8100); err != nil || key != fresh {
			t.Errorf("%s: %v", name, err)
		}
		if err := v.DestroyDataKeys(ctx, []int32{8100}); err != nil {
			t.Fatal(err)
		}
		if err := v.ReplaceLostKey(ctx, 8100, fresh); !errors.Is(err, ErrKeyDestroyed) {
			t.Errorf("%s: a destroyed key came back: %v", name, err)
		}
		if gone, err := v.DestroyedKeys(); err != nil || !slices.Equal(gone, []int32{8100}) {
			t.Errorf("%s: %v, %v", name, gone, err)
		}
	}
}
