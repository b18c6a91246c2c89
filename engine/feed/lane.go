package feed

import (
	"fmt"
	"strings"
)

// Lane is one stream of reads: a source (who sends) and a region (where it watches). Each
// lane has a manifest of its own, and permission is given by lane.
type Lane struct {
	Source string // e.g. "wilmington-pd"
	Region string // e.g. "de-north"
}

// Control is the lane of signed documents: policy, agreements, shared alert lists, sensitive
// places, answers to error reports. It holds no reads.
var Control = Lane{Source: "control", Region: "all"}

// maxPart bounds a lane's parts, so that its name fits the store's 64 bytes.
const maxPart = 30

// String returns the lane's name, "source.region": how stores, paths and data states call it.
func (l Lane) String() string { return l.Source + "." + l.Region }

// ParseLane reads a lane's name. Errors match ErrInvalid.
func ParseLane(s string) (Lane, error) {
	source, region, ok := strings.Cut(s, ".")
	if !ok || !isPart(source) || !isPart(region) {
		return Lane{}, fmt.Errorf("%w: lane %q: write source.region, each 1 to %d of a–z, 0–9 and inner hyphens", ErrInvalid, s, maxPart)
	}
	return Lane{source, region}, nil
}

// isPart: 1 to maxPart of a–z, 0–9 and hyphens, which stand neither first nor last. Nothing
// in it has a meaning in a path.
func isPart(s string) bool {
	if s == "" || len(s) > maxPart || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
