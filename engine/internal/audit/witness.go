package audit

import (
	"fmt"
	"os"
)

// WriteWitness keeps a checkpoint of the log, with its key, in a file outside the log's
// folder, for VerifyAgainst.
func (l *Log) WriteWitness(path, checkpoint string) error {
	return WriteBeside(path, []byte(l.Key()+"\n"+checkpoint))
}

// WriteBeside replaces a file that is kept outside the log's folder about it, all or nothing.
func WriteBeside(path string, data []byte) error {
	tmp := path + ".tmp"
	if err := os.Remove(tmp); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("witness of the audit log: %w", err)
	}
	err := writeNew(tmp, data)
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		return fmt.Errorf("witness of the audit log: %w", err)
	}
	return nil
}
