// Package archtest holds the tests of the source tree as a whole: the import rules of
// docs/ARCHITECTURE.md, a doc comment for every package, file lengths, and that
// docs/controls.md names tests that exist. It has no code of its own.
package archtest
