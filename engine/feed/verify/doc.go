// Package verify walks a whole feed and proves that it is what its logs say: checkpoints,
// tiles, claims, records, the digests of every part of every segment, its rows, what
// segments replace, and documents.
//
// Entry point: [Feed]. It needs no key but the public one, and writes nothing. Package
// publish makes what is checked here; the checks share its file formats (packages manifest
// and segment) and none of its decisions.
package verify
