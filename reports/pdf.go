package reports

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"cordon/engine"
)

// Options say how a PDF is made. Fonts is required.
type Options struct {
	Maps  MapImager      // nil: the PDF says that it has no maps
	Fonts Fonts          // TTF
	Zone  *time.Location // of local times; nil: UTC
}

// Fonts are the five faces of a PDF, as TTF. They are not written to.
type Fonts struct {
	Sans, SansMedium, SansSemiBold []byte
	Mono, MonoSemiBold             []byte
}

// ErrFonts is returned when a face is missing or cannot be read.
var ErrFonts = errors.New("a font of the report cannot be read")

// PDF writes the lead report of cf: what it rests on, each query with its map, each kept
// read with its photos, the audit proof. The same arguments give the same bytes. It fails
// with engine.ErrDamaged when a photo does not match its digest.
func PDF(ctx context.Context, w io.Writer, cf engine.CaseFile, o Options) error {
	for _, it := range cf.Case.Items {
		for _, p := range it.Photos {
			if sha256.Sum256(p.JPEG) != p.SHA256 {
				return fmt.Errorf("photo of record %s does not match its digest: %w", it.ID, engine.ErrDamaged)
			}
		}
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	d, err := newDoc(ctx, cf, o)
	if err != nil {
		return err
	}
	d.titlePages()
	for i, q := range cf.Queries {
		d.queryPages(i, q)
	}
	for i := range cf.Case.Items {
		d.itemPages(i)
	}
	d.auditPages()
	d.footers()
	if d.err != nil {
		return d.err
	}
	if err := d.pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

// view collects what a map of one query shows: its areas, and the kept reads in them.
func (d *doc) view(entry int64, aspect float64) MapView {
	v := MapView{Aspect: aspect, MaxPx: 1240}
	for _, q := range d.cf.Queries {
		if q.Entry != entry {
			continue
		}
		for i, a := range q.Query.Areas {
			v.Areas = append(v.Areas, MapArea{Index: i, Shape: a.Shape})
		}
	}
	for i, it := range d.cf.Case.Items {
		if it.Entry == entry {
			v.Points = append(v.Points, MapPoint{Pos: it.Row.Pos, Label: fmt.Sprint(i + 1)})
		}
	}
	return v
}
