// Package views holds the window's places, one view a file: sign-in, the frame around the
// places, the map desk with its panels, the photo desk, the case and the audit list.
//
// Entry points: [NewSignIn], [NewShell], [NewDesk], [NewCaseView], [NewCrop],
// [NewAuditView], [NewLock]. Package desktop wires them.
//
// Invariants: a view takes data and On… callbacks or a view-model of app/session, never the
// engine (a test forbids it); everything belongs to the main thread; a view holds no rule of
// policy and words nothing that a view-model words.
package views
