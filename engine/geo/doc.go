// Package geo validates areas drawn by people and answers, exactly, what lies inside them.
//
// Entry points: [Prepare] checks an orb.MultiPolygon and returns a *[Shape]; the Shape
// answers [Shape.Contains], [Shape.Relate], [Shape.AreaM2] and [Shape.Bound].
//
// Coordinates are (longitude, latitude) in degrees, WGS 84. Edges are straight lines in
// longitude/latitude, as GeoJSON says. A point on an edge or a vertex, also of a hole, is
// inside. Longitudes 180 and −180 are the same meridian; a shape that reaches over it must
// be split there. Every predicate is exact: floating point with an error bound first,
// rational arithmetic where that cannot decide.
//
// A Shape is immutable and safe for concurrent use. The package does no I/O.
package geo
