package scale

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Usage is what a process took from the machine. It is zero where the system has no /proc.
type Usage struct {
	PeakMB int64 // most memory ever resident, mapped files included
	AnonMB int64 // most memory of its own, as the samples saw it
	Load   string
}

// Sampler watches the memory of this process.
type Sampler struct {
	peak atomic.Int64
	stop chan struct{}
}

// StartSampler begins to watch; the caller must call Stop.
func StartSampler() *Sampler {
	s := &Sampler{stop: make(chan struct{})}
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			s.peak.Store(max(s.peak.Load(), statusKB("RssAnon")))
			select {
			case <-s.stop:
				return
			case <-tick.C:
			}
		}
	}()
	return s
}

// Stop ends the watch and returns what it saw.
func (s *Sampler) Stop() Usage {
	close(s.stop)
	return Usage{statusKB("VmHWM") >> 10, s.peak.Load() >> 10, LoadAverage()}
}

func statusKB(field string) (kb int64) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(data, []byte(field+":"))
	fmt.Sscan(string(rest[:min(len(rest), 32)]), &kb)
	return kb
}

// LoadAverage returns the machine's load over one minute, or "".
func LoadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(data), " ")
	return one
}
