package live

import (
	"context"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
)

// learnRows takes in the ids of a segment.
func (i *Intake) learnRows(ctx context.Context, l feed.Lane, s *lane, r *feed.Record) error {
	path := l.PathFile(r)
	footer, err := i.o.Bucket.GetRange(ctx, path, r.Footer.Offset, r.Footer.Bytes)
	if err != nil {
		return err
	}
	in, err := segment.Open(r, footer)
	if err != nil {
		return err
	}
	var rows []feed.Read
	for g, part := range r.Groups {
		body, err := i.o.Bucket.GetRange(ctx, path, part.Offset, part.Bytes)
		if err != nil {
			return err
		}
		if rows, err = in.Decode(g, body, rows[:0]); err != nil {
			return err
		}
		for k := range rows {
			s.ids[i.hash(rows[k].ID)] = idSeen{r.At, i.contents(&rows[k])}
		}
	}
	return nil
}
