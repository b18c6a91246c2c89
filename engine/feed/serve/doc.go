// Package serve is the feed's HTTPS server over a bucket: it gives workstations the files of
// their lanes and tells them of new checkpoints, and takes in reads from cameras and
// vendors, heads and entries of audit logs, and error reports.
//
// Entry points: [New] makes a [Server], [Server.Handler] answers requests, [Server.Serve] runs it
// on a listener until its context ends. [Invite], [Revoke], [SetRights], [NewToken] and
// [RevokeToken] are the operator's; they need the bucket alone, no server.
//
// Requests, all TLS 1.3 and HTTP/1.1; C needs a workstation's certificate, T a camera's token:
//
//	GET  /lanes/LANE/…, /feed.json   C  the bucket's files, with ranges
//	GET  /v1/lanes                   C  the caller's lanes
//	GET  /v1/events                  C  new checkpoints of these, as server-sent events
//	POST /v1/enroll                     a one-time code and a request → a certificate
//	POST /v1/renew                   C  a request with the same key → a new certificate
//	POST /v1/intake/FORMAT           T  reads; 202 when they are published
//	POST /v1/audit                   C  C2SP tlog-witness add-checkpoint
//	GET, POST /v1/audit/entries      C  entries of the witnessed log, in order
//	POST /v1/reports, GET …/ID       C  error reports and their state
//	GET  /healthz                       200 when the bucket answers
//
// Invariants: a server keeps nothing that the bucket does not have, so that any number of
// servers over one bucket are one; what two could decide differently is decided by
// creating an object that must not exist. A lane that is not permitted is answered exactly
// as one that is not there, after the same look into the bucket. An answer that
// acknowledges something comes after the bucket has it. Logs name routes, workstations
// and counts, never plates, people, addresses or bodies.
package serve
