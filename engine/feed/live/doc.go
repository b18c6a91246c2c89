// Package live publishes what cameras and vendors post: the part behind the webhooks of
// package serve.
//
// Entry point: [New] makes an [Intake], which is a serve.Sink.
//
// Invariants: a read counts once in a lane, however often it is delivered and by however many
// servers at once, as long as the deliveries are no further apart than the window. Before a
// segment's record is appended, the publisher has read the ids of all records before it;
// the place of the record in the lane's log is taken by creating it, so that who was overtaken
// looks at the new records and decides again. A kill leaves either the record or a file
// that nothing names. What was acknowledged is in the log.
package live
