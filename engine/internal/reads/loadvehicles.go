package reads

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"
)

// loadVehicles fills the vehicle list from the catalogue's vehicle blocks. A damaged block
// does not keep the store from opening, so that Check can tell; but without it vehicles
// would be overlooked or mixed up, so queries and appends are refused (vehicleFault).
func (s *Store) loadVehicles(ctx context.Context, c *catalog) error {
	v := s.viewAsWriter(ctx)
	defer v.close()
	var blocks []*blockMeta
	count := uint64(0)
	for k, runs := range c.groups {
		if k.kind != kindVehicle {
			continue
		}
		s.known[k.quarter] = new(bitset)
		for _, r := range runs {
			blocks = append(blocks, r.blocks...)
			for _, m := range r.blocks {
				count = max(count, m.hi+1)
			}
		}
	}
	l := s.plates
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reserve(int(min(count, noVehicle)))
	var mu sync.Mutex
	fill := func(m *blockMeta) error {
		list, err := v.vehicleBlock(m)
		mu.Lock()
		defer mu.Unlock()
		if damage := (*DamageError)(nil); errors.As(err, &damage) {
			s.fault.Store(damage)
			s.opt.Log("reads: " + damage.Error())
			return nil
		}
		if err != nil {
			return err
		}
		known := s.known[m.group.quarter]
		l.grow(int(list[len(list)-1].number) + 1)
		for _, e := range list {
			known.add(e.number)
			l.plates[e.number], l.states[e.number] = e.plate, e.state
		}
		return nil
	}
	var g errgroup.Group
	g.SetLimit(workers())
	for _, m := range blocks {
		g.Go(func() error { return fill(m) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	l.complete()
	return nil
}

func (s *Store) vehicleFault() error {
	if damage := s.fault.Load(); damage != nil {
		return damage
	}
	return nil
}
