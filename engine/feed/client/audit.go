package client

import (
	"bytes"
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/enrol"
	"cordon/engine/feed/witness"
)

// Server returns the feed server behind the client, nil when the feed is a folder or a bucket:
// these witness nothing and renew nothing.
func (c *Client) Server() *Server {
	s, _ := c.source.(*Server)
	return s
}

// KnownError is returned by AddCheckpoint when the witness has cosigned another size than was
// named, which is in the error.
type KnownError struct{ Size int64 }

func (e *KnownError) Error() string {
	return fmt.Sprintf("the witness has cosigned the log up to entry %d", e.Size)
}

// EntriesState says which entry the server wants next, and the size of the head that it
// cosigned last.
type EntriesState struct{ Next, Size int64 }

// exchangeTime bounds one request of the exchange: the server takes bodies for 15 s.
const exchangeTime = time.Minute

// WitnessKey asks for the verifier key of the server's cosignatures, empty when it has none.
// Errors match feed.ErrOffline and feed.ErrNotFound.
func (s *Server) WitnessKey(ctx context.Context) (string, error) {
	body, err := s.Reader(ctx, "v1/lanes", 0, -1)
	if err != nil {
		return "", err
	}
	defer body.Close()
	var list struct{ Witness string }
	if err := json.NewDecoder(io.LimitReader(body, 8<<20)).Decode(&list); err != nil {
		return "", fmt.Errorf("%w: the server's list of lanes: %w", feed.ErrOffline, err)
	}
	return list.Witness, nil
}

// AddCheckpoint shows a checkpoint of the audit log to the witness and returns its cosignature,
// which is not checked yet. Errors: *KnownError, feed.ErrFork when the log does not continue what
// was cosigned, feed.ErrInvalid when the request is refused, feed.ErrOffline.
func (s *Server) AddCheckpoint(ctx context.Context, a witness.Add) ([]byte, error) {
	status, answer, err := s.send(ctx, http.MethodPost, "v1/audit", "text/plain; charset=utf-8", a.Encode())
	switch {
	case err != nil:
		return nil, err
	case status == http.StatusOK:
		return answer, nil
	case status == http.StatusConflict:
		size, err := strconv.ParseInt(strings.TrimSuffix(string(answer), "\n"), 10, 64)
		if err != nil || size < 0 {
			return nil, fmt.Errorf("%w: the witness names no size", feed.ErrOffline)
		}
		return nil, &KnownError{size}
	}
	return nil, refusal(status, "v1/audit", answer)
}

// NextEntry asks which entry of the audit log the server wants. Errors as SendEntries.
func (s *Server) NextEntry(ctx context.Context) (EntriesState, error) {
	status, answer, err := s.send(ctx, http.MethodGet, "v1/audit/entries", "", nil)
	return entriesState(status, answer, err)
}

// SendEntries hands a parcel of sealed entries in. What the server wants next comes back, also
// when it did not take the parcel because it was not that. Errors: feed.ErrFork when the entries
// are not those of the cosigned log, feed.ErrInvalid, feed.ErrOffline, also when it is busy.
func (s *Server) SendEntries(ctx context.Context, p witness.Parcel) (EntriesState, error) {
	status, answer, err := s.send(ctx, http.MethodPost, "v1/audit/entries", "application/octet-stream", p.Encode())
	return entriesState(status, answer, err)
}

func entriesState(status int, answer []byte, err error) (out EntriesState, _ error) {
	switch {
	case err != nil:
		return out, err
	case status != http.StatusOK && status != http.StatusConflict:
		return out, refusal(status, "v1/audit/entries", answer)
	}
	if err := json.Unmarshal(answer, &out); err != nil || out.Next < 0 || out.Size < 0 {
		return EntriesState{}, errors.Join(fmt.Errorf("%w: the server does not say which entry it wants", feed.ErrOffline), err)
	}
	return out, nil
}

// Renew returns a new certificate (PEM) for the workstation's key. Errors match feed.ErrInvalid
// and feed.ErrOffline.
func (s *Server) Renew(ctx context.Context, key crypto.Signer, random io.Reader) (string, error) {
	request, err := enrol.RequestFor(key, random)
	if err != nil {
		return "", err
	}
	var got struct{ Certificate string }
	if err := s.post(ctx, "v1/renew", map[string]string{"request": request}, &got); err != nil {
		return "", err
	}
	if _, err := enrol.ClientCertificate(got.Certificate, key); err != nil {
		return "", err
	}
	return got.Certificate, nil
}

// send makes one request and returns the status and the answer, up to maxAnswer bytes of it.
// Errors match feed.ErrOffline.
func (s *Server) send(ctx context.Context, method, path, kind string, body []byte) (int, []byte, error) {
	timed, cancel := context.WithTimeout(ctx, exchangeTime)
	defer cancel()
	req, err := http.NewRequestWithContext(timed, method, s.base+"/"+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", feed.ErrInvalid, err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := s.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return 0, nil, ctx.Err()
		}
		return 0, nil, fmt.Errorf("%w: %w", feed.ErrOffline, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: %w", feed.ErrOffline, err)
	}
	return res.StatusCode, answer, nil
}

// refusal is the error of a status that is no success.
func refusal(status int, path string, answer []byte) error {
	var why struct{ Error struct{ Message string } }
	_ = json.Unmarshal(answer, &why) // a proxy may have answered
	switch {
	case status == http.StatusNotFound || status == http.StatusTooManyRequests || status < 400 || status >= 500:
		return statusError(status, path)
	case why.Error.Message == "":
		why.Error.Message = fmt.Sprintf("status %d", status)
	}
	class := feed.ErrInvalid
	if status == http.StatusUnprocessableEntity {
		class = feed.ErrFork
	}
	return fmt.Errorf("%w: the server says: %.300s", class, why.Error.Message)
}
