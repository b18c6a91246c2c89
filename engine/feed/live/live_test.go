package live

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/segment"
	"cordon/engine/feed/serve"

	"github.com/paulmach/orb"
)

var (
	lane0 = feed.Lane{Source: "pd", Region: "north"}
	noon  = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
)

// parse reads the tests' format: lines of an id and a plate, seen a second apart.
func parse(_ context.Context, d serve.Delivery) ([]Taken, int, error) {
	if d.Format != "lines" {
		return nil, 0, feed.ErrNotFound
	}
	var out []Taken
	for line := range strings.Lines(string(d.Body)) {
		f := strings.Fields(line)
		if len(f) != 2 {
			return nil, 0, fmt.Errorf("%w: %q", feed.ErrInvalid, line)
		}
		out = append(out, Taken{d.Lane, serve.Item{Read: read(f[0], f[1])}})
	}
	return out, 0, nil
}

func read(id, plate string) feed.Read {
	n, _ := strconv.Atoi(strings.TrimLeft(id, "abcdefghijklmnopqrstuvwxyz"))
	return feed.Read{Passes: 1, Detection: detection.Detection{
		ID: id, Plate: plate, Time: noon.Add(time.Duration(n) * time.Second), Pos: orb.Point{-75.5, 39.7},
		HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence,
	}}
}

