package feed

import (
	"cordon/engine/detection"
)

// Read is one detection as the feed carries it. Texts are normalised as in
// [detection.Detection]; Detection.Photos is the number of Pictures.
type Read struct {
	detection.Detection
	Pictures []Picture
	// Box is where the vehicle stands in the vehicle picture, in its pixels, origin top left;
	// zero where unknown.
	Box Box
	// Passes counts the reads of this vehicle at this camera that were collapsed into this
	// one, itself included: at least 1.
	Passes int
	// Supersedes is the id of the read of the same lane that this one corrects; empty for
	// nearly all. The corrected one is no longer returned.
	Supersedes string
}

// Picture names a photo of a read by its content.
type Picture struct {
	Kind   string // "vehicle" or "plate"
	SHA256 Digest
	Bytes  int64
}

// Box is a rectangle in pixels.
type Box struct{ X, Y, W, H int }

// MaxPictures is how many pictures one read may have.
const MaxPictures = 8
