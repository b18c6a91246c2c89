package session

import (
	"time"

	"github.com/paulmach/orb"
)

// DeskState is everything the desk shows beside its results. It is a copy; slices and
// shapes in it must not be changed.
type DeskState struct {
	Draft     Draft
	Kinds     []KindOption
	Kind      KindOption
	Terms     Terms
	Areas     []AreaRow
	Sketching bool
	NextName  string // letter of the area that would be drawn next

	AreasSection, Plate, When, Vehicle, Purpose Section

	PurposeCard PurposeCard
	Meter       Meter
	Confirmed   bool
	CanRun      bool
	CanUndo     bool
	CanRedo     bool
	Run         RunState
	Refusal     *Refusal
	CodeError   string // of the last step-up
	CodeBusy    bool
	CodeHint    string // the code itself, on a demo

	Results  *Results // nil without an answer
	Coverage Coverage
	Zone     *time.Location
}

// AreaRow is one row of the areas list and one shape of the map.
type AreaRow struct {
	Letter, Label string
	Cameras       string // "2 cameras"; empty while not known
	Area          string // "0.04 km²"
	Hidden        bool
	Selected      bool
	Problem       string    // worded; empty when sound
	ProblemAt     orb.Point // where the fault is
	Shape         orb.MultiPolygon
}

// PurposeCard is the folded purpose.
type PurposeCard struct {
	Justification, Subject, Reason, Case, For string
	AttestedAt                                string // "09:16"; empty when not attested
}

// State returns what is to be shown now.
func (d *Desk) State() DeskState {
	dr := d.draft
	s := DeskState{
		Draft: dr, Kinds: d.terms.Kinds, Kind: d.terms.kind(dr.Kind), Terms: d.terms,
		Sketching: d.sketch.open, NextName: Letter(len(dr.Areas)),
		AreasSection: areasSection(dr, d.shapeProblems()), Plate: plateSection(dr),
		When: whenSection(dr, d.env.Zone, d.env.Now()), Vehicle: vehicleSection(dr),
		Purpose: purposeSection(dr, d.terms), PurposeCard: d.purposeCard(),
		Meter: d.meter(), Confirmed: d.confirmed, CanRun: d.CanRun(),
		CanUndo: len(d.hist.past) > 0, CanRedo: len(d.hist.future) > 0,
		Run: d.runState(), Refusal: d.refusal, CodeError: d.codeErr, CodeBusy: d.code.busy,
		Results: d.results, Coverage: d.coverage(), Zone: d.env.Zone,
	}
	if d.CodeHint != nil && s.Kind.NeedsStepUp {
		s.CodeHint = d.CodeHint()
	}
	for i := range dr.Areas {
		s.Areas = append(s.Areas, d.areaRow(i))
	}
	return s
}

func (d *Desk) areaRow(i int) AreaRow {
	a := d.draft.Areas[i]
	row := AreaRow{
		Letter: Letter(i), Label: d.draft.Label(i), Hidden: a.Hidden, Selected: i == d.selected, Shape: a.Shape, Area: "…",
	}
	if i < len(d.problems) {
		c := d.problems[i]
		row.Area = AreaText(c.AreaM2)
		if c.Problem != "" {
			row.Problem, row.ProblemAt = sentence(c.Problem), c.At
		}
	}
	if d.estimate != nil && i < len(d.estimate.PerArea) {
		p := d.estimate.PerArea[i]
		row.Cameras = count(int64(p.Cameras), "camera", "cameras")
		if i >= len(d.problems) {
			row.Area = AreaText(p.AreaM2)
		}
	}
	return row
}

func (d *Desk) purposeCard() PurposeCard {
	p := d.draft.Purpose
	c := PurposeCard{
		Justification: p.Justification, Subject: p.Subject, Reason: d.terms.ReasonWords(p.Reason), Case: p.Case, For: "for self",
	}
	if p.ForOther {
		c.For = "for " + p.OnBehalfOf
	}
	if !p.AttestedAt.IsZero() {
		c.AttestedAt = p.AttestedAt.In(d.env.Zone).Format("15:04")
	}
	return c
}

// Camera is one reader on the map.
type Camera struct {
	ID, Road   string
	Pos        orb.Point
	HeadingDeg float64 // negative: not known
	Mobile     bool
}

// Cameras are the known readers, for the map's layer.
func (d *Desk) Cameras() []Camera {
	out := make([]Camera, 0, len(d.cameras))
	for _, c := range d.cameras {
		out = append(out, Camera{ID: c.ID, Road: c.Road, Pos: c.Pos, HeadingDeg: c.HeadingDeg, Mobile: c.Mobile})
	}
	return out
}

// Extent is the box of all fixed cameras, false when there are none: where the map begins.
func (d *Desk) Extent() (orb.Bound, bool) {
	var mp orb.MultiPoint
	for _, c := range d.cameras {
		if !c.Mobile {
			mp = append(mp, c.Pos)
		}
	}
	return mp.Bound(), len(mp) > 0
}

// AreasBound is the box of the drawn areas, false when there are none.
func (d *Desk) AreasBound() (orb.Bound, bool) {
	var b orb.Bound
	for i, a := range d.draft.Areas {
		if i == 0 {
			b = a.Shape.Bound()
		} else {
			b = b.Union(a.Shape.Bound())
		}
	}
	return b, len(d.draft.Areas) > 0
}
