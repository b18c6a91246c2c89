package intake

import (
	"context"
	"errors"

	"cordon/engine/detection"
)

// PreviewRow is an item as it would be taken in, or why it would not.
type PreviewRow struct {
	Item   int64
	Taken  *Taken // nil for a reject
	Reason string // of a reject
	Raw    string // of a reject
}

// Preview reads the first n items of a file, n at least 1, and shows what each would become.
// Nothing is collapsed, so that each can be seen. Errors are those of OpenFile and Reads.
func Preview(ctx context.Context, path string, o Options, n int) ([]PreviewRow, Report, error) {
	if n < 1 {
		return nil, Report{}, &detection.FieldError{Field: "rows", Problem: "is less than 1", Hint: "Ask for at least one row."}
	}
	var out []PreviewRow
	enough := errors.New("the preview is full")
	o.Window = -1
	o.Reject = func(j Reject) error {
		out = append(out, PreviewRow{Item: j.Item, Reason: j.Reason, Raw: j.Raw})
		if len(out) >= n {
			return enough
		}
		return nil
	}
	s, file, err := OpenFile(ctx, path, o)
	if err != nil {
		return nil, Report{}, err
	}
	defer file.Close() // only read
	for t, err := range s.Reads() {
		if errors.Is(err, enough) {
			break
		}
		if err != nil {
			return out, s.report, err
		}
		out = append(out, PreviewRow{Item: t.Item, Taken: &t})
		if len(out) >= n {
			break
		}
	}
	return out, s.report, nil
}
