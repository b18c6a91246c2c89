package client

import (
	"context"
	"fmt"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
)

// fetch fetches and decodes one job: the whole of a small segment, or a row group of a large
// one.
func (f *fetcher) fetch(ctx context.Context, j *job) ([]feed.Read, error) {
	r, path := j.item.record, f.lane.PathFile(j.item.record)
	if j.group < 0 {
		whole, err := f.c.File(ctx, path, r.Digest, r.Bytes)
		if err != nil {
			return nil, err
		}
		if int64(len(whole)) != r.Bytes {
			return nil, fmt.Errorf("%w: %s has %d bytes and not %d", feed.ErrDamaged, path, len(whole), r.Bytes)
		}
		reader, err := segment.Open(r, whole[r.Footer.Offset:])
		if err != nil {
			return nil, err
		}
		out := f.buffer()
		for i, g := range r.Groups {
			if out, err = reader.Decode(i, whole[g.Offset:g.Offset+g.Bytes], out); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	foot := f.feet.get(j.item)
	foot.once.Do(func() {
		var text []byte
		if text, foot.err = f.c.part(ctx, path, r.Footer); foot.err == nil {
			foot.reader, foot.err = segment.Open(r, text)
		}
	})
	if foot.err != nil {
		return nil, foot.err
	}
	group, err := f.c.part(ctx, path, r.Groups[j.group].Range)
	if err != nil {
		return nil, err
	}
	return foot.reader.Decode(j.group, group, f.buffer())
}

// buffer returns room for rows that was used before, or none.
func (f *fetcher) buffer() []feed.Read {
	if b, ok := f.buffers.Get().(*[]feed.Read); ok {
		return (*b)[:0]
	}
	return nil
}
