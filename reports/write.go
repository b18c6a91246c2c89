package reports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"cordon/engine"
)

// Format is a file format of an export.
type Format string

// The formats.
const (
	FormatPDF     Format = "pdf"
	FormatCSV     Format = "csv"
	FormatGeoJSON Format = "geojson"
)

// Formats lists all formats in the order in which they are offered.
func Formats() []Format { return []Format{FormatPDF, FormatCSV, FormatGeoJSON} }

// WriteOptions say what [Write] writes.
type WriteOptions struct {
	Options
	Formats   []Format // none: all
	Overwrite bool     // replace files of the same name
}

// ErrFormat is returned when a format is not one of [Formats].
var ErrFormat = errors.New("unknown format")

// Write puts cf into dir, a file a format, named after the case and the time of export,
// and returns their paths. All are made before the first one appears; each appears whole
// and on disk. It returns engine.ErrExists, and leaves everything as it was, when a file
// of that name is there and Overwrite is not set. dir is made when missing.
func Write(ctx context.Context, dir string, cf engine.CaseFile, o WriteOptions) ([]string, error) {
	formats := o.Formats
	if len(formats) == 0 {
		formats = Formats()
	}
	for _, f := range formats {
		if !slices.Contains(Formats(), f) {
			return nil, fmt.Errorf("%w: %q", ErrFormat, f)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	var temps, made []string
	defer func() {
		for _, t := range temps {
			_ = os.Remove(t)
		}
	}()
	finals := make([]string, len(formats))
	for i, f := range formats {
		var buf bytes.Buffer
		if err := render(ctx, &buf, f, cf, o.Options); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		temp, err := writeTemp(dir, buf.Bytes())
		if temp != "" {
			temps = append(temps, temp)
		}
		if err != nil {
			return nil, err
		}
		finals[i] = filepath.Join(dir, FileName(cf, f, o.Zone))
	}
	for i, final := range finals {
		if err := publish(temps[i], final, o.Overwrite); err != nil {
			for _, m := range made {
				if !o.Overwrite {
					_ = os.Remove(m)
				}
			}
			return nil, err
		}
		made = append(made, final)
	}
	return finals, syncDir(dir)
}

func render(ctx context.Context, w io.Writer, f Format, cf engine.CaseFile, o Options) error {
	switch f {
	case FormatPDF:
		return PDF(ctx, w, cf, o)
	case FormatCSV:
		return CSV(w, cf)
	case FormatGeoJSON:
		return GeoJSON(w, cf)
	}
	return fmt.Errorf("%w: %q", ErrFormat, f)
}

// FileName is the name of an export's file, e.g. "HSI-2026-00123-20260521-0931.pdf": the
// case number with only characters that every file system takes, and the local time of
// export.
func FileName(cf engine.CaseFile, f Format, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, cf.Case.Number)
	if len(name) > 80 {
		name = name[:80]
	}
	if name = strings.Trim(name, "-"); name == "" {
		name = "case"
	}
	return name + "-" + cf.At.In(zone).Format("20060102-1504") + "." + string(f)
}

func writeTemp(dir string, data []byte) (string, error) {
	f, err := os.CreateTemp(dir, ".cordon-export-*")
	if err != nil {
		return "", fmt.Errorf("make file: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return f.Name(), fmt.Errorf("write file: %w", err)
	}
	return f.Name(), nil
}

// publish gives the finished file its name. A hard link refuses to replace, in one step;
// where the file system has none, the check and the rename are two.
func publish(temp, final string, overwrite bool) error {
	if !overwrite {
		err := os.Link(temp, final)
		if err == nil {
			return nil
		}
		if _, serr := os.Lstat(final); errors.Is(err, fs.ErrExist) || serr == nil {
			return fmt.Errorf("%s: %w", final, engine.ErrExists)
		}
	}
	if err := os.Rename(temp, final); err != nil {
		return fmt.Errorf("name file: %w", err)
	}
	return nil
}

// syncDir makes the new names durable; Windows has no such call on folders.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	err = d.Sync()
	if cerr := d.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return nil
}
