package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

func mustLane(s string) feed.Lane {
	l, err := feed.ParseLane(s)
	if err != nil {
		panic(err)
	}
	return l
}

// watched notes what is asked of a bucket.
type watched struct {
	bucket.Bucket
	mu    sync.Mutex
	calls []string
}

func (w *watched) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, fmt.Sprintf(format, args...))
}

func (w *watched) Size(ctx context.Context, key string) (int64, error) {
	n, err := w.Bucket.Size(ctx, key)
	w.note("size %v", err == nil)
	return n, err
}

func (w *watched) Reader(ctx context.Context, key string, offset, n int64) (io.ReadCloser, error) {
	w.note("read")
	return w.Bucket.Reader(ctx, key, offset, n)
}

func (w *watched) Get(ctx context.Context, key string, limit int64) ([]byte, error) {
	if strings.HasPrefix(key, "lanes/") && !strings.HasSuffix(key, "/checkpoint") {
		w.note("get")
	}
	return w.Bucket.Get(ctx, key, limit)
}

// TestNotPermittedIsNotThere (F-4, X-8): what a workstation may not have is answered, byte for byte
// and with the same looks into the bucket, as what is not there: lanes, weeks, every kind of
// file, every method, with ranges and without.
func TestNotPermittedIsNotThere(t *testing.T) {
	w := &watched{}
	g := newRig(t, 1, func(o *Options) {
		w.Bucket, o.Bucket = o.Bucket, w
		o.AccessTime, o.Poll = time.Hour, time.Hour
	})
	data := []byte("these bytes are a segment, a picture, a document and a tile")
	d := digestOf(data).String()
	files := func(lane string) map[string]string {
		return map[string]string{
			"checkpoint": "lanes/" + lane + "/checkpoint",
			"tile":       "lanes/" + lane + "/tile/0/x001/067",
			"entries":    "lanes/" + lane + "/tile/entries/000.p/7",
			"claim":      "lanes/" + lane + "/log/x000/x000/x000/007",
			"segment":    "lanes/" + lane + "/segments/period=2026-W18/" + d + ".parquet",
			"document":   "lanes/" + lane + "/documents/agreements/" + d + ".json",
			"photo":      "lanes/" + lane + "/photos/" + d[:2] + "/" + d + ".jpg",
		}
	}
	for _, lane := range []string{"pd.north", "secret.north"} {
		for kind, path := range files(lane) {
			if kind != "checkpoint" {
				g.put(path, data)
			}
		}
		g.checkpoint(lane, 3)
	}
	g.put("lanes/pd.north/segments/period=2026-W30/"+d+".parquet", data)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	rights, err := ParseRights("pd.*", "2026-W10..2026-W20", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := SetRights(context.Background(), g.bucket, "ws-07", rights, g.now); err != nil {
		t.Fatal(err)
	}

	ask := func(method, path, header string) (string, []string) {
		w.mu.Lock()
		w.calls = nil
		w.mu.Unlock()
		out := ws.raw(0, method+" /"+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\n"+header+"Connection: close\r\n\r\n")
		w.mu.Lock()
		defer w.mu.Unlock()
		return noDate(out), w.calls
	}
	there, missing, secret, secretMissing := files("pd.north"), files("pd.gone"), files("secret.north"), files("secret.gone")
	for _, method := range []string{"GET", "HEAD"} {
		for _, header := range []string{"", "Range: bytes=3-9\r\n", "If-None-Match: \"" + d + "\"\r\n"} {
			for kind := range there {
				name := method + " " + kind + " " + header
				if out, _ := ask(method, there[kind], header); !strings.HasPrefix(out, "HTTP/1.1 200") && !strings.HasPrefix(out, "HTTP/1.1 206") && !strings.HasPrefix(out, "HTTP/1.1 304") {
					t.Errorf("%s: what is permitted: %s", name, out)
				}
				want, calls := ask(method, missing[kind], header)
				if !strings.HasPrefix(want, "HTTP/1.1 404") {
					t.Errorf("%s: what is missing: %s", name, want)
				}
				for what, path := range map[string]string{"not permitted": secret[kind], "neither": secretMissing[kind]} {
					if got, looks := ask(method, path, header); got != want || fmt.Sprint(looks) != fmt.Sprint(calls) {
						t.Errorf("%s, %s:\n%s%v\nwant\n%s%v", name, what, got, looks, want, calls)
					}
				}
			}
		}
		// Another week of a permitted lane.
		want, calls := ask(method, "lanes/pd.north/segments/period=2026-W31/"+d+".parquet", "")
		if got, looks := ask(method, "lanes/pd.north/segments/period=2026-W30/"+d+".parquet", ""); got != want || fmt.Sprint(looks) != fmt.Sprint(calls) {
			t.Errorf("%s another week:\n%s%v\nwant\n%s%v", method, got, looks, want, calls)
		}
	}
	if list := string(ws.get(0, "/v1/lanes").body); strings.Contains(list, "secret") || !strings.Contains(list, "pd.north") {
		t.Errorf("lanes: %s", list)
	}
}

// TestNoListingNoTraversal (F-4): nothing but the files of lanes is served, however it is asked for.
func TestNoListingNoTraversal(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 3)
	g.put("lanes/pd.north/secret.txt", []byte("secret"))
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	for _, path := range []string{
		"/", "/lanes", "/lanes/", "/lanes/pd.north", "/lanes/pd.north/", "/lanes/pd.north/secret.txt", "/lanes/pd.north/tile", "/lanes/pd.north/photos/",
		"/inbox/workstations/ws-07/enrolment.json", "/lanes/../inbox/workstations/ws-07/enrolment.json", "/lanes/pd.north/../../inbox/workstations/ws-07/enrolment.json",
		"/lanes/%2e%2e/inbox/workstations/ws-07/enrolment.json", "/lanes/pd.north/%2e%2e%2f%2e%2e%2finbox/workstations/ws-07/enrolment.json",
		"/lanes/pd.north/checkpoint/", "/lanes//pd.north/checkpoint", "/lanes/pd.north/./checkpoint", "/lanes/pd.north/checkpoint%00", "/lanes/PD.north/checkpoint",
		"/lanes/pd.north/checkpoint?list", "/lanes/pd.north\\checkpoint", "/lanes/pd.north/tile/0/000.p/256", "/lanes/pd.north/tile/64/000", "/lanes/-/nothing",
		"/lanes/pd.north/segments/period=2026-W18/" + strings.Repeat("A", 64) + ".parquet", "/lanes/pd.north/photos/ab/" + strings.Repeat("c", 64) + ".jpg",
		"/v1/", "/v1/intake", "/debug/pprof/", "/lanes/pd.north/" + strings.Repeat("a/", 4000),
	} {
		out := ws.raw(0, "GET "+path+" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
		status, _, _ := strings.Cut(out, "\r\n")
		if strings.Contains(out, "enrolled") && strings.Contains(out, "audit_key") || strings.Contains(out, "HTTP/1.1 200") || strings.Contains(out, "HTTP/1.1 3") {
			t.Errorf("%s: %s", path, out)
		}
		if !strings.Contains(status, " 404") && !strings.Contains(status, " 400") && !strings.Contains(status, " 405") {
			t.Errorf("%s: %s", path, status)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		if r := ws.do(0, method, "/lanes/pd.north/checkpoint", nil, nil); r.status/100 != 4 {
			t.Errorf("%s: %s", method, r)
		}
	}
}

// TestStrangersGetNothing (F-4, X-7): without a certificate nothing but enrolment, health and
// tokened intake answers.
func TestStrangersGetNothing(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 3)
	g.put("feed.json", []byte(`{"name":"test"}`))
	out := g.stranger()
	want := out.get(0, "/lanes/pd.north/checkpoint")
	for _, path := range []string{"/lanes/pd.north/checkpoint", "/lanes/pd.gone/checkpoint", "/lanes/x", "/feed.json", "/v1/lanes", "/v1/events", "/v1/audit/entries", "/v1/reports/12345678"} {
		if r := out.get(0, path); r.status != http.StatusUnauthorized || string(r.body) != string(want.body) {
			t.Errorf("GET %s: %s", path, r)
		}
	}
	for _, path := range []string{"/v1/renew", "/v1/audit", "/v1/audit/entries", "/v1/reports", "/v1/intake/csv"} {
		if r := out.post(0, path, []byte("{}")); r.status != http.StatusUnauthorized {
			t.Errorf("POST %s: %s", path, r)
		}
	}
	if r := out.get(0, "/healthz"); r.status != http.StatusOK {
		t.Errorf("health: %s", r)
	}
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	if r := ws.get(0, "/feed.json"); r.status != http.StatusOK || string(r.body) != `{"name":"test"}` {
		t.Errorf("card: %s", r)
	}
	if r := ws.raw(0, "GET /v1/lanes HTTP/1.1\r\nHost: x\r\nX: "+strings.Repeat("a", 64<<10)+"\r\n\r\n"); !strings.HasPrefix(r, "HTTP/1.1 431") {
		t.Errorf("large header: %.80s", r)
	}
}

// TestRanges (F-1): parts of a large file are those bytes, over the borders of the server's own
// parts too; tags and caching say that files never change and checkpoints do.
func TestRanges(t *testing.T) {
	g := newRig(t, 1, nil)
	data := make([]byte, maxPart*2+12345)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	path := "/" + g.segment("pd.north", "2026-W18", data)
	g.checkpoint("pd.north", 1)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	n := int64(len(data))
	for _, c := range [][2]int64{{0, 0}, {0, n - 1}, {n - 1, n - 1}, {maxPart - 1, maxPart}, {maxPart, maxPart}, {maxPart - 100, 2*maxPart + 100}, {n - 10, n + 10}} {
		a := ws.do(0, "GET", path, nil, http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", c[0], c[1])}})
		if a.status != http.StatusPartialContent || !bytes.Equal(a.body, data[c[0]:min(c[1]+1, n)]) {
			t.Errorf("%v: %d, %d bytes", c, a.status, len(a.body))
		}
	}
	whole := ws.get(0, path)
	tag := whole.header.Get("ETag")
	if !bytes.Equal(whole.body, data) || tag != `"`+digestOf(data).String()+`"` || !strings.Contains(whole.header.Get("Cache-Control"), "immutable") {
		t.Errorf("whole: %d bytes, %v", len(whole.body), whole.header)
	}
	if a := ws.do(0, "GET", path, nil, http.Header{"If-None-Match": {tag}}); a.status != http.StatusNotModified {
		t.Errorf("same tag: %d", a.status)
	}
	if a := ws.do(0, "HEAD", path, nil, nil); a.status != http.StatusOK || a.header.Get("Content-Length") != fmt.Sprint(n) {
		t.Errorf("HEAD: %d %v", a.status, a.header)
	}
	for _, bad := range []string{fmt.Sprintf("bytes=%d-", n), "bytes=5-2", "lines=1-2", "bytes=-"} {
		if a := ws.do(0, "GET", path, nil, http.Header{"Range": {bad}}); a.status != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
	if a := ws.do(0, "GET", path, nil, http.Header{"Range": {"bytes=0-1,4-5"}}); a.status != http.StatusOK || len(a.body) != len(data) {
		t.Errorf("two ranges: %d, %d bytes", a.status, len(a.body))
	}
	a := ws.get(0, "/lanes/pd.north/checkpoint")
	if strings.Contains(a.header.Get("Cache-Control"), "immutable") || a.header.Get("ETag") == "" {
		t.Errorf("checkpoint: %v", a.header)
	}
	old := a.header.Get("ETag")
	g.checkpoint("pd.north", 2)
	if a := ws.do(0, "GET", "/lanes/pd.north/checkpoint", nil, http.Header{"If-None-Match": {old}}); a.status != http.StatusOK {
		t.Errorf("a new checkpoint: %d", a.status)
	}
}

// TestRevokedInTheMiddle (F-4): a download that is running ends when the workstation is revoked.
func TestRevokedInTheMiddle(t *testing.T) {
	g := newRig(t, 1, nil)
	path := "/" + g.segment("pd.north", "2026-W18", make([]byte, 64<<20))
	g.checkpoint("pd.north", 1)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	a, err := ws.web.Get("https://" + g.addrs[0] + path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	if _, err := io.ReadFull(a.Body, make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	if err := Revoke(context.Background(), g.bucket, "ws-07", g.now); err != nil {
		t.Fatal(err)
	}
	out := g.stranger()
	out.cert = ws.cert
	out.connect()
	eventually(t, "revoked", func() bool { return out.get(0, "/v1/lanes").status == http.StatusForbidden })
	n, err := io.Copy(io.Discard, a.Body)
	if err == nil {
		t.Errorf("the whole file came: %d bytes", n)
	}
}

// TestSlowReaderIsDropped: a caller that takes nothing loses its connection.
func TestSlowReaderIsDropped(t *testing.T) {
	ended := make(chan struct{}, 1)
	g := newRig(t, 1, func(o *Options) {
		o.WriteTime = 50 * time.Millisecond
		o.Bucket = &closing{o.Bucket, ended}
	})
	path := "/" + g.segment("pd.north", "2026-W18", make([]byte, 64<<20))
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	a, err := ws.web.Get("https://" + g.addrs[0] + path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Fatal("the server still waits for a reader that does not read")
	}
	if _, err := io.Copy(io.Discard, a.Body); err == nil {
		t.Error("the whole file came")
	}
}

// closing says when a reader is closed.
type closing struct {
	bucket.Bucket
	ended chan struct{}
}

func (c *closing) Reader(ctx context.Context, key string, offset, n int64) (io.ReadCloser, error) {
	r, err := c.Bucket.Reader(ctx, key, offset, n)
	return &closer{r, c.ended, n}, err
}

type closer struct {
	io.ReadCloser
	ended chan struct{}
	left  int64
}

func (c *closer) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.left -= int64(n)
	return n, err
}

func (c *closer) Close() error {
	if c.left > 0 {
		select {
		case c.ended <- struct{}{}:
		default:
		}
	}
	return c.ReadCloser.Close()
}

// TestPhotoMedia (F-3): all photos lie under the same kind of path; the answer says what each is, for
// the whole, a part and a head alike.
func TestPhotoMedia(t *testing.T) {
	g := newRig(t, 1, nil)
	g.checkpoint("pd.north", 3)
	ws := g.enroll(0, "ws-07", "pd.*", auditKey)
	var jpg, pic bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 5, 4))
	if err := errors.Join(jpeg.Encode(&jpg, img, nil), png.Encode(&pic, img)); err != nil {
		t.Fatal(err)
	}
	for want, data := range map[string][]byte{"image/jpeg": jpg.Bytes(), "image/png": pic.Bytes(), "application/octet-stream": []byte("<script>")} {
		d := digestOf(data).String()
		path := "/lanes/pd.north/photos/" + d[:2] + "/" + d + ".jpg"
		g.put(path[1:], data)
		for _, method := range []string{"GET", "HEAD"} {
			for _, part := range []string{"", "bytes=3-6"} {
				header := http.Header{}
				if part != "" {
					header.Set("Range", part)
				}
				r := ws.do(0, method, path, nil, header)
				if r.status/100 != 2 || r.header.Get("Content-Type") != want {
					t.Errorf("%s %s %s: %s, want %s", method, path, part, r, want)
				}
				if method == "GET" && part == "" && !bytes.Equal(r.body, data) {
					t.Errorf("%s: other bytes", want)
				}
			}
		}
	}
}
