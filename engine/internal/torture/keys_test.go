//go:build linux

package torture

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"cordon/engine/internal/reads"
)

// fileKeys derives data keys; which of them were destroyed stands in a file, a line each.
type fileKeys struct {
	path  string
	asked func(quarter int32) // may be nil
	mu    sync.Mutex
	gone  map[int32]bool
}

func openKeys(path string) (*fileKeys, error) {
	k := &fileKeys{path: path, gone: map[int32]bool{}}
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return k, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			return nil, err
		}
		k.gone[int32(n)] = true
	}
	return k, nil
}

// DataKey implements reads.KeySource.
func (k *fileKeys) DataKey(_ context.Context, quarter int32) ([32]byte, error) {
	if k.asked != nil {
		k.asked(quarter)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.gone[quarter] {
		return [32]byte{}, reads.ErrKeyDestroyed
	}
	return sha256.Sum256(fmt.Appendf(nil, "torture %d", quarter)), nil
}

// destroy is durable when it returns.
func (k *fileKeys) destroy(quarter int32) error {
	f, err := os.OpenFile(k.path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, quarter)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.gone[quarter] = true
	return nil
}
