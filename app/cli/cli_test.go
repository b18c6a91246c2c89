package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"cordon/app/cli"
	"cordon/app/demoworld"
	"cordon/engine"
	"cordon/engine/feed"
	"cordon/engine/feed/feedtest"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cordon": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// demoRows is enough for the planted stories and quick to make.
const demoRows = 3000

// world is the demo workstation that scripts get copies of; it is made once.
var world = sync.OnceValues(func() (madeWorld, error) {
	dir, err := os.MkdirTemp("", "cordon-cli-world-")
	if err != nil {
		return madeWorld{}, err
	}
	w := madeWorld{dir: filepath.Join(dir, "demo")}
	info, err := demoworld.Make(context(), demoworld.Options{Dir: w.dir, Rows: demoRows}, func(int64) {})
	w.rules, w.accounts = info.RulesDigest, info.Accounts
	return w, err
})

type madeWorld struct {
	dir, rules string
	accounts   []demoworld.Account
}

// TestStories runs the stories of testdata, one a verb. What they have besides the
// commands of testscript:
//
//	demo          a copy of the demo workstation becomes $CORDON_DATA
//	as USER       USER signs in from here on, accepting the rules
//	exits N CMD…  CMD ends with exit status N
//	damage FILE   the byte in the middle of FILE, the largest of a pattern, is changed
//	cut FILE      the second half of FILE is lost
//	reads FILE N  a detection file of N rows is written, the same each time
//	hold          this process opens $CORDON_DATA until the end of the story
//	jsonline N    standard output has N lines, each one JSON object
//	feed DIR …    makes a feed there, whose key is $KEY, or adds to it:
//	              segment LANE FIRST N [GONE] · document NAME VERSION FILE
func TestStories(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("each story signs in many times, with 600,000 rounds of PBKDF2: run them without -short and -race")
	}
	t.Cleanup(func() {
		if w, err := world(); err == nil {
			_ = os.RemoveAll(filepath.Dir(w.dir))
		}
	})
	examples, err := filepath.Abs("../../docs/examples")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("EXAMPLES", examples)
			env.Setenv("CORDON_DATA", filepath.Join(env.WorkDir, "station"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"demo": cmdDemo, "as": cmdAs, "exits": cmdExits, "damage": cmdDamage, "cut": cmdCut, "hold": cmdHold, "reads": cmdReads, "jsonline": cmdJSONLine, "capture": cmdCapture, "freeport": cmdFreePort,
			"feed": (&madeFeeds{t: t, of: map[string]*feedtest.Feed{}}).cmd,
		},
	})
}

func sharedData(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../../../shared/data")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func cmdDemo(ts *testscript.TestScript, _ bool, _ []string) {
	w, err := world()
	ts.Check(err)
	ts.Check(os.CopyFS(ts.Getenv("CORDON_DATA"), os.DirFS(w.dir)))
	ts.Setenv("RULES", w.rules)
}

func cmdAs(ts *testscript.TestScript, _ bool, args []string) {
	w, err := world()
	ts.Check(err)
	for _, a := range w.accounts {
		if a.User == args[0] {
			ts.Setenv("CORDON_USER", a.User)
			ts.Setenv("CORDON_PASSWORD", a.Password)
			ts.Setenv("CORDON_TOTP", a.TOTP)
			return
		}
	}
	ts.Fatalf("no demo account %s", args[0])
}

func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	if err != nil || neg || len(args) < 2 {
		ts.Fatalf("usage: exits N command…")
	}
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func cmdDamage(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	list, err := filepath.Glob(name)
	ts.Check(err)
	most := int64(-1)
	for _, path := range list {
		info, err := os.Stat(path)
		ts.Check(err)
		if info.Size() > most {
			name, most = path, info.Size()
		}
	}
	b, err := os.ReadFile(name)
	ts.Check(err)
	if len(b) == 0 {
		ts.Fatalf("%s is empty", name)
	}
	b[len(b)/2] ^= 1
	ts.Check(os.WriteFile(name, b, 0o600))
}

func cmdCut(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	info, err := os.Stat(name)
	ts.Check(err)
	ts.Check(os.Truncate(name, info.Size()/2))
}

func cmdHold(ts *testscript.TestScript, _ bool, _ []string) {
	e, err := engine.Open(context(), engine.Options{Dir: ts.Getenv("CORDON_DATA"), Photos: demoworld.PhotoSources()})
	ts.Check(err)
	ts.Defer(func() { _ = e.Close() })
}

func cmdJSONLine(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	lines := bytes.Split(bytes.TrimSpace([]byte(ts.ReadFile("stdout"))), []byte("\n"))
	if len(lines) != want || neg {
		ts.Fatalf("%d lines, want %d", len(lines), want)
	}
	for i, l := range lines {
		if !isJSONObject(l) {
			ts.Fatalf("line %d is no JSON object: %s", i+1, l)
		}
	}
}

// madeFeeds are the feeds of stories, by folder.
type madeFeeds struct {
	t  *testing.T
	mu sync.Mutex
	of map[string]*feedtest.Feed
}

