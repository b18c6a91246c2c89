package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"cordon/engine"
	"cordon/engine/detection"
	"cordon/reports"

	"github.com/paulmach/orb/geojson"
)

func (sh *shell) tableAnswer(a *engine.Answer) error {
	if len(a.Plates) > 0 {
		head := []string{"PLATE", "STATE", "SEEN", "READS", "FIRST", "LAST"}
		for i := range a.Plates[0].PerPlace {
			head = append(head, placeHead(a.Query, i))
		}
		rows := [][]string{head}
		for _, p := range a.Plates {
			r := []string{p.Plate, p.State, strconv.Itoa(p.Seen), strconv.Itoa(p.Reads), utc(p.First), utc(p.Last)}
			for _, n := range p.PerPlace {
				r = append(r, strconv.Itoa(n))
			}
			rows = append(rows, r)
		}
		if err := table(sh.env.Stdout, rows); err != nil {
			return err
		}
	}
	reads := a.Rows
	if len(reads) == 0 {
		reads = a.PlateHits
	}
	if len(reads) == 0 {
		return nil
	}
	rows := [][]string{{"TIME (UTC)", "PLATE", "STATE", "VEHICLE", "CAMERA", "SOURCE", "AREAS", "PHOTOS", "ID"}}
	for _, r := range reads {
		vehicle := strings.Join(strings.Fields(strings.Join([]string{r.Color, r.Make, r.Model}, " ")), " ")
		photos := strconv.Itoa(r.Photos)
		if r.Photos < 2 {
			photos += " (too few for a case)"
		}
		rows = append(rows, []string{
			utc(r.Time), r.Plate, r.State, vehicle, r.Camera, string(r.Source), strings.Join(areaNames(a.Query, r.Areas), ", "), photos, r.ID,
		})
	}
	return table(sh.env.Stdout, rows)
}

func placeHead(q detection.Query, i int) string {
	if q.Kind == detection.KindRepeat {
		return "WINDOW " + strconv.Itoa(i+1)
	}
	return "IN " + areaName(q, i)
}

// csvAnswer writes rows in the standard detection CSV, plates with a column a place. No
// text cell starts a formula; all else is raw.
func (sh *shell) csvAnswer(a *engine.Answer) error {
	w := csv.NewWriter(sh.env.Stdout)
	text := reports.Cell
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	optional := func(v float64, known bool) string {
		if !known {
			return ""
		}
		return number(v)
	}
	if a.Query.Kind == detection.KindCommon || a.Query.Kind == detection.KindRepeat {
		head := []string{"plate", "state", "seen", "reads", "first", "last"}
		n := len(a.Query.Areas)
		if a.Query.Kind == detection.KindRepeat {
			n = len(a.Query.Windows)
		}
		for i := range n {
			head = append(head, text(strings.ToLower(placeHead(a.Query, i))))
		}
		_ = w.Write(head)
		for _, p := range a.Plates {
			r := []string{p.Plate, p.State, strconv.Itoa(p.Seen), strconv.Itoa(p.Reads), utc(p.First), utc(p.Last)}
			for _, n := range p.PerPlace {
				r = append(r, strconv.Itoa(n))
			}
			_ = w.Write(r)
		}
	} else {
		_ = w.Write([]string{"id", "plate", "state", "time", "lon", "lat", "make", "model", "color", "year", "heading", "camera", "source", "confidence"})
		for _, r := range a.Rows {
			_ = w.Write([]string{
				text(r.ID), r.Plate, text(r.State), utc(r.Time), number(r.Pos.Lon()), number(r.Pos.Lat()), text(r.Make), text(r.Model), text(r.Color),
				optional(float64(r.Year), r.Year != 0), optional(r.HeadingDeg, r.HeadingDeg != detection.NoHeading), text(r.Camera),
				string(r.Source), optional(r.Confidence, r.Confidence != detection.NoConfidence),
			})
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// geojsonAnswer writes the reads as points.
func (sh *shell) geojsonAnswer(a *engine.Answer) error {
	type feature struct {
		Type       string            `json:"type"`
		Geometry   *geojson.Geometry `json:"geometry"`
		Properties json.RawMessage   `json:"properties"`
	}
	fc := struct {
		Type     string    `json:"type"`
		Count    int64     `json:"count"`
		Cut      bool      `json:"cut"`
		Entry    int64     `json:"entry"`
		Features []feature `json:"features"`
	}{Type: "FeatureCollection", Count: a.Count, Cut: a.Cut, Entry: a.Entry, Features: []feature{}}
	reads := a.Rows
	if len(reads) == 0 {
		reads = a.PlateHits
	}
	fc.Cut = fc.Cut || a.HitsCut
	for _, r := range reads {
		props, err := json.Marshal(rowOf(a.Query, r))
		if err != nil {
			return fmt.Errorf("write output: %w", err)
		}
		fc.Features = append(fc.Features, feature{"Feature", geojson.NewGeometry(r.Pos), props})
	}
	return sh.printJSON(fc)
}
