package reads

import (
	"context"
	"time"

	"cordon/engine/detection"
	"cordon/engine/geo"
)

// StoreKey is the retention number under which the store asks for the key that seals its
// catalogue and word lists. No quarter has it and it is never destroyed.
const StoreKey int32 = 0

// MaxMask is the largest number of areas, and of windows, one plan may have.
const MaxMask = 64

// KeySource hands out data keys. It must be safe for concurrent use.
type KeySource interface {
	// DataKey returns the 256-bit key of a retention quarter (year*4 + quarter − 1, UTC)
	// or of StoreKey. It creates the key, durably, when there is none, and returns an
	// error matching ErrKeyDestroyed when it was destroyed, ErrKeyLost when it is lost.
	DataKey(ctx context.Context, retention int32) ([32]byte, error)
}

// Options configure a Store.
type Options struct {
	Dir        string       // created when missing; owned by one process at a time
	Keys       KeySource    // required
	CacheBytes int64        // limit of the decoded-block cache; 0: a quarter of the memory, at most 2 GiB
	MinFree    uint64       // bytes of disk that stay free; 0: 256 MiB
	Log        func(string) // diagnostics without personal data; may be nil

	tune tuning
}

// Batch describes the detections of one Append.
type Batch struct {
	Lane   string // e.g. "local"; 1–64 bytes
	Origin string // where they come from, e.g. "file:foo.csv", "demo:1"
	Photos string // name of the photo provider; may be empty
	// Number is the batch's number in its lane; 0 is the next one. It may leave numbers out,
	// but must be greater than the lane's last. A batch without rows moves the number alone.
	Number int64
	// More makes the batch more of the lane's last one, whose number it must name.
	More bool
	// Gone are ids of the lane whose rows, of earlier batches, are removed with this batch.
	// An id that the lane does not hold is passed over. A row of this batch may have such an
	// id: it then takes the place of the removed one.
	Gone []string
	// Expect is how many rows are to come, 0 where that is not known: a hint for memory.
	Expect int64
	// OnConflict, when not nil, is called for each row left out whose lane and id are stored
	// with other content. It must not call the store.
	OnConflict func(Conflict)
}

// Conflict is a row that was left out because another one of its lane and id is stored.
type Conflict struct {
	Row    int64               // from 1, in the order given
	Given  detection.Detection // what was left out
	Stored detection.Detection // what was kept: the first
}

// BatchInfo says what an Append stored. From and To are the times of the oldest and newest
// stored row, zero when Rows is 0.
type BatchInfo struct {
	Number     int64 // number of the batch in its lane, from 1
	Rows       int64 // rows stored
	Gone       int64 // rows of earlier batches removed
	Duplicates int64 // rows left out because they were stored before, with the same content
	Conflicts  int64 // rows left out because their lane and id were stored before with other content
	Purged     int64 // rows left out because their quarter was destroyed
	From, To   time.Time
}

// LaneState is the data state of one lane.
type LaneState struct {
	Lane  string
	Batch int64 // number of the last batch
	More  int   // batches that came as more of it
	Rows  int64 // rows of all batches, less those removed
	// From and To are times that no row stored for the lane lies outside of; zero where there
	// was none. Rows that were removed or destroyed may have been the only ones near them.
	From, To time.Time
	Digest   [32]byte // SHA-256 chained over the contents of all batches, removals included
}

// State is what a query saw: the audit records it.
type State struct {
	Lanes  []LaneState // by name
	Rows   int64
	Oldest time.Time // time of the oldest row; zero when there is none
	Newest time.Time // time of the newest row; zero when there is none
	Bytes  int64     // sealed bytes of all blocks
	Blocks int
	// PurgedUntil is the end of the latest quarter whose detections were destroyed for good;
	// zero when none was. Nothing can be said about what happened in destroyed quarters.
	PurgedUntil time.Time
}

// LaneAccess lets a plan see a lane, at the times of disjoint, ascending windows; without any,
// at all times.
type LaneAccess struct {
	Lane    string
	Windows []detection.Window
}

// Plan is a query made ready for the store. A nil or empty list restricts nothing, but for
// Lanes.
type Plan struct {
	Kind detection.Kind
	// Lanes are all that the answer may rest on: rows of other lanes and times count as if
	// they were not stored. nil: every lane; an empty list: none.
	Lanes []LaneAccess
	Areas []*geo.Shape // at most MaxMask
	// Windows holds one group for each window of the query (at most MaxMask): disjoint,
	// ascending, half-open intervals, daily hours already applied. Repeat counts groups;
	// the other kinds take a row that lies in any of them.
	Windows [][]detection.Window
	Plate   string             // kind plate: the normalised plate
	Pattern *detection.Pattern // kind partial, or a restriction of another kind; may be nil

	States, Makes, Models, Colors []string
	Year                          detection.YearRange

	MinSeen int // common: least number of areas; repeat: of windows; below 1: 2
	Limit   int // rows (vehicles for common and repeat) wanted; 0: the count alone
	Reads   int // common, repeat: also the newest so many reads of the returned vehicles
}

// Row is a detection as stored.
type Row struct {
	detection.Detection
	Lane          string
	PhotoProvider string
	Origin        string // of its batch
	Areas         uint64 // bit i: lies in Plan.Areas[i]
}

// VehicleRow is one vehicle of a common or repeat answer.
type VehicleRow struct {
	Vehicle     detection.Vehicle
	Seen        int   // areas (common) or windows (repeat) it was seen in
	PerArea     []int // reads for each area (common) or window (repeat)
	Reads       int   // reads, each counted once
	First, Last time.Time
}

// Result is the answer to a Plan. The caller owns it.
type Result struct {
	State    State
	Count    int64        // matching rows; for common and repeat matching vehicles
	Matched  int64        // reads inside areas and windows that satisfy the refinements
	Rows     []Row        // geo, plate, partial, model: newest first, ties by id, highest first, then by lane; at most Limit
	Vehicles []VehicleRow // common, repeat: by Seen, reads, plate, state; at most Limit
	Reads    []Row        // common, repeat: newest reads of Vehicles, at most Plan.Reads
}

// Estimate is what a Plan would match, from statistics and a bounded number of blocks.
type Estimate struct {
	State     State
	Reads     int64 // reads that match; for common and repeat before grouping
	Exact     bool
	PerArea   []int64 // reads in each area
	PerWindow []int64 // reads in each window group
	Blocks    int     // blocks that a run would have to look at
}

// Finding is one fault that Check found.
type Finding struct {
	Kind    string // of the block: "place", "plate", "id" or "vehicle"; empty: of no block alone
	Block   string // name of the block, e.g. "place 2026-Q2 week 2026-04-30 #123"
	Quarter string // retention quarter, e.g. "2026-Q2"
	From    time.Time
	To      time.Time // times of the rows affected; zero where unknown
	Rows    int64     // rows affected; for id blocks ids, for vehicle blocks vehicles
	Problem string
	Origins []string // of the batches that may have rows there, by name
}

// Report is the outcome of Check.
type Report struct {
	Blocks   int
	Rows     int64
	Findings []Finding // empty: nothing is wrong
}
