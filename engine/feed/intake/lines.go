package intake

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
)

const (
	maxRatio = 200      // unpacked bytes for each packed one
	freePack = 16 << 20 // unpacked bytes that are taken whatever the ratio
	peekSize = 64 << 10
)

// counter counts the bytes that were taken from a reader.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// unpacker is a gzip reader that refuses bombs.
type unpacker struct {
	gz     *gzip.Reader
	packed *counter
	n      int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.gz.Read(p)
	u.n += int64(n)
	if u.n > freePack && u.n > maxRatio*u.packed.n {
		return 0, fmt.Errorf("%w: the file unpacks to over %d times its packed size; it is damaged or hostile", ErrTooLarge, maxRatio)
	}
	return n, err
}

// plain returns the input unpacked, where it is gzip, without a byte order mark. UTF-16 is
// refused.
func plain(r io.Reader) (*bufio.Reader, *counter, error) {
	source := &counter{r: r}
	in := bufio.NewReaderSize(source, peekSize)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		gz, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: a damaged gzip file (%w); pack it again", ErrFormat, err)
		}
		in = bufio.NewReaderSize(&unpacker{gz: gz, packed: source}, peekSize)
	}
	switch bom, _ := in.Peek(3); {
	case bytes.HasPrefix(bom, []byte("\xef\xbb\xbf")):
		if _, err := in.Discard(3); err != nil {
			return nil, nil, err
		}
	case bytes.HasPrefix(bom, []byte{0xff, 0xfe}), bytes.HasPrefix(bom, []byte{0xfe, 0xff}):
		return nil, nil, fmt.Errorf("%w: UTF-16 text; save the file as UTF-8", ErrFormat)
	}
	return in, source, nil
}

// lineReader cuts a stream into lines of bounded length.
type lineReader struct {
	in  *bufio.Reader
	max int64
	n   int64 // number of the last line, from 1
	buf []byte
}

// next returns the next line without its end. A line over the bound comes cut, with long set.
// The line is good until the next call. Errors are io.EOF or of the stream.
func (l *lineReader) next() (line []byte, long bool, err error) {
	l.n++
	l.buf = l.buf[:0]
	for {
		part, err := l.in.ReadSlice('\n')
		if int64(len(l.buf)+len(part)) > l.max+1 { // 1: the line end
			long = true
			l.buf = append(l.buf, part[:max(0, min(len(part), maxRaw-len(l.buf)))]...)
			l.buf = l.buf[:min(len(l.buf), maxRaw)]
		} else if !long {
			l.buf = append(l.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(l.buf) > 0 || long):
			err = nil
		case err != nil && !errors.Is(err, io.EOF):
			err = fmt.Errorf("read line %d: %w", l.n, err)
		}
		return bytes.TrimRight(l.buf, "\r\n"), long, err
	}
}
