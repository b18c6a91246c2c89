// Package desktop wires the window: it opens the engine, leads through the sign-in, and
// joins view-models (app/session) to views (app/views).
//
// Entry points: [New] and [Desktop.Show]. The package starts no driver, so that a test can
// run the whole window under Fyne's test driver.
//
// Invariants: everything here belongs to the main thread; work goes through session.Env and
// comes back through the dispatcher; a locked window holds no object that shows content.
package desktop
