// Package session holds the view-models of the window: what each screen shows and what a
// person can do there, as plain Go without Fyne.
//
// Entry points: [SignInModel] (password, rules, purpose), [Desk] (query draft, scope meter,
// run, results, timeline), [CaseModel] and [AuditModel]. They reach data only through
// [Door], whose methods *engine.Session has, and word every outcome (words*.go).
//
// Invariants: a model belongs to one goroutine, the one that runs [Env.Deliver]; its methods
// are called there and its OnChange is called there. Work runs through [Env.Go]; a newer job
// of the same task cancels the older one, whose outcome is dropped inside the delivery.
// Positions are (longitude, latitude) in degrees, WGS 84; areas are square metres; times are
// kept in UTC and shown in [Env.Zone]. Results live in memory only and go when they are
// closed.
package session
