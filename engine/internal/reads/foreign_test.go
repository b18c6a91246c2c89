package reads

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
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
	for _, m := range []*blockMeta{place[0], plate[len(plate)/2]} {
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
			if failed == 0 {
				t.Errorf("%s: no query met %s", c.problem, m.name())
			}
			rep, err := s.Check(ctx, nil)
			if err != nil || len(rep.Findings) != 1 {
				t.Fatalf("%s: check: %+v, %v", c.problem, rep.Findings, err)
			}
			f := rep.Findings[0]
			if f.Block != m.name() || f.Rows != int64(m.rows) || f.From.UnixMilli() != m.minT || f.To.UnixMilli() != m.maxT ||
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
