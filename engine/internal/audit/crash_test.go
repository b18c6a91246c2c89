package audit

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CORDON_AUDIT_CRASH"); dir != "" {
		appendForever(dir)
	}
	os.Exit(m.Run())
}

// appendForever appends from several goroutines and says on stdout what was acknowledged.
func appendForever(dir string) {
	l, _, err := Open(context.Background(), options(dir))
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	for g := range 4 {
		go func() {
			for i := 0; ; i++ {
				mark := fmt.Sprintf("%d-%d", g, i)
				r, err := l.Append(context.Background(), Event{Kind: "query", Private: map[string]string{"mark": mark, "filler": strings.Repeat("x", 100*(i%30))}})
				mu.Lock()
				if err == nil {
					fmt.Println(r.Index, mark)
				}
				mu.Unlock()
				if i%20 == 0 && g == 0 {
					l.Checkpoint()
				}
			}
		}()
	}
	select {}
}

// TestKilledWhileAppending: what was acknowledged is there after a kill, verify finds no
// fault, and the log opens and grows (U-2).
func TestKilledWhileAppending(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	o, l := create(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	acked := map[int64]string{}
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CORDON_AUDIT_CRASH="+o.Dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(80+37*round)*time.Millisecond, func() { cmd.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			index, mark, _ := strings.Cut(lines.Text(), " ")
			n, err := strconv.ParseInt(index, 10, 64)
			if err != nil {
				t.Fatalf("round %d: %s", round, lines.Text())
			}
			acked[n] = mark
		}
		cmd.Wait()
		if r := verify(t, o.Dir); len(r.Problems) > 0 {
			t.Fatalf("round %d: %q", round, r.Problems)
		}
	}
	if len(acked) == 0 {
		t.Fatal("nothing was acknowledged")
	}
	l = mustOpen(t, o)
	for n, mark := range acked {
		e, err := l.Entry(n)
		if err != nil || e.Private["mark"] != mark {
			t.Fatalf("entry %d: %+v, %v; want mark %s", n, e, err, mark)
		}
	}
	size := l.Head().N
	add(t, l, 1)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	intact(t, o.Dir, size+1)
	t.Logf("%d acknowledged, %d in the log", len(acked), size)
}
