package engine

import (
	"context"
	"slices"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/internal/vault"

	"github.com/paulmach/orb"
)

func keyCameras(lane string) vault.Key { return vault.K("cameras", lane) }

// Cameras returns the cameras that the data names, by id. The slice belongs to the caller.
func (s *Session) Cameras(ctx context.Context) ([]Camera, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	list, err := s.e.cameras(s.sight())
	return list, outer(err)
}

// cameras returns those of the lanes that may be seen.
func (e *Engine) cameras(x sight) ([]Camera, error) {
	var out []Camera
	for _, l := range e.reads.State().Lanes {
		if windows, all := x.lane(l.Lane); !all && len(windows) == 0 {
			continue
		}
		list, _, err := vault.Get[[]Camera](e.vault, keyCameras(l.Lane))
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

// addCameras merges a batch's cameras into those of its lane.
func (e *Engine) addCameras(ctx context.Context, lane string, list []Camera) error {
	if len(list) == 0 {
		return nil
	}
	return e.vault.Update(ctx, func(tx *vault.Tx) error {
		var old []Camera
		if _, err := tx.Load(keyCameras(lane), &old); err != nil {
			return err
		}
		byID := map[string]Camera{}
		for _, c := range old {
			byID[c.ID] = c
		}
		for _, c := range list {
			if was, ok := byID[c.ID]; ok && was.Pos != c.Pos {
				c.Mobile = true
			}
			byID[c.ID] = c
		}
		all := make([]Camera, 0, len(byID))
		for _, c := range byID {
			all = append(all, c)
		}
		slices.SortFunc(all, func(a, b Camera) int { return strings.Compare(a.ID, b.ID) })
		return tx.Put(keyCameras(lane), all)
	})
}

// maxSeenCameras bounds the cameras taken from one file.
const maxSeenCameras = 20_000

// cameraSeer gathers the cameras that a file's rows name: one that is seen at two places is
// mobile.
type cameraSeer map[string]Camera

func (c cameraSeer) see(d detection.Detection) {
	if d.Camera == "" {
		return
	}
	was, ok := c[d.Camera]
	switch {
	case ok && was.Pos != d.Pos:
		was.Mobile = true
		c[d.Camera] = was
	case !ok && len(c) < maxSeenCameras:
		c[d.Camera] = Camera{ID: d.Camera, Pos: orb.Point{d.Pos[0], d.Pos[1]}, HeadingDeg: d.HeadingDeg, Source: d.Source}
	}
}

func (c cameraSeer) list() []Camera {
	out := make([]Camera, 0, len(c))
	for _, x := range c {
		out = append(out, x)
	}
	return out
}

func lower(s string) string { return strings.ToLower(s) }
