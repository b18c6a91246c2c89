package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// Keep puts one row of an open answer into a case, which it opens when it does not exist
// . A row with fewer than two photos is refused, and so is a missing reason.
// Errors: *Refusal, ErrNotFound for a closed answer or another row, ErrExists when the
// case holds the row.
func (s *Session) Keep(ctx context.Context, r KeepRequest) (CaseItem, error) {
	v := s.event("keep").with("case", r.Case, "lane", r.Ref.Lane, "id", r.Ref.ID, "reason", r.Reason).
		tell("answer", fmt.Sprint(r.Entry))
	if err := s.enterCase(ctx, v); err != nil {
		return CaseItem{}, err
	}
	row, answer, err := s.openRow(r.Entry, r.Ref)
	if err != nil {
		return CaseItem{}, err
	}
	v = v.with("plate", row.Plate)
	if refusal := s.e.policy().CheckText("R-4", "The reason", r.Reason, s.e.policy().Hints.Relevance,
		"Only what somebody found relevant, and says why, is kept.", "Say why this read matters to the case, for example: Leaves the yard after the dock door opened."); refusal != nil {
		return CaseItem{}, s.e.refuse(ctx, v, refusal)
	}
	if err := s.checkNumber(r.Case); err != nil {
		return CaseItem{}, err
	}
	if asked := answer.Query.Purpose.Case; asked != r.Case {
		return CaseItem{}, s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "R-4", What: fmt.Sprintf("This read was found for case %s, not for %s", asked, r.Case),
			Why: "What a query returns serves the case that it was justified with.", Next: fmt.Sprintf("Keep it in %s, or run the query with the purpose of %s.", asked, r.Case),
		})
	}
	if len(r.Reason) > detection.MaxText {
		return CaseItem{}, invalid("reason", "is too long", "Use at most 4,000 bytes.")
	}
	photos, err := s.e.photos(ctx, row.provider, row.Lane, row.Detection)
	if err != nil {
		return CaseItem{}, err
	}
	_, vehicle := photoOf(photos, PhotoVehicle)
	_, plate := photoOf(photos, PhotoPlate)
	if !vehicle || !plate || len(photos) < s.e.policy().MinPhotos {
		return CaseItem{}, s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "R-1", What: fmt.Sprintf("This read has %d of the %d photos that a case needs, the vehicle and the plate", len(photos), s.e.policy().MinPhotos),
			Why: "A misread plate is only seen on the photos.", Next: "It stays in the results; look for another read of the vehicle.",
		})
	}
	if _, ok, err := vault.Get[caseRecord](s.e.vault, keyCase(s.account.Unit, r.Case)); err != nil {
		return CaseItem{}, outer(err)
	} else if !ok {
		if _, err := s.OpenCase(ctx, r.Case, ""); err != nil && !errors.Is(err, ErrExists) {
			return CaseItem{}, err
		}
	}
	if err := s.notKept(r.Case, r.Ref); err != nil {
		return CaseItem{}, err
	}
	receipt, err := s.e.record(ctx, v)
	if err != nil {
		return CaseItem{}, err
	}
	class, destroy := s.e.policy().Keep(s.account.Mission, receipt.At)
	item := CaseItem{
		Row: row.Row, Query: answer.Query, Entry: answer.Entry, Reason: strings.TrimSpace(r.Reason), By: s.account.User, At: receipt.At,
		Provider: row.provider, Class: class.Code, Destroy: destroy,
	}
	err = s.changeCase(ctx, r.Case, func(tx *vault.Tx, c *caseRecord) error {
		c.LastItem++
		item.ID = fmt.Sprintf("i%04d", c.LastItem)
		c.Items = append(c.Items, item.ID)
		return tx.Put(keyItem(s.account.Unit, r.Case, item.ID), itemRecord{Item: item, Answer: answer})
	})
	if err != nil {
		return CaseItem{}, err
	}
	return item, nil
}

// notKept reports ErrExists when the case holds the row already.
func (s *Session) notKept(number string, ref DetectionRef) error {
	c, err := s.loadCase(number)
	if err != nil {
		return err
	}
	for _, id := range c.Items {
		item, err := s.loadItem(number, id)
		if err != nil {
			return err
		}
		if item.Item.Row.Ref() == ref {
			return fmt.Errorf("the read %s is item %s of the case: %w", ref.ID, id, ErrExists)
		}
	}
	return nil
}

// RemoveItem takes an item with its photos out of a case, for a reason.
func (s *Session) RemoveItem(ctx context.Context, caseNo, item, reason string) error {
	v := s.event("remove").with("case", caseNo, "item", item, "reason", reason)
	if err := s.enterCase(ctx, v); err != nil {
		return err
	}
	if refusal := s.e.policy().CheckText("R-4", "The reason", reason, s.e.policy().Hints.Relevance,
		"What leaves a case file leaves a trace.", "Say why the item does not belong to the case, for example: The photo shows another plate."); refusal != nil {
		return s.e.refuse(ctx, v, refusal)
	}
	r, err := s.loadItem(caseNo, item)
	if err != nil {
		return err
	}
	if _, err := s.e.record(ctx, v.with("plate", r.Item.Row.Plate)); err != nil {
		return err
	}
	return s.changeCase(ctx, caseNo, func(tx *vault.Tx, c *caseRecord) error {
		c.Items = slices.DeleteFunc(c.Items, func(id string) bool { return id == item })
		for _, p := range r.Photos {
			if err := tx.Delete(keyPhoto(s.account.Unit, caseNo, item, p.Kind)); err != nil {
				return err
			}
		}
		return tx.Delete(keyItem(s.account.Unit, caseNo, item))
	})
}

// ItemPhotos returns the originals of a kept item, for cropping.
func (s *Session) ItemPhotos(ctx context.Context, caseNo, item string) ([]Photo, error) {
	if err := s.enterCase(ctx, s.event("item-photos").with("case", caseNo)); err != nil {
		return nil, err
	}
	r, err := s.loadItem(caseNo, item)
	if err != nil {
		return nil, err
	}
	photos, err := s.e.photos(ctx, r.Item.Provider, r.Item.Row.Lane, r.Item.Row.Detection)
	return handed(s, photos, err)
}
