package reads

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// A value of another format, of another place, cut short, or sealed by another installation
// is named, with its block, its rows and their times, by queries and by Check. Nothing is
// deleted: with the value back, all answers are back.
func TestForeignValues(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s := openTest(t, dir, tuning{placeRows: 200, plateRows: 100, idRows: 300})
	if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(3000, 1, 0.2), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	plans := worldPlans(t)
	want := answers(t, s, plans)
	place := s.latest.groups[s.latest.periods[0]][0].blocks
	plate := s.latest.groups[s.latest.quarters[0]][0].blocks
	stranger := &sealer{keys: testKeys("another installation"), aead: map[int32]cipher.AEAD{}}
	var ids *blockMeta
	for k, runs := range s.latest.groups {
		if k.kind == kindID && runs[0].blocks[0].number != place[0].number {
			ids = runs[0].blocks[0]
		}
	}
	for _, m := range []*blockMeta{place[0], plate[len(plate)/2], ids} {
		value := func(n uint64) (raw []byte) {
			if err := s.db.View(func(txn *badger.Txn) (err error) { raw, err = get(txn, blockKey(n)); return err }); err != nil {
				t.Fatal(err)
			}
			return raw
		}
		set := func(raw []byte) {
			if err := s.db.Update(func(txn *badger.Txn) error { return txn.Set(blockKey(m.number), raw) }); err != nil {
				t.Fatal(err)
			}
			s.renew()
			s.DropCaches()
		}
		sound := value(m.number)
		foreign, err := stranger.seal(ctx, m.group.quarter, blockKey(m.number), []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		changed := func(at int, v byte) []byte {
			raw := slices.Clone(sound)
			raw[at] = v
			return raw
		}
		for _, c := range []struct {
			raw     []byte
			problem string
		}{
			{changed(0, oldestFormat-1), fmt.Sprintf("format %d is not known", oldestFormat-1)},
			{changed(0, formatByte+1), fmt.Sprintf("format %d is not known", formatByte+1)},
			{changed(0, oldestFormat), "changed, truncated, or sealed with another key"},
			{changed(len(sound)/2, sound[len(sound)/2]^1), "changed, truncated, or sealed with another key"},
			{sound[:len(sound)/2], "changed, truncated, or sealed with another key"},
			{[]byte{}, "empty"},
			{value(m.number + 1), "changed, truncated, or sealed with another key"}, // in its place
			{foreign, "changed, truncated, or sealed with another key"},
		} {
			set(c.raw)
			failed := 0
			for i, p := range plans {
				res, err := s.Run(ctx, p)
				var damage *DamageError
				switch {
				case err == nil && resultText(res) != want[i]:
					t.Errorf("%s: plan %d: another answer", c.problem, i)
				case err == nil:
				case !errors.As(err, &damage) || !errors.Is(err, ErrDamaged) || damage.Block != m.name() || !strings.Contains(err.Error(), c.problem):
					t.Errorf("%s: plan %d: %v", c.problem, i, err)
				default:
					failed++
				}
			}
			if failed == 0 && m != ids { // which queries do not read
				t.Errorf("%s: no query met %s", c.problem, m.name())
			}
			rep, err := s.Check(ctx, nil)
			if err != nil || len(rep.Findings) != 1 {
				t.Fatalf("%s: check: %+v, %v", c.problem, rep.Findings, err)
			}
			f := rep.Findings[0]
			from, to := m.minT, m.maxT
			if m == ids {
				from, to = quarterSpan(m.group.quarter)
			}
			if f.Block != m.name() || f.Rows != int64(m.rows) || f.From.UnixMilli() != from || f.To.UnixMilli() != to ||
				f.Quarter != quarterName(m.group.quarter) || !strings.Contains(f.Problem, c.problem) {
				t.Errorf("%s: check: %+v", c.problem, f)
			}
		}
		set(sound)
		if got := answers(t, s, plans); !slices.Equal(got, want) {
			t.Error("with the value back the answers differ")
		}
	}
}

// A catalogue or a mark of another format, cut short, missing, or sealed by another
// installation keeps the store from opening; the error names the part, and that a newer
// version wrote it. Nothing is deleted: with the value back, it opens.
func TestForeignCatalogue(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	tune := tuning{ballast: 1 << 10}
	opt := Options{Dir: dir, Keys: testKeys("k"), MinFree: 1, tune: tune}
	s, err := Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if _, err := s.Append(ctx, Batch{Lane: "local"}, synthetic(500, uint64(i), 0.2), nil); err != nil {
			t.Fatal(err)
		}
	}
	plans := worldPlans(t)
	want := answers(t, s, plans)
	edit := editKey(s.current().seq)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	stranger := &sealer{keys: testKeys("another installation"), aead: map[int32]cipher.AEAD{}}
	badgerOf := func(do func(txn *badger.Txn) error) {
		t.Helper()
		db, err := openBadger(opt0(opt))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(db.Update(do), db.Close()); err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []struct {
		name string
		key  []byte // of the mark: none
	}{{"its head", headKey}, {"edit ", edit}, {markName, nil}} {
		var sound []byte
		key := part.key
		set := func(raw []byte) {
			if part.key == nil {
				if err := os.WriteFile(filepath.Join(dir, markName), raw, 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			badgerOf(func(txn *badger.Txn) error {
				if raw == nil {
					return txn.Delete(key)
				}
				return txn.Set(key, raw)
			})
		}
		if part.key == nil {
			key = []byte(markName)
			if sound, err = os.ReadFile(filepath.Join(dir, markName)); err != nil {
				t.Fatal(err)
			}
		} else {
			badgerOf(func(txn *badger.Txn) (err error) { sound, err = get(txn, key); return err })
		}
		foreign, err := stranger.seal(ctx, StoreKey, key, []byte{1, 1, 1})
		if err != nil {
			t.Fatal(err)
		}
		format := func(f byte) []byte { raw := slices.Clone(sound); raw[0] = f; return raw }
		for _, c := range []struct {
			raw     []byte
			problem string
			newer   bool
		}{
			{format(oldestFormat - 1), "format 1 is not known", false},
			{format(formatByte + 1), fmt.Sprintf("format %d is not known", formatByte+1), true},
			{sound[:len(sound)/2], "changed, truncated, or sealed with another key", false},
			{foreign, "changed, truncated, or sealed with another key", false},
			{[]byte{}, "empty", false},
			{nil, "", false},
		} {
			if c.raw == nil && part.key == nil {
				continue
			}
			set(c.raw)
			var damage *DamageError
			s, err := Open(ctx, opt)
			if !errors.As(err, &damage) || damage.Newer != c.newer || !strings.Contains(err.Error(), c.problem) || !strings.Contains(err.Error(), part.name) {
				t.Errorf("%s, %s: %v", part.name, c.problem, err)
			}
			if err == nil {
				s.Close()
			}
		}
		set(sound)
		s, err := Open(ctx, opt)
		if err != nil {
			t.Fatalf("%s: with the value back: %v", part.name, err)
		}
		if got := answers(t, s, plans); !slices.Equal(got, want) {
			t.Errorf("%s: with the value back the answers differ", part.name)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// opt0 are options as Open makes them complete.
func opt0(o Options) Options {
	o.Log = func(string) {}
	return o
}
