package reads

import (
	"context"
	"errors"
)

// loadVehicles fills the vehicle list from the catalogue's vehicle blocks. A damaged block
// does not keep the store from opening, so that Check can tell; but without it vehicles
// would be overlooked or mixed up, so queries and appends are refused (vehicleFault).
func (s *Store) loadVehicles(ctx context.Context, c *catalog) error {
	v := s.viewAsWriter(ctx)
	defer v.close()
	s.plates.mu.Lock()
	defer s.plates.mu.Unlock()
	for k, runs := range c.groups {
		if k.kind != kindVehicle {
			continue
		}
		known := new(bitset)
		s.known[k.quarter] = known
		for _, r := range runs {
			for _, m := range r.blocks {
				list, err := v.vehicleBlock(m)
				if damage := (*DamageError)(nil); errors.As(err, &damage) {
					s.fault = damage
					s.opt.Log("reads: " + damage.Error())
					continue
				}
				if err != nil {
					return err
				}
				for _, e := range list {
					known.add(e.number)
					if int(e.number) >= len(s.plates.plates) || s.plates.plates[e.number] == 0 {
						s.plates.set(e.number, e.plate, e.state)
					}
				}
			}
		}
	}
	return nil
}

func (s *Store) vehicleFault() error {
	if s.fault == nil {
		return nil
	}
	return s.fault
}
