package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"cordon/engine"
	"cordon/engine/feed"
	"cordon/engine/policy"

	"github.com/spf13/cobra"
)

// syncJSON is what `sync --json` prints.
type syncJSON struct {
	Lanes     []laneJSON   `json:"lanes"`
	Rows      int64        `json:"rows"`
	Bytes     int64        `json:"bytes"`
	Elapsed   int64        `json:"elapsed_us"`
	PerSecond float64      `json:"rows_per_second"`
	State     string       `json:"state"`
	Reports   *worded      `json:"reports_error"` // error reports that could not be exchanged
	Error     *worded      `json:"error"`
	Witness   *witnessJSON `json:"witness"`            // what the feed's witness has seen of the audit log; null without one, and for news
	Sent      int64        `json:"audit_entries_sent"` // that lie at the feed, sealed
	Unseen    *worded      `json:"witness_error"`      // why it did not see all
	Renewal   *worded      `json:"renewal_error"`      // why the certificate was not renewed
}

type laneJSON struct {
	Lane       string   `json:"lane"`
	From       int64    `json:"from"` // records applied before
	To         int64    `json:"to"`   // and after
	Rows       int64    `json:"rows"`
	Duplicates int64    `json:"duplicates"`
	Conflicts  int64    `json:"conflicts"`
	Gone       int64    `json:"gone"`
	TooOld     int64    `json:"too_old"`
	Bytes      int64    `json:"bytes"`
	Documents  []string `json:"documents"`
	Accounts   struct {
		Made     int `json:"made"`
		Changed  int `json:"changed"`
		Disabled int `json:"disabled"`
		Taken    int `json:"taken"` // names that an account of this workstation has
	} `json:"accounts"` // by the feed's list, when it was new
	SignedAt string  `json:"signed_at"`
	Error    *worded `json:"error"`
}

// feedFlags are the flags that say which feed is followed.
type feedFlags struct {
	address, key, certificate, certificateKey, authority, code string
	maxAge                                                     time.Duration
}

