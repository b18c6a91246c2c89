package engine

import (
	"context"
	"crypto/sha256"
	"fmt"

	"cordon/engine/detection"
)

// photos asks a provider for the photos of a lane's detection and checks their digests.
func (e *Engine) photos(ctx context.Context, provider, lane string, d detection.Detection) ([]Photo, error) {
	var list []Photo
	var err error
	if source := e.o.Photos[provider]; source != nil {
		list, err = source.Photos(ctx, d)
	} else if isFeedOrigin(provider) {
		list, err = e.feedPhotos.photos(ctx, provider, lane, d)
	}
	if err != nil {
		return nil, fmt.Errorf("photos of %s: %w", d.ID, err)
	}
	out := make([]Photo, 0, len(list))
	for _, p := range list {
		sum := sha256.Sum256(p.JPEG)
		if p.SHA256 != [sha256.Size]byte{} && p.SHA256 != sum {
			return nil, fmt.Errorf("%w: the %s photo of %s is not the one its digest names", ErrDamaged, p.Kind, d.ID)
		}
		p.SHA256 = sum
		out = append(out, p)
	}
	return out, nil
}

// photoOf returns the photo of one kind.
func photoOf(list []Photo, kind PhotoKind) (Photo, bool) {
	for _, p := range list {
		if p.Kind == kind && len(p.JPEG) > 0 {
			return p, true
		}
	}
	return Photo{}, false
}
