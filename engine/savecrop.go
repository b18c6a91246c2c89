package engine

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/internal/crop"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// SaveCrop cuts a kept item's photo, burns the covers in and saves the result without
// metadata. The attestation must say that no person shows, or who belongs to the
// investigation: one of the two. A plate typed from the photo is noted with the item. A
// second crop of the same kind replaces the first. Errors: *Refusal, ErrInvalid,
// ErrNotFound.
func (s *Session) SaveCrop(ctx context.Context, r CropRequest) (CasePhoto, error) {
	v := s.event("crop").with("case", r.Case, "item", r.Item).tell("photo", string(r.Kind))
	if err := s.enterCase(ctx, v); err != nil {
		return CasePhoto{}, err
	}
	item, err := s.loadItem(r.Case, r.Item)
	if err != nil {
		return CasePhoto{}, err
	}
	r.Attestation.Associated = strings.TrimSpace(r.Attestation.Associated)
	if r.Attestation.NoPerson == (r.Attestation.Associated != "") {
		return CasePhoto{}, s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "R-5", What: "It is not attested whether a person shows in the crop", Why: "People who only passed by do not belong in a case file.",
			Next: "Crop or cover persons and attest that none shows, or say who belongs to the investigation, and why.",
		})
	}
	verified, err := verifiedOf(r.Verified)
	if err != nil {
		return CasePhoto{}, err
	}
	photos, err := s.e.photos(ctx, item.Item.Provider, item.Item.Row.Lane, item.Item.Row.Detection)
	if err != nil {
		return CasePhoto{}, err
	}
	original, ok := photoOf(photos, r.Kind)
	if !ok {
		return CasePhoto{}, missing("the photo", string(r.Kind))
	}
	data, err := crop.JPEG(original.JPEG, geometryOf(r.Crop))
	switch {
	case errors.Is(err, crop.ErrGeometry):
		return CasePhoto{}, invalid("crop", strings.TrimPrefix(err.Error(), crop.ErrGeometry.Error()+": "), "Draw it inside the photo.")
	case errors.Is(err, crop.ErrPhoto):
		return CasePhoto{}, &classed{ErrDamaged, err}
	case err != nil:
		return CasePhoto{}, err
	}
	photo := CasePhoto{
		Kind: r.Kind, JPEG: data, SHA256: sha256.Sum256(data), OriginalSHA256: original.SHA256,
		Crop: r.Crop, Attestation: r.Attestation, By: s.account.User,
	}
	receipt, err := s.e.record(ctx, v.tell(
		"sha256", fmt.Sprintf("%x", photo.SHA256), "original_sha256", fmt.Sprintf("%x", photo.OriginalSHA256),
		"geometry", fmt.Sprintf("%d,%d,%d,%d", r.Crop.X, r.Crop.Y, r.Crop.W, r.Crop.H), "covers", fmt.Sprint(len(r.Crop.Covers)),
		"no_person", fmt.Sprint(r.Attestation.NoPerson),
	).with("associated", r.Attestation.Associated, "verified_plate", verified.Plate, "verified_state", verified.State))
	if err != nil {
		return CasePhoto{}, err
	}
	photo.At, photo.Entry = receipt.At, receipt.Index
	err = s.changeCase(ctx, r.Case, func(tx *vault.Tx, _ *caseRecord) error {
		var now itemRecord
		if ok, err := tx.Load(keyItem(s.account.Unit, r.Case, r.Item), &now); err != nil || !ok {
			return errors.Join(err, missing("the item", r.Item))
		}
		bare := photo
		bare.JPEG = nil
		replaced := false
		for i := range now.Photos {
			if now.Photos[i].Kind == r.Kind {
				now.Photos[i], replaced = bare, true
			}
		}
		if !replaced {
			now.Photos = append(now.Photos, bare)
		}
		if verified.Plate != "" {
			verified.By, verified.At = s.account.User, receipt.At
			now.Item.Verified = verified
		}
		return errors.Join(tx.Put(keyItem(s.account.Unit, r.Case, r.Item), now), tx.PutBytes(keyPhoto(s.account.Unit, r.Case, r.Item, r.Kind), data))
	})
	if err != nil {
		return CasePhoto{}, err
	}
	return photo, nil
}

func geometryOf(c CropGeometry) crop.Geometry {
	g := crop.Geometry{Cut: image.Rect(c.X, c.Y, c.X+c.W, c.Y+c.H)}
	if c.W <= 0 || c.H <= 0 { // image.Rect would turn it around
		g.Cut = image.Rectangle{}
	}
	for _, cover := range c.Covers {
		var points []image.Point
		for _, p := range cover {
			points = append(points, image.Pt(p[0], p[1]))
		}
		g.Covers = append(g.Covers, points)
	}
	return g
}

// verifiedOf normalises a plate that was typed from a photo; an empty one is allowed.
func verifiedOf(v PlateVerified) (PlateVerified, error) {
	out := PlateVerified{Plate: detection.NormalizePlate(v.Plate), State: detection.NormalizeWord(v.State)}
	if out.Plate == "" {
		return PlateVerified{}, nil
	}
	if err := detection.CheckPlate(out.Plate); err != nil {
		return PlateVerified{}, err
	}
	return out, nil
}
