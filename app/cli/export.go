package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"cordon/app/paper"
	"cordon/engine"
	"cordon/reports"

	"github.com/spf13/cobra"
)

// exportedJSON is what `export --json` prints.
type exportedJSON struct {
	Case  string   `json:"case"`
	Files []string `json:"files"`
	Entry int64    `json:"entry"`
	Leaf  string   `json:"leaf"`
	Root  string   `json:"root"`
	Size  int64    `json:"size"`
}

func (sh *shell) exportCmd(use string) *cobra.Command {
	var out, corroborated, zone string
	var formats []string
	var overwrite bool
	cmd := &cobra.Command{
		Use: use + " CASE", Short: "Export a case as PDF, CSV and GeoJSON",
		Long: `Export a case (R-6): each record needs a saved crop and the plate verified by eye,
and you name the second source that corroborates the lead. The export is an audit
entry, and the files carry its proof.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, f := range formats {
				if !isFormat(f) {
					return usagef("%q is no format of an export; use pdf, csv or geojson", f)
				}
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				loc, err := zoneOf(zone, s)
				if err != nil {
					return err
				}
				j, err := sh.export(cmd.Context(), s, engine.ExportRequest{Case: args[0], Corroborated: corroborated, Formats: formats}, out, loc, overwrite)
				if err != nil {
					return err
				}
				if sh.json {
					return sh.printJSON(j)
				}
				return sh.print("%s\nAudit entry %d, root %s", strings.Join(j.Files, "\n"), j.Entry, j.Root)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&out, "out", ".", "folder for the files")
	f.StringSliceVar(&formats, "formats", []string{"pdf", "csv", "geojson"}, "formats, separated by commas")
	f.StringVar(&corroborated, "corroborated", "", "the second source: report, witness, camera, record (required)")
	f.StringVar(&zone, "zone", "", "time zone of local times (default: the policy's)")
	f.BoolVar(&overwrite, "overwrite", false, "replace files of the same name")
	return cmd
}

func isFormat(f string) bool {
	for _, known := range reports.Formats() {
		if string(known) == f {
			return true
		}
	}
	return false
}

func zoneOf(name string, s *engine.Session) (*time.Location, error) {
	if name == "" {
		name = s.Policy().Zone
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, usagef("%q is no time zone; use a name such as America/New_York", name)
	}
	return loc, nil
}

// export records the export, then writes the files. The folder and the names are tried
// first, so that no export is recorded that could not be written.
func (sh *shell) export(ctx context.Context, s *engine.Session, r engine.ExportRequest, out string, zone *time.Location, overwrite bool) (exportedJSON, error) {
	if err := tryFolder(out); err != nil {
		return exportedJSON{}, err
	}
	if !overwrite {
		if err := sh.tryNames(out, r, zone); err != nil {
			return exportedJSON{}, err
		}
	}
	opts, err := paper.Options(zone)
	if err != nil {
		return exportedJSON{}, err
	}
	cf, err := s.Export(ctx, r)
	if err != nil {
		return exportedJSON{}, at("case "+r.Case, err)
	}
	wo := reports.WriteOptions{Options: opts, Overwrite: overwrite}
	for _, f := range r.Formats {
		wo.Formats = append(wo.Formats, reports.Format(f))
	}
	files, err := reports.Write(ctx, out, cf, wo)
	if err != nil {
		return exportedJSON{}, err
	}
	return exportedJSON{cf.Case.Number, files, cf.Audit.Entry, cf.Audit.Leaf, cf.Audit.Root, cf.Audit.Size}, nil
}

// tryNames fails when a file of the names to come is there already.
func (sh *shell) tryNames(out string, r engine.ExportRequest, zone *time.Location) error {
	like := engine.CaseFile{Case: engine.Case{Number: r.Case}, At: sh.env.Clock()}
	for _, f := range r.Formats {
		path := filepath.Join(out, reports.FileName(like, reports.Format(f), zone))
		if _, err := os.Lstat(path); err == nil {
			return at(path, engine.ErrExists)
		}
	}
	return nil
}

func tryFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return at(dir, err)
	}
	f, err := os.CreateTemp(dir, ".cordon-try-*")
	if err != nil {
		return at(dir, err)
	}
	if err := f.Close(); err != nil {
		return at(dir, err)
	}
	if err := os.Remove(filepath.Clean(f.Name())); err != nil {
		return fmt.Errorf("try folder: %w", err)
	}
	return nil
}
