package cli

import (
	"context"
	"errors"

	"cordon/engine"
)

// repairJSON is what `check --repair --json` adds.
type repairJSON struct {
	Found      int           `json:"found"` // places that were damaged
	Blocks     int           `json:"blocks"`
	Rows       int64         `json:"rows"`
	Refused    []refusedJSON `json:"refused"`
	Remade     bool          `json:"remade"`
	RemadeRows int64         `json:"remade_rows"`
	NotRemade  string        `json:"not_remade"`
}

type refusedJSON struct {
	File    string `json:"file"`
	Problem string `json:"problem"`
}

func repairOf(r *engine.RepairReport) *repairJSON {
	if r == nil {
		return nil
	}
	j := &repairJSON{Found: len(r.Before), Blocks: r.Blocks, Rows: r.Rows, Remade: r.Remade, RemadeRows: r.RemadeRows, NotRemade: r.NotRemade, Refused: []refusedJSON{}}
	for _, x := range r.Refused {
		j.Refused = append(j.Refused, refusedJSON{x.Name, x.Problem})
	}
	return j
}

// repair repairs in a session, also when the detections do not open, and checks. Without a
// report nothing was tried.
func (sh *shell) repair(ctx context.Context, files []engine.RepairFile) (r engine.CheckReport, done *engine.RepairReport, err error) {
	dir, err := sh.dataDir()
	if err != nil {
		return r, nil, err
	}
	o := sh.options(dir)
	if o.CacheBytes, err = CacheBytes(sh.env); err != nil {
		return r, nil, err
	}
	if _, err := sh.userName(); err != nil { // before anything is opened
		return r, nil, err
	}
	e, err := engine.OpenForRepair(ctx, o)
	if errors.Is(err, engine.ErrDamaged) {
		sh.say("The vault or the audit log is damaged; nothing can be repaired before they are put back.\n")
		r, err = sh.examine(ctx)
		return r, nil, err
	}
	if err != nil {
		return r, nil, at(dir, err)
	}
	done = new(engine.RepairReport)
	err = sh.signedIn(ctx, e, func(s *engine.Session) (err error) {
		bar, stage := sh.progress("blocks", 0), engine.RepairBlocks
		defer func() { bar.end() }()
		*done, err = s.Repair(ctx, files, func(p engine.RepairProgress) {
			if p.Stage != stage {
				bar.end()
				bar, stage = sh.progress("rows made anew", 0), p.Stage
			}
			bar.at(p.Done)
		})
		return err
	})
	if err = errors.Join(err, at(dir, e.Close())); err != nil || !done.Remade {
		return done.After, done, err
	}
	if e, err = engine.Open(ctx, o); err != nil { // takes what was made anew
		return r, done, at(dir, err)
	}
	if err := e.Close(); err != nil {
		return r, done, at(dir, err)
	}
	r, err = sh.examine(ctx)
	return r, done, err
}

func (sh *shell) printRepair(r *engine.RepairReport) error {
	for _, x := range r.Refused {
		sh.say("%s was not used: %s.", x.Name, x.Problem)
	}
	switch {
	case r.Remade:
		return sh.print("The detections were damaged in %s and were made anew: %s.", countWords(len(r.Before), "place", "places"), countWords(r.RemadeRows, "row", "rows"))
	case len(r.Before) == 0:
		return sh.print("No detections are damaged; nothing was changed.")
	case r.Blocks == 0:
		return sh.print("The detections are damaged in %s; nothing could be put back.", countWords(len(r.Before), "place", "places"))
	}
	return sh.print("The detections were damaged in %s; %s with %s put back.", countWords(len(r.Before), "place", "places"),
		countWords(r.Blocks, "block", "blocks"), countWords(r.Rows, "entry", "entries"))
}
