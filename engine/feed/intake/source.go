package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"
)

// Source gives the reads of one input, once. It is not safe for concurrent use.
type Source struct {
	ctx    context.Context
	o      Options
	packed *counter
	drafts iter.Seq2[draft, error] // a draft, a *rejected or *skipped of the draft's item, or the end
	report Report
	taken  *Collapser
}

// Open recognises the format of a file and reads as much of it as that takes; gzip is
// unpacked. The name stands in errors alone. Errors match ErrFormat (ErrParquet among them), ErrTooLarge, detection.ErrInvalid for
// a header, a table or an option that cannot be right, or are the reader's.
func Open(ctx context.Context, name string, r io.Reader, o Options) (*Source, error) {
	s, err := newSource(ctx, o)
	if err != nil {
		return nil, err
	}
	in, packed, err := plain(r)
	if err != nil {
		return nil, err
	}
	s.packed = packed
	head, err := in.Peek(peekSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	format := s.o.Format
	if format == FormatAuto {
		if format, err = detect(head, s.o.Mapping != nil); err != nil {
			return nil, err
		}
	}
	s.report.Format = format
	switch format {
	case FormatGeoParquet:
		return nil, errNotThat(format, "")
	case FormatCSV:
		rows, err := detcsv.NewReader(in)
		if err != nil {
			return nil, err
		}
		s.drafts = csvDrafts(rows, &s.report)
	case FormatMapped:
		if s.o.Mapping == nil {
			return nil, &detection.FieldError{Field: "mapping", Problem: "is missing", Hint: "A CSV that is not the standard one needs a column mapping."}
		}
		rows, err := newMappedReader(in, s.o.Mapping, &s.report)
		if err != nil {
			return nil, err
		}
		s.drafts = rows.drafts
	case FormatOpenALPR, FormatPlateRec:
		s.drafts = s.jsonDrafts(newItemReader(in, s.o.MaxItem), format, nil)
	default:
		return nil, fmt.Errorf("%w: %q is not known. Formats are %v", ErrFormat, string(format), Formats())
	}
	return s, nil
}

func newSource(ctx context.Context, o Options) (*Source, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Source{ctx: ctx, o: o}
	s.taken = newCollapser(o.Window, o.Reorder, &s.report)
	return s, nil
}

// BytesRead returns how many bytes of the caller's reader have been taken.
func (s *Source) BytesRead() int64 {
	if s.packed == nil {
		return 0
	}
	return s.packed.n
}

// Report returns the counts so far; they are final when Reads has ended.
func (s *Source) Report() Report { return s.report }

// Reads yields each read that counts, cameras by themselves about in the order of time. An
// error is yielded last: of the context, of the reader, of Options.Reject, or one that matches
// ErrBroken or ErrTooLarge. What stood before it was given out.
func (s *Source) Reads() iter.Seq2[Taken, error] {
	return func(yield func(Taken, error) bool) {
		give := func(list []Taken) bool {
			for _, t := range list {
				s.report.Reads++
				if !yield(t, nil) {
					return false
				}
			}
			return true
		}
		var last error
		for d, err := range s.drafts {
			if last = s.ctx.Err(); last != nil {
				break
			}
			if err == nil {
				var out []Taken
				if out, err = s.take(&d); err == nil {
					if !give(out) {
						return
					}
					continue
				}
			}
			if last = s.refuse(&d, err); last != nil {
				break
			}
		}
		if !give(s.taken.Flush()) {
			return
		}
		if last != nil {
			yield(Taken{}, last)
		}
	}
}

func (s *Source) take(d *draft) ([]Taken, error) {
	t, err := s.finish(d)
	if err != nil {
		return nil, err
	}
	return s.taken.Add(t)
}

// refuse counts what is no read, and returns the errors that end the input.
func (s *Source) refuse(d *draft, err error) error {
	var skip *skipped
	if errors.As(err, &skip) {
		tell(&s.report.Skipped, skip.what)
		return nil
	}
	reason, ok := reasonOf(err)
	if !ok {
		return err
	}
	s.report.Rejects++
	return s.o.Reject(Reject{Item: d.item, Reason: reason, Raw: cut(string(d.raw[:min(len(d.raw), maxRaw)]), maxRaw)})
}

// csvDrafts reads the standard CSV.
func csvDrafts(rows *detcsv.Reader, report *Report) iter.Seq2[draft, error] {
	return func(yield func(draft, error) bool) {
		stop := errors.New("the caller has enough")
		reject := func(r detcsv.Reject) error {
			report.Items++
			if !yield(draft{item: r.Line, raw: []byte(r.Raw)}, rejectf("%s", r.Reason)) {
				return stop
			}
			return nil
		}
		for det, err := range rows.Rows(reject) {
			if errors.Is(err, stop) {
				return
			}
			if err == nil {
				report.Items++
			}
			if !yield(draft{item: rows.Line(), parsed: &det, raw: []byte(det.ID + "," + det.Plate)}, err) {
				return
			}
		}
	}
}

// jsonDrafts reads the objects of a JSON file or body.
func (s *Source) jsonDrafts(items *itemReader, format Format, upload []picture) iter.Seq2[draft, error] {
	return func(yield func(draft, error) bool) {
		for {
			text, number, err := items.next()
			if errors.Is(err, io.EOF) {
				return
			}
			here := draft{item: number, raw: text}
			if _, bad := reasonOf(err); err != nil && !bad {
				yield(here, err)
				return
			}
			s.report.Items++
			var found []draft
			var refused []error
			if err == nil {
				found, refused, err = decode(text, format, upload)
			}
			if err != nil {
				refused = []error{err}
			}
			for _, err := range refused {
				if !yield(here, err) {
					return
				}
			}
			for _, d := range found {
				d.item, d.raw = number, text
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}

func decode(text []byte, format Format, upload []picture) (found []draft, refused []error, err error) {
	o, err := parseObject(bytes.TrimSpace(text))
	if err != nil {
		return nil, nil, err
	}
	if format == FormatOpenALPR {
		if found, err = decodeOpenALPR(o); err != nil {
			return nil, nil, err
		}
		return found, nil, nil
	}
	return decodePlateRec(o, upload)
}
