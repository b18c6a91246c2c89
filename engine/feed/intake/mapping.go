package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"
)

// Mapping says which columns of a CSV hold what. Targets are the columns of the standard CSV.
type Mapping struct {
	columns   map[string][]string // by target: names of columns, whose cells are joined by a blank
	constants map[string]string   // by target
	comma     rune
	clock     clock
}

// maxMapping bounds a mapping's bytes.
const maxMapping = 1 << 20

// names is one name or a list of names.
type names []string

func (n *names) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*n = names{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(n))
}

// wireMapping is a mapping's file.
type wireMapping struct {
	Columns   map[string]names  `json:"columns"`
	Constants map[string]string `json:"constants"`
	Time      struct {
		Format string `json:"format"`
		Zone   string `json:"zone"`
	} `json:"time"`
	Delimiter string `json:"delimiter"`
}

// LoadMapping reads a saved column mapping; docs/feed.md describes the file. Fields that it
// does not know are refused. It returns a *detection.FieldError that names the field.
func LoadMapping(r io.Reader) (*Mapping, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxMapping+1))
	if err != nil {
		return nil, fmt.Errorf("read the mapping: %w", err)
	}
	if len(text) > maxMapping {
		return nil, mappingError("", "is too large", "")
	}
	// The same bounds and the same refusal of keys that stand twice as for what vendors send.
	if _, err := parseObject(bytes.TrimSpace(text)); err != nil {
		return nil, mappingError("", err.Error(), "")
	}
	var w wireMapping
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&w); err != nil {
		return nil, mappingError("", strings.TrimPrefix(err.Error(), "json: "), "Its fields are columns, constants, time (format, zone) and delimiter.")
	}
	m := &Mapping{columns: map[string][]string{}, constants: w.Constants, comma: ','}
	if err := m.setColumns(w.Columns); err != nil {
		return nil, err
	}
	if w.Delimiter != "" {
		if !slices.Contains([]string{",", ";", "\t", "|"}, w.Delimiter) {
			return nil, mappingError("delimiter", fmt.Sprintf("%q separates no columns", cut(w.Delimiter, 20)), `Use ",", ";", "|" or "\t".`)
		}
		m.comma = rune(w.Delimiter[0])
	}
	m.clock, err = newClock(w.Time.Format, w.Time.Zone)
	return m, err
}

func mappingError(field, problem, hint string) error {
	if field != "" {
		field = ", " + field
	}
	return &detection.FieldError{Field: "mapping" + field, Problem: problem, Hint: hint}
}

func (m *Mapping) setColumns(columns map[string]names) error {
	targets := detcsv.Columns()
	hint := "Targets are " + strings.Join(targets, ", ") + "."
	for target, from := range columns {
		if !slices.Contains(targets, target) {
			return mappingError("columns", fmt.Sprintf("%q is no target", cut(target, 40)), hint)
		}
		if len(from) == 0 || len(from) > 8 || slices.ContainsFunc(from, func(s string) bool { return strings.TrimSpace(s) == "" }) {
			return mappingError("columns."+target, "names no column, an empty one, or more than 8", "Give the name of a column, or a list of names.")
		}
		m.columns[target] = from
	}
	for target, value := range m.constants {
		switch {
		case !slices.Contains(targets, target):
			return mappingError("constants", fmt.Sprintf("%q is no target", cut(target, 40)), hint)
		case target == "id" || target == "plate" || target == "time":
			return mappingError("constants."+target, "cannot be the same for all reads", "Map a column to it.")
		case m.columns[target] != nil:
			return mappingError("constants."+target, "has a column as well", "Keep one of them.")
		case len(value) > maxField:
			return mappingError("constants."+target, fmt.Sprintf("is longer than %d bytes", maxField), "")
		}
	}
	for _, need := range []string{"plate", "time"} {
		if m.columns[need] == nil {
			return mappingError("columns", fmt.Sprintf("has no %q", need), "plate and time are needed; a position comes from columns, constants or the camera table.")
		}
	}
	if m.gives("lon") != m.gives("lat") {
		return mappingError("columns", "has one of lon and lat", "Give both, or neither with a camera table.")
	}
	return nil
}

