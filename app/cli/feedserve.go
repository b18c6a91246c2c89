package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/serve"

	"github.com/spf13/cobra"
)

// serverPlace is where a feed lies, and where the keys of its servers do.
type serverPlace struct {
	feedPlace
	keys string
}

func (p *serverPlace) flags(cmd *cobra.Command, keys bool) {
	p.feedPlace.flags(cmd, false)
	if keys {
		cmd.Flags().StringVar(&p.keys, "keys", "", "folder with the keys of the feed’s servers")
	}
}

// with opens the feed's bucket for as long as do runs.
func (p *serverPlace) with(ctx context.Context, sh *shell, do func(b bucket.Bucket) error) error {
	if err := p.fill(sh); err != nil {
		return err
	}
	return p.withBucket(ctx, func(b bucket.Bucket) error { return feedError(p.feed, do(b)) })
}

// feedError says what is wrong input, and where anything else went wrong.
func feedError(place string, err error) error {
	var usage *usageError
	switch {
	case err == nil || errors.As(err, &usage):
		return err
	case errors.Is(err, enrol.ErrNoCA):
		return usagef("%v; make one with “cordon feed serve --init-ca”, or name another folder with --keys", err)
	case errors.Is(err, feed.ErrInvalid):
		return usagef("%s", strings.TrimPrefix(err.Error(), feed.ErrInvalid.Error()+": "))
	}
	return at(place, err)
}

// serveFlags are those of `feed serve`.
type serveFlags struct {
	serverPlace
	listen, name string
	hosts        []string
	initCA, text bool
	intake       liveFlags
	poll         time.Duration
}

func (sh *shell) feedServeCmd() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use: "serve", Short: "Serve a feed to workstations over HTTPS", Args: noArgs,
		Long: `Serve a feed to enrolled workstations over HTTPS (TLS 1.3, client certificates).

All servers of one feed use the same bucket and the same keys; any number of them act as
one. With --key, the feed’s private key, the server also takes reads in from cameras and
vendors. SIGTERM or an interrupt stops it: what is in hand is finished first.
docs/feed-operations.md is the operator’s guide.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return sh.feedServe(cmd.Context(), &f) },
	}
	f.flags(cmd, true)
	cmd.Flags().StringVar(&f.listen, "listen", ":8443", "address to listen on")
	cmd.Flags().StringArrayVar(&f.hosts, "host", nil, "name or address that workstations call the server by; may be given again (default: this computer’s name, localhost, 127.0.0.1)")
	cmd.Flags().StringVar(&f.name, "name", "", "name of the feed as a witness of audit logs, the same on all servers (default: the first --host and /witness)")
	cmd.Flags().BoolVar(&f.initCA, "init-ca", false, "make the keys when the folder has none")
	cmd.Flags().BoolVar(&f.text, "log-text", false, "log in lines for people instead of JSON")
	cmd.Flags().DurationVar(&f.poll, "poll", 300*time.Millisecond, "how often the bucket is looked at for new checkpoints while workstations listen")
	f.intake.flags(cmd)
	return cmd
}

func (sh *shell) feedServe(ctx context.Context, f *serveFlags) error {
	if f.keys == "" {
		return usagef("name the folder of the servers’ keys with --keys")
	}
	hosts := f.hosts
	if len(hosts) == 0 {
		if name, err := os.Hostname(); err == nil {
			hosts = append(hosts, name)
		}
		hosts = append(hosts, "localhost", "127.0.0.1")
	}
	ca, err := enrol.OpenCA(f.keys, sh.env.Clock, rand.Reader)
	if errors.Is(err, enrol.ErrNoCA) && f.initCA {
		if ca, err = enrol.CreateCA(f.keys, "Cordon feed", sh.env.Clock, rand.Reader); err == nil {
			sh.say("Made the keys of the feed’s servers in %s. Keep a copy in a safe place.", f.keys)
		}
	}
	if err != nil {
		return feedError(f.keys, err)
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	return f.with(ctx, sh, func(b bucket.Bucket) error {
		log := sh.serverLog(f.text)
		sink, err := f.intake.open(ctx, sh, b, log)
		if err != nil {
			return err
		}
		s, err := serve.New(serve.Options{
			Bucket: b, CA: ca, Hosts: hosts, Name: f.name, Sink: sink, Clock: sh.env.Clock, Log: log, Poll: f.poll,
		})
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", f.listen)
		if err != nil {
			return at(f.listen, err)
		}
		if err := sh.sayServing(l.Addr().String(), ca.Fingerprint(), s.WitnessKey(), sink != nil); err != nil {
			return errors.Join(err, l.Close())
		}
		return s.Serve(ctx, l, 30*time.Second)
	})
}

func (sh *shell) serverLog(text bool) *slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelInfo}
	if sh.verbose {
		o.Level = slog.LevelDebug
	}
	if text {
		return slog.New(slog.NewTextHandler(sh.env.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(sh.env.Stderr, o))
}

func (sh *shell) sayServing(address string, ca feed.Digest, witness string, intake bool) error {
	if sh.json {
		return sh.printJSON(map[string]any{"address": address, "ca": ca.String(), "witness": witness, "intake": intake})
	}
	return sh.print("Serving on %s. Authority %s. Witness %s.", address, ca, witness)
}

// rightsFlags say what a workstation may have.
type rightsFlags struct {
	lanes, weeks string
	units        []string
}

func (f *rightsFlags) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.units, "unit", nil, "unit whose lanes by the feed’s agreements it may have; may be given several times")
	cmd.Flags().StringVar(&f.lanes, "lanes", "", "lanes that it may have whatever is agreed, e.g. wilmington-pd.*,state.de-north")
	cmd.Flags().StringVar(&f.weeks, "weeks", "", "ISO weeks of --lanes, e.g. 2026-W01..2026-W20 (default: all)")
}

func (f rightsFlags) parse() (serve.Rights, error) {
	switch {
	case f.lanes == "" && len(f.units) == 0:
		return serve.Rights{}, usagef("say what the workstation may have: --unit, --lanes, or both")
	case f.lanes == "" && f.weeks != "":
		return serve.Rights{}, usagef("--weeks goes with --lanes; the weeks of a --unit are those of its agreements")
	}
	r, err := serve.ParseRights(f.lanes, f.weeks, f.units)
	return r, feedError("", err)
}

// String says them in a sentence.
func (f rightsFlags) String() string {
	var out []string
	if f.lanes != "" {
		out = append(out, f.lanes)
	}
	if len(f.units) > 0 {
		out = append(out, "what is agreed for "+strings.Join(f.units, ", "))
	}
	return strings.Join(out, " and ")
}

func (sh *shell) feedEnrollCodeCmd() *cobra.Command {
	var p serverPlace
	var name string
	var rights rightsFlags
	var life time.Duration
	cmd := &cobra.Command{
		Use: "enroll-code", Short: "Invite a workstation with a one-time code", Args: noArgs,
		Long: `Print a code that enrolls one workstation, once, before it expires. Hand it over on a
