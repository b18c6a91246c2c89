package session

import "slices"

// history is undo and redo of the drawn areas. Snapshots share shapes, which are never
// changed in place.
type history struct{ past, future [][]DraftArea }

const historyDepth = 200

// record keeps the areas as they are before a change.
func (h *history) record(areas []DraftArea) {
	h.past = append(h.past, slices.Clone(areas))
	if len(h.past) > historyDepth {
		h.past = h.past[1:]
	}
	h.future = nil
}

func (h *history) undo(now []DraftArea) ([]DraftArea, bool) {
	return step(&h.past, &h.future, now)
}

func (h *history) redo(now []DraftArea) ([]DraftArea, bool) {
	return step(&h.future, &h.past, now)
}

func step(from, to *[][]DraftArea, now []DraftArea) ([]DraftArea, bool) {
	if len(*from) == 0 {
		return now, false
	}
	last := (*from)[len(*from)-1]
	*from = (*from)[:len(*from)-1]
	*to = append(*to, slices.Clone(now))
	return last, true
}
