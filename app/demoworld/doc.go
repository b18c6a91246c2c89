// Package demoworld turns the synthetic world of assets/demo into a workstation.
//
// Entry points: [Make] makes a workstation with the demo's accounts and detections;
// [Is] tells one from any other; [PhotoSources] are what every engine that opens a
// workstation is given, so that the photos of demo detections can be made; [Query] turns a
// planted story into a canonical query.
//
// Invariants: a demo workstation holds nothing real and carries a marker file; only a
// folder with that marker is ever replaced. No Fyne: the command line and the window share
// this package.
package demoworld
