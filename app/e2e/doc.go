// Package e2e holds the journeys: the real binary in a real window under Xvfb, worked with
// a real mouse and keys as a person would, its answers checked through what it wrote. They
// build with the tag e2e (make e2e) and leave their screenshots in out/e2e.
package e2e
