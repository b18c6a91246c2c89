// Package reads stores detections: large, sealed, rebuildable from the feed or the
// imported files, and never the place of anything precious.
//
// Entry points: [Open], [Store.Append] (one numbered, append-only batch of a lane),
// [Store.Run], [Store.Estimate], [Store.Find], [Store.State], [Store.Check], [Store.Repair],
// [Store.DestroyQuarters], [Store.Settle].
//
// Layout. Detections lie in blocks of packed columns inside Badger, each sealed with
// AES-256-GCM under the key of its retention quarter, with the block's key as additional
// data. Four kinds of block: place (7-day period → Hilbert cell → point → time), plate
// (quarter → plate → time), id (lane → quarter → id → vehicle number) and vehicle (which
// plate and state a vehicle number stands for). Place and plate blocks both hold whole
// rows; plate blocks name points that repeat by their number in the catalogue. A sorted
// sequence of blocks of one kind and period is a run; a batch adds runs and merging folds
// many small runs into one. The catalogue is a chain of sealed edits; it knows every block,
// so a missing one is damage and not an empty answer.
//
// Invariants: a block never spans a retention quarter; a batch or a merge becomes visible
// by one Badger transaction or not at all; a query sees one catalogue version from start
// to end; every value starts with a format byte and is authenticated; a query that meets
// damage fails and never answers short. All methods of [Store] are safe for concurrent
// use; appends run one after another.
package reads
