package reports

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"strings"
	"unicode"

	"cordon/engine"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// Page geometry in points: US Letter.
const (
	pageW, pageH      = 612.0, 792.0
	marginX           = 54.0
	contentW          = pageW - 2*marginX
	contentTop        = 98.0
	contentTopMarked  = 116.0 // below the strip that marks synthetic data
	contentBottom     = 728.0
	footerY           = 742.0
	labelW            = 104.0
	baseline          = 0.36 // of the size, from the middle of a line down to its baseline
	creator, language = "Cordon", "en-US"
)

type family string

const (
	sans     family = "sans"
	sansMed  family = "sansmedium"
	sansBold family = "sanssemibold"
	mono     family = "mono"
	monoBold family = "monosemibold"
)

// style is a face, a size and a line height in points, and an ink.
type style struct {
	family     family
	size, lead float64
	ink        color.NRGBA
}

var (
	styTitle   = style{sansBold, 24, 30, inkText}
	styHead    = style{sansBold, 15, 21, inkText}
	stySub     = style{sansBold, 10.5, 15, inkText}
	styBody    = style{sans, 9.5, 13.5, inkText}
	styStrong  = style{sansBold, 9.5, 13.5, inkText}
	styLabel   = style{sans, 9.5, 13.5, inkLabel}
	stySmall   = style{sans, 8, 11, inkSecond}
	styTiny    = style{sans, 7.5, 10, inkSecond}
	styMono    = style{mono, 8.5, 12.5, inkText}
	styDigest  = style{mono, 6.3, 8.4, inkSecond}
	styPlate   = style{monoBold, 20, 26, inkText}
	styPlateS  = style{monoBold, 10, 13.5, inkText}
	styTag     = style{sansMed, 8, 11, inkSecond}
	styColumn  = style{sansMed, 8, 11, inkLabel}
	styNotice  = style{sansBold, 10, 14, inkAmber}
	styNotice2 = style{sans, 9, 12.5, inkAmber}
)

// doc lays text and pictures down the pages of one report. y is the top of what comes
// next. After an error nothing more is drawn.
type doc struct {
	ctx    context.Context
	cf     engine.CaseFile
	clk    clock
	maps   MapImager
	pdf    *fpdf.Fpdf
	faces  map[family]*sfnt.Font
	buf    sfnt.Buffer
	mark   string
	images map[string]bool // registered pictures by name
	y      float64
	err    error
}

func newDoc(ctx context.Context, cf engine.CaseFile, o Options) (*doc, error) {
	d := &doc{ctx: ctx, cf: cf, clk: clock{o.Zone}, maps: o.Maps, mark: mark(cf), images: map[string]bool{}, faces: map[family]*sfnt.Font{}}
	d.pdf = fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: pageW, Ht: pageH}})
	d.pdf.SetCatalogSort(true)
	d.pdf.SetCreationDate(cf.At.UTC())
	d.pdf.SetModificationDate(cf.At.UTC())
	d.pdf.SetAutoPageBreak(false, 0)
	d.pdf.SetMargins(marginX, 0, marginX)
	d.pdf.SetLang(language)
	for _, f := range []struct {
		name family
		ttf  []byte
	}{
		{sans, o.Fonts.Sans},
		{sansMed, o.Fonts.SansMedium},
		{sansBold, o.Fonts.SansSemiBold},
		{mono, o.Fonts.Mono},
		{monoBold, o.Fonts.MonoSemiBold},
	} {
		parsed, err := opentype.Parse(f.ttf)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrFonts, f.name, err)
		}
		d.faces[f.name] = parsed
		d.pdf.AddUTF8FontFromBytes(string(f.name), "", bytes.Clone(f.ttf))
		d.pdf.SetFont(string(f.name), "", 10)
	}
	d.pdf.SetTitle(d.clean("Lead report "+cf.Case.Number, sans), true)
	d.pdf.SetSubject(d.clean(Notice, sans), true)
	d.pdf.SetAuthor(d.clean(cf.Exporter.Name, sans), true)
	d.pdf.SetCreator(creator, true)
	d.pdf.SetProducer(creator, true)
	return d, d.pdf.Error()
}

func (d *doc) fail(err error) {
	if d.err == nil && err != nil {
		d.err = err
	}
}

// newPage starts a page with the head that every page carries: case and notice, and
// the mark of synthetic data (N-1).
func (d *doc) newPage() {
	if d.err == nil {
		d.fail(d.ctx.Err())
	}
	d.pdf.AddPage()
	d.put(marginX, 42, "Lead report", style{sansBold, 12, 16, inkText})
	d.put(marginX, 58, d.fit("Case "+d.cf.Case.Number, stySmall, contentW*0.6), stySmall)
	notice := style{sansBold, 9, 12, inkText}
	d.right(pageW-marginX, 42, "LEAD ONLY", notice)
	d.right(pageW-marginX, 56, "No basis for action on its own.", notice)
	d.line(marginX, 72, pageW-marginX, 72, 1, inkText)
	d.y = contentTop
	if d.mark != "" {
		d.box(marginX, 79, contentW, 16, inkAmberBg, inkAmberRim, 3)
		d.center(pageW/2, 87, d.mark, style{sansMed, 8.5, 12, inkAmber})
		d.y = contentTopMarked
	}
}

