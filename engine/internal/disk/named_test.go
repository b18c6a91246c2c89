package disk

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// TestNamed: a full disk is told from damage also where Badger drops the chain of an error.
func TestNamed(t *testing.T) {
	for _, cause := range fullErrors {
		chained := fmt.Errorf("open: %w", &os.PathError{Op: "truncate", Path: "00001.mem", Err: cause})
		if !IsFull(chained) || Named(chained) != chained {
			t.Errorf("%v: not full, or changed", cause)
		}
		cut := fmt.Errorf("while opening memtables err: %+v", errors.New(chained.Error()))
		if IsFull(cut) {
			t.Errorf("%v: the chain is not cut", cause)
		}
		if err := Named(cut); !IsFull(err) || !errors.Is(err, cut) || err.Error() != cut.Error() {
			t.Errorf("%v: %v is not full, or has other words", cause, err)
		}
	}
	if other := errors.New("checksum mismatch"); Named(other) != other || IsFull(Named(other)) || Named(nil) != nil {
		t.Error("another error was changed")
	}
}
