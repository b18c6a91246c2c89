package reports

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"cordon/engine"
	"cordon/engine/detection"
)

// Notice is the sentence that every output carries.
const Notice = "LEAD ONLY: no basis for action on its own. Verify the plate by eye and corroborate before you act."

// SyntheticMark marks outputs made from demonstration or training data (N-1).
const SyntheticMark = "DEMONSTRATION DATA: synthetic. No real vehicle, plate or person."

// ProviderDemo is the name of the photo provider of synthetic data; items kept from it
// mark the whole output.
const ProviderDemo = "demo"

// mark returns the line that marks synthetic data, or "".
func mark(cf engine.CaseFile) string {
	for _, it := range cf.Case.Items {
		if it.Provider == ProviderDemo {
			return SyntheticMark
		}
	}
	return ""
}

func kindTitle(k detection.Kind) string {
	switch k {
	case detection.KindPlate:
		return "Full plate"
	case detection.KindPartial:
		return "Partial plate"
	case detection.KindModel:
		return "Make and model"
	case detection.KindGeo:
		return "Geographic"
	case detection.KindCommon:
		return "Common plate"
	case detection.KindRepeat:
		return "Repeat"
	}
	return string(k)
}

// kindWords says what the query asked for, in one sentence.
func kindWords(q detection.Query) string {
	switch q.Kind {
	case detection.KindPlate:
		return "Every read of one plate of one state in the timeframe."
	case detection.KindPartial:
		if p, err := detection.ParsePattern(q.Plate, q.Star); err == nil {
			return "Every read in the timeframe of a plate of " + p.Words() + "."
		}
		return "Every read in the timeframe of a plate that fits the pattern."
	case detection.KindModel:
		return "Every read in the timeframe of a vehicle of this make and model."
	case detection.KindGeo:
		return "Every read inside the areas in the timeframe."
	case detection.KindCommon:
		return fmt.Sprintf("Plates read in at least %d of %d areas in the timeframe.", q.Threshold(), len(q.Areas))
	case detection.KindRepeat:
		return fmt.Sprintf("Plates read in the areas in at least %d of %d timeframes.", q.Threshold(), len(q.Windows))
	}
	return ""
}

// countWords says how many matches a query had: plates for common and repeat, reads
// otherwise.
func countWords(q engine.CaseQuery) string {
	one, many := "read", "reads"
	if q.Query.Kind == detection.KindCommon || q.Query.Kind == detection.KindRepeat {
		one, many = "plate", "plates"
	}
	s := plural(q.Count, one, many)
	if q.Cut {
		s += ". Cut: only the first part was returned, so the list was not complete"
	}
	return s
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes n with commas between groups of three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if neg {
		return "-" + s
	}
	return s
}

// areaWords writes square metres in the unit a person would use.
func areaWords(m2 float64) string {
	switch {
	case m2 < 10_000:
		return strconv.FormatFloat(m2, 'f', 0, 64) + " m²"
	case m2 < 10_000_000:
		return strconv.FormatFloat(m2/1e6, 'f', 2, 64) + " km²"
	}
	return thousands(int64(m2/1e6+0.5)) + " km²"
}

func sourceWords(s detection.Source) string {
	switch s {
	case detection.SourceLawEnforcement:
		return "law enforcement"
	case detection.SourceCommercial:
		return "commercial"
	}
	return "owner not known"
}

// codeWords turns a code such as "criminal-investigation" into words.
func codeWords(code string) string { return strings.ReplaceAll(code, "-", " ") }

// vehicleWords describes the vehicle as the camera did, e.g. "red Toyota Camry, 2016".
func vehicleWords(d detection.Detection) string {
	s := strings.Join(strings.Fields(strings.Join([]string{strings.ToLower(d.Color), titleCase(d.Make), titleCase(d.Model)}, " ")), " ")
	if d.Year != 0 {
		if s != "" {
			s += ", "
		}
		s += strconv.Itoa(d.Year)
	}
	return s
}

// titleCase lowers words of four letters and more but for their first letter, so that
// "TOYOTA CR-V" reads "Toyota CR-V".
func titleCase(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if len(w) >= 4 && strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
			r := []rune(w)
			words[i] = string(r[:1]) + strings.ToLower(string(r[1:]))
		}
	}
	return strings.Join(words, " ")
}

// letter returns A to H for the i-th area, going round after the eighth as on the map.
func letter(i int) string { return string(rune('A' + i%len(areaColors))) }

// areaLabel names the i-th area of q: its letter, and its name where that says more.
func areaLabel(q detection.Query, i int) string {
	if i < 0 || i >= len(q.Areas) {
		return "?"
	}
	if n := q.Areas[i].Name; n != "" && n != letter(i) {
		return letter(i) + " " + n
	}
	return letter(i)
}

func areaLabels(q detection.Query, idx []int) string {
	parts := make([]string, len(idx))
	for i, a := range idx {
		parts[i] = areaLabel(q, a)
	}
	return strings.Join(parts, ", ")
}

// clock formats instants for people: local time with its zone, and UTC beside it.
type clock struct{ zone *time.Location }

func (c clock) local(t time.Time) string {
	if t.IsZero() {
		return "not recorded"
	}
	return t.In(c.zone).Format("Mon 2 Jan 2006, 15:04:05 MST")
}

func (c clock) both(t time.Time) string {
	if t.IsZero() || c.isUTC() {
		return c.local(t)
	}
	return c.local(t) + " (" + t.UTC().Format("2006-01-02 15:04:05 UTC") + ")"
}

func (c clock) short(t time.Time) string { return t.In(c.zone).Format("2 Jan 2006 15:04:05 MST") }

func (c clock) isUTC() bool { return c.zone == time.UTC || c.zone.String() == "UTC" }

// window writes a half-open timeframe.
func (c clock) window(w detection.Window) string {
	const layout = "2 Jan 2006 15:04 MST"
	return w.From.In(c.zone).Format(layout) + " to before " + w.To.In(c.zone).Format(layout)
}

func hoursWords(h detection.Hours) string {
	return fmt.Sprintf("%02d:%02d to before %02d:%02d each day, %s", h.FromMin/60, h.FromMin%60, h.ToMin/60, h.ToMin%60, h.Zone)
}

func yearWords(y detection.YearRange) string {
	switch {
	case y.Min == 0:
		return fmt.Sprintf("up to %d", y.Max)
	case y.Max == 0:
		return fmt.Sprintf("from %d", y.Min)
	case y.Min == y.Max:
		return strconv.Itoa(y.Min)
	}
	return fmt.Sprintf("%d to %d", y.Min, y.Max)
}
