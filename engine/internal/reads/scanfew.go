package reads

// visitFew looks at the gatherer's rows of a block; areas and of are the areas and the
// vehicle of each. No more is decoded than those rows need.
func (g *gatherer) visitFew(q *query, j *job, areas []uint64, of []uint32, to sink) error {
	pass := g.pass[:0]
	for i := range g.rows {
		ok := areas[i] != 0 || len(q.areas) == 0
		if ok && q.byState {
			if int(of[i]) >= len(q.stateOf) {
				return errCodec
			}
			ok = containsWord(q.states, q.stateOf[of[i]])
		}
		pass = append(pass, ok && (q.only == nil || q.only.has(of[i])))
	}
	g.pass = pass
	for _, f := range q.filters {
		vals, err := g.column(f.col)
		if err != nil {
			return err
		}
		for i, w := range vals {
			pass[i] = pass[i] && containsWord(f.words, uint32(w))
		}
	}
	if !q.years.IsZero() {
		vals, err := g.column(colYear)
		if err != nil {
			return err
		}
		for i, y := range vals {
			pass[i] = pass[i] && q.years.Contains(int(y))
		}
	}
	if j.mixed {
		if err := q.access.hide(g, pass); err != nil {
			return err
		}
	}
	times, err := g.column(colTime)
	if err != nil {
		return err
	}
	for i, t := range times {
		if !pass[i] {
			continue
		}
		windows := j.mask
		if !j.whole {
			if windows = q.windowMask(t); windows == 0 {
				continue
			}
		}
		if to.counts(t) {
			to.count(1, areas[i], windows)
		} else {
			to.hit(hit{t, areas[i], windows, of[i], g.rows[i], j.meta})
		}
	}
	return nil
}
