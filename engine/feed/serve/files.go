package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"cordon/engine/feed"
)

// place is a file of a lane as its path says it.
type place struct {
	lane   feed.Lane
	path   string
	kind   *fileKind
	period string // of a segment
	digest string // of a file that is named by it
}

// fileKind is one kind of file that a lane has. Nothing else is served.
type fileKind struct {
	form      *regexp.Regexp // of the path behind the lane; groups: period, digest
	media     string         // empty: a photo, whose own bytes say it
	immutable bool           // the path's content never changes
	small     bool           // read whole
}

const hex64 = `([0-9a-f]{64})`

var fileKinds = []*fileKind{
	{regexp.MustCompile(`^checkpoint$`), "text/plain; charset=utf-8", false, true},
	{regexp.MustCompile(`^tile/(?:entries|[0-9]|[1-5][0-9])/(?:x[0-9]{3}/){0,6}[0-9]{3}(?:\.p/(?:[1-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$`), "application/octet-stream", true, false},
	{regexp.MustCompile(`^log/(?:x[0-9]{3}/){3}[0-9]{3}$`), "application/octet-stream", true, false},
	{regexp.MustCompile(`^segments/period=([0-9]{4}-W[0-9]{2})/` + hex64 + `\.parquet$`), "application/vnd.apache.parquet", true, false},
	{regexp.MustCompile(`^documents/()[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?/` + hex64 + `\.json$`), "application/json", true, false},
	{regexp.MustCompile(`^photos/()[0-9a-f]{2}/` + hex64 + `\.jpg$`), "", true, false},
}

// parsePlace reads a path of the bucket, e.g. "lanes/a.b/checkpoint". What it lets through holds
// no step upwards and nothing that a file system or an object store reads in its own way.
func parsePlace(p string) (place, bool) {
	rest, ok := strings.CutPrefix(p, "lanes/")
	name, file, ok2 := strings.Cut(rest, "/")
	lane, err := feed.ParseLane(name)
	if !ok || !ok2 || err != nil || len(p) > 300 {
		return place{}, false
	}
	for _, k := range fileKinds {
		m := k.form.FindStringSubmatch(file)
		if m == nil {
			continue
		}
		f := place{lane: lane, path: p, kind: k}
		if len(m) == 3 {
			f.period, f.digest = m[1], m[2]
		}
		if k.media == "" && !strings.HasPrefix(f.digest, file[len("photos/"):len("photos/")+2]) {
			return place{}, false
		}
		return f, true
	}
	return place{}, false
}

// pathNothing is where nothing ever lies.
const pathNothing = "lanes/-/nothing"

// file gives a file of a permitted lane, or a part of it.
func (s *Server) file(w http.ResponseWriter, r *http.Request, ws *enrolment) {
	f, ok := parsePlace(strings.TrimPrefix(r.URL.Path, "/"))
	if !ok {
		notFound(w)
		return
	}
	look := f.path
	if !ws.Grants.permit(f.lane, f.period) {
		look = pathNothing // so that the answer takes the time of a file that is not there
	}
	size, err := s.bucket.Size(r.Context(), look)
	switch {
	case errors.Is(err, feed.ErrNotFound) || err == nil && look == pathNothing:
		notFound(w)
		return
	case err != nil:
		s.broken(w, r, err)
		return
	}
	if f.kind.small {
		s.small(w, r, f.path, f.kind.media)
		return
	}
	tag := f.digest
	if tag == "" { // a tile or a claim: its path has one content ever
		sum := sha256.Sum256([]byte(f.path))
		tag = hex.EncodeToString(sum[:])
	}
	media := f.kind.media
	if media == "" {
		if media, err = s.photoMedia(r.Context(), f.path); err != nil {
			s.broken(w, r, err)
			return
		}
	}
	s.headers(w, media, tag, f.kind.immutable)
	body := &rangeReader{ctx: r.Context(), bucket: s.bucket, path: f.path, size: size, check: func() error {
		now, err := s.caller(r)
		if err == nil && !now.Grants.permit(f.lane, f.period) {
			err = errRevoked
		}
		return err
	}}
	defer body.close()
	if strings.Contains(r.Header.Get("Range"), ",") {
		r.Header.Del("Range") // one range at a time; the whole is a valid answer
	}
	http.ServeContent(w, r, "", time.Time{}, body)
	if body.err != nil && !errors.Is(body.err, io.EOF) && r.Context().Err() == nil {
		s.log.Error("file cut off", "route", r.Pattern, "error", body.err)
	}
}