func (sh *shell) syncCmd() *cobra.Command {
	var join feedFlags
	var lanes []string
	var limit float64
	var follow bool
	cmd := &cobra.Command{
		Use: "sync", Short: "Bring the workstation up to the feed", Args: noArgs,
		Long: `Bring the workstation up to the feed that it follows. The first time, name the feed
with --feed (a folder, file://, s3:// or https://HOST:PORT) and its public --key, which its
operator gives out. What was taken in stays when a sync ends early; the next one goes on
behind it. With --follow it goes on: what the feed publishes is here within seconds, until
Ctrl-C or SIGTERM ends it. No sign-in is needed: nothing is shown, and what comes in is signed by the feed.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if limit < 0 {
				return usagef("--limit is %v; give megabytes a second, or leave it out", limit)
			}
			if (join.certificate == "") != (join.certificateKey == "") {
				return usagef("--certificate and --certificate-key go together")
			}
			if join.address == "" && (join.key != "" || join.certificate != "" || join.authority != "" || join.code != "" || join.maxAge != 0) {
				return usagef("--key, --code, --max-age, --certificate and --authority go with --feed")
			}
			if join.code != "" && join.certificate != "" {
				return usagef("give --code or --certificate, not both")
			}
			o := engine.SyncOptions{Lanes: lanes, BytesPerSecond: limit * 1e6}
			if follow {
				return sh.follow(cmd.Context(), join, o)
			}
			return sh.sync(cmd.Context(), join, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&join.address, "feed", "", "follow this feed")
	f.StringVar(&join.key, "key", "", "public key of the feed")
	f.DurationVar(&join.maxAge, "max-age", 0, "age from which the feed’s checkpoints are stale (default: a week for a server, any for a folder)")
	f.StringVar(&join.code, "code", "", "one-time code of a server’s operator, which enrolls the workstation")
	f.StringVar(&join.certificate, "certificate", "", "file with the workstation's certificate, for a server")
	f.StringVar(&join.certificateKey, "certificate-key", "", "file with the certificate's key")
	f.StringVar(&join.authority, "authority", "", "file with the certificate of the server's authority")
	f.StringSliceVar(&lanes, "lane", nil, "only this lane (source.region); may be given several times")
	f.BoolVar(&follow, "follow", false, "go on taking in what is new until interrupted")
	f.Float64Var(&limit, "limit", 0, "bandwidth limit in megabytes a second")
	return cmd
}

// options reads the files that the flags name.
func (j feedFlags) options() (engine.FeedOptions, error) {
	o := engine.FeedOptions{Address: j.address, Key: j.key, Code: j.code, MaxAge: j.maxAge}
	for _, f := range []struct {
		name string
		to   *string
	}{{j.certificate, &o.Certificate}, {j.certificateKey, &o.PrivateKey}, {j.authority, &o.Authority}} {
		if f.name == "" {
			continue
		}
		text, err := os.ReadFile(f.name)
		if err != nil {
			return o, at(f.name, err)
		}
		*f.to = string(text)
	}
	return o, nil
}

// joined makes the workstation follow the feed that the flags name, if they name one.
func (sh *shell) joined(ctx context.Context, e *engine.Engine, join feedFlags) error {
	if join.address == "" {
		return nil
	}
	opts, err := join.options()
	if err == nil {
		err = e.Join(ctx, opts)
	}
	return at(join.address, err)
}

func (sh *shell) sync(ctx context.Context, join feedFlags, o engine.SyncOptions) error {
	var report engine.SyncReport
	var failed *engine.SyncError
	state := ""
	err := sh.withEngine(ctx, func(e *engine.Engine) error {
		if err := sh.joined(ctx, e, join); err != nil {
			return err
		}
		bar := sh.progress("rows", 0)
		o.Progress = func(p engine.SyncProgress) { bar.sync(p) }
		var err error
		report, err = e.Sync(ctx, o)
		bar.end()
		state = e.DataState().Name
		if errors.As(err, &failed) {
			return nil // told by lane
		}
		return err
	})
	if err != nil {
		return &laneError{err}
	}
	j := syncOf(report, state)
	status := exitDone
	if failed != nil {
		w := wordLane(failed)
		j.Error, status = &w, w.status
	}
	if j.Unseen != nil && j.Unseen.status == exitIntegrity { // offline is normal, an alarm is not
		status = exitIntegrity
	}
	if sh.json {
		err = sh.printJSON(j)
	} else {
		err = sh.printSync(j, report.Witness)
	}
	if err == nil && status != exitDone {
		err = &doneError{status}
	}
	return err
}

// follow keeps the workstation up to the feed until it is interrupted, and tells of each sync:
// a line, or in JSON an object a line. What fails is told and tried again.
func (sh *shell) follow(ctx context.Context, join feedFlags, o engine.SyncOptions) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	var printed error
	err := sh.withEngine(ctx, func(e *engine.Engine) error {
		if err := sh.joined(ctx, e, join); err != nil {
			return err
		}
		return e.Follow(ctx, engine.FollowOptions{SyncOptions: o, Done: func(r engine.SyncReport, err error) {
			if ctx.Err() == nil && printed == nil {
				printed = sh.printNews(syncOf(r, e.DataState().Name), err)
			}
		}})
	})
	switch {
	case printed != nil:
		return printed
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return nil
	case err != nil:
		return &laneError{err}
	}
	return nil
}

// printNews tells of one sync of a feed that is followed.
func (sh *shell) printNews(j syncJSON, err error) error {
	if err != nil {
		w := wordLane(err)
		j.Error = &w
	}
	if sh.json {
		return sh.printJSON(j)
	}
	if j.Error != nil {
		sh.sayError(*j.Error)
	}
	sh.sayWaiting(j)
	var parts []string
	for _, l := range j.Lanes {
		if l.From == l.To {
			continue
		}
		text := fmt.Sprintf("%s: records %d to %d, %s", l.Lane, l.From, l.To, countWords(l.Rows, "row", "rows"))
		if l.Gone > 0 {
			text += fmt.Sprintf(", %d taken back", l.Gone)
		}
		if words := accountWords(l); words != "" {
			text += ". " + strings.TrimSuffix(words, ".")
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 && j.Error == nil {
		parts = []string{"up to the feed"}
	}
	if len(parts) == 0 {
		return nil
	}
	return sh.print("%s  %s.", sh.env.Clock().UTC().Format("15:04:05"), strings.Join(parts, "; "))
}

// sayWaiting tells of what goes with a sync and did not go.
func (sh *shell) sayWaiting(j syncJSON) {
	for _, x := range []struct {
		what string
		is   *worded
	}{{"Error reports wait", j.Reports}, {"Audit log", j.Unseen}, {"Certificate, not renewed", j.Renewal}} {
		if x.is != nil {
			w := *x.is
			w.Message = x.what + ": " + w.Message
			sh.sayError(w)
		}
	}
}

func syncOf(report engine.SyncReport, state string) syncJSON {
	j := syncJSON{Lanes: []laneJSON{}, Elapsed: report.Elapsed.Microseconds(), State: state}
	for _, l := range report.Lanes {
		j.Rows, j.Bytes = j.Rows+l.Rows, j.Bytes+l.Bytes
		j.Lanes = append(j.Lanes, laneOf(l))
	}
	if s := report.Elapsed.Seconds(); s > 0 {
		j.PerSecond = float64(j.Rows) / s
	}
	if report.ReportsErr != nil {
		w := wordLane(report.ReportsErr)
		j.Reports = &w
	}
	j.Witness, j.Sent = witnessOf(report.Witness), report.Witness.Sent
	if report.WitnessErr != nil {
		w := word(report.WitnessErr)
		j.Unseen = &w
	}
	if report.RenewErr != nil {
		w := word(report.RenewErr)
		j.Renewal = &w
	}
	return j
}

func laneOf(l engine.LaneSync) laneJSON {
	out := laneJSON{
		Lane: l.Lane, From: l.From, To: l.To, Rows: l.Rows, Duplicates: l.Duplicates, Conflicts: l.Conflicts, Gone: l.Gone, TooOld: l.TooOld,
		Bytes: l.Bytes, Documents: append([]string{}, l.Documents...), SignedAt: utc(l.SignedAt),
	}
	out.Accounts.Made, out.Accounts.Changed, out.Accounts.Disabled, out.Accounts.Taken = l.Accounts.Made, l.Accounts.Changed, l.Accounts.Disabled, l.Accounts.Taken
	if l.Err != nil {
		w := wordLane(l.Err)
		out.Error = &w
	}
	return out
}

// accountWords says what a list changed; empty: nothing.
func accountWords(l laneJSON) string {
	var parts []string
	for _, x := range []struct {
		n    int
		what string
	}{{l.Accounts.Made, "made"}, {l.Accounts.Changed, "changed"}, {l.Accounts.Disabled, "disabled"}} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	text := ""
	if len(parts) > 0 {
		text = "Accounts of the feed: " + strings.Join(parts, ", ") + "."
	}
	if l.Accounts.Taken > 0 {
		text = strings.TrimSpace(text + fmt.Sprintf(" %s of the list belong to accounts of this workstation, which stay as they are: “cordon account list” shows them.",
			countWords(l.Accounts.Taken, "name", "names")))
	}
	return text
}

// laneError is returned when the feed, or the way to it, keeps a workstation from its data.
type laneError struct{ err error }

func (e *laneError) Error() string { return e.err.Error() }
func (e *laneError) Unwrap() error { return e.err }

// laneFaults words what keeps a workstation from its data: what was taken, and whom to tell.
var laneFaults = []struct {
	err                 error
	code, message, next string
	status              int
}{
	{feed.ErrSignature, "feed-signature", "This is not signed by the feed’s key.", "Compare the key with the one that the feed’s operator gives out; tell the operator if they are the same.", exitIntegrity},
	{feed.ErrRollback, "feed-rollback", "The feed is shorter than it was. Nothing of it was taken.", "Tell the feed’s operator: it was put back to an older state, or somebody serves an old copy.", exitIntegrity},
	{feed.ErrFork, "feed-fork", "The feed does not continue the one that was seen before. Nothing of it was taken.", "Tell the feed’s operator and keep the workstation’s folder: its signed checkpoints prove it.", exitIntegrity},
	{feed.ErrGap, "feed-gap", "Records that the feed counts are missing. Nothing of it was taken.", "Try again later; tell the feed’s operator if it stays so.", exitIntegrity},
	{feed.ErrSubstituted, "feed-substitution", "A record is not the one that the feed signed. Nothing of it was taken.", "Tell the feed’s operator: files were changed in the feed or on the way.", exitIntegrity},
	{feed.ErrDamaged, "feed-damaged", "A file of the feed is damaged. What came before it is taken in.", "Try again; tell the feed’s operator if it stays so.", exitIntegrity},
	{feed.ErrStale, "feed-stale", "The feed’s checkpoint is too old to be believed.", "Tell the feed’s operator that it is not signed any more; check this computer’s clock.", exitFailed},
	{feed.ErrOffline, "feed-offline", "The feed cannot be reached now. The workstation goes on with what it has.", "Check the connection or the folder, then run it again.", exitFailed},
	{feed.ErrNotFound, "feed-not-found", "It is not in the feed, or not for this workstation.", "Ask the feed’s operator which lanes the agreements permit.", exitFailed},
}

// wordLane words why a lane stopped. What is not valid there is the feed's fault, not the
// caller's.
func wordLane(err error) worded {
	for _, f := range laneFaults {
		if errors.Is(err, f.err) {
			return worded{Code: f.code, Message: withDetail(f.message, err, f.err), Next: f.next, status: f.status}
		}
	}
	if errors.Is(err, feed.ErrInvalid) && !errors.Is(err, engine.ErrInvalid) {
		return worded{
			Code: "feed-invalid", Message: "The feed holds something that is not valid, so it was not taken. (" + bare(err) + ")",
			Next: "Tell the feed’s operator; a corrected version ends it.", status: exitFailed,
		}
	}
	return word(err)
}

func (sh *shell) printSync(j syncJSON, seen engine.WitnessState) error {
	rows := [][]string{{"LANE", "RECORDS", "ROWS", "TAKEN BACK", "MB", "SIGNED", ""}}
	for _, l := range j.Lanes {
		state := "up to date"
		if l.Error != nil {
			state = "stopped: " + l.Error.Code
		}
		rows = append(rows, []string{
			l.Lane, fmt.Sprintf("%d → %d", l.From, l.To), policy.Number(l.Rows), policy.Number(l.Gone), fmt.Sprintf("%.1f", float64(l.Bytes)/1e6), l.SignedAt, state,
		})
	}
	if err := table(sh.env.Stdout, rows); err != nil {
		return err
	}
	for _, l := range j.Lanes {
		if l.Error != nil {
			w := *l.Error
			w.Message = "Lane " + l.Lane + ": " + w.Message
			sh.sayError(w)
		}
	}
	sh.sayWaiting(j)
	for _, l := range j.Lanes {
		if text := accountWords(l); text != "" {
			if err := sh.print("%s", text); err != nil {
				return err
			}
		}
	}
	if j.Witness != nil {
		if err := sh.print("The audit log is %s. Its first %s are at the feed, sealed.", witnessWords(seen), countWords(j.Sent, "entry", "entries")); err != nil {
			return err
		}
	}
	return sh.print("%s taken in, %s a second. Data state %s.", countWords(j.Rows, "row", "rows"), policy.Number(int64(j.PerSecond)), j.State)
}

// sync tells how far a sync is.
func (p *progress) sync(s engine.SyncProgress) {
	more := fmt.Sprintf(" of lane %s (%d of %d), %.1f of %.1f MB at %.1f MB/s", s.Lane, s.LaneNumber, s.Lanes, float64(s.Bytes)/1e6, float64(s.AllBytes)/1e6, s.BytesPerSecond/1e6)
	if s.Left > 0 {
		more += ", " + s.Left.Round(time.Second).String() + " left"
	}
	p.mu.Lock()
	p.total = s.AllRows
	p.mu.Unlock()
	p.note(s.Rows, more)
}
