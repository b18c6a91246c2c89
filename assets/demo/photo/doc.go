// Package photo draws the demo's photographs: a vehicle in a street, from behind or from the
// front, and the close view of its plate.
//
// Entry points are [Vehicle] and [Plate]. Both take a [Spec] and return a JPEG with EXIF metadata
// (camera, time, position), so that removing metadata means something. Pictures are pure Go, need
// no files and are deterministic: the same Spec gives the same bytes on one kind of machine.
// Everything in them is invented; people are featureless silhouettes, drawn so that a picture has
// something that must be cropped or covered.
package photo
