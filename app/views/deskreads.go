package views

import (
	"fmt"
	"math"
	"reflect"

	"github.com/paulmach/orb"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/mapview"
)

func (d *mapDesk) setAreas(s session.DeskState) {
	d.shownAreas = d.shownAreas[:0]
	var areas []mapview.Area
	counts := []int(nil)
	if d.ran && s.Results.Draft().Kind.Spatial() {
		counts = s.Results.PlaceCounts()
	}
	for i, row := range s.Areas {
		if row.Hidden || i == d.editing || !s.Draft.Kind.Spatial() {
			continue
		}
		a := mapview.Area{Letter: row.Letter, Name: row.Label, Label: row.Area, Color: theme.Of(d, theme.Area(i)), Shape: row.Shape, Selected: row.Selected && !d.ran}
		if row.Label == row.Letter {
			a.Name = ""
		}
		if len(counts) == len(s.Areas) && s.Draft.Kind != session.KindRepeat {
			a.Label = readsText(counts[i])
		}
		if row.Problem != "" {
			a.Status, a.Label = mapview.StatusWarn, "not valid"
		}
		if s.Refusal != nil {
			a.Status, a.Dashed, a.Label = mapview.StatusRefused, true, "not run, "+row.Area
		}
		areas = append(areas, a)
		d.shownAreas = append(d.shownAreas, i)
	}
	if areas == nil || !reflect.DeepEqual(areas, d.areas) { // a redraw for what did change alone
		d.areas = areas
		d.m.SetAreas(areas)
	}
}

// setReads shows the cameras before a run, the reads by camera and the mobile reads after it.
func (d *mapDesk) setReads(s session.DeskState) {
	now := shownReads{made: true, res: s.Results, hidden: d.hideCameras}
	if s.Results != nil {
		now.rev = s.Results.Revision()
	} else {
		now.cameras = len(d.model.Cameras())
	}
	if now == d.shown {
		return
	}
	d.shown, d.points = now, nil
	if s.Results == nil {
		d.m.SetPoints(nil)
		d.m.SetCallout(nil)
		var cams []mapview.Camera
		for _, c := range d.model.Cameras() {
			if c.Mobile || d.hideCameras {
				continue
			}
			heading := c.HeadingDeg
			if heading < 0 {
				heading = math.NaN()
			}
			cams = append(cams, mapview.Camera{ID: c.ID, Pos: c.Pos, HeadingDeg: heading, ColorIndex: -1})
		}
		d.m.SetCameras(cams)
		return
	}
	cams, index := []mapview.Camera(nil), map[string]int{}
	var points []mapview.Point
	for _, r := range s.Results.MapReads() {
		pos := orb.Point{r.Lon, r.Lat}
		if !r.Fixed {
			points = append(points, mapview.Point{ID: uint64(len(points)), Pos: pos, ColorIndex: r.Place, Selected: r.Selected, Faded: !r.Lit})
			d.points = append(d.points, r)
			continue
		}
		i, ok := index[r.Camera]
		if !ok {
			i = len(cams)
			index[r.Camera] = i
			cams = append(cams, mapview.Camera{ID: r.Camera, Pos: pos, HeadingDeg: math.NaN(), ColorIndex: r.Place})
		}
		cams[i].Count++
		cams[i].Selected = cams[i].Selected || r.Selected
	}
	d.m.SetCameras(cams)
	d.m.SetPoints(points)
	d.setCallout(s)
}

func (d *mapDesk) setCallout(s session.DeskState) {
	det, ok := s.Results.Detail()
	if !ok || det.Read == 0 {
		d.m.SetCallout(nil)
		return
	}
	line := session.ReadTime(det.Hit.Time, s.Zone) + " · " + det.Hit.Camera
	if det.Reads > 1 {
		line += fmt.Sprintf(" · read %d of %d", det.Read, det.Reads)
	}
	d.m.SetCallout(&mapview.Callout{Pos: orb.Point{det.Hit.Lon, det.Hit.Lat}, Title: det.Plate, Tag: det.State, Line: line})
}

// tapped links the map to the list: a read selects its row, an area its row of the panel.
func (d *mapDesk) tapped(_ orb.Point, hits []mapview.Hit) {
	for _, h := range hits {
		switch {
		case h.Kind == mapview.HitPoint && d.state.Results != nil && h.Index < len(d.points):
			r := d.points[h.Index]
			d.state.Results.SelectHit(r.Camera, r.Lon, r.Lat)
			return
		case h.Kind == mapview.HitCamera && d.state.Results != nil:
			d.state.Results.SelectCamera(h.CameraID)
			return
		case h.Kind == mapview.HitArea && d.state.Results == nil && h.Index < len(d.shownAreas):
			d.model.Select(d.shownAreas[h.Index])
			return
		}
	}
}
