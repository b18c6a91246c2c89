package detection

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// Canonical returns the one JSON form of q: sorted keys, no spaces, UTC times, shortest
// numbers, empty fields left out. ParseQuery(q.Canonical()) gives q again for a valid q.
// It returns an error only when a coordinate is not finite.
func (q Query) Canonical() ([]byte, error) {
	w := wire{
		Kind: q.Kind, Plate: q.Plate, State: words(q.State), Make: words(q.Make), Model: words(q.Model),
		Color: words(q.Color), MinAreas: q.MinAreas,
		Purpose: wirePurpose{
			Reason: q.Purpose.Reason, Case: q.Purpose.Case, Subject: q.Purpose.Subject,
			OnBehalfOf: q.Purpose.OnBehalfOf, Justification: q.Purpose.Justification, Attested: q.Purpose.Attested,
		},
	}
	if q.Star != StarOne {
		w.Star = q.Star
	}
	if q.Limit != NoLimit {
		w.Limit = &q.Limit
	}
	if !q.Year.IsZero() {
		w.Year = &wireYear{Min: q.Year.Min, Max: q.Year.Max}
	}
	if !q.Hours.IsZero() {
		w.Hours = &wireHours{From: clock(q.Hours.FromMin), To: clock(q.Hours.ToMin), Zone: q.Hours.Zone}
	}
	for _, win := range q.Windows {
		w.Windows = append(w.Windows, wireWindow{win.From.UTC().Format(time.RFC3339Nano), win.To.UTC().Format(time.RFC3339Nano)})
	}
	for i, a := range q.Areas {
		raw, err := encodeShape(a.Shape)
		if err != nil {
			return nil, &FieldError{Field: fmt.Sprintf("areas[%d].geometry", i), Problem: err.Error(), Hint: "Give finite numbers."}
		}
		w.Areas = append(w.Areas, wireArea{Name: a.Name, Geometry: raw})
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(w); err != nil {
		return nil, fmt.Errorf("encode query: %w", err)
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// Digest returns the SHA-256 of the canonical form.
func (q Query) Digest() ([sha256.Size]byte, error) {
	b, err := q.Canonical()
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return sha256.Sum256(b), nil
}

// MarshalJSON gives the canonical form.
func (q Query) MarshalJSON() ([]byte, error) { return q.Canonical() }

// UnmarshalJSON is ParseQuery without the validation: for values that were valid when
// they were written (audit entries, case files).
func (q *Query) UnmarshalJSON(data []byte) error {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("decode query: %w", err)
	}
	got, err := w.query()
	if err != nil {
		return err
	}
	*q = got
	return nil
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// encodeShape writes GeoJSON with its keys sorted; one polygon becomes a Polygon. Numbers
// are in encoding/json's form, the shortest that reads back the same.
func encodeShape(mp orb.MultiPolygon) (json.RawMessage, error) {
	var g struct {
		Coordinates any    `json:"coordinates"`
		Type        string `json:"type"`
	}
	g.Coordinates, g.Type = mp, geojson.TypeMultiPolygon
	if len(mp) == 1 {
		g.Coordinates, g.Type = mp[0], geojson.TypePolygon
	}
	return json.Marshal(g)
}

// words returns the normalised, sorted, distinct, non-empty elements of list.
func words(list []string) []string {
	var out []string
	for _, s := range list {
		if s = NormalizeWord(s); s != "" {
			out = append(out, s)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
