package reads

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"sync"
)

// formatByte starts every sealed value: format, nonce and ciphertext with tag.
// Format 3 lets plate blocks name points, and edits hold them; format 4 lets edits tell the
// lanes of blocks and removed rows. Formats 2 and 3 are still read.
const (
	formatByte   = 4
	oldestFormat = 2
)

// sealer seals values with AES-256-GCM. The Badger key of a value, and the format, are its
// additional data, so that no value can stand in for another. Safe for concurrent use.
type sealer struct {
	keys KeySource
	mu   sync.RWMutex
	aead map[int32]cipher.AEAD
}

// keyError says that a data key could not be had. It is no damage.
type keyError struct {
	retention int32
	err       error
}

func (e *keyError) Error() string {
	if e.retention == StoreKey {
		return "the store's key: " + e.err.Error()
	}
	return "the data key of " + quarterName(e.retention) + ": " + e.err.Error()
}

func (e *keyError) Unwrap() error { return e.err }

func (s *sealer) of(ctx context.Context, retention int32) (cipher.AEAD, error) {
	s.mu.RLock()
	a := s.aead[retention]
	s.mu.RUnlock()
	if a != nil {
		return a, nil
	}
	key, err := s.keys.DataKey(ctx, retention)
	if err != nil {
		return nil, &keyError{retention, err}
	}
	blk, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	if a, err = cipher.NewGCMWithRandomNonce(blk); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aead[retention] = a
	return a, nil
}

// forget drops keys from memory.
func (s *sealer) forget(retentions []int32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range retentions {
		delete(s.aead, r)
	}
}

func (s *sealer) seal(ctx context.Context, retention int32, key, plain []byte) ([]byte, error) {
	a, err := s.of(ctx, retention)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 1, 1+len(plain)+a.Overhead())
	out[0] = formatByte
	return a.Seal(out, nil, plain, additional(formatByte, key)), nil
}

// open returns the plain text of a sealed value, or a text that says what is wrong.
func (s *sealer) open(ctx context.Context, retention int32, key, value []byte) (plain []byte, problem string, err error) {
	a, err := s.of(ctx, retention)
	if err != nil {
		return nil, "", err
	}
	switch {
	case len(value) == 0:
		return nil, "the value is empty", nil
	case value[0] < oldestFormat || value[0] > formatByte:
		return nil, fmt.Sprintf("format %d is not known to this version (it knows %d to %d)", value[0], oldestFormat, formatByte), nil
	}
	plain, err = a.Open(nil, nil, value[1:], additional(value[0], key))
	if err != nil {
		return nil, "authentication failed: changed, truncated, or sealed with another key", nil
	}
	return plain, "", nil
}

func additional(format byte, key []byte) []byte { return append([]byte{format}, key...) }

// newer reports whether a value has a format of a later version.
func newer(value []byte) bool { return len(value) > 0 && value[0] > formatByte }
