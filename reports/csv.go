package reports

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cordon/engine"
	"cordon/engine/detection"
)

// csvHeader is the standard detection CSV, then what a case adds to a read.
var csvHeader = []string{
	"id", "plate", "state", "time", "lon", "lat", "make", "model", "color", "year", "heading", "camera", "source", "confidence",
	"case", "item", "areas", "relevant_reason", "kept_by", "kept_at",
	"verified_plate", "verified_state", "verified_by", "verified_at",
	"query_entry", "export_entry", "audit_root", "corroborated", "notice", "mark",
}

// CSV writes the kept detections of cf, one row each in the order kept. Times are RFC 3339
// UTC, positions degrees (WGS 84). Every text cell is quoted, and one that a spreadsheet
// would take as a formula starts with an apostrophe; this is an output for people's tools,
// not a round-trip format. The notice and the mark of synthetic data (N-1) stand in
// each row, so that no selection of rows loses them.
func CSV(w io.Writer, cf engine.CaseFile) error {
	b := bufio.NewWriter(w)
	b.WriteString(strings.Join(csvHeader, ",") + "\r\n")
	for _, it := range cf.Case.Items {
		d, q := it.Row.Detection, it.Query
		cells := []string{
			text(d.ID), text(d.Plate), text(d.State), stamp(d.Time), number(d.Pos.Lon()), number(d.Pos.Lat()),
			text(d.Make), text(d.Model), text(d.Color), optional(float64(d.Year), d.Year != 0),
			optional(d.HeadingDeg, d.HeadingDeg != detection.NoHeading), text(d.Camera), text(string(d.Source)),
			optional(d.Confidence, d.Confidence != detection.NoConfidence),
			text(cf.Case.Number), text(it.ID), text(areaLabels(q, it.Row.Areas)), text(it.Reason), text(it.By), stamp(it.At),
			text(it.Verified.Plate), text(it.Verified.State), text(it.Verified.By), stamp(it.Verified.At),
			strconv.FormatInt(it.Entry, 10), strconv.FormatInt(cf.Audit.Entry, 10), text(cf.Audit.Root),
			text(cf.Corroborated), text(Notice), text(mark(cf)),
		}
		b.WriteString(strings.Join(cells, ",") + "\r\n")
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// text quotes a cell without power. Quoting keeps a ";" from starting a new cell where that
// is the list separator.
func text(s string) string { return `"` + strings.ReplaceAll(Cell(s), `"`, `""`) + `"` }

// Cell takes the power of a text for people's tools away: what plain drops is gone, and where
// the first visible character would start a formula in a spreadsheet (OWASP "CSV injection"),
// an apostrophe goes before it.
func Cell(s string) string {
	s = plain(s)
	if visible := strings.TrimLeftFunc(s, unicode.IsSpace); visible != "" && strings.ContainsAny(firstRune(visible), "=+-@＝＋－＠|%") {
		s = "'" + s
	}
	return s
}

// plain makes control characters spaces and drops those that reorder their neighbours.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		if isBidiControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, " "))
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// isBidiControl reports characters that reorder what stands around them: they could show
// a text as another one.
func isBidiControl(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x061C
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func optional(v float64, known bool) string {
	if !known {
		return ""
	}
	return number(v)
}
