package engine

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/client"
	"cordon/engine/feed/witness"
	"cordon/engine/internal/audit"
	"cordon/engine/internal/vault"

	"golang.org/x/mod/sumdb/tlog"
)

// Alarms of the exchange with the feed's witness. Each is recorded once, until it ends.
var (
	// ErrLogBehind is returned when the feed's witness has seen more of the audit log than the
	// workstation has: the log was put back to an older copy.
	ErrLogBehind = errors.New("the audit log is shorter than the one that the feed's witness has seen")
	// ErrLogFork is returned when the audit log does not continue the one that the witness has seen.
	ErrLogFork = errors.New("the audit log does not continue the one that the feed's witness has seen")
	// ErrWitness is returned when the feed's answer is not signed by the witness that the
	// workstation was enrolled with.
	ErrWitness = errors.New("the answer is not signed by the feed's witness")
)

// WitnessState is what a witness outside, at the feed, has seen of the audit log (U-4).
type WitnessState struct {
	Witness string    // its name; empty: none has seen anything
	Entries int64     // it has cosigned the log's first entries, this many
	At      time.Time // of the cosignature, by the witness's clock; UTC
	Newer   int64     // entries that came after it
	Sent    int64     // sealed entries that lie at the feed; told by a sync alone
	Alarm   error     // ErrLogBehind, ErrLogFork or ErrWitness at the last exchange that had one and did not end it
}

// cosigned is the newest head of the audit log that the feed's witness has cosigned. The vault
// keeps it, and a file beside the log for who has no key to the vault.
type cosigned struct {
	Key   string // verifier key of the witness
	Note  string // the checkpoint with the log's signature and the cosignature
	Alarm string // word of the alarm that was recorded and has not ended
}

var keyCosigned = vault.K("feed", "cosigned")

// seenHead is what a cosigned head says; the zero value says nothing.
type seenHead struct {
	witness, origin string
	tree            tlog.Tree
	at              time.Time
}

// open checks the cosignature. The error matches ErrDamaged.
func (c cosigned) open() (seenHead, error) {
	if c.Note == "" {
		return seenHead{}, nil
	}
	damaged := func(err error) (seenHead, error) {
		return seenHead{}, fmt.Errorf("%w: the head that the feed's witness cosigned is not as it was written: %w", ErrDamaged, err)
	}
	v, err := witness.NewVerifier(c.Key)
	if err != nil {
		return damaged(err)
	}
	text, signatures, _ := strings.Cut(c.Note, "\n\n")
	at, err := v.OpenCosigned(c.Note, []byte(signatures))
	if err != nil {
		return damaged(err)
	}
	origin, tree, err := witness.ParseCheckpoint(text + "\n")
	if err != nil {
		return damaged(err)
	}
	return seenHead{v.Name(), origin, tree, at}, nil
}

// state is what a log of a number of entries is told of.
func (h seenHead) state(entries int64) WitnessState {
	return WitnessState{Witness: h.witness, Entries: h.tree.N, At: h.at, Newer: max(0, entries-h.tree.N)}
}

// readCosigned reads the file beside the log, which need not be there. Errors: ErrDamaged, and
// those of reading.
func readCosigned(path string) (seenHead, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return seenHead{}, nil
	}
	if err != nil {
		return seenHead{}, err
	}
	return parseCosigned(string(text))
}

func parseCosigned(text string) (seenHead, error) {
	key, note, _ := strings.Cut(text, "\n")
	if note == "" {
		return seenHead{}, fmt.Errorf("%w: %s is cut short", ErrDamaged, fileCosigned)
	}
	return cosigned{Key: key, Note: note}.open()
}

// WitnessState returns what the feed's witness has seen of the audit log.
func (e *Engine) WitnessState() (WitnessState, error) {
	c, _, err := vault.Get[cosigned](e.vault, keyCosigned)
	if err != nil {
		return WitnessState{}, outer(err)
	}
	h, err := c.open()
	out := h.state(e.log.Head().N)
	out.Alarm = alarms[c.Alarm]
	return out, err
}

// WitnessState returns what the feed's witness has seen of the audit log.
func (s *Session) WitnessState() (WitnessState, error) { return s.e.WitnessState() }

