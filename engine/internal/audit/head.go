package audit

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// slotLen is the size of one head slot: one sector, so that a disk writes it whole or not.
const slotLen = 512

// head is the log's end as last acknowledged.
type head struct {
	tree   tlog.Tree
	bytes  int64     // length of the entries file
	points int64     // checkpoints written
	chain  tlog.Hash // over all checkpoints
	seq    int64     // rises by one with each head; slot seq%2 holds it
	clean  bool      // the log was closed: nothing may lie behind the head
}

func (h head) state() string {
	if h.clean {
		return "closed"
	}
	return "open"
}

// text is the note's text: a C2SP checkpoint body with extension lines.
func (h head) text(origin string) string {
	return checkpointText(origin, h.tree) + fmt.Sprintf("bytes %d\ncheckpoints %d %s\nsequence %d\nstate %s\n",
		h.bytes, h.points, hex.EncodeToString(h.chain[:]), h.seq, h.state())
}

// checkpointText is the text of a C2SP tlog-checkpoint.
func checkpointText(origin string, t tlog.Tree) string {
	return fmt.Sprintf("%s\n%d\n%s\n", origin, t.N, t.Hash)
}

// slot returns the signed head, padded to slotLen with line feeds.
func (h head) slot(origin string, signer note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: h.text(origin)}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign audit head: %w", err)
	}
	if len(msg) > slotLen {
		return nil, fmt.Errorf("%w: the workstation's name is too long for an audit head", ErrWrite)
	}
	return append(msg, bytes.Repeat([]byte("\n"), slotLen-len(msg))...), nil
}

// parseSlot reads a slot; every byte of it must be as slot would write it.
func parseSlot(data []byte, k verifier) (head, error) {
	bad := fmt.Errorf("%w: a slot of the head is not as it was written", ErrDamaged)
	if len(data) != slotLen {
		return head{}, bad
	}
	msg := append(bytes.TrimRight(data, "\n"), '\n')
	if len(msg) > slotLen || !bytes.Equal(data[len(msg):], bytes.Repeat([]byte("\n"), slotLen-len(msg))) {
		return head{}, bad
	}
	text, err := k.open(msg)
	if err != nil {
		return head{}, bad
	}
	var h head
	var root, chain, state string
	lines := strings.SplitN(text, "\n", 2)
	if len(lines) != 2 {
		return head{}, bad
	}
	if _, err := fmt.Sscanf(lines[1], "%d\n%s\nbytes %d\ncheckpoints %d %s\nsequence %d\nstate %s\n",
		&h.tree.N, &root, &h.bytes, &h.points, &chain, &h.seq, &state); err != nil {
		return head{}, bad
	}
	if h.tree.Hash, err = tlog.ParseHash(root); err != nil {
		return head{}, bad
	}
	if b, err := hex.DecodeString(chain); err != nil || copy(h.chain[:], b) != tlog.HashSize {
		return head{}, bad
	}
	h.clean = state == "closed"
	if h.text(k.Name()) != text {
		return head{}, bad
	}
	return h, nil
}

// heads reads both slots. newest is the one that counts. torn is true when one slot is not
// readable: a crash tore it, or somebody changed it.
func readHeads(data []byte, k verifier) (newest, older head, torn bool, err error) {
	if len(data) != 2*slotLen {
		return head{}, head{}, false, fmt.Errorf("%w: the head has %d bytes and not %d", ErrDamaged, len(data), 2*slotLen)
	}
	a, errA := parseSlot(data[:slotLen], k)
	b, errB := parseSlot(data[slotLen:], k)
	switch {
	case errA != nil && errB != nil:
		return head{}, head{}, false, fmt.Errorf("%w: neither slot of the head is readable", ErrDamaged)
	case errA == nil && a.seq%2 != 0, errB == nil && b.seq%2 != 1:
		return head{}, head{}, false, fmt.Errorf("%w: the slots of the head are exchanged", ErrDamaged)
	case errA != nil:
		return b, head{}, true, nil
	case errB != nil:
		return a, head{}, true, nil
	case a.seq == b.seq+1:
		return a, b, false, nil
	case b.seq == a.seq+1:
		return b, a, false, nil
	}
	return head{}, head{}, false, fmt.Errorf("%w: a slot of the head is older than it may be", ErrDamaged)
}
