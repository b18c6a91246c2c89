// Package engine is Cordon's one door: every read of a detection goes through a [Session],
// in the order identity → policy → scope → durable audit entry → answer.
//
// Entry points: [Init] makes a workstation, [Open] opens one, [Engine.SignIn] and
// [SignIn.Accept] lead to a [Session]; [Session.Estimate] tells what a query would match,
// [Session.Run] runs it, [Session.Keep], [Session.SaveCrop] and [Session.Export] carry what
// is relevant into a case file; [VerifyAudit] proves the log.
//
// Invariants: no answer without an audit entry on disk (U-2); refusals are recorded before
// they are returned; an answer lives in memory only and is dropped when it is released or
// its session ends; the stores under engine/internal are reachable through this
// package alone. All methods are safe for concurrent use.
package engine
