package serve

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cordon/engine/feed/enrol"
)

// BenchmarkWorkstations: 200 workstations, each with its own certificate, connection and event
// stream, fetch 16 MiB in ranges of 4 MiB from one server process, all at once. The server's
// memory is its highest resident size, from Linux.
func BenchmarkWorkstations(b *testing.B) {
	const stations, file, part = 200, 16 << 20, 4 << 20
	g := newRig(b, 0, nil)
	child := g.startChild(g.keys)
	data := make([]byte, file)
	for i := range data {
		data[i] = byte(i * i >> 3)
	}
	path := "/" + g.segment("pd.north", "2026-W18", data)
	g.checkpoint("pd.north", 1)
	all := make([]*station, stations)
	for i := range all {
		all[i] = g.enrolled("ws-"+strconv.Itoa(i), "pd.*")
		st := all[i].events(0)
		go func() { _, _ = io.Copy(io.Discard, st.rest.Body) }()
	}
	b.SetBytes(stations * file)
	b.ResetTimer()
	for range b.N {
		var wg sync.WaitGroup
		for _, s := range all {
			wg.Go(func() {
				for at := 0; at < file; at += part {
					if n, err := s.fetch(path, at, part); err != nil || n != part {
						b.Errorf("%d bytes, %v", n, err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	b.StopTimer()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", child.Process.Pid))
	if err != nil {
		b.Logf("the server's memory is not known: %v", err)
		return
	}
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			if kib, err := strconv.ParseFloat(strings.Fields(v)[0], 64); err == nil {
				b.ReportMetric(kib/1024, "server-MiB")
			}
		}
	}
}

func (s *station) fetch(path string, at, n int) (int64, error) {
	q, err := http.NewRequestWithContext(context.Background(), "GET", "https://"+s.g.addrs[0]+path, nil)
	if err != nil {
		return 0, err
	}
	q.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", at, at+n-1))
	a, err := s.web.Do(q)
	if err != nil {
		return 0, err
	}
	defer a.Body.Close()
	return io.Copy(io.Discard, a.Body)
}

// enrolled makes a workstation with a certificate, without a server and its limit on tries.
func (g *rig) enrolled(name, lanes string) *station {
	g.t.Helper()
	srv, err := New(Options{Bucket: g.bucket, CA: g.ca, Hosts: []string{"127.0.0.1"}, Clock: g.now})
	if err != nil {
		g.t.Fatal(err)
	}
	key, request, err := enrol.NewRequest(rand.Reader)
	if err != nil {
		g.t.Fatal(err)
	}
	a, err := srv.enrollNow(context.Background(), EnrollRequest{g.invite(name, lanes).Secret(), request, auditKey})
	if err != nil {
		g.t.Fatal(err)
	}
	cert, err := enrol.ClientCertificate(a.Certificate, key)
	if err != nil {
		g.t.Fatal(err)
	}
	s := &station{g: g, key: key, cert: &cert}
	s.connect()
	return s
}