// photoMedia tells a photo's media type by its first bytes: all photos lie under the same kind of
// path.
func (s *Server) photoMedia(ctx context.Context, path string) (string, error) {
	body, err := s.bucket.Reader(ctx, path, 0, 8)
	if err != nil {
		return "", err
	}
	defer body.Close()
	head, err := io.ReadAll(io.LimitReader(body, 8))
	switch {
	case err != nil:
		return "", err
	case strings.HasPrefix(string(head), "\xff\xd8\xff"):
		return "image/jpeg", nil
	case string(head) == "\x89PNG\r\n\x1a\n":
		return "image/png", nil
	}
	return "application/octet-stream", nil
}

// small gives a file that may change; it is read whole.
func (s *Server) small(w http.ResponseWriter, r *http.Request, path, media string) {
	data, err := s.bucket.Get(r.Context(), path, maxObject)
	if errors.Is(err, feed.ErrNotFound) {
		notFound(w)
		return
	}
	if err != nil {
		s.broken(w, r, err)
		return
	}
	sum := sha256.Sum256(data)
	s.headers(w, media, hex.EncodeToString(sum[:]), false)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(string(data)))
}

func (s *Server) headers(w http.ResponseWriter, media, tag string, immutable bool) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("ETag", `"`+tag+`"`)
	h.Set("Cache-Control", "no-cache")
	if immutable {
		h.Set("Cache-Control", "private, max-age=31536000, immutable")
	}
}

// card gives the feed's own card.
func (s *Server) card(w http.ResponseWriter, r *http.Request, _ *enrolment) {
	s.small(w, r, feed.PathFeed, "application/json")
}

// maxPart is how much is asked of the bucket at once.
const maxPart = 8 << 20

// rangeReader reads a file of the bucket as one stream from where it was last set.
type rangeReader struct {
	ctx    context.Context
	bucket Bucket
	path   string
	size   int64
	check  func() error // that the caller may still have it; asked for each MiB

	at, end int64 // end is where the open part ends
	open    io.ReadCloser
	checked int64 // bytes since the last check
	err     error
}

func (f *rangeReader) Seek(offset int64, whence int) (int64, error) {
	at := offset
	switch whence {
	case io.SeekCurrent:
		at += f.at
	case io.SeekEnd:
		at += f.size
	}
	if at < 0 {
		return 0, feed.ErrInvalid
	}
	if at != f.at {
		f.close()
	}
	f.at = at
	return at, nil
}

func (f *rangeReader) Read(p []byte) (n int, err error) {
	defer func() { f.err = err }()
	if f.at >= f.size {
		return 0, io.EOF
	}
	if f.checked >= 1<<20 {
		if err := f.check(); err != nil {
			return 0, err
		}
		f.checked = 0
	}
	if f.open == nil {
		f.end = min(f.size, f.at+maxPart)
		if f.open, err = f.bucket.Reader(f.ctx, f.path, f.at, f.end-f.at); err != nil {
			return 0, err
		}
	}
	n, err = f.open.Read(p)
	f.at, f.checked = f.at+int64(n), f.checked+int64(n)
	switch {
	case f.at == f.end:
		f.close() // the next part, if any, is opened when it is read
		err = nil
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (f *rangeReader) close() {
	if f.open != nil {
		_ = f.open.Close()
		f.open = nil
	}
}
