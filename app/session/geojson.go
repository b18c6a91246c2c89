package session

import (
	"encoding/json"
	"fmt"
	"strings"

	"cordon/engine/detection"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// maxImport bounds a pasted or dropped GeoJSON text.
const maxImport = 8 << 20

// ImportAreas adds the polygons of a GeoJSON text (geometry, feature or collection) to the
// draft: one step of undo. It returns how many were added, or a *FieldProblem that says what
// is wrong; then nothing was added.
func (d *Desk) ImportAreas(text string) (int, error) {
	areas, err := ParseAreas(text)
	if err != nil {
		return 0, err
	}
	if len(d.draft.Areas)+len(areas) > detection.MaxAreas {
		return 0, &FieldProblem{fmt.Sprintf("This would make %d areas; a query takes at most %d.", len(d.draft.Areas)+len(areas), detection.MaxAreas)}
	}
	taken := map[string]bool{}
	for i := range d.draft.Areas {
		taken[strings.ToLower(d.draft.Label(i))] = true
	}
	for i := range areas {
		if key := strings.ToLower(areas[i].Name); taken[key] {
			areas[i].Name = ""
		} else {
			taken[key] = true
		}
	}
	d.AddAreas(areas)
	return len(areas), nil
}

// ParseAreas reads the polygons of a GeoJSON text; a feature's name is its property "name".
func ParseAreas(text string) ([]DraftArea, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return nil, &FieldProblem{"Paste GeoJSON here, or drop a file on the map."}
	case len(text) > maxImport:
		return nil, &FieldProblem{"This is over 8 MB. Import a part of it."}
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return nil, &FieldProblem{"This is not GeoJSON: " + err.Error() + ". Nothing was added."}
	}
	var features []*geojson.Feature
	switch head.Type {
	case "FeatureCollection":
		fc, err := geojson.UnmarshalFeatureCollection([]byte(text))
		if err != nil {
			return nil, &FieldProblem{"This collection cannot be read: " + err.Error() + ". Nothing was added."}
		}
		features = fc.Features
	case "Feature":
		f, err := geojson.UnmarshalFeature([]byte(text))
		if err != nil {
			return nil, &FieldProblem{"This feature cannot be read: " + err.Error() + ". Nothing was added."}
		}
		features = []*geojson.Feature{f}
	default:
		g, err := geojson.UnmarshalGeometry([]byte(text))
		if err != nil {
			return nil, &FieldProblem{"This geometry cannot be read: " + err.Error() + ". Nothing was added."}
		}
		features = []*geojson.Feature{geojson.NewFeature(g.Geometry())}
	}
	var out []DraftArea
	for _, f := range features {
		if f == nil || f.Geometry == nil {
			continue
		}
		area := DraftArea{Name: strings.TrimSpace(f.Properties.MustString("name", ""))}
		switch g := f.Geometry.(type) {
		case orb.Polygon:
			area.Shape = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			area.Shape = g
		default:
			continue
		}
		out = append(out, area)
	}
	if len(out) == 0 {
		return nil, &FieldProblem{"No polygon is in it. Areas are Polygon or MultiPolygon. Nothing was added."}
	}
	return out, nil
}
