package engine

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/manifest"
	"cordon/engine/internal/vault"
)

// ErrNoFeed is returned when the workstation follows no feed.
var ErrNoFeed = errors.New("the workstation follows no feed")

// ErrCertificate is returned when the certificate that a server knows the workstation by has
// expired: it must be enrolled anew.
var ErrCertificate = errors.New("the workstation's certificate for the feed has expired")

// FeedOptions say which feed a workstation follows.
type FeedOptions struct {
	Address string // folder, file://, s3:// or https://HOST:PORT
	Key     string // the feed's public key, as "cordon feed init" prints it
	// For a server: the workstation's certificate and its key, and the authority of the
	// server's certificate, in PEM.
	Certificate, PrivateKey, Authority string
	// MaxAge is the age from which a checkpoint is stale, so that nobody keeps the workstation at
	// an old state unseen. 0: a week for a server, and any age for a folder or bucket, which may
	// be a copy that was carried here.
	MaxAge time.Duration
	// Code is a server's one-time code, in place of the three above.
	Code string
}

// feedLink is what the vault keeps of the feed.
type feedLink struct {
	FeedOptions
	Name        string
	Workstation string    // as the feed knows it
	Joined      time.Time // UTC
	Witness     string    // verifier key of the feed's cosignatures; empty: none was learned
}

// serverAge is the oldest checkpoint that is believed of a server: who runs one signs every day.
const serverAge = 7 * 24 * time.Hour

func (l feedLink) maxAge() time.Duration {
	if l.MaxAge == 0 && strings.HasPrefix(l.Address, "https://") {
		return serverAge
	}
	return l.MaxAge
}

var keyLink = vault.K("feed", "link")

// tls returns the settings for a server.
func (o FeedOptions) tls() (*tls.Config, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS13}
	if o.Authority != "" {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM([]byte(o.Authority)) {
			return nil, invalid("authority", "holds no certificate in PEM", "Give the file that came with the enrolment.")
		}
	}
	if o.Certificate != "" || o.PrivateKey != "" {
		cert, err := tls.X509KeyPair([]byte(o.Certificate), []byte(o.PrivateKey))
		if err != nil {
			return nil, invalid("certificate", "and its key do not belong together: "+err.Error(), "Give both files that came with the enrolment.")
		}
		if time.Now().After(cert.Leaf.NotAfter) { // TLS goes by the system's clock, too
			return nil, fmt.Errorf("%w: on %s", ErrCertificate, cert.Leaf.NotAfter.UTC().Format(time.DateOnly))
		}
		conf.Certificates = []tls.Certificate{cert}
	}
	return conf, nil
}

// Join makes the workstation follow a feed, which must be in reach and signed by the key. The
// key of a feed that is followed cannot be exchanged, as what was taken in rests on it; the
// address and the certificate can, and who names an address alone keeps the certificate. With a
// code the workstation is enrolled first. Errors: ErrInvalid, ErrExists for another feed, and
// those of package feed.
func (e *Engine) Join(ctx context.Context, o FeedOptions) error {
	if o.Key = strings.TrimSpace(o.Key); o.MaxAge < 0 {
		return invalid("max-age", "is "+o.MaxAge.String(), "Give a positive age, or leave it out.")
	}
	old, ok, err := vault.Get[feedLink](e.vault, keyLink)
	if err != nil {
		return outer(err)
	}
	if ok && old.Key != o.Key {
		return fmt.Errorf("%w: the workstation follows the feed %q, with another key", ErrExists, old.Name)
	}
	if ok && o.Code == "" && o.Certificate == "" && o.Authority == "" && strings.HasPrefix(o.Address, "https://") { // another server of the feed
		o.Certificate, o.PrivateKey, o.Authority = old.Certificate, old.PrivateKey, old.Authority
	}
	link := feedLink{FeedOptions: o, Workstation: strings.ToLower(e.meta.Name), Joined: e.o.Clock().UTC()}
	if o.Code != "" {
		got, err := client.Enroll(ctx, o.Address, o.Code, e.log.Key(), rand.Reader, time.Now)
		if err != nil {
			return feedInvalid(err)
		}
		link.Code, link.Workstation = "", got.Workstation
		link.Certificate, link.PrivateKey, link.Authority = got.Certificate, got.PrivateKey, got.Authority
		link.Witness = got.Witness
	} else if ok {
		link.Workstation, link.Witness = old.Workstation, old.Witness
	}
	c, closeSource, err := e.feedClient(ctx, link, client.Options{})
	if err != nil {
		return err
	}
	card, err := c.Card(ctx)
	if err = errors.Join(err, closeSource()); err != nil {
		return outer(err)
	}
	if link.Name = card.Name; ok {
		link.Joined = old.Joined
	}
	if ok && link.FeedOptions == old.FeedOptions {
		return nil
	}
	if _, err := e.record(ctx, event{kind: "feed-join"}.tell("feed", link.Name, "key", o.Key).with("address", o.Address)); err != nil {
		return err
	}
	if err := e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyLink, link) }); err != nil {
		return outer(err)
	}
	e.syncState.follow(link.Name)
	return nil
}

