package uithread_test

import (
	"context"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/app/uithread"
	"cordon/app/uithread/uitest"
)

const limit = 10 * time.Second

func TestDeliversOnTheQueue(t *testing.T) {
	q := uitest.NewQueue()
	task := uithread.NewTask[int](q.Dispatch)
	got := 0
	task.Run(func(context.Context) int { return 7 }, func(v int) { got = v })
	if !task.Running() {
		t.Error("not running after Run")
	}
	if !q.Wait(limit, func() bool { return got == 7 }) {
		t.Fatal("the outcome was never delivered")
	}
	if task.Running() {
		t.Error("still running after the delivery")
	}
}

func TestRunCancelsThePredecessor(t *testing.T) {
	q := uitest.NewQueue()
	task := uithread.NewTask[string](q.Dispatch)
	cancelled := make(chan struct{})
	var got []string
	add := func(s string) { got = append(got, s) }
	task.Run(func(ctx context.Context) string { <-ctx.Done(); close(cancelled); return "first" }, add)
	task.Run(func(context.Context) string { return "second" }, add)
	select {
	case <-cancelled:
	case <-time.After(limit):
		t.Fatal("the predecessor's context did not end")
	}
	if !q.Wait(limit, func() bool { return len(got) > 0 }) {
		t.Fatal("nothing was delivered")
	}
	time.Sleep(5 * time.Millisecond)
	q.Drain()
	if len(got) != 1 || got[0] != "second" {
		t.Errorf("delivered %q, want only the second", got)
	}
}

// The outcome already waits in the queue when the next run starts: the check
// inside the delivery must drop it.
func TestAStaleOutcomeInTheQueueIsDropped(t *testing.T) {
	q := uitest.NewQueue()
	queued := make(chan struct{}, 1)
	task := uithread.NewTask[string](func(f func()) { q.Dispatch(f); queued <- struct{}{} })
	var got []string
	add := func(s string) { got = append(got, s) }
	task.Run(func(context.Context) string { return "stale" }, add)
	<-queued
	task.Run(func(context.Context) string { return "fresh" }, add)
	<-queued
	q.Drain()
	if len(got) != 1 || got[0] != "fresh" {
		t.Errorf("delivered %q, want only the fresh one", got)
	}
}

func TestCancel(t *testing.T) {
	q := uitest.NewQueue()
	queued := make(chan struct{}, 1)
	task := uithread.NewTask[int](func(f func()) { q.Dispatch(f); queued <- struct{}{} })
	task.Run(func(context.Context) int { return 1 }, func(int) { t.Error("a cancelled run was delivered") })
	<-queued
	task.Cancel()
	q.Drain()
	if task.Running() {
		t.Error("running after Cancel")
	}
}

func TestProgressStopsWhenOvertaken(t *testing.T) {
	q := uitest.NewQueue()
	task := uithread.NewTask[int](q.Dispatch)
	posted := make(chan struct{})
	n := 0
	task.RunWith(func(ctx context.Context, post func(func())) int {
		post(func() { n++ })
		close(posted)
		<-ctx.Done()
		post(func() { n += 100 })
		return 0
	}, func(int) { n += 1000 })
	<-posted
	q.Drain()
	if n != 1 {
		t.Fatalf("progress of the current run: n = %d, want 1", n)
	}
	done := false
	task.Run(func(context.Context) int { return 0 }, func(int) { done = true })
	q.Wait(limit, func() bool { return done })
	time.Sleep(5 * time.Millisecond)
	q.Drain()
	if n != 1 {
		t.Errorf("n = %d: an overtaken run still reported", n)
	}
}

// Many goroutines start runs: never more than one delivery is pending, and the
// last one wins. Meaningful under -race.
func TestConcurrentRuns(t *testing.T) {
	q := uitest.NewQueue()
	task := uithread.NewTask[int](q.Dispatch)
	delivered := 0
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { task.Run(func(context.Context) int { return i }, func(int) { delivered++ }) })
	}
	wg.Wait()
	if !q.Wait(limit, func() bool { return !task.Running() }) {
		t.Fatal("the last run was never delivered")
	}
	time.Sleep(5 * time.Millisecond)
	q.Drain()
	if delivered != 1 {
		t.Errorf("%d deliveries, want 1: everything started before the first drain but the last run was overtaken", delivered)
	}
}

// Staleness is checked in one place only if there is one way back to the main
// thread: nothing else in app/ or mapview/ may name fyne.Do.
func TestOnlyUithreadCallsFyneDo(t *testing.T) {
	for _, root := range []string{"../../app", "../../mapview"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if strings.Contains(filepath.ToSlash(path), "app/uithread/") {
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, src, parser.ParseComments)
			if err != nil {
				return nil // the compiler says it better
			}
			code := string(src)
			for _, c := range f.Comments {
				code = strings.ReplaceAll(code, string(src[c.Pos()-1:c.End()-1]), "")
			}
			if strings.Contains(code, "fyne.Do(") || strings.Contains(code, "fyne.DoAndWait(") {
				t.Errorf("%s calls fyne.Do: use uithread", path)
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
	}
}
