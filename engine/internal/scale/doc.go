// Package scale measures the detection store at the size it is made for.
//
// Entry points: [New] makes a [World], whose rows [World.Rows] gives by number, so that a
// load can be resumed anywhere; [World.Classes] gives the query classes of the benchmark
// with their seeded instances; [Measure] times them on a store; [Live] times one class
// while rows arrive. The command benchscale drives them and writes docs/performance.md.
//
// Invariants: a world is a pure function of its options: no clock, no global randomness;
// every row is a function of its number alone; the package is not part of the product.
package scale
