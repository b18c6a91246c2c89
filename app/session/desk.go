package session

import (
	"slices"
	"time"

	"cordon/engine"

	"github.com/paulmach/orb"
)

// estimateDelay is how long the draft must rest before the meter asks the engine.
const estimateDelay = 120 * time.Millisecond

// Desk is the model of the map desk: the draft, its estimate, its run and the results.
type Desk struct {
	OnChange func()              // after anything of State changed; may be nil
	CodeHint func() string       // the present step-up code where no second device has it: a demo; may be nil
	OnKept   func(caseNo string) // after reads were kept in a case; may be nil

	env   Env
	door  Door
	data  func() engine.DataState
	terms Terms

	draft    Draft
	hist     history
	editing  bool // EditShape has begun a step of undo
	selected int  // area whose row is marked, -1 none
	sketch   sketch

	est       task
	estimate  *engine.Estimate
	estErr    error
	stale     bool
	problems  []engine.SpatialCheck // by area, of the last check
	confirmed bool                  // the check box of the warning

	run     task
	phase   RunPhase
	began   time.Time
	runErr  string
	refusal *Refusal
	needs   *engine.NeedsConfirmation
	results *Results
	cameras []engine.Camera
	camTask task
	code    task
	codeErr string
	newest  time.Time
	oldest  time.Time
}

// sketch is the shape in hand on the map.
type sketch struct {
	open  bool
	shape orb.MultiPolygon // as it would be closed now; nil with fewer than three corners
}

// NewDesk returns the desk of one signed-in person. data tells what the workstation holds.
// purpose is what was given at sign-in.
func NewDesk(env Env, door Door, data func() engine.DataState, purpose Purpose) *Desk {
	d := &Desk{env: env.withDefaults(), door: door, data: data, terms: TermsOf(door), selected: -1}
	if purpose.Attested && purpose.AttestedAt.IsZero() {
		purpose.AttestedAt = d.env.Now()
	}
	d.draft = Draft{Kind: KindPlate, Purpose: purpose}
	if d.terms.kind(KindGeo).Open {
		d.draft.Kind = KindGeo
	}
	d.readData()
	d.draft.Windows = d.firstWindows()
	start(d.env, &d.camTask, door.Cameras, func(c []engine.Camera, err error) {
		if err == nil {
			d.cameras = c
			if d.results != nil {
				d.results.setCameras(c)
			}
			d.changed()
		}
	})
	return d
}

func (d *Desk) readData() {
	if d.data != nil {
		s := d.data()
		d.oldest, d.newest = s.Oldest, s.Newest
	}
}

// lastDays is the n whole local days that end with the newest data.
func (d *Desk) lastDays(n int) Span {
	y, m, day := d.newest.In(d.env.Zone).Date()
	end := time.Date(y, m, day+1, 0, 0, 0, 0, d.env.Zone)
	return Span{end.AddDate(0, 0, -n).UTC(), end.UTC()}
}

// firstWindows is the timeframe of a draft that nobody has touched: the last week with data, none
// where there is no data.
func (d *Desk) firstWindows() []Span {
	if d.newest.IsZero() {
		return nil
	}
	return []Span{d.lastDays(7)}
}

func (d *Desk) changed() {
	if d.OnChange != nil {
		d.OnChange()
	}
}

// edit changes the draft and asks for a new estimate.
func (d *Desk) edit(f func(*Draft)) {
	f(&d.draft)
	d.draftChanged()
}

// draftChanged drops what belonged to the former draft and schedules an estimate.
func (d *Desk) draftChanged() {
	d.confirmed, d.needs, d.refusal, d.runErr = false, nil, nil, ""
	if d.phase != RunRunning {
		d.phase = RunIdle
	}
	d.scheduleEstimate()
	d.changed()
}

// SetKind changes the kind; what both kinds share stays.
func (d *Desk) SetKind(k Kind) {
	d.edit(func(dr *Draft) {
		dr.Kind = k
		if k == KindCommon {
			dr.MinAreas = min(dr.Threshold(), max(len(dr.Areas), 2))
		}
	})
}

// SetHours restricts the timeframe to a part of each day.
func (d *Desk) SetHours(h DayHours) { d.edit(func(dr *Draft) { dr.Hours = h }) }

// SetSpan replaces timeframe i, or adds it when i is their number.
func (d *Desk) SetSpan(i int, s Span) {
	d.edit(func(dr *Draft) {
		w := slices.Clone(dr.Windows)
		for len(w) <= i {
			w = append(w, Span{})
		}
		w[i] = Span{s.From.UTC(), s.To.UTC()}
		dr.Windows = w
	})
}

// RemoveSpan takes timeframe i out.
func (d *Desk) RemoveSpan(i int) {
	if i < 0 || i >= len(d.draft.Windows) {
		return
	}
	d.edit(func(dr *Draft) { dr.Windows = slices.Delete(slices.Clone(dr.Windows), i, i+1) })
}

// SetVehicle replaces the refinement fields.
func (d *Desk) SetVehicle(v Vehicle) { d.edit(func(dr *Draft) { dr.Vehicle = v }) }

// SetPlate sets the plate or pattern and what "*" stands for.
func (d *Desk) SetPlate(text string, anyStar bool) {
	d.edit(func(dr *Draft) { dr.Plate, dr.AnyStar = text, anyStar && d.terms.AnyStar })
}

// SetPurpose replaces the purpose. The time of attesting is kept by the desk.
func (d *Desk) SetPurpose(p Purpose) {
	switch {
	case !p.Attested:
		p.AttestedAt = time.Time{}
	case !d.draft.Purpose.Attested:
		p.AttestedAt = d.env.Now()
	default:
		p.AttestedAt = d.draft.Purpose.AttestedAt
	}
	d.edit(func(dr *Draft) { dr.Purpose = p })
}

// Clear makes the draft as new but for kind and purpose. Areas can be had back with Undo.
func (d *Desk) Clear() {
	d.sketch = sketch{}
	d.draft.Windows, d.draft.Hours, d.draft.Vehicle, d.draft.Plate = d.firstWindows(), DayHours{}, Vehicle{}, ""
	d.editAreas(func([]DraftArea) []DraftArea { return nil })
}

// SetConfirmed ticks the confirmation of the meter's warning.
func (d *Desk) SetConfirmed(v bool) {
	d.confirmed = v
	d.changed()
}
