package detection

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// MaxQueryBytes bounds the JSON text of one query.
const MaxQueryBytes = 8 << 20

// wire is the JSON form of a query; parse and canonical encoding share it, so that a field
// cannot be read and then forgotten.
type wire struct {
	Areas    []wireArea   `json:"areas,omitempty"`
	Color    []string     `json:"color,omitempty"`
	Hours    *wireHours   `json:"hours,omitempty"`
	Kind     Kind         `json:"kind"`
	Limit    *int         `json:"limit,omitempty"`
	Make     []string     `json:"make,omitempty"`
	MinAreas int          `json:"min_areas,omitempty"`
	Model    []string     `json:"model,omitempty"`
	Plate    string       `json:"plate,omitempty"`
	Purpose  wirePurpose  `json:"purpose"`
	Star     Star         `json:"star,omitempty"`
	State    []string     `json:"state,omitempty"`
	Windows  []wireWindow `json:"windows,omitempty"`
	Year     *wireYear    `json:"year,omitempty"`
}

type wireArea struct {
	Geometry json.RawMessage `json:"geometry"`
	Name     string          `json:"name,omitempty"`
}

type wireWindow struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type wireHours struct {
	From string `json:"from"`
	To   string `json:"to"`
	Zone string `json:"zone"`
}

type wireYear struct {
	Max int `json:"max,omitempty"`
	Min int `json:"min,omitempty"`
}

type wirePurpose struct {
	Attested      bool   `json:"attested,omitempty"`
	Case          string `json:"case,omitempty"`
	Justification string `json:"justification,omitempty"`
	OnBehalfOf    string `json:"on_behalf_of,omitempty"`
	Reason        string `json:"reason,omitempty"`
	Subject       string `json:"subject,omitempty"`
}

// ParseQuery reads one canonical query from JSON, normalises and validates it. Unknown
// fields, trailing text and a text over MaxQueryBytes are refused. Errors match
// ErrInvalid; geometry is read but its validity as a shape is checked by package geo.
func ParseQuery(data []byte) (Query, error) {
	if len(data) > MaxQueryBytes {
		return Query{}, &FieldError{Field: "query", Problem: fmt.Sprintf("is %d bytes long", len(data)), Hint: "A query may have at most 8 MiB."}
	}
	var w wire
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&w); err != nil {
		return Query{}, jsonError(data, err, dec.InputOffset())
	}
	if err := checkKeys(data); err != nil {
		return Query{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Query{}, &FieldError{Field: "query", Problem: "has text after the closing brace", Hint: "Send one JSON object, or use --batch for one query a line."}
	}
	q, err := w.query()
	if err != nil {
		return Query{}, err
	}
	return q, q.Validate()
}

// checkKeys refuses what encoding/json lets pass: a name that stands twice in one object, and
// one in other letters than the contract's (it takes "Limit" and "ſtate" for fields as well). data is one JSON value and more.
func checkKeys(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	type level struct {
		seen map[string]bool // nil: an array
		key  bool            // a name comes next
	}
	var stack []level
	for {
		tok, err := dec.Token()
		if err != nil {
			return jsonError(data, err, dec.InputOffset())
		}
		if top := len(stack) - 1; top >= 0 && stack[top].key && tok != json.Delim('}') {
			name, _ := tok.(string)
			switch {
			case stack[top].seen[name]:
				return &FieldError{Field: name, Problem: "stands twice, again near " + place(data, dec.InputOffset()), Hint: "Keep one of the two; nothing has run."}
			case strings.ContainsFunc(name, func(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }):
				return &FieldError{Field: name, Problem: "is no field of a query, near " + place(data, dec.InputOffset()), Hint: "Names are in lower case, a to z; nothing has run."}
			}
			stack[top].seen[name], stack[top].key = true, false
			continue
		}
		switch tok {
		case json.Delim('{'):
			stack = append(stack, level{map[string]bool{}, true})
			continue
		case json.Delim('['):
			stack = append(stack, level{})
			continue
		case json.Delim('}'), json.Delim(']'):
			stack = stack[:len(stack)-1]
		}
		if len(stack) == 0 {
			return nil
		}
		top := &stack[len(stack)-1]
		top.key = top.seen != nil
	}
}

// typeWords names a Go type as JSON calls it.
func typeWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a number"
}

// valueWords names a JSON value as encoding/json tells of it, e.g. "number 1.5".
func valueWords(v string) string {
	switch v {
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "an object"
	}
	return "a " + v
}

func jsonError(data []byte, err error, offset int64) error {
	var syn *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syn):
		return &FieldError{Field: "query", Problem: fmt.Sprintf("is not JSON at %s: %v", place(data, syn.Offset), syn), Hint: "Correct the text there."}
	case errors.As(err, &typ):
		field := typ.Field
		if field == "" {
			field = "query"
		}
		return &FieldError{Field: field, Problem: fmt.Sprintf("at %s is %s where %s belongs", place(data, typ.Offset), valueWords(typ.Value), typeWords(typ.Type)), Hint: "See the canonical query in the user guide."}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &FieldError{Field: "query", Problem: "ends early", Hint: "Send one whole JSON object."}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FieldError{Field: strings.Trim(name, `"`), Problem: "is no field of a query, near " + place(data, offset), Hint: "Take it out or correct its name; nothing has run."}
	}
	return &FieldError{Field: "query", Problem: err.Error()}
}

func place(data []byte, offset int64) string {
	offset = min(max(offset, 0), int64(len(data)))
	line := 1 + bytes.Count(data[:offset], []byte("\n"))
	col := int(offset) - bytes.LastIndexByte(data[:offset], '\n')
	return fmt.Sprintf("line %d, column %d", line, col)
}