// world is a feed in a folder.
type world struct {
	t         testing.TB
	dir, keys string
	key       string // file
	bucket    bucket.Bucket
	signer    *manifest.Signer
	ca        *enrol.CA
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), keys: filepath.Join(t.TempDir(), "keys"), key: filepath.Join(t.TempDir(), "feed.key")}
	var err error
	if w.bucket, err = bucket.OpenFolder(w.dir); err == nil {
		if w.signer, err = manifest.GenerateKey(rand.Reader, "feed.test"); err == nil {
			if err = manifest.WriteKey(w.key, w.signer); err == nil {
				if _, err = manifest.Init(context.Background(), w.bucket, w.signer, time.Now()); err == nil {
					w.ca, err = enrol.CreateCA(w.keys, "test feed", time.Now, rand.Reader)
				}
			}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) intake() *Intake {
	w.t.Helper()
	return intakeOf(w.t, w.bucket, w.signer, time.Now)
}

func intakeOf(t testing.TB, b bucket.Bucket, signer *manifest.Signer, clock func() time.Time) *Intake {
	t.Helper()
	i, err := New(Options{Publisher: publish.New(publish.Options{Bucket: b, Signer: signer, Clock: clock}), Parse: parse})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// rows reads a lane as a client does and counts its rows by id: the records' rows, without
// segments that replace others. It also returns the number of records.
func (w *world) rows() (map[string]int, int) {
	w.t.Helper()
	f := &manifest.Follower{Source: w.bucket, Verifier: w.signer.Verifier(), Clock: time.Now}
	records, _, err := f.Follow(context.Background(), lane0, manifest.Seen{})
	if errors.Is(err, feed.ErrNotFound) {
		return nil, 0
	}
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range records {
		if len(r.Replaces) > 0 {
			continue
		}
		footer, err := w.bucket.GetRange(context.Background(), lane0.PathFile(r), r.Footer.Offset, r.Footer.Bytes)
		if err != nil {
			w.t.Fatal(err)
		}
		in, err := segment.Open(r, footer)
		if err != nil {
			w.t.Fatal(err)
		}
		for g, part := range r.Groups {
			body, err := w.bucket.GetRange(context.Background(), lane0.PathFile(r), part.Offset, part.Bytes)
			if err != nil {
				w.t.Fatal(err)
			}
			rows, err := in.Decode(g, body, nil)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, d := range rows {
				out[d.ID+" "+d.Plate]++
			}
		}
	}
	return out, len(records)
}

// TestOnce (F-2, F-3): reads count once, whatever is delivered again: in one call, later, to
// another intake, after a restart, and by many intakes at once.
func TestOnce(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	a, b := w.intake(), w.intake()
	publish := func(i *Intake, ids ...string) {
		t.Helper()
		var in []serve.Item
		for _, id := range ids {
			in = append(in, serve.Item{Read: read(id, "AAA111")})
		}
		if refused, err := i.Publish(ctx, lane0, in); err != nil || len(refused) > 0 {
			t.Error(refused, err)
		}
	}
	publish(a, "r1", "r2", "r2")
	publish(b, "r2", "r3")
	publish(a, "r3", "r4")
	publish(w.intake(), "r1", "r4", "r5")
	if _, n := w.rows(); n != 4 {
		t.Errorf("%d records", n)
	}
	publish(a, "r1", "r2", "r3", "r4", "r5") // nothing new, no record
	if refused, err := a.Publish(ctx, lane0, []serve.Item{{Read: read("r1", "BBB222")}}); err != nil || !refused["r1"] {
		t.Error(refused, err)
	}
	if _, n := w.rows(); n != 4 {
		t.Errorf("%d records", n)
	}
	publish(b, "r700000", "r6") // another week
	var wg sync.WaitGroup
	for k := range 6 {
		i := w.intake()
		wg.Go(func() {
			for n := range 12 {
				publish(i, "r"+strconv.Itoa(100+n), "r"+strconv.Itoa(200+(n+k)%12))
			}
		})
	}
	wg.Wait()
	rows, _ := w.rows()
	if len(rows) != 7+24 {
		t.Errorf("%d rows: %v", len(rows), rows)
	}
	for id, n := range rows {
		if n != 1 || strings.HasSuffix(id, "BBB222") {
			t.Errorf("%s came %d times", id, n)
		}
	}
}

// TestReadKeepsToItsLane (F-4): a delivery cannot write into another lane, take reads back, or
// bring in what a feed does not carry.
func TestReadKeepsToItsLane(t *testing.T) {
	w := newWorld(t)
	item := func(l feed.Lane, id, plate string) Taken { return Taken{l, serve.Item{Read: read(id, plate)}} }
	good, other, back, wrong := item(lane0, "r1", "AAA111"), item(feed.Lane{Source: "x", Region: "y"}, "r2", "AAA111"), item(lane0, "r3", "AAA111"), item(lane0, "r4", "")
	back.Read.Supersedes = "r1"
	p := publish.New(publish.Options{Bucket: w.bucket, Signer: w.signer, Clock: time.Now})
	i, err := New(Options{Publisher: p, Parse: func(context.Context, serve.Delivery) ([]Taken, int, error) {
		return []Taken{good, other, back, wrong}, 2, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	reads, rejected, err := i.Read(context.Background(), serve.Delivery{Lane: lane0})
	if err != nil || len(reads) != 1 || reads[0].Read.ID != "r1" || rejected != 5 {
		t.Errorf("%d reads, %d rejected, %v", len(reads), rejected, err)
	}
}

const childEnv = "CORDON_TEST_LIVE_SERVER"

func TestMain(m *testing.M) {
	if v := os.Getenv(childEnv); v != "" {
		if err := child(strings.Split(v, "\n")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is a server process with live intake.
func child(place []string) error {
	b, err := bucket.OpenFolder(place[0])
	if err != nil {
		return err
	}
	ca, err := enrol.OpenCA(place[1], time.Now, rand.Reader)
	if err != nil {
		return err
	}
	signer, err := manifest.ReadKey(place[2])
	if err != nil {
		return err
	}
	sink, err := New(Options{Publisher: publish.New(publish.Options{Bucket: b, Signer: signer, Clock: time.Now}), Parse: parse})
	if err != nil {
		return err
	}
	s, err := serve.New(serve.Options{Bucket: b, CA: ca, Hosts: []string{"127.0.0.1"}, Clock: time.Now, Sink: sink, Gather: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", place[3])
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	return s.Serve(context.Background(), l, time.Second)
}

// start starts a server process on an address and returns it with the address that it has.
func (w *world) start(address string) (*exec.Cmd, string) {
	w.t.Helper()
	for range 100 {
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{w.dir, w.keys, w.key, address}, "\n"))
		out, err := c.StdoutPipe()
		if err != nil {
			w.t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			w.t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err == nil {
			return c, strings.TrimSpace(line)
		}
		_ = c.Wait() // the address may not be free yet
		time.Sleep(50 * time.Millisecond)
	}
	w.t.Fatal("no server starts")
	return nil, ""
}

// TestTend (F-2): an old checkpoint is signed anew with the same log, a fresh one stays; many small
// segments become one with the same rows.
func TestTend(t *testing.T) {
	w := newWorld(t)
	now := time.Now()
	i := intakeOf(t, w.bucket, w.signer, func() time.Time { return now })
	ctx := context.Background()
	publish := func(id string) {
		t.Helper()
		if _, err := i.Publish(ctx, lane0, []serve.Item{{Read: read(id, "AAA111")}}); err != nil {
			t.Fatal(err)
		}
	}
	publish("r0")
	f := &manifest.Follower{Source: w.bucket, Verifier: w.signer.Verifier(), Clock: time.Now}
	tend := func() manifest.Seen {
		t.Helper()
		if err := i.Tend(ctx, lane0); err != nil {
			t.Fatal(err)
		}
		s, err := f.Check(ctx, lane0, manifest.Seen{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first := tend()
	now = now.Add(refreshAge - time.Minute)
	if s := tend(); s != first {
		t.Errorf("signed anew too early: %+v", s)
	}
	now = now.Add(2 * time.Minute)
	if s := tend(); !s.SignedAt.After(first.SignedAt) || s.Root != first.Root || s.Size != 1 {
		t.Errorf("not signed anew: %+v", s)
	}
	for n := 1; n < compactFrom; n++ {
		publish("r" + strconv.Itoa(n))
	}
	tend()
	records, _, err := f.Follow(ctx, lane0, manifest.Seen{})
	if err != nil || len(records) != compactFrom+1 || len(records[compactFrom].Replaces) != compactFrom || records[compactFrom].Rows != compactFrom {
		t.Errorf("%d records, %v", len(records), err)
	}
	publish("r5") // is known still
	if s := tend(); s.Size != compactFrom+1 {
		t.Errorf("%d records", s.Size)
	}
}
