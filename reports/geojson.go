package reports

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"cordon/engine"
	"cordon/engine/detection"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// GeoJSON writes cf as one FeatureCollection (RFC 7946), a feature a line: the areas of
// each query as polygons exactly as asked, then the kept detections as points, oldest kept
// first. Free texts are without characters that do not show. The members "notice", "mark", "case" and "audit" beside "features" carry the
// notice, the mark of synthetic data (N-1) and what ties the file to the audit log.
func GeoJSON(w io.Writer, cf engine.CaseFile) error {
	var features []any
	for _, q := range cf.Queries {
		for i, a := range q.Query.Areas {
			features = append(features, feature{Type: "Feature", Geometry: geojson.NewGeometry(geometry(a.Shape)), Properties: areaProperties{
				Feature: "area", Letter: letter(i), Name: plain(a.Name), Query: q.Entry, Kind: q.Query.Kind,
				Windows: windows(q.Query), Reason: q.Query.Purpose.Reason, Case: q.Query.Purpose.Case,
			}})
		}
	}
	for _, it := range cf.Case.Items {
		features = append(features, feature{Type: "Feature", ID: it.ID, Geometry: geojson.NewGeometry(it.Row.Pos), Properties: itemProperties(it)})
	}
	head, err := json.Marshal(collectionHead{
		Type: "FeatureCollection", Notice: Notice, Mark: mark(cf), Case: cf.Case.Number,
		Exported: stamp(cf.At), Exporter: cf.Exporter.User, Workstation: cf.Workstation, Corroborated: plain(cf.Corroborated),
		Audit: auditRef{cf.Audit.Entry, cf.Audit.Leaf, cf.Audit.Size, cf.Audit.Root},
	})
	if err != nil {
		return fmt.Errorf("encode GeoJSON: %w", err)
	}
	b := bufio.NewWriter(w)
	b.Write(head[:len(head)-1])
	b.WriteString(`,"features":[`)
	for i, f := range features {
		line, err := json.Marshal(f)
		if err != nil {
			return fmt.Errorf("encode GeoJSON: %w", err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(line)
	}
	b.WriteString("\n]}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write GeoJSON: %w", err)
	}
	return nil
}

type collectionHead struct {
	Type         string   `json:"type"`
	Notice       string   `json:"notice"`
	Mark         string   `json:"mark,omitempty"`
	Case         string   `json:"case"`
	Exported     string   `json:"exported"`
	Exporter     string   `json:"exporter"`
	Workstation  string   `json:"workstation"`
	Corroborated string   `json:"corroborated"`
	Audit        auditRef `json:"audit"`
}

type auditRef struct {
	Entry int64  `json:"entry"`
	Leaf  string `json:"leaf"`
	Size  int64  `json:"size"`
	Root  string `json:"root"`
}

type feature struct {
	Type       string            `json:"type"`
	ID         string            `json:"id,omitempty"`
	Geometry   *geojson.Geometry `json:"geometry"`
	Properties any               `json:"properties"`
}

type areaProperties struct {
	Feature string         `json:"feature"`
	Letter  string         `json:"letter"`
	Name    string         `json:"name"`
	Query   int64          `json:"query_entry"`
	Kind    detection.Kind `json:"kind"`
	Windows []windowText   `json:"windows"`
	Reason  string         `json:"reason"`
	Case    string         `json:"case"`
}

type windowText struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type pointProperties struct {
	Feature       string   `json:"feature"`
	ID            string   `json:"id"`
	Plate         string   `json:"plate"`
	State         string   `json:"state"`
	Time          string   `json:"time"`
	Make          string   `json:"make,omitempty"`
	Model         string   `json:"model,omitempty"`
	Color         string   `json:"color,omitempty"`
	Year          int      `json:"year,omitempty"`
	Heading       *float64 `json:"heading,omitempty"`
	Camera        string   `json:"camera,omitempty"`
	Source        string   `json:"source,omitempty"`
	Confidence    *float64 `json:"confidence,omitempty"`
	Areas         []string `json:"areas,omitempty"`
	Reason        string   `json:"relevant_reason"`
	KeptBy        string   `json:"kept_by"`
	KeptAt        string   `json:"kept_at"`
	VerifiedPlate string   `json:"verified_plate"`
	VerifiedState string   `json:"verified_state"`
	VerifiedBy    string   `json:"verified_by"`
	VerifiedAt    string   `json:"verified_at"`
	Query         int64    `json:"query_entry"`
}

func itemProperties(it engine.CaseItem) pointProperties {
	d := it.Row.Detection
	p := pointProperties{
		Feature: "detection", ID: d.ID, Plate: d.Plate, State: d.State, Time: stamp(d.Time),
		Make: d.Make, Model: d.Model, Color: d.Color, Year: d.Year, Camera: plain(d.Camera), Source: string(d.Source),
		Reason: plain(it.Reason), KeptBy: it.By, KeptAt: stamp(it.At),
		VerifiedPlate: it.Verified.Plate, VerifiedState: it.Verified.State, VerifiedBy: it.Verified.By, VerifiedAt: stamp(it.Verified.At),
		Query: it.Entry,
	}
	if d.HeadingDeg != detection.NoHeading {
		p.Heading = &d.HeadingDeg
	}
	if d.Confidence != detection.NoConfidence {
		p.Confidence = &d.Confidence
	}
	for _, a := range it.Row.Areas {
		p.Areas = append(p.Areas, plain(areaLabel(it.Query, a)))
	}
	return p
}

func windows(q detection.Query) []windowText {
	out := make([]windowText, len(q.Windows))
	for i, w := range q.Windows {
		out[i] = windowText{w.From.UTC().Format(time.RFC3339Nano), w.To.UTC().Format(time.RFC3339Nano)}
	}
	return out
}

func geometry(mp orb.MultiPolygon) orb.Geometry {
	if len(mp) == 1 {
		return mp[0]
	}
	return mp
}
