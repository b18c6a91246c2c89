// Package engine is the one door to licence-plate detections.
//
// Entry points: [Open] a workstation, [Engine.SignIn] a person, accept the rules with
// [SignIn.Accept], and use the [Session]: [Session.Estimate] shows the scope of a query,
// [Session.Run] answers it, [Session.Keep] and [Session.SaveCrop] put what is relevant in
// a case, [Session.Export] hands out the case file that package reports writes.
// [VerifyAudit] proves the audit log without a session.
//
// Invariants: no row leaves without identity, policy decision, scope and a durable audit
// entry, in this order; a refusal is recorded before it is returned; an answer's rows live
// in memory only and only while the answer is open; values passed in are not changed and
// values passed out belong to the caller. All methods are safe for concurrent use.
package engine
