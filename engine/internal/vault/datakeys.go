package vault

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"sync"
)

// dataKeys are the unwrapped data keys of this process.
type dataKeys struct {
	mu   sync.Mutex
	open map[int32][keyLen]byte
}

// dataKey is a data key as stored: random, wrapped by the vault's sealing.
type dataKey struct {
	Key []byte `json:"key"`
}

func keyOf(retention int32) Key { return K("data-key", strconv.Itoa(int(retention))) }

// DataKey returns the key of a retention period and makes it, durably, when there is none.
func (v *Vault) DataKey(ctx context.Context, retention int32) ([keyLen]byte, error) {
	v.keys.mu.Lock()
	defer v.keys.mu.Unlock()
	if key, ok := v.keys.open[retention]; ok {
		return key, nil
	}
	var key [keyLen]byte
	stored, ok, err := Get[dataKey](v, keyOf(retention))
	if err != nil {
		return key, err
	}
	if !ok {
		stored.Key = make([]byte, keyLen)
		if _, err := rand.Read(stored.Key); err != nil {
			return key, fmt.Errorf("data key: %w", err)
		}
		if err := v.Update(ctx, func(tx *Tx) error { return tx.Put(keyOf(retention), stored) }); err != nil {
			return key, err
		}
	}
	if len(stored.Key) != keyLen {
		return key, fmt.Errorf("%w: the data key of period %d", ErrDamaged, retention)
	}
	copy(key[:], stored.Key)
	v.keys.open[retention] = key
	return key, nil
}