func (m *Mapping) gives(target string) bool {
	return m.columns[target] != nil || m.constants[target] != ""
}

// clock reads the times of one vendor.
type clock struct {
	unit   time.Duration // of a number since 1970; 0: layout
	layout string
	zone   *time.Location // nil: the layout has the offset
}

// newClock makes a clock of a format: rfc3339 (also the empty one), unix, unix-ms, or how the
// vendor writes 2 January 2006, 15:04:05.
func newClock(format, zone string) (clock, error) {
	c := clock{layout: format}
	switch format {
	case "unix":
		c.unit = time.Second
	case "unix-ms":
		c.unit = time.Millisecond
	case "", "rfc3339":
		c.layout = time.RFC3339
	default:
		if strings.Contains(format, "MST") {
			return c, mappingError("time.format", "has the letters of a zone, which mean different zones to different people", `Take "MST" out and give "zone", if all times are of one.`)
		}
		probe := time.Date(2027, 11, 23, 21, 47, 0, 0, time.UTC)
		if back, err := time.Parse(format, probe.Format(format)); err != nil || !back.Equal(probe) {
			return c, mappingError("time.format", fmt.Sprintf("%q does not tell year, month, day, hour and minute", cut(format, 60)),
				"Write the moment 2006-01-02 15:04:05 (3:04:05 PM) as the file would, or say rfc3339, unix or unix-ms.")
		}
	}
	offset := c.unit > 0 || strings.Contains(c.layout, "Z07") || strings.Contains(c.layout, "-07")
	switch {
	case offset && zone != "":
		return c, mappingError("time.zone", "is given, and the format has the offset from UTC already", "Take it out.")
	case offset:
		return c, nil
	case zone == "":
		return c, mappingError("time.zone", "is missing: the format does not say the offset from UTC", `Say, for example, "America/New_York" or "UTC".`)
	case zone == "Local":
		return c, mappingError("time.zone", "is that of this computer", "Name the zone of the file.")
	}
	var err error
	if c.zone, err = time.LoadLocation(zone); err != nil {
		return c, mappingError("time.zone", fmt.Sprintf("%q is not known", cut(zone, 40)), `Say, for example, "America/New_York" or "UTC".`)
	}
	return c, nil
}

// read returns the time in UTC; errors are rejections. A local time that there is twice, or
// not at all, when the clocks change, is one: an hour's error in evidence is worse than a gap.
func (c *clock) read(s string) (time.Time, error) {
	if c.unit > 0 {
		return c.number(s)
	}
	bad := rejectf("time %q is not written as %q", cut(s, 40), c.layout)
	if c.zone == nil {
		t, err := time.Parse(c.layout, s)
		if err != nil {
			return t, bad
		}
		return t.UTC(), nil
	}
	wall, err := time.Parse(c.layout, s)
	if err != nil {
		return wall, bad
	}
	// Every moment whose clock in the zone shows this time.
	var found []time.Time
	for _, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(day).In(c.zone).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second)
		if _, is := t.In(c.zone).Zone(); is == offset && !slices.ContainsFunc(found, t.Equal) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return wall, rejectf("time %q does not exist in %s: the clocks were put forward; export times in UTC", cut(s, 40), c.zone)
	case 1:
		return found[0].UTC(), nil
	}
	return wall, rejectf("time %q is twice in %s: the clocks were put back; export times in UTC", cut(s, 40), c.zone)
}

// number reads decimal digits with decimals, without rounding through a floating number.
func (c *clock) number(s string) (time.Time, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	ms := int64(0)
	digits := whole
	if c.unit == time.Second {
		digits += (fraction + "000")[:3]
	}
	for _, r := range digits + fraction {
		if r < '0' || r > '9' || whole == "" {
			return time.Time{}, rejectf("time %q is no number of seconds or milliseconds", cut(s, 40))
		}
	}
	for _, r := range digits {
		if ms = ms*10 + int64(r-'0'); ms > 9_999_999_999_999 {
			return time.Time{}, rejectf("time %q is beyond the year 2286; are seconds and milliseconds confused?", cut(s, 40))
		}
	}
	return time.UnixMilli(ms).UTC(), nil
}
