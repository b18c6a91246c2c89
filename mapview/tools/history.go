package tools

// historyLimit bounds the steps that undo remembers.
const historyLimit = 200

// history is undo and redo over committed sketches.
type history struct {
	past, future []Sketch
	present      Sketch
}

func (h *history) commit(s Sketch) {
	h.past = append(h.past, h.present)
	if n := len(h.past); n > historyLimit {
		h.past = append([]Sketch(nil), h.past[n-historyLimit:]...)
	}
	h.present, h.future = s, nil
}

func (h *history) undo() bool {
	n := len(h.past)
	if n == 0 {
		return false
	}
	h.future = append(h.future, h.present)
	h.present, h.past = h.past[n-1], h.past[:n-1]
	return true
}

func (h *history) redo() bool {
	n := len(h.future)
	if n == 0 {
		return false
	}
	h.past = append(h.past, h.present)
	h.present, h.future = h.future[n-1], h.future[:n-1]
	return true
}
