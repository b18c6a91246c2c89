// Package bucket is where a feed's files lie: a folder, or an object store that speaks S3.
//
// Entry point: [Open]. A [Bucket] holds objects under slash-separated keys ([CheckKey]); an
// object is written whole or not at all, and durably: when a Put returns, the object
// survives a power cut. [Bucket.PutNew] is the one thing that decides between two writers:
// of all that try one key, exactly one succeeds, also across machines.
//
// Errors match feed.ErrNotFound, feed.ErrOffline, [ErrExists] and feed.ErrInvalid. All
// methods may be called concurrently.
package bucket
