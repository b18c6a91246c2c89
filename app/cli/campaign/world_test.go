//go:build !race

package campaign

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/feed/enrol"
	"cordon/engine/feed/feedtest"
)

// laneNames are the lanes of the feed; all of them take files and webhooks.
var laneNames = []string{"toll.de-north", "pd.de-south", "cam.de-north"}

// world is a feed with two servers, and a workstation that follows it through a proxy.
type world struct {
	t      *testing.T
	dir    string
	bucket string
	keys   string
	key    string // public
	data   string // of the workstation
	rules  string
	users  map[string][]string // who signs in, as variables, by workstation
	env    []string
	from   time.Time // of the oldest read

	servers [2]*server
	proxy   *feedtest.Proxy   // before the workstation
	posts   *feedtest.Proxy   // before the senders of webhooks
	tokens  map[string]string // by lane
	cameras string
	pinned  *tls.Config // of senders
	old     string      // a copy of the bucket as it was
	*ledger
}

func newWorld(t *testing.T) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{
		t: t, dir: dir, bucket: filepath.Join(dir, "feed"), keys: filepath.Join(dir, "keys"), data: filepath.Join(dir, "ws"),
		from: time.Now().UTC().AddDate(0, 0, -22).Truncate(24 * time.Hour), tokens: map[string]string{}, users: map[string][]string{}, cameras: filepath.Join(dir, "cameras.csv"),
		ledger: &ledger{rows: map[string]read{}, lanes: map[string]string{}, counts: map[string]int{}, turns: map[string]*sync.Mutex{}},
	}
	w.env = []string{"HOME=" + dir}
	var made struct{ Key string }
	w.must("feed", "init", w.bucket, "--name", "feed.test", "--json").answer(t, &made)
	w.key = made.Key
	w.env = append(w.env, "CORDON_FEED="+w.bucket, "CORDON_FEED_KEY="+w.bucket+".key")
	text := "camera_id,lon,lat,heading,source,lane\n"
	for i := range 7 {
		text += fmt.Sprintf("C%d,-75.5,39.7,,,\n", i)
	}
	if err := os.WriteFile(w.cameras, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	intake := []string{"--key", w.bucket + ".key", "--cameras", w.cameras}
	w.servers[0] = w.newServer(w.bucket, append(intake, "--init-ca")...)
	w.servers[1] = w.newServer(w.bucket, intake...)
	t.Cleanup(func() { w.servers[0].kill(); w.servers[1].kill() })
	ca, err := enrol.FingerprintOf(w.keys)
	if err != nil {
		t.Fatal(err)
	}
	w.pinned = enrol.PinnedConfig(ca, "127.0.0.1", nil, time.Now)
	for _, lane := range laneNames {
		w.tokens[lane] = strings.TrimSpace(string(w.must("feed", "token", "--name", "gw", "--lane", lane, "--source", "commercial").stdout))
	}
	w.proxy, w.posts = feedtest.NewProxy(t, w.servers[0].addr), feedtest.NewProxy(t, w.servers[1].addr)
	w.join(w.data, "ws-01")
	return w
}

// join makes a workstation that follows the feed, and takes its first sync.
func (w *world) join(data, name string) {
	w.t.Helper()
	var demo struct {
		Accounts    []struct{ User, Password, TOTP string }
		RulesDigest string `json:"rules_digest"`
	}
	w.must("demo", "--rows", "0", "--data", data, "--json").answer(w.t, &demo)
	w.rules = demo.RulesDigest
	w.users[data] = []string{"CORDON_USER=" + demo.Accounts[0].User, "CORDON_PASSWORD=" + demo.Accounts[0].Password, "CORDON_TOTP=" + demo.Accounts[0].TOTP}
	code := strings.TrimSpace(string(w.must("feed", "enroll-code", "--keys", w.keys, "--workstation", name, "--lanes", "*.*").stdout))
	w.must("sync", "--data", data, "--feed", "https://"+w.proxy.Addr(), "--key", w.key, "--code", code, "--json")
}
