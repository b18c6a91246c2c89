package session

import (
	"cmp"
	"slices"
)

// Order returns how rows are sorted.
func (r *Results) Order() Order { return r.order }

// SetOrder sorts the rows; the selected one stays selected.
func (r *Results) SetOrder(o Order) {
	r.order = o
	r.refilter()
	r.changed()
}

// OrderWords says what an order means for this answer.
func (r *Results) OrderWords(o Order) string {
	switch o {
	case OrderReads:
		return "Most reads first"
	case OrderPlate:
		return "By plate"
	case OrderFirst:
		return "Oldest first"
	case OrderLast:
		return "Newest first"
	}
	if !r.grouped {
		return "Newest first"
	}
	if r.draft.Kind == KindRepeat {
		return "Most timeframes first, then most reads"
	}
	if r.places == 3 {
		return "All three areas first, then most reads"
	}
	return "Most areas first, then most reads"
}

// Orders lists the orders that make sense for this answer.
func (r *Results) Orders() []Order {
	if r.grouped {
		return []Order{OrderAnswer, OrderReads, OrderPlate, OrderFirst, OrderLast}
	}
	return []Order{OrderAnswer, OrderFirst, OrderPlate}
}

func (r *Results) sortShown() {
	less := map[Order]func(a, b Item) int{
		OrderReads: func(a, b Item) int { return cmp.Compare(b.Reads, a.Reads) },
		OrderPlate: func(a, b Item) int { return cmp.Or(cmp.Compare(a.Plate, b.Plate), cmp.Compare(a.State, b.State)) },
		OrderFirst: func(a, b Item) int { return a.First.Compare(b.First) },
		OrderLast:  func(a, b Item) int { return b.Last.Compare(a.Last) },
	}[r.order]
	if less == nil {
		return
	}
	slices.SortStableFunc(r.shown, func(i, j int) int { return less(r.items[i], r.items[j]) })
}
