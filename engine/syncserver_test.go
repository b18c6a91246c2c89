package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/feedtest"
	"cordon/engine/feed/serve"
)

// serveFeed serves a feed on the loopback and returns its address and a code for the lanes and
// units.
func serveFeed(t *testing.T, pub *feedtest.Feed, lanes, weeks string, units ...string) (address string, code enrol.Code, b bucket.Bucket) {
	t.Helper()
	b, ca := feedKeys(t, pub)
	address, _ = serveAt(t, b, ca, "127.0.0.1:0")
	return address, codeFor(t, b, ca, lanes, weeks, units...), b
}

// feedKeys opens a feed's bucket and makes keys for its servers.
func feedKeys(t *testing.T, pub *feedtest.Feed) (bucket.Bucket, *enrol.CA) {
	t.Helper()
	ca, err := enrol.CreateCA(filepath.Join(t.TempDir(), "keys"), "test feed", time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bucket.OpenFolder(pub.Dir)
	if err != nil {
		t.Fatal(err)
	}
	return b, ca
}

// codeFor invites the workstation ws-07.
func codeFor(t *testing.T, b bucket.Bucket, ca *enrol.CA, lanes, weeks string, units ...string) enrol.Code {
	t.Helper()
	rights, err := serve.ParseRights(lanes, weeks, units)
	if err != nil {
		t.Fatal(err)
	}
	code, err := serve.Invite(t.Context(), b, ca.Fingerprint(), "ws-07", rights, time.Hour, time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// serveAt serves a bucket until stop, or to the end of the test.
func serveAt(t *testing.T, b bucket.Bucket, ca *enrol.CA, at string) (address string, stop func()) {
	t.Helper()
	s, err := serve.New(serve.Options{Bucket: b, CA: ca, Hosts: []string{"127.0.0.1"}, Name: "feed.test/witness", Clock: time.Now, Poll: 20 * time.Millisecond, AccessTime: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- s.Serve(ctx, l, 10*time.Second) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-end; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	t.Cleanup(stop)
	return "https://" + l.Addr().String(), stop
}

// TestSyncFromServer proves F-1, F-4, X-7 and R-3: a workstation enrolls with a code, syncs over TLS
// with its certificate what it is permitted, lanes and weeks, shows photos, and reports errors,
// whose answers it gets.
func TestSyncFromServer(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	rows := feedtest.Reads(0, 0, 2000)
	shots, err := snapshots{2}.Photos(ctx, rows[0].Detection)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for k, kind := range []string{"vehicle", "plate"} {
			rows[i].Pictures = append(rows[i].Pictures, pub.Photo(laneA, kind, shots[k].JPEG))
		}
		rows[i].Photos = 2
		if i == 3 {
			break
		}
	}
	pub.Segment(laneA, rows, nil, nil)
	pub.Segment(laneA, feedtest.Reads(1, 5000, 700), nil, nil) // a week that is not permitted
	pub.Segment(laneB, feedtest.Reads(0, 0, 900), nil, nil)    // a lane that is not permitted
	address, code, b := serveFeed(t, pub, laneA.String(), "2026-W18..2026-W18")
	if err := f.Join(ctx, FeedOptions{Address: address, Key: pub.Key}); err == nil {
		t.Error("without a certificate")
	}
	other, err := enrol.NewCode(rand.Reader, feed.Digest{1})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Join(ctx, FeedOptions{Address: address, Key: pub.Key, Code: other.String()}); !errors.Is(err, feed.ErrSignature) && !errors.Is(err, feed.ErrOffline) {
		t.Errorf("the code of another authority: %v", err)
	}
	if err := f.Join(ctx, FeedOptions{Address: address, Key: pub.Key, Code: code.String()}); err != nil {
		t.Fatal(err)
	}
	r, err := f.Sync(ctx, SyncOptions{})
	if err != nil || len(r.Lanes) != 2 {
		t.Fatalf("%+v, %v", r, err)
	}
	want := map[string]feed.Read{}
	for _, x := range rows {
		want[x.ID] = x
	}
	same(t, f.Engine, laneA, want)
	if _, err := f.Sync(ctx, SyncOptions{Lanes: []string{laneB.String()}}); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a lane that is not permitted: %v", err)
	}
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindPlate, Plate: rows[1].Plate, State: []string{rows[1].State}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	a, err := s.Run(ctx, q, RunOptions{})
	if err != nil || len(a.Rows) == 0 {
		t.Fatal(err)
	}
	ref := DetectionRef{laneA.String(), rows[1].ID}
	if list, err := s.Photos(ctx, a.Entry, ref); err != nil || len(list) != 2 {
		t.Errorf("%d photos, %v", len(list), err)
	}
	checkReports(t, f, s, a.Entry, ref, func(id string) error {
		return serve.AnswerReport(ctx, b, "ws-07", id, feed.VerdictCorrected, "Corrected by hand.", time.Now)
	})
}

// TestJoinAnotherServer (F-1): a workstation that moves to another server of its feed keeps its
// certificate; the address alone is enough.
func TestJoinAnotherServer(t *testing.T) {
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	pub.Segment(laneA, feedtest.Reads(0, 0, 30), nil, nil)
	b, ca := feedKeys(t, pub)
	first, stop := serveAt(t, b, ca, "127.0.0.1:0")
	second, _ := serveAt(t, b, ca, "127.0.0.1:0")
	code := codeFor(t, b, ca, "*.*", "")
	if err := f.Join(t.Context(), FeedOptions{Address: first, Key: pub.Key, Code: code.String()}); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := f.Join(t.Context(), FeedOptions{Address: second, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if r, err := f.Sync(t.Context(), SyncOptions{}); err != nil || laneOf(t, r, laneA).Rows != 30 {
		t.Errorf("%+v, %v", r, err)
	}
}

// checkReports queues a report, sends it, has it answered, and sees the answer.
func checkReports(t *testing.T, f fixture, s *Session, entry int64, ref DetectionRef, answer func(id string) error) {
	t.Helper()
	ctx := context.Background()
	for _, bad := range []ErrorReportRequest{
		{Entry: entry, Ref: ref, Kind: "colour", Note: "x"},
		{Entry: entry, Ref: ref, Kind: "plate"},
		{Entry: entry, Ref: ref, Kind: "plate", Note: "a\u202eb"},
	} {
		if _, err := s.ReportError(ctx, bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := s.ReportError(ctx, ErrorReportRequest{Entry: entry, Ref: DetectionRef{ref.Lane, "none"}, Kind: "plate", Note: "x"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a row that is not in the answer: %v", err)
	}
	r, err := s.ReportError(ctx, ErrorReportRequest{Entry: entry, Ref: ref, Kind: "plate", Value: "AB1234", Note: "The third sign is a 1."})
	if err != nil {
		t.Fatal(err)
	}
	if e := last(f.all(t)); e.Kind != "report-error" || e.Fields["report"] != r.ID || e.Fields["value"] != "AB1234" {
		t.Errorf("%+v", e)
	}
	state := func() ErrorReport {
		list, err := s.ErrorReports(ctx)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		return list[0]
	}
	if x := state(); !x.Sent.IsZero() {
		t.Errorf("%+v", x)
	}
	for range 2 {
		if rep, err := f.Sync(ctx, SyncOptions{}); err != nil || rep.ReportsErr != nil {
			t.Fatal(err, rep.ReportsErr)
		}
	}
	if x := state(); x.Sent.IsZero() || x.State.Verdict != "" {
		t.Errorf("sent: %+v", x)
	}
	if err := answer(r.ID); err != nil {
		t.Fatal(err)
	}
	if rep, err := f.Sync(ctx, SyncOptions{}); err != nil || rep.ReportsErr != nil {
		t.Fatal(err, rep.ReportsErr)
	}
	if x := state(); x.State.Verdict != feed.VerdictCorrected || !strings.Contains(x.State.Note, "by hand") {
		t.Errorf("answered: %+v", x)
	}
}

// TestErrorReportsToAFolder proves R-3 without a server: the report waits while the feed is away,
// and lies in the feed's inbox as servers put it there.
func TestErrorReportsToAFolder(t *testing.T) {
	ctx := context.Background()
	f := open(t, noWait)
	pub := feedtest.New(t, t.TempDir())
	rows := feedtest.Reads(0, 0, 50)
	pub.Segment(laneA, rows, nil, nil)
	if err := f.Join(ctx, FeedOptions{Address: pub.Dir, Key: pub.Key}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sync(ctx, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	f.load(t, "two", 5)
	s := f.door(t, "kl")
	q := detection.Query{Kind: detection.KindPlate, Plate: rows[1].Plate, State: []string{rows[1].State}, Windows: []detection.Window{{From: feedtest.Start, To: feedtest.Start.AddDate(0, 0, 7)}}, Limit: detection.NoLimit, Purpose: purpose}
	a, err := s.Run(ctx, q, RunOptions{})
	if err != nil || len(a.Rows) == 0 {
		t.Fatal(err)
	}
	b, err := bucket.OpenFolder(pub.Dir)
	if err != nil {
		t.Fatal(err)
	}
	checkReports(t, f, s, a.Entry, DetectionRef{laneA.String(), rows[1].ID}, func(id string) error {
		dir := filepath.Join(pub.Dir, "inbox", "reports")
		names, err := os.ReadDir(dir)
		if err != nil || len(names) != 1 || names[0].Name() != strings.ToLower(f.Workstation()) {
			t.Errorf("the inbox holds %v, %v", names, err)
		}
		return serve.AnswerReport(ctx, b, strings.ToLower(f.Workstation()), id, feed.VerdictCorrected, "Corrected by hand.", time.Now)
	})
	local, err := s.Run(ctx, plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range local.Rows {
		if _, err := s.ReportError(ctx, ErrorReportRequest{Entry: local.Entry, Ref: r.Ref(), Kind: "plate", Note: "x"}); !errors.Is(err, ErrInvalid) {
			t.Errorf("a read of a file: %v", err)
		}
	}
}
