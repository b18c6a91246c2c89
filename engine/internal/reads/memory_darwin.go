package reads

import "golang.org/x/sys/unix"

// memory returns the bytes of memory of the machine, 0 when that is not known.
func memory() uint64 {
	n, err := unix.SysctlUint64("hw.memsize")
	if err != nil {
		return 0
	}
	return n
}
