package interop

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/manifest"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/verify"
)

const gateway = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// program builds the S3 server, or takes the one that VERSITYGW names.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("VERSITYGW"); path != "" {
		return path
	}
	dir := t.TempDir()
	c := exec.Command("go", "install", gateway)
	c.Env = append(os.Environ(), "GOBIN="+dir, "GOFLAGS=-mod=mod")
	if out, err := c.CombinedOutput(); err != nil {
		t.Skipf("the S3 server cannot be had here (%v): %.500s", err, out)
	}
	return filepath.Join(dir, "versitygw")
}

// serve starts the S3 server on loopback over a folder, and returns the address of a bucket.
func serve(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	data := filepath.Join(root, "data")
	meta := filepath.Join(root, "meta")
	if err := errors.Join(os.MkdirAll(filepath.Join(data, "feed"), 0o755), os.MkdirAll(meta, 0o755)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c := exec.Command(program(t), "--access", "tester", "--secret", "not-a-secret", "--port", address, "--quiet", "posix", "--sidecar", meta, data)
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	t.Cleanup(func() {
		_ = c.Process.Kill()
		<-ended
	})
	for range 200 {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the S3 server ended: %v\n%s", err, out.String())
		case <-time.After(50 * time.Millisecond):
		}
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			break
		}
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "tester")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return fmt.Sprintf("s3://feed?region=us-east-1&endpoint=http://%s&use_path_style=true", address)
}

// TestS3_F_1: a feed in a real object store: the bucket keeps its promises, two publishers at
// once lose nothing, and the feed verifies.
func TestS3_F_1(t *testing.T) {
	ctx := context.Background()
	place := serve(t)
	b, err := bucket.Open(ctx, place)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	promises(ctx, t, b)
	s, err := manifest.GenerateKey(rand.Reader, "feed.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := manifest.Init(ctx, b, s, time.Now()); err != nil {
		t.Fatal(err)
	}
	rows := fleet(3000)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			p := publish.New(publish.Options{Bucket: b, Signer: s, Clock: time.Now})
			for part := range slices.Chunk(rows, 300) {
				if _, err := p.Publish(ctx, publish.Batch{Lane: lane, Reads: seq(part)}); err != nil {
					t.Error(err)
				}
			}
			if _, err := p.Compact(ctx, lane, 2); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r, err := verify.Feed(ctx, b, verify.Options{Key: s.Verifier(), Clock: time.Now})
	if err != nil || len(r.Problems) > 0 || len(r.Lanes) != 2 || r.Lanes[1].Rows != int64(len(rows)) {
		t.Fatalf("%+v %v", r, err)
	}
	t.Logf("%+v", r.Lanes[1])
}

// promises are those of bucket.Bucket that an object store could break.
func promises(ctx context.Context, t *testing.T, b bucket.Bucket) {
	t.Helper()
	if err := b.Put(ctx, "a/b=1/c", strings.NewReader("hello, world")); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Get(ctx, "a/b=1/c", 12); err != nil || string(got) != "hello, world" {
		t.Errorf("Get: %q %v", got, err)
	}
	if got, err := b.GetRange(ctx, "a/b=1/c", 7, 5); err != nil || string(got) != "world" {
		t.Errorf("GetRange: %q %v", got, err)
	}
	for _, offset := range []int64{8, 100} {
		if _, err := b.GetRange(ctx, "a/b=1/c", offset, 5); !errors.Is(err, feed.ErrDamaged) {
			t.Errorf("GetRange beyond the end: %v", err)
		}
	}
	if _, err := b.Get(ctx, "none", 1); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("Get of nothing: %v", err)
	}
	if _, err := b.Size(ctx, "none"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("Size of nothing: %v", err)
	}
	won := make(chan int, 8)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			switch err := b.PutNew(ctx, "new/one", fmt.Append(nil, i)); {
			case err == nil:
				won <- i
			case !errors.Is(err, bucket.ErrExists) && !errors.Is(err, feed.ErrOffline):
				t.Errorf("PutNew: %v", err)
			}
		})
	}
	wg.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of 8 created one object", len(won))
	}
	if got, err := b.Get(ctx, "new/one", 1); err != nil || string(got) != fmt.Sprint(<-won) {
		t.Errorf("the winner's object is %q (%v)", got, err)
	}
	var keys []string
	for o, err := range b.List(ctx, "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	if !slices.Equal(keys, []string{"a/b=1/c", "new/one"}) {
		t.Errorf("List: %q", keys)
	}
	for range 2 {
		if err := b.Delete(ctx, "new/one"); err != nil {
			t.Error(err)
		}
	}
	short, cancel := context.WithCancel(ctx)
	cancel()
	if err := b.Put(short, "cancelled", strings.NewReader("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("Put with a cancelled context: %v", err)
	}
}
