package audit

import (
	"bytes"
	"context"
	"testing"
)

// FuzzScan: whatever the files hold, scan ends without a panic, and a head fits its own
// entries and checkpoints alone.
func FuzzScan(f *testing.F) {
	o, l := create(f)
	for i := range 3 {
		add(f, l, i)
	}
	if err := l.Close(); err != nil {
		f.Fatal(err)
	}
	good := readDir(f, o.Dir)
	f.Add(good[fileEntries], good[filePoints], good[fileHead], good[fileKey])
	f.Add([]byte{1, 0, 0, 0, 2, 0, 0, 0, 0, '{', '}'}, []byte("x\n\n— y z\n"), bytes.Repeat([]byte("\n"), 2*slotLen), good[fileKey])
	f.Fuzz(func(t *testing.T, entries, points, head, key []byte) {
		_, _, problems := scan(context.Background(), files{entries: entries, points: points, head: head, key: key})
		same := bytes.Equal(entries, good[fileEntries]) && bytes.Equal(points, good[filePoints])
		if len(problems) == 0 && bytes.Equal(key, good[fileKey]) && bytes.Equal(head, good[fileHead]) && !same {
			t.Error("other entries or checkpoints fit the same head")
		}
	})
}
