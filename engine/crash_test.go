package engine

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain lets the test binary be the workstation that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("CORDON_ENGINE_CRASH"); dir != "" {
		workForever(dir)
	}
	os.Exit(m.Run())
}

// workForever keeps reads, writes notes and imports, and says on stdout what returned.
func workForever(dir string) {
	ctx := context.Background()
	fatal := func(err error) {
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
	}
	now := time.Date(2026, 5, 21, 9, 0, 0, 0, time.UTC)
	o := Options{Dir: dir, Clock: func() time.Time { return now }, Photos: map[string]PhotoSource{"two": snapshots{2}}}
	e, err := openWith(ctx, o, knobs{rounds: 2})
	fatal(err)
	p, err := e.SignIn(ctx, "kl", password)
	fatal(err)
	s, err := p.Accept(ctx, e.Rules().Digest)
	fatal(err)
	c, err := s.OpenCase(ctx, purpose.Case, "")
	if err != nil {
		c, err = s.Case(ctx, purpose.Case)
		fatal(err)
	}
	have := map[string]bool{}
	for _, i := range c.Items {
		have[i.Row.ID] = true
	}
	go func() {
		for i := 0; ; i++ {
			name := fmt.Sprintf("%d-%d", os.Getpid(), i)
			r, err := s.Import(ctx, ImportOptions{Name: name}, strings.NewReader(fmt.Sprintf("id,plate,time,lon,lat\n%s,P1,%d,-75.5,39.7\n", name, 1777593600+i)), nil)
			fatal(err)
			fmt.Println("batch", r.Batch)
		}
	}()
	for {
		a, err := s.Run(ctx, plateQuery(), RunOptions{})
		fatal(err)
		fmt.Println("entry", a.Entry)
		for _, row := range a.Rows {
			if have[row.ID] {
				continue
			}
			item, err := s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: row.Ref(), Reason: "seen at the warehouse"})
			fatal(err)
			_, err = s.SaveCrop(ctx, CropRequest{Case: purpose.Case, Item: item.ID, Kind: PhotoPlate, Crop: CropGeometry{W: 100, H: 60}, Attestation: Attestation{NoPerson: true}})
			fatal(err)
			have[row.ID] = true
			fmt.Println("item", item.ID)
		}
		s.Release(a.Entry)
	}
}

// TestKilledWorkstation: whatever returned before a kill is there after it: entries, items
// with their crops, batches. The log verifies, the stores check.
func TestKilledWorkstation(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 480)
	f.Engine.Close()
	var entry, batch int64
	items := map[string]bool{}
	for round := range 6 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CORDON_ENGINE_CRASH="+f.o.Dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(400+130*round)*time.Millisecond, func() { cmd.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var n int64
			var id string
			switch line := lines.Text(); {
			case strings.HasPrefix(line, "failed"):
				t.Fatalf("round %d: %s", round, line)
			case parsed(line, "entry %d", &n):
				entry = max(entry, n)
			case parsed(line, "batch %d", &n):
				batch = max(batch, n)
			case parsed(line, "item %s", &id):
				items[id] = true
			}
		}
		cmd.Wait()
		if r, err := VerifyAudit(ctx, f.o); err != nil || len(r.Problems) > 0 || r.Entries <= entry {
			t.Fatalf("round %d: %+v, %v; entry %d was acknowledged", round, r, err, entry)
		}
	}
	f.reopen(t)
	s := f.door(t, "kl")
	c, err := s.Case(ctx, purpose.Case)
	if err != nil {
		t.Fatal(err)
	}
	crops := 0
	for _, i := range c.Items {
		if len(i.Photos) == 1 && len(i.Photos[0].JPEG) > 0 {
			crops++
			delete(items, i.ID)
		}
	}
	if len(items) > 0 || crops == 0 {
		t.Errorf("items %v are lost, %d are there", items, crops)
	}
	if st := f.DataState(); st.Batches < batch || batch < 2 {
		t.Errorf("batch %d was acknowledged, the state is %+v", batch, st)
	}
	if r, err := s.Check(ctx, nil); err != nil || len(r.Findings) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	// Each kill leaves an entry for the reviewer (U-1): the program may have been killed to put
	// back an older copy of the log.
	unclosed := 0
	for _, e := range f.all(t) {
		if e.Kind == "recovered" && e.Fields["unclosed"] == "true" {
			unclosed++
		}
	}
	if unclosed < 2 {
		t.Errorf("%d entries about 6 kills", unclosed)
	}
	t.Logf("entry %d, batch %d, %d crops", entry, batch, crops)
}

func parsed(line, format string, to any) bool {
	n, err := fmt.Sscanf(line, format, to)
	return n == 1 && err == nil
}