safe way: it lets its holder in, and it holds the fingerprint by which the workstation
knows the feed. The bucket keeps its hash alone.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if p.keys == "" || name == "" {
				return usagef("give --keys and --workstation")
			}
			ca, err := enrol.FingerprintOf(p.keys)
			if err != nil {
				return feedError(p.keys, err)
			}
			r, err := rights.parse()
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), sh, func(b bucket.Bucket) error {
				code, err := serve.Invite(cmd.Context(), b, ca, name, r, life, sh.env.Clock, rand.Reader)
				if err != nil {
					return err
				}
				until := sh.env.Clock().Add(life)
				if sh.json {
					return sh.printJSON(map[string]any{"workstation": name, "code": code.String(), "expires": until.UTC().Format(time.RFC3339)})
				}
				sh.say("The code enrolls %s once, until %s.", name, utc(until.Truncate(time.Second)))
				return sh.print("%s", code)
			})
		},
	}
	p.flags(cmd, true)
	cmd.Flags().StringVar(&name, "workstation", "", "the workstation’s name")
	rights.flags(cmd)
	cmd.Flags().DurationVar(&life, "life", 24*time.Hour, "how long the code is good")
	return cmd
}

func (sh *shell) feedGrantCmd() *cobra.Command {
	var p serverPlace
	var rights rightsFlags
	cmd := &cobra.Command{
		Use: "grant WORKSTATION", Short: "Give an enrolled workstation other lanes or units", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := rights.parse()
			if err != nil {
				return err
			}
			return p.with(cmd.Context(), sh, func(b bucket.Bucket) error {
				if err := serve.SetRights(cmd.Context(), b, args[0], r, sh.env.Clock); err != nil {
					return notEnrolled(args[0], err)
				}
				return sh.done("granted", args[0], "%s may have %s from now on.", args[0], rights)
			})
		},
	}
	p.flags(cmd, false)
	rights.flags(cmd)
	return cmd
}

func (sh *shell) feedRevokeCmd() *cobra.Command {
	var p serverPlace
	cmd := &cobra.Command{
		Use: "revoke WORKSTATION", Short: "End a workstation’s enrolment", Args: exactly(1),
		Long: `End a workstation’s enrolment and its unused codes. All servers refuse it within a second;
what it has already stays with it. A new code enrolls it again.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), sh, func(b bucket.Bucket) error {
				err := serve.Revoke(cmd.Context(), b, args[0], sh.env.Clock)
				if errors.Is(err, feed.ErrNotFound) {
					return sh.done("revoked", args[0], "%s is not enrolled; codes for it that are not used yet have ended.", args[0])
				}
				if err != nil {
					return err
				}
				return sh.done("revoked", args[0], "The enrolment of %s has ended.", args[0])
			})
		},
	}
	p.flags(cmd, false)
	return cmd
}

func notEnrolled(name string, err error) error {
	if errors.Is(err, feed.ErrNotFound) {
		return fmt.Errorf("no workstation %q is enrolled; check the name", name)
	}
	return err
}

// done says what was done.
func (sh *shell) done(what, name, format string, args ...any) error {
	if sh.json {
		return sh.printJSON(map[string]string{what: name})
	}
	return sh.print(format, args...)
}
