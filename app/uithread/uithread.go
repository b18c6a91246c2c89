// Package uithread is the one way back to Fyne's main thread (a test forbids
// fyne.Do anywhere else).
//
// Entry points: [Do] runs a function on the main thread; [Task] runs work on a
// goroutine of its own, cancels its predecessor, and delivers the outcome on
// the main thread only if it is still the current one. That check happens
// inside the delivery, on the main thread, so a result that was overtaken while
// it waited in the queue never reaches a view.
//
// Tests inject a [Dispatcher], see package uitest.
package uithread

import "fyne.io/fyne/v2"

// Dispatcher arranges for f to be run on the thread that owns the views. It
// must not run f before returning unless it is called on that thread, and must
// keep the order of calls.
type Dispatcher func(f func())

// Do is the Dispatcher of the running app: Fyne's main thread. Safe to call
// from any goroutine; it does not wait.
func Do(f func()) { fyne.Do(f) }
