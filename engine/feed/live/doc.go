// Package live publishes what cameras and vendors post: the part behind the webhooks of
// package serve.
//
// Entry point: [New] makes an [Intake], which is a serve.Sink over publish.Publisher.
//
// Invariants: a delivery writes into the lane of its token alone and takes no read back. What
// was acknowledged is in the lane's log; a read that is delivered again, to whichever server,
// counts once, as the publisher looks at what the lane has before it takes a place in its log.
package live
