package session

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// editAreas is edit with a step of undo.
func (d *Desk) editAreas(f func(areas []DraftArea) []DraftArea) {
	d.hist.record(d.draft.Areas)
	d.setAreas(f(slices.Clone(d.draft.Areas)))
}

func (d *Desk) setAreas(areas []DraftArea) {
	d.draft.Areas = areas
	d.problems = nil
	if d.selected >= len(areas) {
		d.selected = -1
	}
	if d.draft.Kind == KindCommon {
		d.draft.MinAreas = min(d.draft.Threshold(), max(len(areas), 2))
	}
	d.draftChanged()
}

// AddArea appends a drawn shape as the next area and marks it.
func (d *Desk) AddArea(shape orb.MultiPolygon, name string) {
	d.sketch = sketch{}
	d.editAreas(func(a []DraftArea) []DraftArea { return append(a, DraftArea{Name: name, Shape: shape}) })
	d.Select(len(d.draft.Areas) - 1)
}

// AddAreas appends several at once, as an import does: one step of undo.
func (d *Desk) AddAreas(list []DraftArea) {
	d.editAreas(func(a []DraftArea) []DraftArea { return append(a, list...) })
}

// EditShape replaces the shape of area i while its corners are dragged. All changes up to
// EndEdit are one step of undo.
func (d *Desk) EditShape(i int, shape orb.MultiPolygon) {
	if i < 0 || i >= len(d.draft.Areas) {
		return
	}
	if !d.editing {
		d.hist.record(d.draft.Areas)
		d.editing = true
	}
	areas := slices.Clone(d.draft.Areas)
	areas[i].Shape = shape
	d.setAreas(areas)
}

// EndEdit ends the step of undo that EditShape began.
func (d *Desk) EndEdit() { d.editing = false }

// RemoveArea takes area i out.
func (d *Desk) RemoveArea(i int) {
	if i < 0 || i >= len(d.draft.Areas) {
		return
	}
	d.editAreas(func(a []DraftArea) []DraftArea { return slices.Delete(a, i, i+1) })
}

// RenameArea names area i; an empty name gives its letter back. A name that stands already
// is refused with a *FieldProblem.
func (d *Desk) RenameArea(i int, name string) error {
	if i < 0 || i >= len(d.draft.Areas) {
		return nil
	}
	name = strings.TrimSpace(name)
	for k := range d.draft.Areas {
		if k != i && name != "" && strings.EqualFold(d.draft.Label(k), name) {
			return &FieldProblem{"Another area is called “" + name + "”. Give each its own name."}
		}
	}
	d.editAreas(func(a []DraftArea) []DraftArea { a[i].Name = name; return a })
	return nil
}

// ShowArea shows or hides area i on the map; it counts either way.
func (d *Desk) ShowArea(i int, show bool) {
	if i < 0 || i >= len(d.draft.Areas) {
		return
	}
	d.draft.Areas = slices.Clone(d.draft.Areas)
	d.draft.Areas[i].Hidden = !show
	d.changed()
}

// Select marks area i, -1 none.
func (d *Desk) Select(i int) {
	if i >= len(d.draft.Areas) {
		i = -1
	}
	d.selected = i
	d.changed()
}

// Undo takes the last change of the areas back.
func (d *Desk) Undo() {
	if areas, ok := d.hist.undo(d.draft.Areas); ok {
		d.setAreas(areas)
	}
}

// Redo repeats what Undo took back.
func (d *Desk) Redo() {
	if areas, ok := d.hist.redo(d.draft.Areas); ok {
		d.setAreas(areas)
	}
}

// Sketching tells the shape in hand: open while it is being drawn, shape as it would be
// closed now (nil below three corners). The meter counts it in.
func (d *Desk) Sketching(open bool, shape orb.MultiPolygon) {
	if !open && !d.sketch.open {
		return
	}
	d.sketch = sketch{open, shape}
	d.draftChanged()
}

// SetMinAreas sets in how many areas or timeframes a plate must be.
func (d *Desk) SetMinAreas(n int) { d.edit(func(dr *Draft) { dr.MinAreas = max(n, 2) }) }
