package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// caseRecord is a case as the vault keeps it. Items, notes and exports have keys of their own
// and are listed here, so that a lost one is damage and not a shorter case.
type caseRecord struct {
	Number, Title  string
	Opened         time.Time
	OpenedBy, Unit string
	Items          []string // ids, in the order kept
	LastItem       int
	Notes          []Note
	Exports        []ExportRecord
}

// itemRecord is a kept detection. Photos are without their bytes, which have keys of their
// own.
type itemRecord struct {
	Item   CaseItem
	Answer keptAnswer
	Photos []CasePhoto
}

// A case's number belongs to its unit: another unit's use of it is not even noticed.
func keyCase(unit, number string) vault.Key { return vault.K("case", unit, number) }

func keyItem(unit, number, id string) vault.Key {
	return vault.K("item", unit, number, id)
}

func keyPhoto(unit, number, item string, kind PhotoKind) vault.Key {
	return vault.K(vault.Photo, unit, number, item, string(kind))
}

// enterCase is enter for the methods about cases: the role must work on cases.
func (s *Session) enterCase(ctx context.Context, v event) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	if !s.e.policy().Roles[s.account.Role].Query {
		return s.e.refuse(ctx, v, &policy.Refusal{
			Rule: "X-1", What: "Case files are not part of your role", Why: "Each role sees what its duty needs and no more.",
			Next: "Ask a person of the unit that works on the case.",
		})
	}
	return nil
}

// loadCase returns a case of the session's unit; another unit's does not exist for it.
func (s *Session) loadCase(number string) (caseRecord, error) {
	c, ok, err := vault.Get[caseRecord](s.e.vault, keyCase(s.account.Unit, number))
	if err == nil && !ok {
		err = missing("the case", number)
	}
	return c, outer(err)
}

func (s *Session) loadItem(number, id string) (itemRecord, error) {
	if _, err := s.loadCase(number); err != nil {
		return itemRecord{}, err
	}
	r, ok, err := vault.Get[itemRecord](s.e.vault, keyItem(s.account.Unit, number, id))
	if err == nil && !ok {
		err = missing("the item", id)
	}
	return r, outer(err)
}

// Cases lists the unit's cases, newest first, without the bytes of photos.
func (s *Session) Cases(ctx context.Context) ([]Case, error) {
	if err := s.enterCase(ctx, s.event("case-list")); err != nil {
		return nil, err
	}
	list, err := vault.List[caseRecord](s.e.vault, vault.K("case"))
	if err != nil {
		return nil, outer(err)
	}
	var out []Case
	for _, r := range list {
		if r.Unit != s.account.Unit {
			continue
		}
		c, _, err := s.fullCase(r, false)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Case) int { return b.Opened.Compare(a.Opened) })
	return out, nil
}

// Case returns one case with everything in it.
func (s *Session) Case(ctx context.Context, number string) (Case, error) {
	if err := s.enterCase(ctx, s.event("case-open").with("case", number)); err != nil {
		return Case{}, err
	}
	r, err := s.loadCase(number)
	if err != nil {
		return Case{}, err
	}
	c, _, err := s.fullCase(r, true)
	return handed(s, c, err)
}

// fullCase puts a case together from its parts.
func (s *Session) fullCase(r caseRecord, photos bool) (Case, []keptAnswer, error) {
	c := Case{Number: r.Number, Title: r.Title, Opened: r.Opened, OpenedBy: r.OpenedBy, Notes: r.Notes, Exports: r.Exports}
	var answers []keptAnswer
	for _, id := range r.Items {
		item, ok, err := vault.Get[itemRecord](s.e.vault, keyItem(r.Unit, r.Number, id))
		if err != nil || !ok {
			return Case{}, nil, damagedOr(err, "item %s of case %s is missing", id, r.Number)
		}
		out := item.Item
		for _, p := range item.Photos {
			if photos {
				data, ok, err := s.e.vault.Bytes(keyPhoto(r.Unit, r.Number, id, p.Kind))
				if err != nil || !ok {
					return Case{}, nil, damagedOr(err, "the %s photo of item %s of case %s is missing", p.Kind, id, r.Number)
				}
				p.JPEG = data
			}
			out.Photos = append(out.Photos, p)
		}
		c.Items = append(c.Items, out)
		answers = append(answers, item.Answer)
	}
	return c, answers, nil
}

