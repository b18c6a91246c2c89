// Package detcsv reads the standard detection CSV, plain or gzip.
//
// Entry point: [NewReader] checks the header, [Reader.Rows] streams detections; a line that
// cannot be a detection goes to the reject function with its number and the reason, and
// the rest is taken.
//
// Invariants: memory is bounded by one line, however the file is made; a stray quote costs
// its own line and never the lines after it, since no field holds a line break; values
// leave normalised as package detection defines them.
package detcsv

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"cordon/engine/detection"
)

// Columns lists the columns of the standard CSV in their usual order; the first row of a
// file names those it has, in any order.
func Columns() []string {
	return []string{
		"id", "plate", "state", "time", "lon", "lat", "make", "model", "color", "year",
		"heading", "camera", "source", "confidence",
	}
}

func required() []string { return []string{"id", "plate", "time", "lon", "lat"} }

const (
	maxLine  = 64 << 10 // bytes of one line
	maxRaw   = 4 << 10  // bytes of a rejected line that are kept
	maxRatio = 200      // unpacked bytes for each packed one
	freePack = 16 << 20 // unpacked bytes that are taken whatever the ratio
)

// Reject is a line that was not taken.
type Reject struct {
	Line   int64  // from 1, the header being line 1
	Reason string // what is wrong, without a full stop
	Raw    string // the line, cut to 4 KiB
}

// Reader streams one file. It is not safe for concurrent use.
type Reader struct {
	in     *bufio.Reader
	source *counter // bytes taken from the caller's reader
	packed bool
	taken  int64 // unpacked bytes
	fields []int // column number of Columns()[i], or -1
	width  int
	line   int64
	cells  []string
}

// NewReader reads the header. It returns a *detection.FieldError when the header lacks a
// required column, has an unknown or a repeated one, or is not text.
func NewReader(r io.Reader) (*Reader, error) {
	d := &Reader{source: &counter{r: r}}
	in := bufio.NewReaderSize(d.source, maxLine)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		gz, err := gzip.NewReader(in)
		if err != nil {
			return nil, headerError("is a damaged gzip file: "+err.Error(), "Pack it again.")
		}
		d.packed = true
		in = bufio.NewReaderSize(gz, maxLine)
	}
	d.in = in
	if bom, err := in.Peek(3); err == nil {
		switch {
		case bytes.Equal(bom, []byte("\xef\xbb\xbf")):
			if _, err := in.Discard(3); err != nil {
				return nil, err
			}
		case bom[0] == 0xff && bom[1] == 0xfe, bom[0] == 0xfe && bom[1] == 0xff:
			return nil, headerError("is UTF-16 text", "Save the file as UTF-8.")
		}
	}
	line, _, err := d.next()
	if errors.Is(err, io.EOF) {
		return nil, headerError("is missing: the file is empty", "The first line names the columns.")
	}
	if err != nil {
		return nil, err
	}
	return d, d.header(string(line))
}

func headerError(problem, hint string) error {
	return &detection.FieldError{Field: "header", Problem: problem, Hint: hint}
}

func (d *Reader) header(line string) error {
	if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
		return headerError("is not text", "Give a CSV file in UTF-8.")
	}
	names, err := split(line, nil)
	if err != nil {
		return headerError("cannot be read: "+err.Error(), "Separate the column names by commas.")
	}
	columns := Columns()
	d.width = len(names)
	d.fields = slices.Repeat([]int{-1}, len(columns))
	var extra []string
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		c := slices.Index(columns, name)
		switch {
		case c < 0:
			extra = append(extra, fmt.Sprintf("%q", cut(name, 40)))
		case d.fields[c] >= 0:
			return headerError(fmt.Sprintf("names the column %q twice", name), "Keep one of them.")
		default:
			d.fields[c] = i
		}
	}
	if len(extra) > 0 {
		return headerError("has columns that are not in the standard: "+strings.Join(extra[:min(len(extra), 10)], ", "),
			"Take them out. The columns are "+strings.Join(columns, ",")+".")
	}
	for _, name := range required() {
		if d.fields[slices.Index(columns, name)] < 0 {
			return headerError(fmt.Sprintf("has no column %q", name), "The columns id, plate, time, lon and lat are needed.")
		}
	}
	return nil
}

