package tools

import (
	"math"

	"github.com/paulmach/orb"
)

// Board is the drawing in hand: the current tool with snapping, undo and redo. It is not safe for use by
// several goroutines; a window uses it on its own thread.
type Board struct {
	live    Sketch
	history history
	snap    bool
	targets []orb.LineString
	widthM  float64
}

// NewBoard returns a board with the Pan tool, no snapping and the default corridor width.
func NewBoard() *Board { return &Board{widthM: DefaultWidthM} }

// Sketch returns the present sketch.
func (b *Board) Sketch() Sketch { return b.live }

// Mode returns the current tool.
func (b *Board) Mode() Mode { return b.live.Mode }

// SetMode takes up a tool with nothing drawn and forgets the steps of the sketch before. Mode Edit needs a
// shape: see Edit.
func (b *Board) SetMode(m Mode) {
	b.Set(Sketch{Mode: m})
}

// Edit takes up Mode Edit with the shape. A shape that is not well formed (rings closed, three distinct
// corners) leaves the board as it was and returns false. The shape is copied.
func (b *Board) Edit(shape orb.MultiPolygon) bool {
	if !wellFormed(shape) {
		return false
	}
	b.Set(Sketch{Mode: Edit, State: Editing, Shape: shape.Clone()})
	return true
}

// Set makes s the present sketch and forgets all steps. A sketch that contradicts itself, as one made by
// hand may, is taken as its tool with nothing drawn.
func (b *Board) Set(s Sketch) {
	if !consistent(s) {
		s = Sketch{Mode: s.Mode}
	}
	if s.WidthM == 0 {
		s.WidthM = b.widthM
	}
	s.grab = grab{}
	b.live = measure(s)
	b.history = history{present: settled(b.live)}
}

// consistent reports whether every state the machines rely on holds.
func consistent(s Sketch) bool {
	if s.Mode > Measure || len(s.Points) > MaxPoints {
		return false
	}
	for _, p := range s.Points {
		if !finitePoint(p) {
			return false
		}
	}
	if s.HasHover && !finitePoint(s.Hover) || s.Shape != nil && !wellFormed(s.Shape) {
		return false
	}
	switch s.State {
	case Idle, Dropped:
		return s.Shape == nil && len(s.Points) == 0
	case Drawing:
		return s.Mode != Pan && s.Mode != Edit && len(s.Points) > 0 && s.Shape == nil
	case Editing:
		return s.Mode == Edit && s.Shape != nil
	case Closed:
		return s.Shape != nil || s.Mode == Measure && len(s.Points) > 1
	default:
		return false
	}
}

// Handle feeds an event to the tool and returns the sketch after it, whether the drawing itself changed
// (and not only the pointer), and for a Press whether the tool takes the drag that may follow.
func (b *Board) Handle(ev Event) (s Sketch, changed, captured bool) {
	if ev.Kind == Press {
		captured = Captures(b.live, ev)
		if !captured {
			return b.live, false, false
		}
	}
	snapped := false
	if b.snaps(ev.Kind) {
		ev.Pos, snapped = Snap(ev.Pos, b.snapTargets(), ev.TolM)
	}
	next, step := Step(b.live, ev)
	if ev.Kind <= Hover {
		next.Snapped = snapped
	}
	changed = step || next.State != b.live.State || ev.Kind == Drag && captureMode(next)
	b.live = next
	if step {
		b.history.commit(settled(next))
	}
	return b.live, changed, captured
}

func captureMode(s Sketch) bool {
	return s.State == Drawing && s.Mode != Polygon && s.Mode != Corridor && s.Mode != Measure ||
		s.grab.handle.Kind != NoHandle
}

// settled is the sketch without what belongs to the pointer, as undo and redo keep it.
func settled(s Sketch) Sketch {
	s.Hover, s.HasHover, s.Snapped = orb.Point{}, false, false
	s.Active, s.grab = Handle{}, grab{}
	return measure(s)
}

func (b *Board) snaps(k Kind) bool {
	if !b.snap || k > Hover || b.live.Mode == Freehand {
		return false
	}
	if b.live.Mode == Edit {
		return k == Drag && b.live.grab.handle.Kind != BodyHandle
	}
	return true
}

// snapTargets are the given shapes and, while drawing, the corners placed before the last one.
func (b *Board) snapTargets() []orb.LineString {
	if b.live.State == Drawing && b.live.Mode == Polygon && len(b.live.Points) > 1 {
		own := orb.LineString(b.live.Points[:len(b.live.Points)-1])
		return append(b.targets[:len(b.targets):len(b.targets)], own)
	}
	return b.targets
}

// SetSnap switches snapping to corners and sides on or off.
func (b *Board) SetSnap(on bool) { b.snap = on }

// Snap reports whether snapping is on.
func (b *Board) Snap() bool { return b.snap }

// SetTargets gives the shapes to snap to. They are not copied and must not be changed after.
func (b *Board) SetTargets(shapes []orb.MultiPolygon) {
	b.targets = b.targets[:0:0]
	for _, shape := range shapes {
		for _, poly := range shape {
			for _, ring := range poly {
				b.targets = append(b.targets, orb.LineString(ring))
			}
		}
	}
}

// SetWidthM sets the full width in metres of corridors, the one in hand included; widths outside 1–5000 m
// are brought inside.
func (b *Board) SetWidthM(w float64) {
	if math.IsNaN(w) {
		return
	}
	b.widthM = math.Max(1, math.Min(5000, w))
	if b.live.Mode == Corridor && b.live.State != Closed {
		b.live.WidthM = b.widthM
		b.live = measure(b.live)
		b.history.present.WidthM = b.widthM
		b.history.present = measure(b.history.present)
	}
}

// WidthM returns the full width in metres of corridors.
func (b *Board) WidthM() float64 { return b.widthM }

// CanUndo reports whether Undo would do anything.
func (b *Board) CanUndo() bool { return len(b.history.past) > 0 }

// CanRedo reports whether Redo would do anything.
func (b *Board) CanRedo() bool { return len(b.history.future) > 0 }

// Undo goes back one step and returns the sketch then, and false when there is none.
func (b *Board) Undo() (Sketch, bool) {
	ok := b.history.undo()
	if ok {
		b.live = b.history.present
	}
	return b.live, ok
}

// Redo takes back the last Undo and returns the sketch then, and false when there is none.
func (b *Board) Redo() (Sketch, bool) {
	ok := b.history.redo()
	if ok {
		b.live = b.history.present
	}
	return b.live, ok
}