// attend does what a workstation owes its feed server beyond the lanes: it shows the audit log
// to the witness and renews its certificate in time. Nothing of it stops a sync.
func (e *Engine) attend(ctx context.Context, s *client.Server, link feedLink, out *SyncReport) {
	sent, err := e.showLog(ctx, s, link)
	var stateErr error
	out.Witness, stateErr = e.WitnessState()
	out.Witness.Sent = sent
	if out.WitnessErr = outer(errors.Join(err, stateErr)); out.WitnessErr != nil {
		e.o.Log("audit witness: " + out.WitnessErr.Error())
	}
	if out.RenewErr = outer(e.renew(ctx, s, link)); out.RenewErr != nil {
		e.o.Log("certificate: " + out.RenewErr.Error())
	}
}

// showLog has the newest head of the audit log cosigned and sends the entries behind it. It
// writes no entry when all is well, or every exchange would need another. sent is how many
// entries the feed has.
func (e *Engine) showLog(ctx context.Context, s *client.Server, link feedLink) (sent int64, err error) {
	v, err := e.witnessOf(ctx, s, link)
	if err != nil || v == nil {
		return 0, err
	}
	kept, _, err := vault.Get[cosigned](e.vault, keyCosigned)
	if err != nil {
		return 0, err
	}
	point, tree, err := e.signHead(ctx)
	if err != nil {
		return 0, err
	}
	if err = e.cosign(ctx, s, v, kept, point, tree); err == nil {
		sent, err = e.sendEntries(ctx, s, tree)
	}
	return sent, e.settle(ctx, err, v.Name(), tree.N)
}

// witnessOf returns the witness that the workstation knows, after learning its key from the
// server for a link that was made before workstations knew witnesses; nil when it has none.
func (e *Engine) witnessOf(ctx context.Context, s *client.Server, link feedLink) (*witness.Verifier, error) {
	if link.Witness != "" {
		return witness.NewVerifier(link.Witness)
	}
	key, err := s.WitnessKey(ctx)
	if err != nil || key == "" {
		return nil, err
	}
	v, err := witness.NewVerifier(key)
	if err != nil {
		return nil, err
	}
	return v, e.changeLink(ctx, link, func(l *feedLink) { l.Witness = key })
}

// cosign has a head cosigned and keeps the cosignature.
func (e *Engine) cosign(ctx context.Context, s *client.Server, v *witness.Verifier, kept cosigned, point string, tree tlog.Tree) error {
	known, err := kept.open()
	if err != nil {
		return err
	}
	answer, err := e.addHead(ctx, s, kept, min(known.tree.N, tree.N), point, tree)
	if err != nil {
		return err
	}
	if _, err := v.OpenCosigned(point, answer); err != nil {
		return fmt.Errorf("%w, %s: %w", ErrWitness, v.Name(), err)
	}
	now := cosigned{Key: v.String(), Note: point + string(answer), Alarm: kept.Alarm}
	h, err := now.open()
	if err != nil {
		return err
	}
	if now.Key == kept.Key && h.tree == known.tree && h.at.Sub(known.at) < seenEvery {
		return nil // the vault is not written for a newer date alone
	}
	if err := audit.WriteBeside(filepath.Join(e.dir, fileCosigned), []byte(now.Key+"\n"+now.Note)); err != nil {
		return err
	}
	return e.keepCosigned(ctx, now)
}

func (e *Engine) keepCosigned(ctx context.Context, c cosigned) error {
	return e.vault.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyCosigned, c) })
}

