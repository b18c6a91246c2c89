package intake

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"

	"cordon/engine/feed"
)

const maxParts = 16

// Body reads one webhook request: JSON of either vendor, one message or a list, or a
// multipart form of Plate Recognizer with the message in "json" and the picture in "upload".
// It returns the reads; those of one vehicle inside the request are collapsed, those of
// different requests are not (see Collapser). Errors match ErrTooLarge, ErrFormat or ErrBroken, and
// then nothing of the request is taken; a message that cannot be read is a reject. A format
// by name that no request has is feed.ErrNotFound.
func Body(ctx context.Context, contentType string, r io.Reader, o Options) ([]Taken, Report, error) {
	s, err := newSource(ctx, o)
	if err != nil {
		return nil, Report{}, err
	}
	if s.o.Format != FormatAuto && s.o.Format != FormatOpenALPR && s.o.Format != FormatPlateRec {
		return nil, s.report, fmt.Errorf("%w: requests hold %s or %s", feed.ErrNotFound, FormatOpenALPR, FormatPlateRec)
	}
	limited := &limitReader{r: r, left: s.o.MaxItem}
	text, upload, err := bodyParts(contentType, limited)
	if err != nil {
		return nil, s.report, err
	}
	format := s.o.Format
	if format == FormatAuto {
		if format, err = detect(text, false); err != nil {
			return nil, s.report, err
		}
	}
	if format != FormatOpenALPR && format != FormatPlateRec {
		return nil, s.report, fmt.Errorf("%w: a request holds OpenALPR or Plate Recognizer JSON, this looks like %s", ErrFormat, format)
	}
	if len(upload) > 0 && format != FormatPlateRec {
		return nil, s.report, fmt.Errorf("%w: only Plate Recognizer sends forms", ErrFormat)
	}
	s.report.Format = format
	s.drafts = s.jsonDrafts(newItemReader(bufio.NewReader(bytes.NewReader(text)), s.o.MaxItem), format, upload)
	var out []Taken
	for t, err := range s.Reads() {
		if err != nil {
			return nil, s.report, err
		}
		out = append(out, t)
	}
	return out, s.report, nil
}

// limitReader fails, and does not end, where its bound is reached.
type limitReader struct {
	r    io.Reader
	left int64
	err  error // of the reader, other than its end
}

func (l *limitReader) Read(p []byte) (int, error) {
	if l.left < 0 {
		return 0, fmt.Errorf("%w: it is over its bound", ErrTooLarge)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left+1)])
	if l.left -= int64(n); l.left < 0 {
		err = fmt.Errorf("%w: it is over its bound", ErrTooLarge)
		n = 0
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}

func bodyParts(contentType string, r *limitReader) (text []byte, upload []picture, err error) {
	kind, params := "application/json", map[string]string(nil)
	if contentType != "" {
		if kind, params, err = mime.ParseMediaType(contentType); err != nil {
			return nil, nil, fmt.Errorf("%w: the content type cannot be read (%w)", ErrFormat, err)
		}
	}
	switch kind {
	case "application/json", "text/json", "text/plain", "application/x-ndjson", "application/octet-stream":
		text, err = io.ReadAll(r)
		return text, nil, err
	case "multipart/form-data":
		if params["boundary"] == "" {
			return nil, nil, fmt.Errorf("%w: the content type names no boundary", ErrFormat)
		}
		text, upload, err = formParts(multipart.NewReader(r, params["boundary"]))
		if err != nil && r.err == nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
			err = fmt.Errorf("%w: the form: %w", ErrBroken, err) // the connection is good
		}
		return text, upload, err
	}
	return nil, nil, fmt.Errorf("%w: content type %s is not read. Send application/json or multipart/form-data", ErrFormat, cut(kind, 60))
}

func formParts(form *multipart.Reader) (text []byte, upload []picture, err error) {
	for n := 0; ; n++ {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		if n == maxParts {
			return nil, nil, fmt.Errorf("%w: the form has more than %d parts", ErrTooLarge, maxParts)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, err
		}
		switch part.FormName() {
		case "json":
			if text != nil {
				return nil, nil, fmt.Errorf("%w: the form has two parts named json", ErrFormat)
			}
			text = data
		case "upload":
			upload = append(upload, picture{kind: pictureVehicle, data: data})
		}
	}
	if text == nil {
		return nil, nil, fmt.Errorf("%w: the form has no part named json", ErrFormat)
	}
	return text, upload, nil
}