// link returns the feed that is followed, or ErrNoFeed.
func (e *Engine) link() (feedLink, error) {
	link, ok, err := vault.Get[feedLink](e.vault, keyLink)
	if err == nil && !ok {
		err = ErrNoFeed
	}
	return link, outer(err)
}

// changeLink changes what the vault keeps of the feed, unless the workstation was made to follow
// it in another way meanwhile.
func (e *Engine) changeLink(ctx context.Context, as feedLink, change func(*feedLink)) error {
	return e.vault.Update(ctx, func(tx *vault.Tx) error {
		var now feedLink
		if ok, err := tx.Load(keyLink, &now); err != nil || !ok || now.FeedOptions != as.FeedOptions {
			return err
		}
		change(&now)
		return tx.Put(keyLink, now)
	})
}

// feedClient opens the way to a feed.
func (e *Engine) feedClient(ctx context.Context, link feedLink, o client.Options) (*client.Client, func() error, error) {
	conf, err := link.tls()
	if err != nil {
		return nil, nil, err
	}
	source, err := client.OpenSource(ctx, link.Address, conf)
	if err != nil {
		return nil, nil, feedInvalid(err)
	}
	if e.k.source != nil {
		source = e.k.source(source)
	}
	o.Clock, o.Sleep, o.StepRows = e.o.Clock, e.k.wait, e.k.stepRows
	c, err := client.New(source, link.Key, o)
	if err != nil {
		return nil, nil, errors.Join(feedInvalid(err), source.Close())
	}
	return c, source.Close, nil
}

// feedInvalid gives what a feed calls not valid this package's sentinel: it is what was said of
// the feed that is wrong.
func feedInvalid(err error) error {
	if errors.Is(err, feed.ErrInvalid) {
		return &classed{ErrInvalid, err}
	}
	return err
}

// seenOf returns what is remembered of a lane's log.
func (e *Engine) seenOf(lane string) (manifest.Seen, error) {
	s, _, err := vault.Get[manifest.Seen](e.vault, keySeen(lane))
	return s, err
}

func keySeen(lane string) vault.Key { return vault.K("feed", "seen", lane) }

// seenEvery is how often a newer date alone is written down.
const seenEvery = time.Minute

// remember notes the newest log that was seen of a lane. It comes before anything of it is
// applied: a log that is older than what was ever seen is then refused, also after a kill,
// and how much is applied the detections themselves know.
func (e *Engine) remember(ctx context.Context, lane string, old, now manifest.Seen) error {
	if old.Size == now.Size && old.Root == now.Root && now.SignedAt.Sub(old.SignedAt) < seenEvery {
		return nil
	}
	return e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keySeen(lane), now) })
}