// footers numbers the pages once their number is known.
func (d *doc) footers() {
	total := d.pdf.PageCount()
	ref := fmt.Sprintf("Audit entry %s · root %s", thousands(d.cf.Audit.Entry), shortDigest(d.cf.Audit.Root))
	for page := 1; page <= total; page++ {
		d.pdf.SetPage(page)
		d.line(marginX, footerY, pageW-marginX, footerY, 0.6, inkStrong)
		d.put(marginX, footerY+12, ref, style{mono, 7.5, 10, inkSecond})
		d.right(pageW-marginX, footerY+12, fmt.Sprintf("%d of %d", page, total), style{sansMed, 8.5, 10, inkSecond})
	}
}

// need starts a new page unless h points are left on this one; it reports whether it did.
func (d *doc) need(h float64) bool {
	if d.y+h <= contentBottom {
		return false
	}
	d.newPage()
	return true
}

// put draws one line whose middle is at y.
func (d *doc) put(x, y float64, s string, st style) {
	s = d.clean(s, st.family)
	if s == "" {
		return
	}
	d.pdf.SetFont(string(st.family), "", st.size)
	d.pdf.SetTextColor(int(st.ink.R), int(st.ink.G), int(st.ink.B))
	d.pdf.Text(x, y+st.size*baseline, s)
}

func (d *doc) right(x, y float64, s string, st style)  { d.put(x-d.width(s, st), y, s, st) }
func (d *doc) center(x, y float64, s string, st style) { d.put(x-d.width(s, st)/2, y, s, st) }

func (d *doc) width(s string, st style) float64 {
	d.pdf.SetFont(string(st.family), "", st.size)
	return d.pdf.GetStringWidth(d.clean(s, st.family))
}

// fit shortens s to w with an ellipsis. Only heads and table cells are shortened; the
// full text stands elsewhere in the report.
func (d *doc) fit(s string, st style, w float64) string {
	s = d.clean(s, st.family)
	if d.width(s, st) <= w {
		return s
	}
	r := []rune(s)
	for len(r) > 0 && d.width(string(r)+"…", st) > w {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// wrap breaks s into lines of at most w points, at spaces where there are any.
func (d *doc) wrap(s string, st style, w float64) []string {
	var lines []string
	for para := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, word := range strings.Fields(d.clean(para, st.family)) {
			next := word
			if line != "" {
				next = line + " " + word
			}
			if d.width(next, st) <= w {
				line = next
				continue
			}
			if line != "" {
				lines = append(lines, line)
			}
			for line = word; d.width(line, st) > w; {
				cut := d.prefix(line, st, w)
				lines = append(lines, line[:cut])
				line = line[cut:]
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// prefix returns how many bytes of s fit into w, at least one character.
func (d *doc) prefix(s string, st style, w float64) int {
	cut := 0
	for i, r := range s {
		end := i + len(string(r))
		if cut > 0 && d.width(s[:end], st) > w {
			break
		}
		cut = end
	}
	return cut
}

// para sets s across w points from x, over pages where it must.
func (d *doc) para(x, w float64, s string, st style) {
	for _, line := range d.wrap(s, st, w) {
		d.need(st.lead)
		d.put(x, d.y+st.lead/2, line, st)
		d.y += st.lead
	}
}

// clean makes s safe to set: control and direction characters go, and a character that
// the face does not have shows as its code point instead of an empty box.
func (d *doc) clean(s string, f family) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= 0x20 && s[i] < 0x7f
	}
	if plain {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.IsControl(r) || isBidiControl(r) || r == 0xFEFF:
		case r > 0xFFFF || !d.has(f, r):
			fmt.Fprintf(&b, "[U+%04X]", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (d *doc) has(f family, r rune) bool {
	i, err := d.faces[f].GlyphIndex(&d.buf, r)
	return err == nil && i != 0
}

func (d *doc) line(x1, y1, x2, y2, width float64, c color.NRGBA) {
	d.pdf.SetDrawColor(int(c.R), int(c.G), int(c.B))
	d.pdf.SetLineWidth(width)
	d.pdf.Line(x1, y1, x2, y2)
}

func (d *doc) box(x, y, w, h float64, bg, rim color.NRGBA, radius float64) {
	d.pdf.SetFillColor(int(bg.R), int(bg.G), int(bg.B))
	d.pdf.SetDrawColor(int(rim.R), int(rim.G), int(rim.B))
	d.pdf.SetLineWidth(0.7)
	d.pdf.RoundedRect(x, y, w, h, radius, "1234", "FD")
}

func shortDigest(hexDigest string) string {
	if len(hexDigest) < 20 {
		return hexDigest
	}
	return hexDigest[:4] + " " + hexDigest[4:8] + " " + hexDigest[8:12] + " … " + hexDigest[len(hexDigest)-4:]
}
