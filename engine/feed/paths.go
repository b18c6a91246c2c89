package feed

import "fmt"

// Paths inside a bucket. All under lanes/NAME/ belongs to one lane, so that permission for
// a lane is permission for a prefix.

// PathFeed is the feed's own card: name and public key.
const PathFeed = "feed.json"

func (l Lane) dir() string { return "lanes/" + l.String() + "/" }

// Dir is the prefix of all that belongs to the lane, with a slash at its end.
func (l Lane) Dir() string { return l.dir() }

// PathCheckpoint is the lane's newest signed checkpoint (C2SP tlog-checkpoint).
func (l Lane) PathCheckpoint() string { return l.dir() + "checkpoint" }

// PathTile is a tile of the lane's log; tile is its C2SP tlog-tiles path, e.g.
// "tile/0/x001/067".
func (l Lane) PathTile(tile string) string { return l.dir() + tile }

// PathFile is a segment or document.
func (l Lane) PathFile(r *Record) string {
	if r.IsDocument() {
		return l.dir() + "documents/" + r.Name + "/" + r.Digest.String() + ".json"
	}
	return l.dir() + "segments/period=" + r.Period + "/" + r.Digest.String() + ".parquet"
}

// PathPicture is a photo of a read of the lane.
func (l Lane) PathPicture(sha Digest) string {
	s := sha.String()
	return l.dir() + "photos/" + s[:2] + "/" + s + ".jpg"
}

// PathClaim is the object that takes place n of the lane's log: the record's leaf with the
// signed checkpoint of the log up to it. It is written once and never again.
func (l Lane) PathClaim(n int64) string {
	s := fmt.Sprintf("%012d", n)
	return l.dir() + "log/x" + s[:3] + "/x" + s[3:6] + "/x" + s[6:9] + "/" + s[9:]
}
