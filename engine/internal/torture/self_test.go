//go:build linux

package torture

import (
	"path/filepath"
	"testing"

	"cordon/engine/internal/reads"
)

// The judge itself: it accepts a sound store, and a batch that is missing, half there or of
// another world does not pass.
func TestJudge(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	keys, err := openKeys(dir + ".gone")
	if err != nil {
		t.Fatal(err)
	}
	opt := reads.Options{Dir: dir, Keys: keys, MinFree: 1}
	s, err := reads.Open(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	list := [2][]int{{1, 900}, {2, 450}} // the second batch is half there
	for _, b := range list {
		if _, err := s.Append(t.Context(), reads.Batch{Lane: lane}, given(batchOf(7, int64(b[0]))[:b[1]]), nil); err != nil {
			t.Fatal(err)
		}
		if b[0] == 1 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, c := range []struct {
				name  string
				seed  uint64
				acked int64
				ok    bool
			}{{"sound", 7, 1, true}, {"not acknowledged", 7, 0, true}, {"a batch is missing", 7, 2, false}, {"other rows", 8, 1, false}} {
				v, err := examine(t.Context(), opt, newOracle(c.seed), c.acked, nil)
				if err != nil || (len(v.wrong) == 0) != c.ok {
					t.Errorf("%s: %v %v", c.name, v, err)
				}
			}
			if s, err = reads.Open(t.Context(), opt); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err := examine(t.Context(), opt, newOracle(7), 1, nil); err != nil || len(v.wrong) == 0 {
		t.Errorf("half a batch passes: %v", err)
	}
}
