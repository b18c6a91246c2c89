package live

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"math/big"
	mrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/serve"
)

// TestKilledInTheMiddleOfIntake (F-2, F-3): two server processes are killed at random while senders
// post, redeliver what was not acknowledged and some that was. No acknowledged read is lost
// and none counts twice. CORDON_LIVE_KILLS sets the number of kills.
func TestKilledInTheMiddleOfIntake(t *testing.T) {
	kills := 6
	if v, err := strconv.Atoi(os.Getenv("CORDON_LIVE_KILLS")); err == nil {
		kills = v
	}
	w := newWorld(t)
	token, err := serve.NewToken(context.Background(), w.bucket, "cam-1", lane0.String(), detection.SourceUnknown, time.Now, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var servers [2]*exec.Cmd
	var addrs [2]string
	for i := range servers {
		servers[i], addrs[i] = w.start("127.0.0.1:0")
		t.Cleanup(func() { _ = servers[i].Process.Kill(); _ = servers[i].Wait() })
	}
	web := &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		TLSClientConfig: enrol.PinnedConfig(w.ca.Fingerprint(), "127.0.0.1", nil, time.Now),
	}}
	defer web.CloseIdleConnections()
	post := func(server int, body string) bool {
		q, err := http.NewRequest("POST", "https://"+addrs[server]+"/v1/intake/lines", strings.NewReader(body))
		if err != nil {
			return false
		}
		q.Header.Set("Authorization", "Bearer "+token)
		a, err := web.Do(q)
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, a.Body)
		a.Body.Close()
		return a.StatusCode == http.StatusAccepted
	}
	stop := make(chan struct{})
	var mu sync.Mutex
	acked := map[string]bool{}
	tries := 0
	var senders sync.WaitGroup
	for s := range 4 {
		senders.Go(func() {
			r := mrand.New(mrand.NewPCG(uint64(s), 7))
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("s%d", s*100_000+n)
				body := id + " AAA" + strconv.Itoa(100+s) + "\n"
				for done := false; !done; { // until it is acknowledged
					done = post(r.IntN(2), body)
					mu.Lock()
					tries++
					acked[strings.TrimSpace(body)] = acked[strings.TrimSpace(body)] || done
					mu.Unlock()
				}
				if r.IntN(4) == 0 {
					post(r.IntN(2), body)
				}
			}
		})
	}
	for last := 0; kills > 0; kills-- {
		// A kill comes when the one before was got over: more was acknowledged meanwhile.
		for {
			mu.Lock()
			now := 0
			for _, done := range acked {
				if done {
					now++
				}
			}
			mu.Unlock()
			if now > last+1 {
				last = now
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		ms, err := rand.Int(rand.Reader, big.NewInt(500))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(100+ms.Int64()) * time.Millisecond)
		i := mrand.IntN(2)
		_ = servers[i].Process.Kill()
		_ = servers[i].Wait()
		servers[i], _ = w.start(addrs[i])
	}
	close(stop)
	senders.Wait()
	rows, records := w.rows()
	for id := range acked {
		if rows[id] == 0 {
			t.Errorf("%s was acknowledged and is lost", id)
		}
	}
	for id, n := range rows {
		if n != 1 {
			t.Errorf("%s counts %d times", id, n)
		}
	}
	t.Logf("%d reads acknowledged in %d tries, %d records", len(acked), tries, records)
}
