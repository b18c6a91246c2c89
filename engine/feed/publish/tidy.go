package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cordon/engine/feed"
)

// TidyReport says what a tidying removed, or would remove.
type TidyReport struct {
	Replaced int64 // segments that others replaced
	Unnamed  int64 // files that no record names: publishers were killed before
	Bytes    int64
	Files    []string
}

// Tidy removes the segments of a lane that were replaced at least grace ago, whose rows all stand in
// a segment that is there, and files of segments and documents that no record names and that
// are older than grace. Workstations that have not got them take what replaced them. The
// grace must be longer than any publisher takes from writing a file to naming it, and than a
// sync takes. With dry nothing is removed. Claims, tiles and photos are never removed. A
// replacing segment that is not there matches feed.ErrDamaged; then nothing that it replaced
// is removed.
func (p *Publisher) Tidy(ctx context.Context, name feed.Lane, grace time.Duration, dry bool) (TidyReport, error) {
	var out TidyReport
	err := p.on(ctx, name, func(l *lane) error {
		now := p.o.Clock()
		var files []string // not needed before the log was read again
		size := map[string]int64{}
		for _, folder := range []string{"segments/", "documents/"} {
			for o, err := range p.o.Bucket.List(ctx, name.Dir()+folder) {
				if err != nil {
					return err
				}
				if now.Sub(o.Modified) >= grace {
					files, size[o.Key] = append(files, o.Key), o.Bytes
				}
			}
		}
		if _, err := l.sync(ctx); err != nil { // what was named since a file was listed
			return err
		}
		needed, named, err := l.needed(ctx, now.Add(-grace))
		if err != nil {
			return err
		}
		for _, file := range files {
			if needed[file] {
				continue
			}
			if !dry {
				if err := p.o.Bucket.Delete(ctx, file); err != nil {
					return err
				}
			}
			if named[file] {
				out.Replaced++
			} else {
				out.Unnamed++
			}
			out.Bytes, out.Files = out.Bytes+size[file], append(out.Files, file)
		}
		return nil
	})
	return out, err
}

// needed tells of the files that records name which must stay: all but the segments that were
// replaced before a time by one that is there.
func (l *lane) needed(ctx context.Context, before time.Time) (needed, named map[string]bool, err error) {
	needed, named = map[string]bool{}, map[string]bool{}
	by := map[int64]int64{}
	for n, r := range l.records {
		for _, old := range r.Replaces {
			by[old] = int64(n)
		}
	}
	whole := map[int64]bool{} // replacing segments that were looked at
	for n, r := range l.records {
		path := l.name.PathFile(r)
		named[path] = true
		next, ok := by[int64(n)]
		if !ok || l.records[next].At.After(before) {
			needed[path] = true
			continue
		}
		for last, ok := next, true; ok; last, ok = by[last] {
			next = last
		}
		if whole[next] {
			continue
		}
		size, err := l.p.o.Bucket.Size(ctx, l.name.PathFile(l.records[next]))
		if errors.Is(err, feed.ErrNotFound) || err == nil && size != l.records[next].Bytes {
			return nil, nil, fmt.Errorf("%w: record %d of lane %s, which replaces others, has no whole file", feed.ErrDamaged, next, l.name)
		}
		if err != nil {
			return nil, nil, err
		}
		whole[next] = true
	}
	return needed, named, nil
}
