// Package policy holds Cordon's rules as data and the decisions made from them, as pure
// functions: who may run which kind of query, what a purpose must say, when a warning or a
// refusal is due, what a password must be, how long a record is kept.
//
// Entry points: [Default] and [Load] give a [Policy]; [Policy.Access] says whether a kind
// of query is open to a person, [Policy.Decide] judges one query.
//
// Invariants: no I/O, no clock (the time is an argument), no state; a decision depends on
// its arguments alone; a refusal names its rule, why the rule exists and what to do instead.
package policy
