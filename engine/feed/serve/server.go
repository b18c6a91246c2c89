package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/witness"

	"golang.org/x/net/netutil"
)

// Server answers requests out of a bucket. It is safe for concurrent use.
type Server struct {
	o       Options
	bucket  Bucket
	ca      *enrol.CA
	witness *witness.Signer
	clock   func() time.Time
	log     *slog.Logger
	access  *accessCache
	tokens  *tokenCache
	enrolls *limiter
	events  *hub
	intake  *intakeDesk
	heads   *seqHints
	parcels slots // parcels of audit entries in memory at once
	handler http.Handler

	lookMu sync.Mutex
	looked time.Time // when all lanes were looked at last
}

// New makes a server. Errors match feed.ErrInvalid when the options cannot be meant.
func New(o Options) (*Server, error) {
	o.defaults()
	if o.Bucket == nil || o.CA == nil || o.Clock == nil || len(o.Hosts) == 0 {
		return nil, fmt.Errorf("%w: a server needs a bucket, keys, a clock and a host name", feed.ErrInvalid)
	}
	signer, err := witness.NewSigner(o.Name, o.CA.WitnessKey(), o.Clock)
	if err != nil {
		return nil, err
	}
	changes := &epoch{bucket: o.Bucket, clock: o.Clock, ttl: o.AccessTime}
	s := &Server{
		o: o, bucket: o.Bucket, ca: o.CA, witness: signer, clock: o.Clock, log: o.Log,
		access: &accessCache{
			epoch: changes, entries: map[string]*accessEntry{},
			agreed: &agreed{bucket: o.Bucket, clock: o.Clock, ttl: o.AccessTime, log: o.Log},
		},
		tokens:  &tokenCache{epoch: changes, entries: map[feed.Digest]tokenEntry{}},
		enrolls: newLimiter(o.Enrolments, time.Minute, o.Clock),
		events:  newHub(o.Streams),
		heads:   &seqHints{last: map[string]int64{}},
		parcels: make(slots, 4),
	}
	s.intake = newDesk(s)
	s.handler = s.routes()
	return s, nil
}

// WitnessKey is the verifier key of the server's cosignatures.
func (s *Server) WitnessKey() string { return s.witness.String() }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /lanes/{path...}", s.enrolled(s.file))
	mux.HandleFunc("GET /feed.json", s.enrolled(s.card))
	mux.HandleFunc("GET /v1/lanes", s.enrolled(s.lanes))
	mux.HandleFunc("GET /v1/events", s.enrolled(s.stream))
	mux.HandleFunc("POST /v1/enroll", s.enroll)
	mux.HandleFunc("POST /v1/renew", s.enrolled(s.renew))
	mux.HandleFunc("POST /v1/intake/{format}", s.takeIn)
	mux.HandleFunc("POST /v1/audit", s.enrolled(s.addCheckpoint))
	mux.HandleFunc("GET /v1/audit/entries", s.enrolled(s.nextEntry))
	mux.HandleFunc("POST /v1/audit/entries", s.enrolled(s.addEntries))
	mux.HandleFunc("POST /v1/reports", s.enrolled(s.addReport))
	mux.HandleFunc("GET /v1/reports/{id}", s.enrolled(s.report))
	mux.HandleFunc("GET /healthz", s.health)
	for _, p := range []string{"/", "/lanes"} { // the second, or the router would point to it
		mux.HandleFunc(p, func(w http.ResponseWriter, _ *http.Request) { notFound(w) })
	}
	return s.guarded(mux)
}

// Handler answers requests that came over TLS with the server's own settings.
func (s *Server) Handler() http.Handler { return s.handler }