// addHead shows a head to the witness, which may know another one than the workstation keeps:
// the last answer may have been lost.
func (e *Engine) addHead(ctx context.Context, s *client.Server, kept cosigned, old int64, point string, tree tlog.Tree) ([]byte, error) {
	for range 3 {
		a := witness.Add{Old: old, Checkpoint: point}
		if old > 0 {
			var err error
			if a.Proof, err = e.log.Consistency(old, tree.N); err != nil {
				return nil, err
			}
		}
		answer, err := s.AddCheckpoint(ctx, a)
		known := &client.KnownError{}
		switch {
		case errors.Is(err, feed.ErrFork):
			return nil, fmt.Errorf("%w: %w", ErrLogFork, err)
		case !errors.As(err, &known):
			return answer, err
		case known.Size > tree.N:
			if kept.Alarm != alarmWord(ErrLogBehind) { // named like this, the server keeps it as evidence
				_, _ = s.AddCheckpoint(ctx, witness.Add{Old: known.Size, Checkpoint: point})
			}
			return nil, fmt.Errorf("%w: it has %s entries, the witness has seen %s", ErrLogBehind, strconv.FormatInt(tree.N, 10), strconv.FormatInt(known.Size, 10))
		case known.Size == tree.N && old == tree.N:
			return nil, fmt.Errorf("%w, at entry %d", ErrLogFork, tree.N)
		}
		old = known.Size
	}
	return nil, fmt.Errorf("%w: the witness names another size each time", feed.ErrOffline)
}

// Parcels of entries: bytes of one, and how many go with one sync.
const (
	parcelBytes = 1 << 20
	maxParcels  = 16
)

// sendEntries hands the sealed entries of the cosigned log to the feed, from where it stands.
func (e *Engine) sendEntries(ctx context.Context, s *client.Server, tree tlog.Tree) (int64, error) {
	at, err := s.NextEntry(ctx)
	for n := 0; err == nil && n < maxParcels && at.Next < tree.N && at.Size == tree.N; n++ {
		p := witness.Parcel{From: at.Next, Size: tree.N}
		if p.Frames, p.To, err = e.log.Frames(p.From, min(tree.N, p.From+witness.MaxEntries), parcelBytes); err != nil {
			break
		}
		if p.Proof, err = e.log.Consistency(p.To, tree.N); err != nil {
			break
		}
		var now client.EntriesState
		if now, err = s.SendEntries(ctx, p); err == nil {
			at = now
		}
	}
	if errors.Is(err, feed.ErrFork) {
		err = fmt.Errorf("%w: %w", ErrLogFork, err)
	}
	return at.Next, err
}

// alarms by the word that the log and the vault have for them.
var alarms = map[string]error{"behind": ErrLogBehind, "fork": ErrLogFork, "signature": ErrWitness}

// alarmWord is an alarm's word; empty for other errors.
func alarmWord(err error) string {
	for word, alarm := range alarms {
		if errors.Is(err, alarm) {
			return word
		}
	}
	return ""
}

// settle records an alarm, unless it was recorded and has not ended, ends it when all went
// well, and returns err.
func (e *Engine) settle(ctx context.Context, err error, name string, size int64) error {
	word := alarmWord(err)
	if err != nil && word == "" {
		return err // that it could not be reached ends no alarm
	}
	ctx = context.WithoutCancel(ctx)
	kept, _, loadErr := vault.Get[cosigned](e.vault, keyCosigned)
	if loadErr != nil || kept.Alarm == word {
		return errors.Join(err, loadErr)
	}
	if word != "" {
		v := event{kind: "witness-alarm"}.tell("why", word, "witness", name, "size", strconv.FormatInt(size, 10)).with("error", err.Error())
		if _, audited := e.record(ctx, v); audited != nil {
			return audited
		}
	}
	kept.Alarm = word
	return errors.Join(err, e.keepCosigned(ctx, kept))
}

// renew exchanges the certificate when less than a third of its life is left.
func (e *Engine) renew(ctx context.Context, s *client.Server, link feedLink) error {
	if link.Certificate == "" {
		return nil
	}
	own, err := tls.X509KeyPair([]byte(link.Certificate), []byte(link.PrivateKey))
	if err != nil {
		return err
	}
	if life := own.Leaf.NotAfter.Sub(own.Leaf.NotBefore); time.Until(own.Leaf.NotAfter) >= life/3 {
		return nil
	}
	key, ok := own.PrivateKey.(crypto.Signer)
	if !ok {
		return nil
	}
	text, err := s.Renew(ctx, key, rand.Reader)
	if err != nil {
		return err
	}
	return e.changeLink(ctx, link, func(l *feedLink) { l.Certificate = text })
}
