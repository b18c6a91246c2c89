// Package feedtest makes feeds for tests, record by record, and sources that fail.
//
// Entry points: [New] makes a feed in a folder, [Feed.Segment] and [Feed.Document] add to it,
// [Feed.Rows] is what a workstation must end with; [Faulty] spoils a source, [Proxy] a connection. It writes with the
// manifest and segment packages but decides by itself what is in a record, so that tests can
// have records that no publisher makes.
package feedtest
