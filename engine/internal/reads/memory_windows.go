package reads

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// memory returns the bytes of memory of the machine, 0 when that is not known.
func memory() uint64 {
	// MEMORYSTATUSEX of sysinfoapi.h
	var status struct {
		length, load                                                       uint32
		total, free, totalPage, freePage, totalVirtual, freeVirtual, extra uint64
	}
	status.length = uint32(unsafe.Sizeof(status))
	ok, _, _ := windows.NewLazySystemDLL("kernel32.dll").NewProc("GlobalMemoryStatusEx").Call(uintptr(unsafe.Pointer(&status)))
	if ok == 0 {
		return 0
	}
	return status.total
}
