package intake

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// itemReader cuts a JSON file into its objects: one a line (NDJSON), the entries of one
// array, or one object after another. It looks at brackets and quotes alone; what stands
// between them is the decoder's to judge.
type itemReader struct {
	in     *bufio.Reader
	max    int64
	lines  *lineReader // one object a line
	array  bool
	first  bool
	n      int64
	closed bool
}

// newItemReader decides by what stands first: an array, a whole object in the first line, or
// anything else.
func newItemReader(in *bufio.Reader, max int64) *itemReader {
	d := &itemReader{in: in, max: max, first: true}
	head, _ := in.Peek(peekSize)
	text := bytes.TrimLeft(head, " \t\r\n")
	if bytes.HasPrefix(text, []byte("[")) {
		d.array = true
		return d
	}
	// A line that is an object by itself, or one that is too long to be looked at whole and is
	// followed by nothing known: the former is NDJSON, the latter may be anything.
	line, _, ended := bytes.Cut(text, []byte("\n"))
	if ended && json.Valid(line) || !ended && len(head) == peekSize {
		d.lines = &lineReader{in: in, max: max}
	}
	return d
}

// next returns the next object's text and its number. Errors: io.EOF at the end, a rejection
// for an object that is over its bound or broken, anything else ends the file. The text is
// good until the next call.
func (d *itemReader) next() (text []byte, number int64, err error) {
	if d.lines != nil {
		for {
			line, long, err := d.lines.next()
			if err == nil && !long && len(bytes.TrimSpace(line)) == 0 {
				continue
			}
			if err == nil && long {
				err = rejectf("the line is longer than %d bytes", d.max)
			}
			return line, d.lines.n, err
		}
	}
	if err := d.gap(); err != nil {
		return nil, d.n, err
	}
	d.n++
	text, err = d.object()
	return text, d.n, err
}

// gap passes over what stands between two objects.
func (d *itemReader) gap() error {
	if d.closed {
		return io.EOF
	}
	comma := false
	for {
		c, err := d.in.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && d.array {
				return fmt.Errorf("%w: the list ends in the middle, after %d items", ErrBroken, d.n)
			}
			return err
		}
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case d.array && d.first && c == '[':
			d.first = false
		case d.array && c == ']' && !comma:
			return d.tail()
		case d.array && c == ',' && !comma && d.n > 0:
			comma = true
		case c == '{' && (!d.array || comma || d.n == 0):
			return d.in.UnreadByte()
		default:
			return fmt.Errorf("%w: %q stands where item %d should begin; the rest of the file was not read", ErrBroken, c, d.n+1)
		}
	}
}

// tail makes sure that nothing follows the list.
func (d *itemReader) tail() error {
	d.closed = true
	for {
		c, err := d.in.ReadByte()
		if err != nil {
			return err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return fmt.Errorf("%w: something follows the list", ErrBroken)
		}
	}
}

// object returns the text from an opening brace to its closing one. One over the bound is
// passed over without being kept.
func (d *itemReader) object() ([]byte, error) {
	var text []byte
	size, depth, quoted, escaped := int64(0), 0, false, false
	for {
		c, err := d.in.ReadByte()
		if errors.Is(err, io.EOF) {
			d.closed = true
			return text, rejectf("the object ends in the middle")
		}
		if err != nil {
			return nil, err
		}
		if size++; size <= d.max {
			text = append(text, c)
		} else if len(text) > maxRaw {
			text = text[:maxRaw:maxRaw]
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if size > d.max {
		return text, rejectf("the object is larger than %d bytes", d.max)
	}
	return text, nil
}
