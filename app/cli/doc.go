// Package cli is the headless half of the program: the verbs of design section 8.
//
// Entry points: [Main] runs one command line and returns its exit status; [Run] is the
// same with everything from outside injected; [DataDir] is where a workstation lies when
// nobody says otherwise.
//
// Invariants: every verb that reads detections signs in, accepts the rules and is audited
// exactly as the window is, through engine.Session. Results go to standard output, all
// else to standard error; with --json standard output holds one JSON object (with --batch
// one a line), for an error too. Exit statuses: 0 done, 1 failed, 2 usage or wrong input,
// 3 refused, 4 needs confirmation, 5 integrity failure. No Fyne, no global state.
package cli
