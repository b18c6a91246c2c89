package manifest

import (
	"bytes"
	"fmt"

	"cordon/engine/feed"
)

const maxClaim = maxLeaf + 1 + maxNote

// claim is the content of the object that takes a place in a log: the leaf, and the signed
// checkpoint of the log that ends with it.
type claim struct {
	Seen
	leaf []byte
}

func encodeClaim(leaf, signed []byte) []byte {
	return append(append(bytes.Clone(leaf), '\n'), signed...) // JSON holds no line break
}

// openClaim checks a claim's signature. Errors match feed.ErrSignature or feed.ErrInvalid.
func openClaim(v *Verifier, lane feed.Lane, data []byte) (claim, error) {
	leaf, signed, ok := bytes.Cut(data, []byte{'\n'})
	if !ok || len(leaf) > maxLeaf {
		return claim{}, fmt.Errorf("%w: a claim of lane %s has no leaf", feed.ErrInvalid, lane)
	}
	seen, err := v.openCheckpoint(lane, signed)
	return claim{seen, leaf}, err
}
