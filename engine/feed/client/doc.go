// Package client is the workstation's side of a feed: it follows the manifests of lanes,
// fetches what is new, and hands it on, verified and in order.
//
// Entry points: [Open] (a folder or a server, with the feed's key), [Client.Follow] (what is
// new in a lane since a position), [Update.Steps] and [Update.Reads] (the rows of a step),
// [Client.File] (one verified file, e.g. a photo), [Client.Server] (what a server alone does:
// it witnesses the audit log, takes its entries, and renews certificates).
//
// Invariants: nothing is handed on that the signed checkpoint does not prove; after a step
// all rows of the records below its position were handed on, whatever was replaced, so a
// client may stop behind any step and go on later; a fault names its lane's error of package
// feed and stops that lane alone. A Client is safe for concurrent use, an Update is for one
// goroutine.
package client
