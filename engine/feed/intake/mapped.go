package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"cordon/engine/detection"
)

const (
	maxLine    = 1 << 20 // bytes of a CSV line
	maxColumns = 1000
)

// mappedReader reads a CSV by a mapping. As in the standard CSV no field holds a line break,
// so that a stray quote costs its own line and never those after it.
type mappedReader struct {
	m      *Mapping
	lines  lineReader
	report *Report
	names  []string         // of the header
	from   map[string][]int // by target: indices of columns
}

// newMappedReader reads the header; the error is a *detection.FieldError or of the stream.
func newMappedReader(in *bufio.Reader, m *Mapping, report *Report) (*mappedReader, error) {
	d := &mappedReader{m: m, lines: lineReader{in: in, max: maxLine}, report: report, from: map[string][]int{}}
	line, long, err := d.lines.next()
	if errors.Is(err, io.EOF) {
		return nil, headerError("is missing: the file is empty", "The first line names the columns.")
	}
	if err != nil {
		return nil, err
	}
	if long || !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
		return nil, headerError("is not text", "Give a CSV file in UTF-8 whose first line names the columns.")
	}
	if d.names, err = d.split(line); err != nil {
		return nil, headerError("cannot be read: "+err.Error(), "Is the mapping's delimiter that of the file?")
	}
	if len(d.names) > maxColumns {
		return nil, headerError(fmt.Sprintf("has more than %d columns", maxColumns), "")
	}
	at, twice := map[string]int{}, map[string]bool{}
	for i, name := range d.names {
		name = columnName(name)
		_, known := at[name]
		at[name], twice[name] = i, known || twice[name]
	}
	for target, names := range m.columns {
		for _, name := range names {
			i, ok := at[columnName(name)]
			if !ok {
				return nil, headerError(fmt.Sprintf("has no column %q, which the mapping needs for %s", cut(name, 40), target), "Its columns are "+cut(strings.Join(d.names, ", "), 400)+".")
			}
			if twice[columnName(name)] {
				return nil, headerError(fmt.Sprintf("has the column %q twice", cut(name, 40)), "Which one is meant cannot be told; rename one.")
			}
			d.from[target] = append(d.from[target], i)
		}
	}
	return d, nil
}

func headerError(problem, hint string) error {
	return &detection.FieldError{Field: "header", Problem: problem, Hint: hint}
}

// columnName is how names of columns are compared: without case and outer blanks.
func columnName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// split cuts a line into its cells.
func (d *mappedReader) split(line []byte) ([]string, error) {
	if bytes.IndexByte(line, '"') < 0 {
		return strings.Split(string(line), string(d.m.comma)), nil
	}
	in := csv.NewReader(bytes.NewReader(line))
	in.Comma = d.m.comma
	cells, err := in.Read()
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return nil, syntax.Err
	}
	return cells, err
}

// drafts yields each line.
func (d *mappedReader) drafts(yield func(draft, error) bool) {
	for {
		line, long, err := d.lines.next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(draft{item: d.lines.n}, err)
			return
		}
		if len(bytes.TrimSpace(line)) == 0 && !long {
			continue
		}
		d.report.Items++
		x := draft{item: d.lines.n, raw: line}
		if long {
			err = rejectf("the line is longer than %d bytes", maxLine)
		} else {
			x.cells, err = d.row(line)
		}
		if !yield(x, err) {
			return
		}
	}
}

// row returns the cells of a line by target; errors are rejections.
func (d *mappedReader) row(line []byte) (map[string]string, error) {
	if !utf8.Valid(line) {
		return nil, rejectf("the line is not UTF-8")
	}
	cells, err := d.split(line)
	if err != nil {
		return nil, rejectf("%s", err)
	}
	if len(cells) != len(d.names) {
		return nil, rejectf("the line has %d fields, the header %d", len(cells), len(d.names))
	}
	out := make(map[string]string, len(d.from)+len(d.m.constants))
	for target, value := range d.m.constants {
		out[target] = value
	}
	for target, columns := range d.from {
		var parts []string
		for _, i := range columns {
			if s := strings.TrimSpace(cells[i]); s != "" {
				parts = append(parts, s)
			}
		}
		s := strings.Join(parts, " ")
		if len(s) > maxField {
			return nil, rejectf("%s is longer than %d bytes", target, maxField)
		}
		out[target] = s
	}
	if out["time"] == "" {
		return nil, rejectf("time is empty")
	}
	t, err := d.m.clock.read(out["time"])
	if err != nil {
		return nil, err
	}
	out["time"] = formatTime(t)
	return out, nil
}
