package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"cordon/engine/feed"
)

// Server is a feed behind HTTPS: a feed server, or an object store that gives files by plain
// GETs with ranges.
type Server struct {
	base string // without a slash at its end
	http *http.Client
}

// DialServer makes the source of a server's address. conf holds the workstation's certificate and
// the authorities that the server's must come from; it is not changed. Nothing is sent yet.
// Errors match feed.ErrInvalid.
func DialServer(address string, conf *tls.Config) (*Server, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("%w: %q is no address of the form https://host:port", feed.ErrInvalid, address)
	}
	conf = conf.Clone()
	conf.MinVersion = tls.VersionTLS13
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: conf, ForceAttemptHTTP2: true,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 30 * time.Second,
		MaxIdleConnsPerHost: maxParallel, IdleConnTimeout: time.Minute, DisableCompression: true,
	}
	return &Server{strings.TrimSuffix(u.String(), "/"), &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// Close gives idle connections back.
func (s *Server) Close() error {
	s.http.CloseIdleConnections()
	return nil
}

// Lanes implements Source.
func (s *Server) Lanes(ctx context.Context) ([]Lane, error) {
	body, err := s.Reader(ctx, "v1/lanes", 0, -1)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var list struct {
		Lanes []struct {
			Lane   string
			Grants []Weeks
		}
	}
	if err := json.NewDecoder(io.LimitReader(body, 8<<20)).Decode(&list); err != nil {
		return nil, fmt.Errorf("%w: the server's list of lanes: %w", feed.ErrOffline, err)
	}
	var out []Lane
	for _, l := range list.Lanes {
		lane, err := feed.ParseLane(l.Lane)
		if err != nil {
			return nil, err
		}
		out = append(out, Lane{lane, l.Grants})
	}
	return out, nil
}

// Reader implements Source.
func (s *Server) Reader(ctx context.Context, path string, offset, n int64) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/"+path, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", feed.ErrInvalid, err)
	}
	want := http.StatusOK
	switch {
	case n >= 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", offset, offset+n-1))
		want = http.StatusPartialContent
	case offset > 0:
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", offset))
		want = http.StatusPartialContent
	}
	res, err := s.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: %w", feed.ErrOffline, err)
	}
	switch {
	case res.StatusCode == want:
	case res.StatusCode == http.StatusOK: // it knows no ranges: pass over what was not asked for
		if _, err := io.CopyN(io.Discard, res.Body, offset); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", feed.ErrOffline, err), res.Body.Close())
		}
	default:
		return nil, errors.Join(statusError(res.StatusCode, path), res.Body.Close())
	}
	if n < 0 {
		return res.Body, nil
	}
	return part{io.LimitReader(res.Body, n), res.Body}, nil
}

// statusError: what a workstation may not have and what is not there look the same.
func statusError(code int, path string) error {
	switch code {
	case http.StatusNotFound, http.StatusForbidden, http.StatusGone, http.StatusUnauthorized, http.StatusRequestedRangeNotSatisfiable:
		return fmt.Errorf("%w: %s (status %d)", feed.ErrNotFound, path, code)
	}
	return fmt.Errorf("%w: the server answers with status %d", feed.ErrOffline, code)
}