// guarded bounds and logs every request.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begin := time.Now()
		out := &paced{ResponseWriter: w, rc: http.NewResponseController(w), limit: s.o.WriteTime}
		out.Header().Set("X-Content-Type-Options", "nosniff")
		if r.ContentLength != 0 { // nobody holds a connection with a body that never ends
			_ = out.rc.SetReadDeadline(begin.Add(s.o.BodyTime))
		}
		if r.URL.Path != path.Clean(r.URL.Path) || r.Method == http.MethodConnect || len(r.URL.RawQuery) > 0 {
			notFound(out)
		} else {
			next.ServeHTTP(out, r)
		}
		if out.status == 0 {
			out.status = http.StatusOK
		}
		s.log.Info("request", "route", r.Pattern, "status", out.status, "bytes", out.bytes,
			"ms", time.Since(begin).Milliseconds(), "workstation", out.who)
	})
}

// paced writes answers; a caller that does not take 64 KiB in the time given is dropped.
type paced struct {
	http.ResponseWriter
	rc     *http.ResponseController
	limit  time.Duration
	status int
	bytes  int64
	who    string
}

// Unwrap is for http.ResponseController.
func (p *paced) Unwrap() http.ResponseWriter { return p.ResponseWriter }

func (p *paced) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
	p.ResponseWriter.WriteHeader(status)
}

func (p *paced) Write(b []byte) (n int, err error) {
	for {
		part := b[n:min(len(b), n+64<<10)]
		if err := p.rc.SetWriteDeadline(time.Now().Add(p.limit)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		m, err := p.ResponseWriter.Write(part)
		n, p.bytes = n+m, p.bytes+int64(m)
		if err != nil || n == len(b) {
			return n, err
		}
	}
}

// enrolled lets workstations alone through.
func (s *Server) enrolled(next func(http.ResponseWriter, *http.Request, *enrolment)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ws, err := s.caller(r)
		switch {
		case errors.Is(err, errNoCertificate):
			fail(w, http.StatusUnauthorized, "not-enrolled", "This needs the certificate of an enrolled workstation.")
		case errors.Is(err, errRevoked):
			fail(w, http.StatusForbidden, "revoked", "The workstation's enrolment has ended. Ask the feed's operator for a new code.")
		case err != nil:
			s.broken(w, r, err)
		default:
			if p, ok := w.(*paced); ok {
				p.who = ws.Workstation
			}
			next(w, r, ws)
		}
	}
}

func (s *Server) caller(r *http.Request) (*enrolment, error) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return nil, errNoCertificate
	}
	return s.access.of(r.Context(), r.TLS.PeerCertificates)
}

func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, stop := context.WithTimeout(r.Context(), 5*time.Second)
	defer stop()
	if _, err := s.bucket.Get(ctx, feed.PathFeed, maxObject); err != nil && !errors.Is(err, feed.ErrNotFound) {
		s.broken(w, r, err)
		return
	}
	answer(w, http.StatusOK, map[string]bool{"ok": true})
}

// Serve answers on a listener (of plain TCP) until ctx ends; then it takes no more, ends event
// streams, publishes what intake holds, and waits for requests in progress, at most grace.
func (s *Server) Serve(ctx context.Context, l net.Listener, grace time.Duration) error {
	tls, err := s.ca.ServerConfig(s.o.Hosts)
	if err != nil {
		return err
	}
	base, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	h := &http.Server{
		Handler: s.handler, TLSConfig: tls, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		WriteTimeout: s.o.WriteTime + s.o.BodyTime, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context { return base }, Protocols: new(http.Protocols),
	}
	h.Protocols.SetHTTP1(true)
	h.RegisterOnShutdown(s.events.close)
	var wg sync.WaitGroup
	work, stop := context.WithCancel(base)
	defer stop()
	wg.Go(func() { s.watch(work) })
	wg.Go(func() { s.intake.run(work) })
	end := make(chan error, 1)
	go func() {
		<-ctx.Done()
		late, stop := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer stop()
		err := h.Shutdown(late)
		if err != nil { // cut what is left
			cut()
			err = errors.Join(err, h.Close())
		}
		end <- err
	}()
	err = h.ServeTLS(netutil.LimitListener(l, s.o.Connections), "", "")
	if errors.Is(err, http.ErrServerClosed) {
		err = <-end
	}
	stop()
	wg.Wait()
	return err
}

// remoteHost is the caller's address without its port. It is not logged.
func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return strings.ToLower(host)
}
