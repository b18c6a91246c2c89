// Package publish is the writer of a feed: it makes segments and documents of what is given,
// and appends their records to the lanes' logs.
//
// Entry points: [New], [Publisher.Publish], [Publisher.Compact], [Publisher.PublishDocument],
// [Publisher.Refresh].
//
// Invariants: photos are written before their segment, a segment before its record, and the
// record's claim is what makes all of it count; so a publisher that is killed anywhere leaves
// a feed that verifies, and publishing the same reads again completes it, with nothing lost
// and nothing twice. Any number of publishers may work on one lane: who loses a place looks
// at what the winner wrote, and decides again.
package publish
