// Package reports turns an [engine.CaseFile] into documents: a PDF for people, CSV and
// GeoJSON for tools.
//
// Entry points: [Write] puts the chosen formats beside each other in a folder, whole or
// not at all; [PDF], [CSV] and [GeoJSON] write one format to a writer; [Maps] draws the
// pictures of the PDF through go-staticmaps over local tiles, without a socket.
//
// Invariants: a case file is what [engine.Session.Export] released, so nothing here reads
// detections or decides what may leave; every output carries the notice "lead only"
// and, for synthetic data, the mark of N-1; the same case file gives the same bytes; text
// from outside is data, never markup or a formula. Functions are safe for concurrent use
// and do not keep or change their arguments.
package reports
