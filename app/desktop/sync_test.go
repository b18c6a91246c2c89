package desktop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordon/app/views"
	"cordon/engine"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"
)

// F-1, F-2: the open window follows its feed in the background, shows how old the data is, says
// so when the feed is away, and ends what runs when it is closed.
func TestSyncInTheBackground(t *testing.T) {
	w := newDriven(t)
	lane := feed.Lane{Source: "toll", Region: "de-north"}
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(lane, feedtest.Reads(0, 0, 500), nil, nil)
	if err := w.d.engine.Join(t.Context(), engine.FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	before := w.d.engine.DataState().Rows
	f := w.signIn()
	if d := f.shell.Data(); d.Sync != views.SyncOld {
		t.Errorf("before the first sync: %+v", d.SyncTip)
	}
	f.shell.OnSync()
	w.wait("the rows of the feed", func() bool {
		return f.shell.Data().Sync == views.SyncOK && strings.Contains(f.shell.Data().SyncTip, "follows the feed")
	})
	if rows := w.d.engine.DataState().Rows; rows != before+500 {
		t.Errorf("%d rows, had %d", rows, before)
	}
	away := filepath.Join(filepath.Dir(pub.Dir), "away")
	if err := os.Rename(pub.Dir, away); err != nil {
		t.Fatal(err)
	}
	f.shell.OnSync()
	w.wait("that the feed is away", func() bool {
		d := f.shell.Data()
		return d.Sync == views.SyncFailed && strings.Contains(d.SyncTip, "cannot be reached since")
	})
	if err := os.Rename(away, pub.Dir); err != nil {
		t.Fatal(err)
	}
	pub.Segment(lane, feedtest.Reads(0, 1000, 10), nil, nil) // it looks by itself from here on
	w.wait("the new rows", func() bool {
		d := f.shell.Data()
		return w.d.engine.DataState().Rows == before+510 && d.Sync == views.SyncOK && strings.Contains(d.SyncTip, "live")
	})
}