func (w wire) query() (Query, error) {
	q := Query{
		Kind: w.Kind, Plate: NormalizePlate(w.Plate), Star: w.Star,
		State: words(w.State), Make: words(w.Make), Model: words(w.Model), Color: words(w.Color),
		MinAreas: w.MinAreas, Limit: NoLimit,
		Purpose: Purpose{
			Reason: strings.TrimSpace(w.Purpose.Reason), Case: strings.TrimSpace(w.Purpose.Case),
			Subject: strings.TrimSpace(w.Purpose.Subject), OnBehalfOf: strings.TrimSpace(w.Purpose.OnBehalfOf),
			Justification: strings.TrimSpace(w.Purpose.Justification), Attested: w.Purpose.Attested,
		},
	}
	if w.Limit != nil {
		if *w.Limit < 0 {
			return Query{}, &FieldError{Field: "limit", Problem: "is negative", Hint: "Use 0 for the count alone, or leave it out."}
		}
		q.Limit = *w.Limit
	}
	if w.Year != nil {
		q.Year = YearRange{w.Year.Min, w.Year.Max}
	}
	for i, win := range w.Windows {
		from, err := parseTime(fmt.Sprintf("windows[%d].from", i), win.From)
		if err != nil {
			return Query{}, err
		}
		to, err := parseTime(fmt.Sprintf("windows[%d].to", i), win.To)
		if err != nil {
			return Query{}, err
		}
		q.Windows = append(q.Windows, Window{from, to})
	}
	if w.Hours != nil {
		var err error
		if q.Hours, err = w.Hours.hours(); err != nil {
			return Query{}, err
		}
	}
	for i, a := range w.Areas {
		shape, err := parseShape(fmt.Sprintf("areas[%d].geometry", i), a.Geometry)
		if err != nil {
			return Query{}, err
		}
		q.Areas = append(q.Areas, Area{Name: strings.TrimSpace(a.Name), Shape: shape})
	}
	return q, nil
}

func parseTime(field, s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, &FieldError{Field: field, Problem: fmt.Sprintf("%q is not an RFC 3339 time", s), Hint: "Write it like 2026-05-01T00:00:00Z."}
	}
	t = t.UTC()
	if !t.Equal(t.Truncate(time.Millisecond)) {
		return time.Time{}, &FieldError{Field: field, Problem: "is finer than a millisecond", Hint: "Give at most three decimals of a second."}
	}
	return t, nil
}

func (h wireHours) hours() (Hours, error) {
	minutes := func(field, s string) (int, error) {
		t, err := time.Parse("15:04", s)
		if err != nil {
			return 0, &FieldError{Field: field, Problem: fmt.Sprintf("%q is not a time of day", s), Hint: "Write it like 18:00."}
		}
		return t.Hour()*60 + t.Minute(), nil
	}
	from, err := minutes("hours.from", h.From)
	if err != nil {
		return Hours{}, err
	}
	to, err := minutes("hours.to", h.To)
	return Hours{FromMin: from, ToMin: to, Zone: h.Zone}, err
}

// parseShape reads a GeoJSON Polygon or MultiPolygon strictly: each position has two or
// three numbers (a height is dropped), no member but type, coordinates and bbox.
func parseShape(field string, raw json.RawMessage) (orb.MultiPolygon, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, &FieldError{Field: field, Problem: "is missing", Hint: "Give a GeoJSON Polygon or MultiPolygon."}
	}
	var g struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
		BBox        json.RawMessage `json:"bbox"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&g); err != nil {
		return nil, &FieldError{Field: field, Problem: "is not a GeoJSON geometry: " + strings.TrimPrefix(err.Error(), "json: "), Hint: "Give type and coordinates."}
	}
	var polygons [][][][]float64
	switch g.Type {
	case geojson.TypePolygon:
		polygons = make([][][][]float64, 1)
		if err := json.Unmarshal(g.Coordinates, &polygons[0]); err != nil {
			return nil, coordinatesError(field, err)
		}
	case geojson.TypeMultiPolygon:
		if err := json.Unmarshal(g.Coordinates, &polygons); err != nil {
			return nil, coordinatesError(field, err)
		}
	default:
		return nil, &FieldError{Field: field, Problem: fmt.Sprintf("is a %q", g.Type), Hint: "Only Polygon and MultiPolygon are areas."}
	}
	mp := make(orb.MultiPolygon, len(polygons))
	for i, rings := range polygons {
		for j, ring := range rings {
			out := make(orb.Ring, len(ring))
			for k, pos := range ring {
				if len(pos) < 2 || len(pos) > 3 {
					return nil, &FieldError{
						Field:   fmt.Sprintf("%s, polygon %d, ring %d, position %d", field, i+1, j+1, k+1),
						Problem: fmt.Sprintf("has %d numbers", len(pos)), Hint: "Give longitude and latitude.",
					}
				}
				out[k] = orb.Point{pos[0], pos[1]}
			}
			mp[i] = append(mp[i], out)
		}
	}
	return mp, nil
}

func coordinatesError(field string, err error) error {
	what := err.Error()
	if typ := (*json.UnmarshalTypeError)(nil); errors.As(err, &typ) {
		what = fmt.Sprintf("%s where %s belongs", valueWords(typ.Value), typeWords(typ.Type))
	}
	return &FieldError{Field: field, Problem: "has broken coordinates: " + what, Hint: "Give rings of [longitude, latitude]."}
}
