package engine

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"

	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

var errSkeleton = errors.New("engine: being written")

// Engine is an open workstation. All methods are safe for concurrent use.
type Engine struct{ mu sync.Mutex }

// Init makes an empty workstation in o.Dir with its first accounts, at least one of them an
// account manager. ErrExists when there is one.
func Init(ctx context.Context, o Options, accounts ...NewAccount) error { return errSkeleton }

// Open opens the workstation in o.Dir.
func Open(ctx context.Context, o Options) (*Engine, error) { return nil, errSkeleton }

// Close signs the log's last checkpoint and releases the directory.
func (e *Engine) Close() error { return nil }

// Workstation returns the workstation's name, e.g. "WS-07".
func (e *Engine) Workstation() string { return "" }

// Rules returns the Rules of Behaviour in force.
func (e *Engine) Rules() RulesOfBehaviour { return RulesOfBehaviour{} }

// Banner returns the notice that is shown before anybody signs in.
func (e *Engine) Banner() string { return "" }

// DataState returns totals of what the workstation holds.
func (e *Engine) DataState() DataState { return DataState{} }

// SignIn checks a name and a password.
func (e *Engine) SignIn(ctx context.Context, user, password string) (*SignIn, error) {
	return nil, errSkeleton
}

// LoadOptions say where loaded rows come from.
type LoadOptions struct {
	Origin   string   // e.g. "demo:1"
	Provider string   // photo provider of the rows
	Cameras  []Camera // known cameras
}

// Load takes detections into the local lane as one batch, outside a session.
func (e *Engine) Load(ctx context.Context, o LoadOptions, rows iter.Seq2[detection.Detection, error], progress func(int64)) (ImportReport, error) {
	return ImportReport{}, errSkeleton
}

// SignIn is a person who gave a right password but has not accepted the rules yet.
type SignIn struct{}

// Identity returns who signed in.
func (p *SignIn) Identity() Identity { return Identity{} }

// Accept opens the session when rulesDigest is the digest of the rules in force.
func (p *SignIn) Accept(ctx context.Context, rulesDigest string) (*Session, error) {
	return nil, errSkeleton
}

// Decline records that the rules were not accepted.
func (p *SignIn) Decline(ctx context.Context) error { return errSkeleton }

// Session is the one door to detections.
type Session struct{}

// KindAccess says whether a kind of query is open to a session.
type KindAccess struct {
	Kind        detection.Kind
	Open        bool   // can be run now
	NeedsStepUp bool   // would be open after StepUp
	Rule        string // e.g. "GEO-2"; empty when open
	Why         string // one sentence; empty when open
}

// ImportOptions go with an import.
type ImportOptions struct {
	Name        string // of the file, for the log
	RejectsPath string // where rejected rows go; empty: they are only counted
}

// ImportProgress is how far an import is.
type ImportProgress struct{ Bytes, Rows, Rejects int64 }

func (s *Session) Identity() Identity                                { return Identity{} }
func (s *Session) StepUp(ctx context.Context, code string) error     { return errSkeleton }
func (s *Session) Lock(ctx context.Context) error                    { return errSkeleton }
func (s *Session) Unlock(ctx context.Context, password string) error { return errSkeleton }
func (s *Session) Close(ctx context.Context) error                   { return errSkeleton }
func (s *Session) Policy() policy.Policy                             { return policy.Policy{} }
func (s *Session) Kinds() []KindAccess                               { return nil }
func (s *Session) CheckShape(mp orb.MultiPolygon) SpatialCheck       { return SpatialCheck{} }
func (s *Session) Estimate(ctx context.Context, q detection.Query) (Estimate, error) {
	return Estimate{}, errSkeleton
}
func (s *Session) Run(ctx context.Context, q detection.Query, o RunOptions) (*Answer, error) {
	return nil, errSkeleton
}
func (s *Session) Release(entry int64) {}
func (s *Session) Photos(ctx context.Context, entry int64, ref DetectionRef) ([]Photo, error) {
	return nil, errSkeleton
}
func (s *Session) Cases(ctx context.Context) ([]Case, error) { return nil, errSkeleton }
func (s *Session) Case(ctx context.Context, number string) (Case, error) {
	return Case{}, errSkeleton
}
func (s *Session) OpenCase(ctx context.Context, number, title string) (Case, error) {
	return Case{}, errSkeleton
}
func (s *Session) Keep(ctx context.Context, r KeepRequest) (CaseItem, error) {
	return CaseItem{}, errSkeleton
}
func (s *Session) RemoveItem(ctx context.Context, caseNo, item, reason string) error {
	return errSkeleton
}
func (s *Session) ItemPhotos(ctx context.Context, caseNo, item string) ([]Photo, error) {
	return nil, errSkeleton
}
func (s *Session) SaveCrop(ctx context.Context, r CropRequest) (CasePhoto, error) {
	return CasePhoto{}, errSkeleton
}
func (s *Session) AddNote(ctx context.Context, caseNo, text string) error { return errSkeleton }
func (s *Session) Export(ctx context.Context, r ExportRequest) (CaseFile, error) {
	return CaseFile{}, errSkeleton
}
func (s *Session) Import(ctx context.Context, o ImportOptions, r io.Reader, progress func(ImportProgress)) (ImportReport, error) {
	return ImportReport{}, errSkeleton
}
func (s *Session) Cameras(ctx context.Context) ([]Camera, error) { return nil, errSkeleton }
func (s *Session) Audit(ctx context.Context, f AuditFilter) ([]AuditEntry, error) {
	return nil, errSkeleton
}
func (s *Session) Accounts(ctx context.Context) ([]Account, error)       { return nil, errSkeleton }
func (s *Session) CreateAccount(ctx context.Context, a NewAccount) error { return errSkeleton }
func (s *Session) SetPassword(ctx context.Context, user, password string) error {
	return errSkeleton
}
func (s *Session) ReleaseLock(ctx context.Context, user string) error { return errSkeleton }
func (s *Session) SetDisabled(ctx context.Context, user string, disabled bool) error {
	return errSkeleton
}
func (s *Session) Check(ctx context.Context, progress func(done, total int64)) (CheckReport, error) {
	return CheckReport{}, errSkeleton
}

// VerifyAudit verifies the audit log alone; it needs no sign-in and no database.
func VerifyAudit(ctx context.Context, o Options) (AuditReport, error) {
	return AuditReport{}, errSkeleton
}
