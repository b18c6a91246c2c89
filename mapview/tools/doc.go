// Package tools holds the drawing tools of the map as pure state machines: an event goes in, a sketch
// comes out. It knows neither pixels nor a window, so every tool is tested without one.
//
// Entry points: [Step] is the state machine of all tools; its whole state is the [Sketch] value. [Board]
// wraps it for a window: it snaps positions, keeps undo and redo, and says whether a tool takes a drag.
// [DistanceM], [LengthM], [RingAreaM2] and [ShapeAreaM2] measure on the sphere.
//
// Conventions. Positions are WGS 84 degrees in the order (lon, lat). Lengths are metres, areas square
// metres, on a sphere of [EarthRadiusM]. Rings of a finished shape are closed (first = last), outer rings
// run counter-clockwise, holes clockwise.
//
// Invariants. A sketch is never changed after it was handed out: a step copies what it changes. No event,
// however wild, panics. A sketch with State [Closed] and a Shape has at least three distinct corners in
// each ring. Undo followed by redo gives the same sketch.
package tools
