package bucket

import (
	"io/fs"
	"slices"
	"strings"
)

// sortAsKeys sorts the entries of a folder as the keys below them sort: a folder's name
// counts with its slash.
func sortAsKeys(entries []fs.DirEntry) {
	name := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(name(a), name(b)) })
}
