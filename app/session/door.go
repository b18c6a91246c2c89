package session

import (
	"context"

	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
)

// Door is what the models use of *engine.Session. Every method may be called from any
// goroutine and can take long, but for CheckShape, which only computes.
type Door interface {
	Identity() engine.Identity
	Policy() policy.Policy
	Kinds() []engine.KindAccess
	StepUp(ctx context.Context, code string) error
	CheckShape(orb.MultiPolygon) engine.SpatialCheck
	Estimate(context.Context, detection.Query) (engine.Estimate, error)
	Run(context.Context, detection.Query, engine.RunOptions) (*engine.Answer, error)
	Release(entry int64)
	Photos(ctx context.Context, entry int64, ref engine.DetectionRef) ([]engine.Photo, error)
	PhotosAhead(ctx context.Context, entry int64, refs []engine.DetectionRef) error
	Cameras(context.Context) ([]engine.Camera, error)
	Cases(context.Context) ([]engine.Case, error)
	Case(ctx context.Context, number string) (engine.Case, error)
	Keep(context.Context, engine.KeepRequest) (engine.CaseItem, error)
	RemoveItem(ctx context.Context, number, item, reason string) error
	ItemPhotos(ctx context.Context, number, item string) ([]engine.Photo, error)
	SaveCrop(context.Context, engine.CropRequest) (engine.CasePhoto, error)
	AddNote(ctx context.Context, number, text string) error
	ReportError(context.Context, engine.ErrorReportRequest) (engine.ErrorReport, error)
	ErrorReports(context.Context) ([]engine.ErrorReport, error)
	Export(context.Context, engine.ExportRequest) (engine.CaseFile, error)
	Audit(context.Context, engine.AuditFilter) ([]engine.AuditEntry, error)
	WitnessState() (engine.WitnessState, error)
}

var _ Door = (*engine.Session)(nil)

// Entrance is the way in: what of *engine.Engine and *engine.SignIn the sign-in needs. The
// wiring adapts, as the engine returns its own types.
type Entrance interface {
	Workstation() string
	Banner() string
	Rules() engine.RulesOfBehaviour
	SignIn(ctx context.Context, user, password string) (Pending, error)
	StartAccount(ctx context.Context, user, code, password string) (engine.Authenticator, error)
	FeedGivesAccounts() bool
	PasswordHint() string
}

// Pending is a person whose password was right and whose agreement is missing.
type Pending interface {
	Identity() engine.Identity
	Accept(ctx context.Context, rulesDigest string) (Door, error)
	Decline(context.Context) error
}
