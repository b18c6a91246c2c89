package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

const (
	formatSealed = 1
	keyLen       = 32
)

// derive returns the key for one use of the master key.
func derive(master []byte, use string) ([keyLen]byte, error) {
	var key [keyLen]byte
	b, err := hkdf.Key(sha256.New, master, nil, "cordon vault v1 "+use, keyLen)
	if err != nil {
		return key, fmt.Errorf("derive key: %w", err)
	}
	copy(key[:], b)
	return key, nil
}

func newAEAD(key [keyLen]byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("vault cipher: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("vault cipher: %w", err)
	}
	return aead, nil
}

func (v *Vault) seal(key, clear []byte) []byte {
	return v.aead.Seal([]byte{formatSealed}, nil, clear, key)
}

func (v *Vault) unseal(key, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != formatSealed {
		return nil, fmt.Errorf("%w: %s is not a sealed value", ErrDamaged, Key(key))
	}
	clear, err := v.aead.Open(nil, nil, sealed[1:], key)
	if err != nil {
		return nil, fmt.Errorf("%w: %s fails its authentication", ErrDamaged, Key(key))
	}
	return clear, nil
}
