package engine

import (
	"fmt"
	"iter"
	"sort"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/detcsv"
	"cordon/engine/internal/reads"
)

// conflicts sends rows that contradict a stored one of their lane and id to the rejects file.
// The first stays, as answers and cases may rest on it.
type conflicts struct {
	rejects *rejectsFile
	rows    []int64 // from these rows on, counted from 1 …
	ahead   []int64 // … the line is so much further than the row
	err     error
}

// lines passes rows on and notes the lines that they stand in.
func (c *conflicts) lines(in *detcsv.Reader, rows iter.Seq2[detection.Detection, error]) iter.Seq2[detection.Detection, error] {
	return func(yield func(detection.Detection, error) bool) {
		n := int64(0)
		for d, err := range rows {
			n++
			if ahead := in.Line() - n; len(c.ahead) == 0 || c.ahead[len(c.ahead)-1] != ahead {
				c.rows, c.ahead = append(c.rows, n), append(c.ahead, ahead)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func (c *conflicts) add(x reads.Conflict) {
	if c.err != nil {
		return
	}
	i := sort.Search(len(c.rows), func(i int) bool { return c.rows[i] > x.Row }) - 1
	g, s := x.Given, x.Stored
	c.err = c.rejects.add(detcsv.Reject{
		Line:   x.Row + c.ahead[i],
		Reason: fmt.Sprintf("id %s is stored with other content: %s %s at %s", g.ID, s.Plate, s.State, s.Time.Format(time.RFC3339Nano)),
		Raw:    fmt.Sprintf("%s,%s,%s,%s,%.7f,%.7f", g.ID, g.Plate, g.State, g.Time.Format(time.RFC3339Nano), g.Pos[0], g.Pos[1]),
	})
}