func damagedOr(err error, format string, args ...any) error {
	if err != nil {
		return outer(err)
	}
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// OpenCase makes a case for the session's unit. Errors: ErrInvalid for a number that is not
// one, ErrExists.
func (s *Session) OpenCase(ctx context.Context, number, title string) (Case, error) {
	v := s.event("case-open").with("case", number, "title", title)
	if err := s.enterCase(ctx, v); err != nil {
		return Case{}, err
	}
	if err := s.checkNumber(number); err != nil {
		return Case{}, err
	}
	if _, ok, err := vault.Get[caseRecord](s.e.vault, keyCase(s.account.Unit, number)); err != nil || ok {
		if err == nil {
			err = fmt.Errorf("the case %q: %w", number, ErrExists)
		}
		return Case{}, outer(err)
	}
	if len(title) > 500 {
		return Case{}, invalid("title", "is longer than 500 bytes", "Use a short one.")
	}
	if _, err := s.e.record(ctx, v); err != nil {
		return Case{}, err
	}
	r := caseRecord{Number: number, Title: strings.TrimSpace(title), Opened: s.e.o.Clock().UTC(), OpenedBy: s.account.User, Unit: s.account.Unit}
	err := s.e.vault.Update(ctx, func(tx *vault.Tx) error {
		var old caseRecord
		if ok, err := tx.Load(keyCase(s.account.Unit, number), &old); err != nil || ok {
			if err == nil {
				err = fmt.Errorf("the case %q: %w", number, ErrExists)
			}
			return err
		}
		return tx.Put(keyCase(s.account.Unit, number), r)
	})
	if err != nil {
		return Case{}, outer(err)
	}
	c, _, err := s.fullCase(r, false)
	return c, err
}

func (s *Session) checkNumber(number string) error {
	if !s.e.policy().IsCase(number) {
		return invalid("case", fmt.Sprintf("%q is not a case reference", number),
			fmt.Sprintf("Write it like %s (%s).", s.e.policy().Case.Example, s.e.policy().Case.Words))
	}
	return nil
}

// AddNote adds a note to a case.
func (s *Session) AddNote(ctx context.Context, caseNo, text string) error {
	v := s.event("note").with("case", caseNo)
	if err := s.enterCase(ctx, v); err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text == "" || len(text) > 20_000 {
		return invalid("note", "is empty or longer than 20,000 bytes", "Write a note.")
	}
	if _, err := s.loadCase(caseNo); err != nil {
		return err
	}
	if _, err := s.e.record(ctx, v); err != nil {
		return err
	}
	return s.changeCase(ctx, caseNo, func(_ *vault.Tx, c *caseRecord) error {
		c.Notes = append(c.Notes, Note{By: s.account.User, At: s.e.o.Clock().UTC(), Text: text})
		return nil
	})
}

// changeCase loads a case of the unit, lets f change it, and stores it, in one commit.
func (s *Session) changeCase(ctx context.Context, number string, f func(*vault.Tx, *caseRecord) error) error {
	return outer(s.e.vault.Update(ctx, func(tx *vault.Tx) error {
		var c caseRecord
		ok, err := tx.Load(keyCase(s.account.Unit, number), &c)
		if err == nil && !ok {
			err = missing("the case", number)
		}
		if err != nil {
			return err
		}
		if err := f(tx, &c); err != nil {
			return err
		}
		return tx.Put(keyCase(s.account.Unit, number), c)
	}))
}
