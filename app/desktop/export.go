package desktop

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"cordon/app/demoworld"
	"cordon/app/paper"
	"cordon/engine"
	"cordon/reports"
)

func photoSources() map[string]engine.PhotoSource { return demoworld.PhotoSources() }

// printing is made at the first export: the base map for paper takes a moment.
type printing struct {
	once sync.Once
	opts reports.Options
	err  error
}

// writeExport writes the files of an export and returns their paths. It runs off the main
// thread.
func (d *Desktop) writeExport(ctx context.Context, file engine.CaseFile, formats []string) ([]string, error) {
	d.printing.once.Do(func() { d.printing.opts, d.printing.err = paper.Options(d.zone) })
	if d.printing.err != nil {
		return nil, d.printing.err
	}
	dir, err := d.exportDir()
	if err != nil {
		return nil, err
	}
	o := reports.WriteOptions{Options: d.printing.opts}
	for _, f := range formats {
		o.Formats = append(o.Formats, reports.Format(f))
	}
	return reports.Write(ctx, dir, file, o)
}

// exportDir is where a person finds exports: “Cordon exports” in the documents, or in the
// home folder where there is none.
func (d *Desktop) exportDir() (string, error) {
	if d.opts.Exports != "" {
		return d.opts.Exports, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", errors.New("no home folder is known to export to")
	}
	documents := filepath.Join(home, "Documents")
	if info, err := os.Stat(documents); err == nil && info.IsDir() {
		home = documents
	}
	return filepath.Join(home, "Cordon exports"), nil
}

// openFile opens a written file with the program that the system has for it.
func (d *Desktop) openFile(path string) {
	if err := d.opts.App.OpenURL(&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}); err != nil {
		d.opts.Log("open " + path + ": " + err.Error())
	}
}
