package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"slices"

	"cordon/engine/feed"
	"cordon/engine/feed/segment"
	"cordon/engine/internal/crop"
)

// job is one call of Publish: reads wait by week until a segment is full.
type job struct {
	p      *Publisher
	l      *lane
	b      Batch
	report *Report
	weeks  map[string][]feed.Read
	held   int
	own    map[idKey]uint64 // reads of this call that are waiting
	fixes  []feed.Read      // those that correct others: published last, in their order
	buf    []byte
}

func (j *job) reject(id, reason string) error {
	j.report.Rejects++
	if j.b.Reject == nil {
		return nil
	}
	return j.b.Reject(Reject{ID: id, Reason: reason})
}

// add takes one read. When too many wait, the fullest week is published.
func (j *job) add(ctx context.Context, d *feed.Read) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := feed.CheckRead(d); err != nil {
		return j.reject(d.ID, err.Error())
	}
	if j.l.gone[d.ID] {
		j.report.Duplicates++
		return nil
	}
	week := feed.PeriodOf(d.Time)
	x, err := j.l.week(ctx, week)
	if err != nil {
		return err
	}
	key, content := keyOf(d.ID), contentOf(d, j.buf)
	for _, ids := range [...]map[idKey]uint64{x.ids, j.own} {
		there, ok := ids[key]
		if ok && there != content {
			return j.reject(d.ID, "another read of the lane has this id and says something else")
		}
		if ok {
			j.report.Duplicates++
			return nil
		}
	}
	if problem, err := j.photos(ctx, d); err != nil || problem != "" {
		if err != nil {
			return err
		}
		return j.reject(d.ID, problem)
	}
	j.own[key] = content
	r := *d
	r.Pictures = slices.Clone(d.Pictures)
	if r.Supersedes != "" {
		j.fixes = append(j.fixes, r)
		return nil
	}
	j.weeks[week] = append(j.weeks[week], r)
	if j.held++; j.held < j.p.o.SegmentRows {
		return nil
	}
	for w, rows := range j.weeks {
		if len(rows) > len(j.weeks[week]) {
			week = w
		}
	}
	return j.publish(ctx, week)
}

// photos writes the photos of a read. problem says why the read cannot be taken.
func (j *job) photos(ctx context.Context, d *feed.Read) (problem string, err error) {
	for _, p := range d.Pictures {
		if j.b.Picture == nil {
			return "its photos are not given", nil
		}
		path := j.l.name.PathPicture(p.SHA256)
		size, err := j.p.o.Bucket.Size(ctx, path)
		if err == nil && size == p.Bytes {
			j.report.Photos++
			continue
		}
		data, err := j.b.Picture(ctx, d, p)
		if err != nil {
			return "a photo cannot be read: " + err.Error(), ctx.Err()
		}
		if int64(len(data)) != p.Bytes || sha256.Sum256(data) != p.SHA256 {
			return "a photo is not the one that its digest names", nil
		}
		if _, err := crop.Header(data); err != nil {
			return "a photo is no JPEG or PNG, or too large", nil
		}
		if err := j.p.o.Bucket.Put(ctx, path, bytes.NewReader(data)); err != nil {
			return "", err
		}
		j.report.Photos++
	}
	return "", nil
}

// publish writes the waiting reads of a week.
func (j *job) publish(ctx context.Context, week string) error {
	rows := j.weeks[week]
	delete(j.weeks, week)
	j.held -= len(rows)
	sortReads(rows)
	for part := range slices.Chunk(rows, segment.MaxGroups*segment.GroupRows) {
		if err := j.segment(ctx, week, part); err != nil {
			return err
		}
	}
	return nil
}

// finish publishes what waits: first the plain reads, then those that correct others, so
// that a correction stands behind what it corrects.
func (j *job) finish(ctx context.Context) error {
	for _, week := range sortedKeys(j.weeks) {
		if err := j.publish(ctx, week); err != nil {
			return err
		}
	}
	for len(j.fixes) > 0 {
		n := j.together()
		part := j.fixes[:n:n]
		j.fixes = j.fixes[n:]
		week := feed.PeriodOf(part[0].Time)
		sortReads(part)
		if err := j.segment(ctx, week, part); err != nil {
			return err
		}
	}
	return nil
}

