// Package demo makes Cordon's demo world: a deterministic, synthetic traffic of invented
// vehicles past invented cameras on the real roads of Delaware, with a few planted stories.
//
// Entry points: [New] makes a [World]; [World.Detections] streams its rows in time order;
// [World.Photo] and [World.Truth] go from one row to its photos and to what really drove by,
// without making the world again; [Cameras], [Sensitive], [Stories] and [Accounts] are the rest.
//
// Invariants: the same seed and options give the same bytes on every amd64 machine (others may
// round a product differently); the number of rows is exactly the one asked for; ids are decimal
// integers that rise with time; positions are WGS 84 longitude, latitude with at most 6 decimals;
// no vehicle is in two places at once, except where a camera read its plate wrongly.
//
// # Nothing here is real
//
// Vehicles, plates, people, units, cases and cameras are invented. Every plate has seven characters
// in a pattern that, to our knowledge, its state does not issue: Delaware issues six or seven digits,
// the demo's Delaware plates are digit, three letters, three digits (7KDM482); see [Truth] and
// plates.go. Letters leave out vowels and Q, so that no words appear. Only the roads are real
// (© OpenStreetMap contributors, ODbL); the extract and the tool are named in build/.
//
// # What really drove by
//
// About 3 % of plates are misread. A row's id is ordinal×1000 + code, where the code, scrambled by
// a hash of seed and ordinal, says how the reading differs from the plate (which character, or which
// state); and a plate is a reversible numbering of vehicles. So id, reading and seed give the true
// plate and the vehicle in constant time: [World.Truth].
package demo
