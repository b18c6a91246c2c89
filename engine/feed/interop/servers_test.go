package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed/enrol"
)

// cordon is the command line as a program of its own.
type cordon struct {
	t   *testing.T
	bin string
	env []string
}

func (c *cordon) run(args ...string) []byte {
	c.t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.CommandContext(c.t.Context(), c.bin, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), c.env...), &out, &errs
	if err := cmd.Run(); err != nil {
		c.t.Fatalf("cordon %v: %v\n%s\n%s", args, err, out.String(), errs.String())
	}
	return out.Bytes()
}

// server starts `cordon feed serve` and returns its address.
func (c *cordon) server(args ...string) string {
	c.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		c.t.Fatal(err)
	}
	at := l.Addr().String()
	if err := l.Close(); err != nil {
		c.t.Fatal(err)
	}
	var log bytes.Buffer
	cmd := exec.Command(c.bin, append([]string{"feed", "serve", "--listen", at, "--host", "127.0.0.1"}, args...)...)
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), c.env...), &log, &log
	if err := cmd.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			c.t.Errorf("server: %v\n%s", err, log.String())
		}
	})
	for range 400 {
		if conn, err := net.Dial("tcp", at); err == nil {
			_ = conn.Close()
			return at
		}
		time.Sleep(25 * time.Millisecond)
	}
	c.t.Fatal("the server does not listen")
	return ""
}

// TestServersOverS3_F_1: two servers over one object store behave as one: senders post to both,
// a workstation enrolls at one and syncs from the other, and has every read once.
func TestServersOverS3_F_1(t *testing.T) {
	place := serve(t)
	dir := t.TempDir()
	c := &cordon{t: t, bin: filepath.Join(dir, "cordon"), env: []string{"HOME=" + dir, "CORDON_FEED=" + place, "CORDON_FEED_KEY=" + filepath.Join(dir, "feed.key")}}
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "headless", "-o", c.bin, "./app")
	build.Dir = filepath.Join("..", "..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	var made struct{ Key string }
	if err := json.Unmarshal(c.run("feed", "init", place, "--name", "feed.test", "--key", filepath.Join(dir, "feed.key"), "--json"), &made); err != nil {
		t.Fatal(err)
	}
	keys, data := filepath.Join(dir, "keys"), filepath.Join(dir, "ws")
	key := filepath.Join(dir, "feed.key")
	servers := []string{c.server("--keys", keys, "--key", key, "--init-ca"), c.server("--keys", keys, "--key", key)}
	token := strings.TrimSpace(string(c.run("feed", "token", "--name", "gw", "--lane", "pd.north", "--source", "law-enforcement")))
	c.run("demo", "--rows", "0", "--data", data)
	code := strings.TrimSpace(string(c.run("feed", "enroll-code", "--keys", keys, "--workstation", "ws-01", "--lanes", "pd.*")))
	c.run("sync", "--data", data, "--feed", "https://"+servers[0], "--key", made.Key, "--code", code)

	ca, err := enrol.FingerprintOf(keys)
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Client{Transport: &http.Transport{TLSClientConfig: enrol.PinnedConfig(ca, "127.0.0.1", nil, time.Now)}}
	const posts = 120
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i := range posts {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			body := fmt.Sprintf(`{"data_type":"alpr_group","version":3,"best_uuid":"S3-%03d","best_plate_number":"S3T%03d","epoch_start":%d,"camera_id":7,"gps_latitude":39.7,"gps_longitude":-75.5}`,
				i, i, time.Now().Add(-time.Minute).UnixMilli())
			for _, at := range []string{servers[i%2], servers[(i+1)%2]} { // what was taken is sent again, to the other
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+at+"/v1/intake/openalpr", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer "+token)
				req.Header.Set("Content-Type", "application/json")
				res, err := web.Do(req)
				if err != nil {
					t.Error(err)
					return
				}
				if res.Body.Close(); res.StatusCode != http.StatusAccepted {
					t.Errorf("post %d: %s", i, res.Status)
				}
			}
		})
	}
	wg.Wait()
	var got struct {
		Rows, Duplicates int64
		Error            any
	}
	if err := json.Unmarshal(c.run("sync", "--data", data, "--feed", "https://"+servers[1], "--key", made.Key, "--json"), &got); err != nil {
		t.Fatal(err)
	}
	if got.Rows != posts || got.Error != nil {
		t.Errorf("the workstation took %+v, %d reads were sent twice", got, posts)
	}
	var whole struct {
		OK   bool
		Rows int64
	}
	if err := json.Unmarshal(c.run("feed", "verify", place, "--json"), &whole); err != nil || !whole.OK || whole.Rows != posts {
		t.Errorf("verify: %+v, %v", whole, err)
	}
	var again struct{ Rows int64 }
	if err := json.Unmarshal(c.run("sync", "--data", data, "--json"), &again); err != nil || again.Rows != 0 {
		t.Errorf("once more: %+v, %v", again, err)
	}
}
