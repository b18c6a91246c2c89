//go:build !linux && !darwin && !windows

package reads

// memory returns the bytes of memory of the machine, 0 when that is not known.
func memory() uint64 { return 0 }