// together is how many of the next corrections may stand in one segment: those of one week
// that do not correct each other.
func (j *job) together() int {
	ids := map[string]bool{}
	week := feed.PeriodOf(j.fixes[0].Time)
	for n, r := range j.fixes {
		if n == maxGone || feed.PeriodOf(r.Time) != week || ids[r.ID] || ids[r.Supersedes] {
			return n
		}
		ids[r.ID], ids[r.Supersedes] = true, true
	}
	return len(j.fixes)
}

func sortReads(rows []feed.Read) {
	slices.SortStableFunc(rows, func(a, b feed.Read) int { return a.Time.Compare(b.Time) })
}

// segment writes one segment and appends its record. When others were first and published
// some of its reads, it is made again without those.
func (j *job) segment(ctx context.Context, week string, rows []feed.Read) error {
	keys := make([]idKey, len(rows))
	for i := range rows {
		keys[i] = keyOf(rows[i].ID)
	}
	rows, err := j.withoutKnown(ctx, week, rows) // the lane may have grown since they were taken
	if err != nil || len(rows) == 0 {
		j.forget(keys)
		return err
	}
	r, err := j.p.write(ctx, j.l.name, rows)
	if err != nil {
		return err
	}
	r.Gone = corrected(rows)
	n, err := j.l.append(ctx, r, func(int64) error {
		left, err := j.withoutKnown(ctx, week, rows)
		if err != nil || len(left) == len(rows) {
			return err
		}
		if rows = left; len(rows) == 0 {
			return errNothingLeft
		}
		again, err := j.p.write(ctx, j.l.name, rows)
		if err == nil {
			again.Gone = corrected(rows)
			*r = *again
		}
		return err
	})
	if errors.Is(err, errNothingLeft) {
		j.forget(keys)
		return nil
	}
	if err != nil {
		return err
	}
	x := j.l.known[week]
	if x != nil && x.upTo == n {
		x.upTo++ // its rows are put in below
	} else if x, err = j.l.week(ctx, week); err != nil { // reads what others appended before it, and this one
		return err
	}
	for i := range rows {
		x.ids[keyOf(rows[i].ID)] = contentOf(&rows[i], j.buf)
	}
	j.report.Rows += r.Rows
	j.report.Bytes += r.Bytes
	j.report.Records = append(j.report.Records, n)
	j.forget(keys)
	return nil
}

func (j *job) forget(keys []idKey) {
	for _, k := range keys {
		delete(j.own, k)
	}
}

// errNothingLeft ends an append whose rows others have published.
var errNothingLeft = errors.New("nothing left to publish")

// withoutKnown leaves the rows out that the lane has got meanwhile, in place.
func (j *job) withoutKnown(ctx context.Context, week string, rows []feed.Read) ([]feed.Read, error) {
	x, err := j.l.week(ctx, week)
	if err != nil {
		return nil, err
	}
	left := rows[:0] // nobody needs rows any more
	for i := range rows {
		there, ok := x.ids[keyOf(rows[i].ID)]
		switch {
		case !ok && !j.l.gone[rows[i].ID]:
			left = append(left, rows[i])
		case ok && there != contentOf(&rows[i], j.buf):
			if err := j.reject(rows[i].ID, "another read of the lane has this id and says something else"); err != nil {
				return nil, err
			}
		default:
			j.report.Duplicates++
		}
	}
	return left, nil
}

// corrected lists the ids that rows take back.
func corrected(rows []feed.Read) []string {
	var out []string
	for i := range rows {
		if s := rows[i].Supersedes; s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// write puts a segment of sorted rows where its digest says.
func (p *Publisher) write(ctx context.Context, lane feed.Lane, rows []feed.Read) (*feed.Record, error) {
	var file bytes.Buffer
	r, err := segment.Write(&file, func(yield func(*feed.Read, error) bool) {
		for i := range rows {
			if !yield(&rows[i], nil) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	// Written also where it is there already: a file that is about to be named must look new to
	// Tidy.
	return r, p.o.Bucket.Put(ctx, lane.PathFile(r), &file)
}
