package intake

import (
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

// Format names a form of input.
type Format string

// The formats. FormatAuto recognises the format by what stands first.
const (
	FormatAuto     Format = ""
	FormatCSV      Format = "csv"             // the standard detection CSV
	FormatMapped   Format = "mapped"          // any other CSV, by Options.Mapping
	FormatOpenALPR Format = "openalpr"        // OpenALPR/Rekor JSON: alpr_group, alpr_alert
	FormatPlateRec Format = "platerecognizer" // Plate Recognizer JSON, with or without hook
	// FormatGeoParquet is a GeoParquet file with the columns of a segment; OpenFile reads it.
	FormatGeoParquet Format = "geoparquet"
)

// Formats lists what can be asked for by name.
func Formats() []Format {
	return []Format{FormatCSV, FormatMapped, FormatOpenALPR, FormatPlateRec, FormatGeoParquet}
}

// Bounds that hold when an option is zero.
const (
	DefaultMaxItem  = 16 << 20 // bytes of a body, or of one item of a JSON file
	DefaultSkew     = 10 * time.Minute
	DefaultWindow   = 10 * time.Second
	DefaultReorder  = 60 * time.Second
	MaxResults      = 100 // reads in one item
	maxDepth        = 32  // nesting of JSON
	maxValues       = 50_000
	maxField        = 256     // bytes of a text that is used
	maxPicture      = 8 << 20 // bytes of one picture
	maxRaw          = 4 << 10 // bytes of a rejected item that are kept
	maxBuffered     = 50_000  // reads that wait in the collapser
	maxBufferedPics = 256 << 20
)

// oldest is the first time that is taken: no camera read plates before.
func oldest() time.Time { return time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC) }

// Options say how input is read. Now is needed; so is Lane, unless the camera table gives
// every camera one.
type Options struct {
	Format  Format
	Mapping *Mapping // for FormatMapped; with FormatAuto it makes a CSV a mapped one
	Cameras Cameras  // places and lanes of cameras; may be nil
	Words   *Words   // nil: the built-in tables
	// Lane and Source are for reads whose camera has none in the table.
	Lane   feed.Lane
	Source detection.Source
	// Now is the clock that times are held against. Skew is how far ahead of it a camera's
	// clock may be; 0: DefaultSkew.
	Now  func() time.Time
	Skew time.Duration
	// Window is how long after the first read of a vehicle at a camera its further reads are
	// collapsed into one; 0: DefaultWindow, below 0: never. Reorder is how much older than the
	// newest one of its camera a read may be and still take part; 0: DefaultReorder.
	Window, Reorder time.Duration
	MaxItem         int64 // bytes; 0: DefaultMaxItem
	// Reject takes what could not be read; its error ends the reading. It may be nil.
	Reject func(Reject) error
}

func (o Options) withDefaults() (Options, error) {
	if o.Now == nil {
		return o, &detection.FieldError{Field: "now", Problem: "is missing", Hint: "Give a clock."}
	}
	if o.Skew == 0 {
		o.Skew = DefaultSkew
	}
	if o.Window == 0 {
		o.Window = DefaultWindow
	}
	if o.Reorder == 0 {
		o.Reorder = DefaultReorder
	}
	if o.MaxItem == 0 {
		o.MaxItem = DefaultMaxItem
	}
	if o.Words == nil {
		words, err := NewWords()
		if err != nil {
			return o, err
		}
		o.Words = words
	}
	if o.Reject == nil {
		o.Reject = func(Reject) error { return nil }
	}
	if o.Lane != (feed.Lane{}) {
		if _, err := feed.ParseLane(o.Lane.String()); err != nil {
			return o, err
		}
	}
	return o, nil
}

const (
	maxCandidates = 100
	maxPixel      = 1 << 20
	maxCamera     = 64 // bytes of a camera's name
)