func (m *madeFeeds) cmd(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	m.mu.Lock()
	defer m.mu.Unlock()
	f := m.of[dir]
	number := func(i int) int {
		n, err := strconv.Atoi(args[i])
		ts.Check(err)
		return n
	}
	switch {
	case len(args) == 1:
		ts.Check(os.MkdirAll(dir, 0o700))
		m.of[dir] = feedtest.New(m.t, dir)
		ts.Setenv("KEY", m.of[dir].Key)
	case args[1] == "segment":
		lane, err := feed.ParseLane(args[2])
		ts.Check(err)
		f.Segment(lane, feedtest.Reads(0, number(3), number(4)), args[5:], nil)
	case args[1] == "document":
		f.Document(args[2], int64(number(3)), ts.ReadFile(args[4]))
	default:
		ts.Fatalf("unknown: feed %v", args)
	}
}

// cmdCapture puts the first group of a pattern's match in standard output into a variable.
func cmdCapture(ts *testscript.TestScript, _ bool, args []string) {
	re, err := regexp.Compile(args[1])
	ts.Check(err)
	m := re.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("no match for %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

// cmdFreePort puts a free port of the loopback into PORT.
func cmdFreePort(ts *testscript.TestScript, _ bool, _ []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv("PORT", port)
	ts.Check(l.Close())
}

// TestUsageNeedsNoWorkstation: what is wrong on the line itself is told before anything is
// opened or asked.
func TestUsageNeedsNoWorkstation(t *testing.T) {
	for name, args := range map[string][]string{
		"unknown verb":       {"face"},
		"unknown audit verb": {"audit", "erase"},
		"unknown flag":       {"query", "q.json", "--everything"},
		"no file":            {"query"},
		"two files":          {"query", "a", "b"},
		"format":             {"query", "a", "--format", "xml"},
		"batch as table":     {"query", "a", "--batch", "--format", "table"},
		"export format":      {"export", "C", "--formats", "pdf,docx"},
		"audit time":         {"audit", "list", "--from", "yesterday"},
		"entry":              {"audit", "show", "first"},
		"rows":               {"demo", "--rows", "-1"},
		"rect":               {"case", "crop", "C", "i1", "--photo", "plate", "--no-person", "--rect", "1,2,3"},
		"cover":              {"case", "crop", "C", "i1", "--photo", "plate", "--no-person", "--rect", "1,2,3,4", "--cover", "1,1 2,2"},
		"no attestation":     {"case", "crop", "C", "i1", "--photo", "plate", "--rect", "1,2,3,4"},
		"both attestations":  {"case", "crop", "C", "i1", "--photo", "plate", "--rect", "1,2,3,4", "--no-person", "--associated", "x"},
		"nothing to keep":    {"case", "keep", "C", "--reason", "x"},
		"role":               {"account", "create", "x", "--name", "X", "--role", "boss", "--unit", "U", "--mission", "criminal"},
		"nobody":             {"audit", "list"},
		"repair by nobody":   {"check", "--repair"},
		"file, no repair":    {"check", "--file", "cli_test.go"},
		"repair from stdin":  {"check", "--repair", "--file", "."},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			env := testEnv(t, &stdout, &stderr)
			if got := cli.Run(t.Context(), args, env); got != 2 {
				t.Errorf("exit status %d, want 2\n%s", got, stderr.String())
			}
			if stdout.Len() != 0 || !strings.HasPrefix(stderr.String(), "cordon: ") {
				t.Errorf("stdout %q, stderr %q", stdout.String(), stderr.String())
			}
			// A script that asks for JSON gets it, wherever the mistake stands.
			stdout.Reset()
			var answer struct {
				Error struct{ Code, Message string }
			}
			if got := cli.Run(t.Context(), append(slices.Clone(args), "--json"), env); got != 2 {
				t.Errorf("with --json: exit status %d, want 2", got)
			}
			if err := json.Unmarshal([]byte(stdout.String()), &answer); err != nil || answer.Error.Code == "" || answer.Error.Message == "" {
				t.Errorf("with --json: %q, %v", stdout.String(), err)
			}
		})
	}
}

// TestDataDir: where a workstation lies on each system.
func TestDataDir(t *testing.T) {
	for name, c := range map[string]struct {
		goos string
		vars map[string]string
		want string
	}{
		"said":      {"linux", map[string]string{"CORDON_DATA": "/x", "HOME": "/home/k"}, "/x"},
		"linux":     {"linux", map[string]string{"HOME": "/home/k"}, "/home/k/.local/share/cordon"},
		"linux xdg": {"linux", map[string]string{"HOME": "/home/k", "XDG_DATA_HOME": "/data"}, "/data/cordon"},
		"mac":       {"darwin", map[string]string{"HOME": "/Users/k"}, "/Users/k/Library/Application Support/Cordon"},
		"nowhere":   {"linux", nil, ""},
		"relative":  {"linux", map[string]string{"HOME": "k"}, ""},
	} {
		got, err := cli.DataDir(cli.Env{GOOS: c.goos, Getenv: func(k string) string { return c.vars[k] }})
		if filepath.ToSlash(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
}

func testEnv(t *testing.T, stdout, stderr io.Writer) cli.Env {
	t.Helper()
	return cli.Env{
		Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr, GOOS: "linux", Clock: now,
		Getenv: func(k string) string { return map[string]string{"HOME": "/nonexistent"}[k] },
	}
}
