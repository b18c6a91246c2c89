package intake

import "cordon/engine/feed"

// Taken is a read as it goes into the feed.
type Taken struct {
	Lane feed.Lane
	Read feed.Read
	// Pictures holds the bytes of Read.Pictures by digest. The reader owns it.
	Pictures map[feed.Digest][]byte
	// Item is the number of the item it came from, as in Reject.
	Item int64
}

// Reject is an item, or one of its reads, that was not taken.
type Reject struct {
	// Item is the line where a file has one item a line (CSV, the header being line 1, and
	// NDJSON), otherwise the number of the item, both from 1.
	Item   int64
	Reason string // what is wrong, without a full stop
	Raw    string // the item, cut to 4 KiB
}

// Report counts what became of the input.
type Report struct {
	Format  Format
	Items   int64 // lines of a CSV, or JSON objects
	Reads   int64 // given out, after collapsing
	Rejects int64
	// Collapsed counts reads that went into another one; Redelivered, those that came again
	// with the same id and contents; Late, those too old to be ordered, and Hurried, those that
	// had to leave the collapser early for want of room: these two kinds are not collapsed.
	Collapsed, Redelivered, Late, Hurried int64
	// Skipped counts items without a read that are no fault, by what they are, e.g. "heartbeat".
	Skipped map[string]int64
	// Notes counts reads that were taken although something about them is odd, by what.
	Notes    map[string]int64
	Pictures int64 // pictures of the reads that were taken in, before collapsing
	// PicturesLeftOut counts pictures that are no pictures or too large, by reason. The read
	// is taken without.
	PicturesLeftOut map[string]int64
	// Unknown counts words that are not in the tables, e.g. "make TOYOTTA".
	Unknown map[string]int64
}

// maxTold bounds how many different words, notes and reasons a report keeps apart.
const maxTold = 1000

func tell(m *map[string]int64, what string) {
	if *m == nil {
		*m = map[string]int64{}
	}
	if _, known := (*m)[what]; !known && len(*m) >= maxTold {
		what = "others"
	}
	(*m)[what]++
}