// BytesRead returns how many bytes of the caller's reader have been taken, packed ones for
// a gzip file.
func (d *Reader) BytesRead() int64 { return d.source.n }

// Rows yields each detection in file order. A reject calls reject, whose error ends the
// iteration; so does an error of the file itself, which is yielded last.
func (d *Reader) Rows(reject func(Reject) error) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		for {
			raw, long, err := d.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(detection.Detection{}, err)
				return
			}
			if len(bytes.TrimSpace(raw)) == 0 && !long {
				continue
			}
			det, reason := d.row(raw, long)
			if reason != "" {
				if err := reject(Reject{Line: d.line, Reason: reason, Raw: strings.ToValidUTF8(cut(string(raw), maxRaw), "�")}); err != nil {
					yield(detection.Detection{}, err)
					return
				}
				continue
			}
			if !yield(det, nil) {
				return
			}
		}
	}
}

func (d *Reader) row(raw []byte, long bool) (detection.Detection, string) {
	if long {
		return detection.Detection{}, fmt.Sprintf("the line is longer than %d bytes", maxLine)
	}
	if !utf8.Valid(raw) {
		return detection.Detection{}, "the line is not UTF-8"
	}
	cells, err := split(string(raw), d.cells[:0])
	d.cells = cells
	if err != nil {
		return detection.Detection{}, err.Error()
	}
	if len(cells) != d.width {
		return detection.Detection{}, fmt.Sprintf("the line has %d fields, the header %d", len(cells), d.width)
	}
	return parse(func(column int) string {
		if i := d.fields[column]; i >= 0 {
			return strings.TrimSpace(cells[i])
		}
		return ""
	})
}

// Line returns the number of the line that was read last; the header is line 1.
func (d *Reader) Line() int64 { return d.line }

// next returns the next line without its end, cut when it is over maxLine (long).
func (d *Reader) next() (line []byte, long bool, err error) {
	d.line++
	line, err = d.in.ReadSlice('\n')
	d.taken += int64(len(line))
	if errors.Is(err, bufio.ErrBufferFull) {
		line, long = bytes.Clone(line[:maxRaw]), true
		for errors.Is(err, bufio.ErrBufferFull) {
			var more []byte
			more, err = d.in.ReadSlice('\n')
			d.taken += int64(len(more))
			if d.bomb() {
				break
			}
		}
	}
	if d.bomb() {
		return nil, false, &detection.FieldError{
			Field: fmt.Sprintf("line %d", d.line), Problem: "unpacks to over 200 times the packed size",
			Hint: "The file is damaged or hostile; nothing was taken.",
		}
	}
	if errors.Is(err, io.EOF) && len(line) > 0 {
		err = nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, fmt.Errorf("read line %d: %w", d.line, err)
	}
	return bytes.TrimRight(line, "\r\n"), long, err
}

func (d *Reader) bomb() bool {
	return d.packed && d.taken > freePack && d.taken > maxRatio*d.source.n
}

// split cuts a line into fields; only a line with a quote needs the csv package.
func split(line string, into []string) ([]string, error) {
	if !strings.ContainsRune(line, '"') {
		for {
			field, rest, more := strings.Cut(line, ",")
			into = append(into, field)
			if !more {
				return into, nil
			}
			line = rest
		}
	}
	r := csv.NewReader(strings.NewReader(line))
	fields, err := r.Read()
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return into, fmt.Errorf("a quote is not closed or stands inside a field, at character %d", syntax.Column)
	}
	return append(into, fields...), err
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n]
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
