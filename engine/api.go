package engine

import (
	"context"
	"time"

	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

// Options say where and with what an engine runs. Dir is required; the others have
// working defaults.
type Options struct {
	Dir        string
	Clock      func() time.Time       // default time.Now
	CacheBytes int64                  // decoded-block cache; 0: a quarter of memory, at most 2 GiB
	Photos     map[string]PhotoSource // by provider name; a detection's batch names its provider
	// PhotoCacheBytes bounds what is kept of the feed's photos on the disk; 0: 512 MiB.
	PhotoCacheBytes int64
	Log             func(string) // diagnostics, never personal data; default: dropped
}

// PhotoSource makes or fetches the photos of one detection. It is called from any
// goroutine.
type PhotoSource interface {
	Photos(ctx context.Context, d detection.Detection) ([]Photo, error)
}

// Photo is one picture of a detection as its source holds it.
type Photo struct {
	Kind   PhotoKind
	JPEG   []byte
	SHA256 [32]byte // of JPEG
}

// PhotoKind says what a photo shows.
type PhotoKind string

// The two photos that every match should have.
const (
	PhotoVehicle PhotoKind = "vehicle"
	PhotoPlate   PhotoKind = "plate"
)

// Identity is who a session belongs to and what it may do at this moment.
type Identity struct {
	User, Name    string
	Role          policy.Role
	Unit          string
	Mission       policy.Mission
	Enhanced      bool      // holds the enhanced grant
	EnhancedUntil time.Time // end of the stepped-up period; zero: standard session
	TrainingUntil, EnhancedTrainingUntil,
	SignedInAt, LastSignIn, PasswordAt time.Time
}

// RulesOfBehaviour is the text each sign-in must accept.
type RulesOfBehaviour struct {
	Version int
	InForce time.Time
	Rules   []Rule
	Digest  string // hex SHA-256 of the canonical text
}

// Rule is one numbered rule of behaviour.
type Rule struct{ Title, Text, Changed string }

// Estimate is what the scope meter shows (Q-ALL-5). Counts are approximate and blurred:
// below 100 only Blurred is set.
type Estimate struct {
	Reads     int64          `json:"reads"`             // about this many reads; 0 with Blurred
	Blurred   bool           `json:"blurred"`           // fewer than 100
	PerArea   []AreaEstimate `json:"areas"`             // in query order
	AreaM2    float64        `json:"area_m2"`           // all areas, square metres
	Span      time.Duration  `json:"span_ns"`           // time inside windows and hours
	Cameras   int            `json:"cameras"`           // fixed cameras inside
	Narrower  []Narrowing    `json:"narrower"`          // what would narrow it
	Warnings  []Warning      `json:"warnings"`          // shown before anything runs
	Refused   *Refusal       `json:"refused,omitempty"` // would be refused
	CutAt     time.Time      `json:"cut_at,omitzero"`   // newest 5,000 reach back to about here
	MaxRows   int            `json:"max_rows"`          // policy: rows returned at most (5,000)
	ConfirmAt int64          `json:"confirm_at"`        // policy: matches that need confirming (10,000)
	Newest    time.Time      `json:"newest"`            // newest data on the workstation
	ElapsedUS int64          `json:"elapsed_us"`
}

// AreaEstimate is one area's share.
type AreaEstimate struct {
	Name    string  `json:"name"`
	AreaM2  float64 `json:"area_m2"`
	Reads   int64   `json:"reads"`
	Blurred bool    `json:"blurred"`
	Cameras int     `json:"cameras"`
}

// Narrowing is one way to narrow a query and what would be left. Query is the narrowed
// query, so that a click applies it.
type Narrowing struct {
	Label   string          `json:"label"`
	Reads   int64           `json:"reads"`
	Blurred bool            `json:"blurred"`
	Query   detection.Query `json:"-"`
}

// RunOptions go with one run. The zero value is right for a first run.
type RunOptions struct {
	Confirm bool // the user confirmed the warnings
	Reads   bool // common, repeat: also return the reads of the returned plates
}

// Answer is what a query returned.
type Answer struct {
	Query                          detection.Query
	Count                          int64      // all matches: detections, or plates for common and repeat
	Reads                          int64      // reads that were looked through for common and repeat; Count otherwise
	Cut                            bool       // fewer rows than matches are returned; never of a count alone (limit 0)
	Rows                           []Row      // geo, plate, partial, model: newest first
	Plates                         []PlateRow // common, repeat
	PlateHits                      []Row      // with RunOptions.Reads: reads behind Plates, newest first, at most the policy's row limit
	HitsCut                        bool       // fewer PlateHits than reads behind Plates are returned
	Digest                         string     // hex SHA-256 over count and rows in their canonical JSON
	Entry                          int64      // audit index
	Leaf                           string     // hex hash of the entry's leaf
	State                          string     // data state, e.g. "local@3"
	RanAt                          time.Time
	KeptFrom                       time.Time // the query asks for times before it, of which nothing is kept (T-3); else zero
	Warnings                       []Warning // confirmed or informative
	Elapsed, AuditTime, EngineTime time.Duration
}

// Row is one detection of an answer.
type Row struct {
	detection.Detection
	Lane  string
	Areas []int // indices of the query's areas it lies in; nil for other kinds
}

// Ref names the detection of a row.
func (r Row) Ref() DetectionRef { return DetectionRef{r.Lane, r.ID} }

// DetectionRef names one detection of one lane.
type DetectionRef struct{ Lane, ID string }

// PlateRow is one plate of a common-plate or repeat answer.
type PlateRow struct {
	detection.Vehicle
	Seen        int   // areas (common) or windows (repeat) it was seen in
	PerPlace    []int // reads by area or by window, in query order
	Reads       int
	First, Last time.Time
}

// Case is a case file (T-1). Slices belong to the caller.
type Case struct {
	Number   string
	Title    string
	Opened   time.Time
	OpenedBy string
	Items    []CaseItem // in the order kept
	Notes    []Note
	Exports  []ExportRecord
}

// CaseItem is one detection kept as relevant.
type CaseItem struct {
	ID       string // within the case
	Row      Row
	Query    detection.Query // that found it
	Entry    int64           // audit index of that query
	Reason   string          // why it is relevant
	By       string
	At       time.Time
	Provider string // photo provider
	Photos   []CasePhoto
	Verified PlateVerified // plate typed by eye; zero: not yet
	Class    string        // retention class (T-2)
	Destroy  time.Time     // destroy after
}

// PlateVerified says what a person read on the photo.
type PlateVerified struct {
	Plate, State string
	By           string
	At           time.Time
}

// CasePhoto is a cropped or redacted photo in a case.
type CasePhoto struct {
	Kind           PhotoKind
	JPEG           []byte // without metadata
	SHA256         [32]byte
	OriginalSHA256 [32]byte
	Crop           CropGeometry
	Attestation    Attestation
	By             string
	At             time.Time
	Entry          int64
}

// CropGeometry is in pixels of the original, origin top left.
type CropGeometry struct {
	X, Y, W, H int
	Covers     [][][2]int // closed polygons burned in
}

// Attestation is what the user attests about persons in a saved crop.
type Attestation struct {
	NoPerson   bool   // no person shows in what is saved
	Associated string // who belongs to the investigation, and why; empty with NoPerson
}

// Note is a note in a case.
type Note struct {
	By   string
	At   time.Time
	Text string
}

// KeepRequest marks one row of an open answer as relevant.
type KeepRequest struct {
	Case   string
	Entry  int64 // audit index of the answer that holds the row
	Ref    DetectionRef
	Reason string
}

// CropRequest saves a crop of a kept item's photo.
type CropRequest struct {
	Case, Item  string
	Kind        PhotoKind
	Crop        CropGeometry
	Attestation Attestation
	Verified    PlateVerified // plate and state as typed; By and At are set by the engine
}

// ExportRequest asks for an export of a case.
type ExportRequest struct {
	Case         string
	Corroborated string   // the second source
	Formats      []string // "pdf", "csv", "geojson"
}

// ExportRecord says that an export was made.
type ExportRecord struct {
	By           string
	At           time.Time
	Formats      []string
	Corroborated string
	Entry        int64
	Digest       string // of the case file as exported
}

// CaseFile is everything an export holds: what package reports takes.
type CaseFile struct {
	Case         Case
	Exporter     Identity
	At           time.Time
	Corroborated string
	Queries      []CaseQuery // each query once, oldest first
	Audit        AuditProof
	Workstation  string
}

// CaseQuery is one query behind a case with what it returned.
type CaseQuery struct {
	Query   detection.Query
	Entry   int64
	Leaf    string
	User    string
	RanAt   time.Time
	Count   int64
	Digest  string
	State   string
	Answers int  // rows of it kept in the case
	Cut     bool // fewer rows than Count were returned
}

// AuditProof ties an export to the audit log.
type AuditProof struct {
	Entry      int64    // index of the export's own entry
	Leaf       string   // hex leaf hash
	Size       int64    // log size the root belongs to
	Root       string   // hex
	Checkpoint string   // signed note
	Key        string   // verifier key of the checkpoint
	Inclusion  []string // hex proof that Entry is under Root
}

// AuditEntry is one entry of the audit log in clear.
type AuditEntry struct {
	Index  int64             `json:"index"`
	At     time.Time         `json:"at"`
	Kind   string            `json:"kind"` // e.g. "sign-in", "query", "refusal", "keep", "crop", "export"
	User   string            `json:"user"`
	Unit   string            `json:"unit"`
	Fields map[string]string `json:"fields"`
	Query  *detection.Query  `json:"query,omitempty"`
	Leaf   string            `json:"leaf"`
}

// AuditFilter narrows a list; zero fields do not restrict.
type AuditFilter struct {
	User, Kind, Case string
	From, To         time.Time
	Limit            int // newest this many
}

// AuditReport is the result of a verification.
type AuditReport struct {
	Entries     int64
	Checkpoints int
	Root        string
	Witness     WitnessState // what is known of the feed's witness without the vault's key
	Problems    []string     // empty: intact
}

// DataState is what the workstation holds.
type DataState struct {
	Name           string // "local@3"
	Rows           int64
	Oldest, Newest time.Time
	Batches        int64
	PurgedUntil    time.Time // end of the latest quarter that was destroyed (T-3); zero: none
}

// ImportReport is the result of taking a file in.
type ImportReport struct {
	Batch                     int64
	Rows, Duplicates, Rejects int64
	TooOld                    int64  // rows left out because they are older than the policy's window, or detections of their time were destroyed (T-3)
	RejectsFile               string // empty without rejects
	From, To                  time.Time
	Elapsed                   time.Duration
}

// Account is a named account.
type Account struct {
	User, Name string
	Role       policy.Role
	Unit       string
	Mission    policy.Mission
	Enhanced   bool
	TrainingUntil, EnhancedTrainingUntil,
	Created, LastSignIn, LockedAt time.Time
	Disabled bool

	FromFeed     bool      // its profile is the feed's
	FeedDisabled bool      // the feed disabled it, or lists it no more
	FeedHasName  bool      // it was made here, and the feed's list has an account of this name, too
	Started      bool      // a password was set
	StartUntil   time.Time // its start code can be used until then; zero: there is none to use
}

// NewAccount makes an account; TOTPSecret is base32 and may be empty for an account
// without the enhanced grant.
type NewAccount struct {
	Account
	Password   string
	TOTPSecret string
}

// Camera is a fixed or mobile reader as known from the detections' lane.
type Camera struct {
	ID         string
	Pos        orb.Point
	HeadingDeg float64
	Mobile     bool
	Source     detection.Source
	Road       string
}

// SpatialCheck is the result of checking a drawn shape without running anything.
type SpatialCheck struct {
	AreaM2  float64
	Problem string    // empty: valid
	At      orb.Point // place of the fault
}
