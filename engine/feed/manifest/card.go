package manifest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/bucket"
)

// Card says who a feed is. It is signed by the key that it names: that proves that its
// maker had the key, not that it is the key you expect. Compare it with the one you were
// told.
type Card struct {
	Name    string
	Key     *Verifier
	Created time.Time // UTC, whole seconds
}

// cardFile is feed.json.
type cardFile struct {
	Name    string    `json:"name"`
	Key     string    `json:"key"`
	Created time.Time `json:"created"`
	Signed  string    `json:"signed"` // a note over the other fields
}

const (
	maxCard  = 16 << 10
	cardHead = "cordon feed card v1\n"
)

func cardText(name, key string, created time.Time) string {
	return cardHead + name + "\n" + key + "\n" + created.UTC().Format(time.RFC3339) + "\n"
}

// ReadCard reads a feed's card and checks its signature. Errors match feed.ErrNotFound,
// feed.ErrInvalid, feed.ErrSignature or feed.ErrOffline.
func ReadCard(ctx context.Context, src Source) (*Card, error) {
	data, err := src.Get(ctx, feed.PathFeed, maxCard)
	if err != nil {
		return nil, err
	}
	var file cardFile
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", feed.ErrInvalid, feed.PathFeed, err)
	}
	if d.More() {
		return nil, fmt.Errorf("%w: %s: something follows the card", feed.ErrInvalid, feed.PathFeed)
	}
	key, err := ParseVerifier(file.Key)
	if err != nil {
		return nil, err
	}
	text, _, err := key.open([]byte(file.Signed))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", feed.PathFeed, err)
	}
	if key.Name() != file.Name || text != cardText(file.Name, file.Key, file.Created) {
		return nil, fmt.Errorf("%w: %s says something else than was signed", feed.ErrSignature, feed.PathFeed)
	}
	return &Card{file.Name, key, file.Created.UTC()}, nil
}

// Init makes an empty feed in a bucket that holds none, with the key of signer. It also
// proves that the bucket lets only one of two writers create an object, without which two
// publishers could fork a log. Errors match bucket.ErrExists, feed.ErrInvalid or
// feed.ErrOffline.
func Init(ctx context.Context, b bucket.Bucket, signer *Signer, now time.Time) (*Card, error) {
	v := signer.Verifier()
	created := now.UTC().Truncate(time.Second)
	signed, err := signer.sign(cardText(v.Name(), v.String(), created), now)
	if err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(cardFile{v.Name(), v.String(), created, string(signed)}, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := b.PutNew(ctx, feed.PathFeed, data); err != nil {
		return nil, err
	}
	switch err := b.PutNew(ctx, feed.PathFeed, data); {
	case errors.Is(err, bucket.ErrExists):
	case err == nil:
		return nil, errors.Join(fmt.Errorf("%w: this bucket lets two writers create one object; use a folder, or an object store with conditional writes (If-None-Match)",
			feed.ErrInvalid), b.Delete(ctx, feed.PathFeed))
	default:
		return nil, err
	}
	return &Card{v.Name(), v, created}, Open(b, feed.Control, signer, func() time.Time { return now }, Seen{}).Refresh(ctx, 0)
}

// WriteKey writes a private key to a new file that only its owner can read. The file must
// not be there: os.ErrExist otherwise.
func WriteKey(path string, s *Signer) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	_, err = f.WriteString(s.Text() + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if d, e := os.Open(filepath.Dir(path)); e == nil {
		_ = d.Sync() // not every system syncs folders
		_ = d.Close()
	}
	return nil
}

// ReadKey reads a private key's file. Errors match feed.ErrInvalid or are the system's.
func ReadKey(path string) (*Signer, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 4096))
	if err != nil {
		return nil, err
	}
	s, err := ParseSigner(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
