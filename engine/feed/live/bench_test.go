package live

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/serve"

	"golang.org/x/mod/sumdb/note"
)

// BenchmarkDeliveries posts one read each 20 ms to one server process, and reports how long a post
// waits for its 202, and how long it takes until the event stream of another server process
// tells of the lane's new checkpoint (at the 50th and 99th of a hundred). Use -benchtime 1000x.
func BenchmarkDeliveries(b *testing.B) {
	w := newWorld(b)
	var addrs [2]string
	for i := range addrs {
		c, a := w.start("127.0.0.1:0")
		addrs[i] = a
		b.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	}
	token, err := serve.NewToken(context.Background(), w.bucket, "cam-1", lane0.String(), detection.SourceUnknown, time.Now, rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	web := &http.Client{Transport: &http.Transport{
		TLSClientConfig: enrol.PinnedConfig(w.ca.Fingerprint(), "127.0.0.1", nil, time.Now), MaxIdleConnsPerHost: 64,
	}}
	var mu sync.Mutex
	type told struct {
		size int64
		at   time.Time
	}
	var events []told
	stream := w.listen(web, addrs[0], addrs[1])
	defer stream.Close()
	go func() {
		for in := bufio.NewScanner(stream); in.Scan(); {
			data, ok := strings.CutPrefix(in.Text(), "data: ")
			var c serve.Checkpoint
			if ok && json.Unmarshal([]byte(data), &c) == nil && c.Lane == lane0.String() {
				mu.Lock()
				events = append(events, told{c.Size, time.Now()})
				mu.Unlock()
			}
		}
	}()
	var waits, seen []time.Duration
	var posts sync.WaitGroup
	b.ResetTimer()
	tick := time.NewTicker(20 * time.Millisecond)
	for n := range b.N {
		<-tick.C
		posts.Go(func() {
			begin := time.Now()
			q, err := http.NewRequest("POST", "https://"+addrs[0]+"/v1/intake/lines", strings.NewReader(fmt.Sprintf("r%d AAA111\n", n)))
			if err != nil {
				b.Error(err)
				return
			}
			q.Header.Set("Authorization", "Bearer "+token)
			a, err := web.Do(q)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, a.Body)
			a.Body.Close()
			end := time.Now()
			if a.StatusCode != http.StatusAccepted {
				b.Errorf("status %d", a.StatusCode)
			}
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, end.Sub(begin))
			// Told when the first event comes after the record is there.
			known := len(events)
			posts.Go(func() {
				for {
					mu.Lock()
					if len(events) > known {
						seen = append(seen, events[known].at.Sub(begin))
						mu.Unlock()
						return
					}
					mu.Unlock()
					if time.Since(end) > 3*time.Second { // the event was before the 202
						mu.Lock()
						seen = append(seen, end.Sub(begin))
						mu.Unlock()
						return
					}
					time.Sleep(time.Millisecond)
				}
			})
		})
	}
	posts.Wait()
	b.StopTimer()
	for name, d := range map[string][]time.Duration{"202": waits, "event": seen} {
		slices.Sort(d)
		b.ReportMetric(float64(d[len(d)/2].Milliseconds()), name+"-p50-ms")
		b.ReportMetric(float64(d[len(d)*99/100].Milliseconds()), name+"-p99-ms")
	}
	rows, records := w.rows()
	if len(rows) != b.N {
		b.Errorf("%d rows of %d", len(rows), b.N)
	}
	b.ReportMetric(float64(records), "records")
}

// listen enrolls a workstation at one server and opens its event stream at another.
func (w *world) listen(web *http.Client, at, stream string) io.ReadCloser {
	w.t.Helper()
	must := func(err error) {
		w.t.Helper()
		if err != nil {
			w.t.Fatal(err)
		}
	}
	rights, err := serve.ParseRights("pd.*", "", nil)
	must(err)
	code, err := serve.Invite(context.Background(), w.bucket, w.ca.Fingerprint(), "ws-1", rights, time.Hour, time.Now, rand.Reader)
	must(err)
	_, auditKey, err := note.GenerateKey(rand.Reader, "ws-1")
	must(err)
	key, request, err := enrol.NewRequest(rand.Reader)
	must(err)
	body, err := json.Marshal(serve.EnrollRequest{Code: code.Secret(), Request: request, AuditKey: auditKey})
	must(err)
	a, err := web.Post("https://"+at+"/v1/enroll", "application/json", strings.NewReader(string(body)))
	must(err)
	var e serve.EnrollAnswer
	must(json.NewDecoder(a.Body).Decode(&e))
	a.Body.Close()
	cert, err := enrol.ClientCertificate(e.Certificate, key)
	must(err)
	mine := &http.Client{Transport: &http.Transport{TLSClientConfig: enrol.PinnedConfig(w.ca.Fingerprint(), "127.0.0.1", &cert, time.Now)}}
	s, err := mine.Get("https://" + stream + "/v1/events")
	must(err)
	if s.StatusCode != http.StatusOK {
		w.t.Fatalf("events: %d", s.StatusCode)
	}
	return s.Body
}
