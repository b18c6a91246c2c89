package enrol

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"cordon/engine/feed"
)

// PEM block types.
const (
	typeCert    = "CERTIFICATE"
	typeRequest = "CERTIFICATE REQUEST"
	typeKey     = "PRIVATE KEY" // PKCS #8
)

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("key folder: %w", err)
	}
	return nil
}

func pemText(kind string, raw []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))
}

// decodePEM reads one block of a kind with nothing behind it.
func decodePEM(text []byte, kind string) ([]byte, error) {
	b, rest := pem.Decode(text)
	if b == nil || b.Type != kind || len(rest) > 0 || len(b.Headers) > 0 {
		return nil, fmt.Errorf("%w: not one PEM block %q", feed.ErrInvalid, kind)
	}
	return b.Bytes, nil
}

func readPEM(path, kind string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	raw, err := decodePEM(text, kind)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", feed.ErrDamaged, filepath.Base(path), err)
	}
	return raw, nil
}

func readKey(path string) (crypto.Signer, error) {
	raw, err := readPEM(path, typeKey)
	if err != nil {
		return nil, err
	}
	k, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", feed.ErrDamaged, filepath.Base(path), err)
	}
	s, ok := k.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%w: %s holds no signing key", feed.ErrDamaged, filepath.Base(path))
	}
	return s, nil
}

func writeKey(path string, key crypto.Signer) error {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode a key: %w", err)
	}
	return writePEM(path, typeKey, raw, 0o600)
}

// writePEM writes a new file: temporary name, sync, rename.
func writePEM(path, kind string, raw []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	_, err = f.WriteString(pemText(kind, raw))
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
