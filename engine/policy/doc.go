// Package policy holds the rules as data and the decisions as pure functions of an
// identity, a query and a policy: no clock, no storage, no side effect.
//
// Entry points: [Role] and [Mission] say who asks. The decisions return what is refused,
// with the rule, the reason for it and the next step, or what must be warned about.
package policy
