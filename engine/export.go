package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"cordon/engine/internal/vault"
	"cordon/engine/policy"

	"golang.org/x/mod/sumdb/tlog"
)

// Export returns everything that an export of a case holds, after the gates of R-6: a second
// source, every plate read by eye and fitting, at least one crop per item. The export's
// audit entry, with the digest of what is exported, and a signed checkpoint over it are on
// disk before it returns. Errors: *Refusal, ErrInvalid, ErrNotFound, ErrAudit.
func (s *Session) Export(ctx context.Context, r ExportRequest) (CaseFile, error) {
	v := s.event("export").with("case", r.Case, "corroborated", r.Corroborated).tell("formats", strings.Join(r.Formats, " "))
	if err := s.enterCase(ctx, v); err != nil {
		return CaseFile{}, err
	}
	if err := checkFormats(r.Formats); err != nil {
		return CaseFile{}, err
	}
	record, err := s.loadCase(r.Case)
	if err != nil {
		return CaseFile{}, err
	}
	c, answers, err := s.fullCase(record, true)
	if err != nil {
		return CaseFile{}, err
	}
	if len(c.Items) == 0 {
		return CaseFile{}, invalid("case", fmt.Sprintf("%s holds no reads", r.Case), "Keep what is relevant first.")
	}
	refusal := s.e.policy().CheckText("R-6", "The second source", r.Corroborated, s.e.policy().Hints.Corroborated,
		"A read is a lead and no basis for action on its own.", "Say what else supports it, for example: Witness report 12 of 9 May.")
	if refusal == nil {
		refusal = exportGate(c.Items)
	}
	if refusal != nil {
		return CaseFile{}, s.e.refuse(ctx, v, refusal)
	}
	text, err := json.Marshal(c)
	if err != nil {
		return CaseFile{}, fmt.Errorf("case file: %w", err)
	}
	if err := s.stillOpen(); err != nil {
		return CaseFile{}, err
	}
	sum := sha256.Sum256(text)
	receipt, err := s.e.record(ctx, v.tell("digest", hex.EncodeToString(sum[:]), "items", fmt.Sprint(len(c.Items))))
	if err != nil {
		return CaseFile{}, err
	}
	proof, err := s.e.prove(ctx, receipt.Index, receipt.Leaf)
	if err != nil {
		return CaseFile{}, err
	}
	done := ExportRecord{
		By: s.account.User, At: receipt.At, Formats: slices.Clone(r.Formats), Corroborated: strings.TrimSpace(r.Corroborated),
		Entry: receipt.Index, Digest: hex.EncodeToString(sum[:]),
	}
	if err := s.changeCase(ctx, r.Case, func(_ *vault.Tx, c *caseRecord) error {
		c.Exports = append(c.Exports, done)
		return nil
	}); err != nil {
		return CaseFile{}, err
	}
	c.Exports = append(c.Exports, done)
	return handed(s, CaseFile{
		Case: c, Exporter: s.Identity(), At: receipt.At, Corroborated: done.Corroborated, Queries: queriesOf(answers),
		Audit: proof, Workstation: s.e.meta.Name,
	}, nil)
}

func checkFormats(list []string) error {
	if len(list) == 0 {
		return invalid("formats", "is empty", "Use pdf, csv or geojson.")
	}
	for _, f := range list {
		if !slices.Contains([]string{"pdf", "csv", "geojson"}, f) {
			return invalid("formats", fmt.Sprintf("%q is unknown", f), "Use pdf, csv or geojson.")
		}
	}
	return nil
}

// exportGate refuses items whose plate nobody read on the photo, or read otherwise, or that
// have no crop.
func exportGate(items []CaseItem) *policy.Refusal {
	for _, i := range items {
		read := strings.TrimSpace(i.Row.State + " " + i.Row.Plate)
		switch {
		case len(i.Photos) == 0:
			return &policy.Refusal{
				Rule: "R-6", What: fmt.Sprintf("Item %s (%s) has no cropped photo", i.ID, read),
				Why: "The reader of a case must be able to see what was read.", Next: "Crop the plate's photo and save it, or remove the item.",
			}
		case i.Verified.Plate == "":
			return &policy.Refusal{
				Rule: "R-6", What: fmt.Sprintf("The plate of item %s (%s) was not verified by eye", i.ID, read),
				Why: "Machines misread plates.", Next: "Open its photo and type the plate that you see.",
			}
		case i.Row.State != "" && i.Verified.State == "":
			return &policy.Refusal{
				Rule: "R-6", What: fmt.Sprintf("The state of item %s (%s) was not verified by eye", i.ID, read),
				Why: "The same number exists in several states.", Next: "Open its photo and choose the state that you see.",
			}
		case i.Verified.Plate != i.Row.Plate || i.Row.State != "" && i.Verified.State != i.Row.State:
			return &policy.Refusal{
				Rule: "R-6", What: fmt.Sprintf("You read %s on the photo of item %s; the machine read %s", strings.TrimSpace(i.Verified.State+" "+i.Verified.Plate), i.ID, read),
				Why: "A misread plate points at the wrong person.", Next: "Remove the item and report the misread, or look again.",
			}
		}
	}
	return nil
}

// queriesOf lists the queries behind kept items, each once, oldest first.
func queriesOf(answers []keptAnswer) []CaseQuery {
	byEntry := map[int64]*CaseQuery{}
	for _, a := range answers {
		q := byEntry[a.Entry]
		if q == nil {
			q = &CaseQuery{Query: a.Query, Entry: a.Entry, Leaf: a.Leaf, User: a.User, RanAt: a.RanAt, Count: a.Count, Digest: a.Digest, State: a.State, Cut: a.Cut}
			byEntry[a.Entry] = q
		}
		q.Answers++
	}
	var out []CaseQuery
	for _, q := range byEntry {
		out = append(out, *q)
	}
	slices.SortFunc(out, func(a, b CaseQuery) int { return int(a.Entry - b.Entry) })
	return out
}

// prove signs a checkpoint and proves that the entry is under it.
func (e *Engine) prove(ctx context.Context, index int64, leaf tlog.Hash) (AuditProof, error) {
	note, tree, err := e.log.Checkpoint()
	if err != nil {
		return AuditProof{}, unaudited(err)
	}
	if err := e.checkpoint(ctx); err != nil {
		return AuditProof{}, outer(err)
	}
	hashes, err := e.log.Inclusion(tree.N, index)
	if err != nil {
		return AuditProof{}, outer(err)
	}
	p := AuditProof{
		Entry: index, Leaf: hex.EncodeToString(leaf[:]), Size: tree.N, Root: hex.EncodeToString(tree.Hash[:]),
		Checkpoint: note, Key: e.log.Key(),
	}
	for _, h := range hashes {
		p.Inclusion = append(p.Inclusion, hex.EncodeToString(h[:]))
	}
	return p, nil
}
