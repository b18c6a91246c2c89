package policy

import (
	"maps"
	"regexp"
	"slices"
	"time"
)

// Policy is the rules as data. Make it with [Default] or [Load]; it is immutable after.
type Policy struct {
	Version            int                 `json:"version"`
	Reasons            []Reason            `json:"reasons"`
	Case               CaseFormat          `json:"case"`
	Hints              Hints               `json:"hints"`
	Justification      int                 `json:"justification_min_chars"` // shortest justification, letters and digits (Q-GEO-3)
	JustificationWords int                 `json:"justification_min_words"` // different words of a justification, at least
	ReasonWords        int                 `json:"reason_min_words"`        // different words of a reason to keep or a second source, at least
	ConfirmAt          int64               `json:"confirm_at"`              // matches that need confirming (Q-ALL-4)
	MaxRows            int                 `json:"max_rows"`                // rows returned at most (Q-ALL-4)
	FewKnown           int                 `json:"few_known"`               // known plate characters that still warn (Q-PART-2)
	StarAny            bool                `json:"star_any"`                // "*" may stand for any run (Q-PART-1)
	Area               AreaLimits          `json:"area"`
	Session            SessionLimits       `json:"session"`
	Lockout            Lockout             `json:"lockout"`
	Password           PasswordRules       `json:"password"`
	TrainingDays       int                 `json:"training_days"`
	UnusedDays         int                 `json:"unused_days"`   // days unused after which an account is disabled
	BlurBelow          int64               `json:"blur_below"`    // estimates below it are blurred (Q-ALL-5)
	MinPhotos          int                 `json:"min_photos"`    // photos a match needs to enter a case
	Zone               string              `json:"zone"`          // IANA zone of suggested night hours
	Colors             []string            `json:"colors"`        // colours that a narrowing may suggest
	Roles              map[Role]RoleRights `json:"roles"`
	DetectionYears     int                 `json:"detection_years"` // years for which detections are kept and returned (T-3)
	Retention          []RetentionClass    `json:"retention"`
	DefaultClass       map[Mission]string  `json:"default_class"` // retention class of a kept record
	Banner             string              `json:"banner"`
	Rules              Rules               `json:"rules"`

	caseRE *regexp.Regexp
	digest string
}

// Reason is a reason code with its words (Q-ALL-2).
type Reason struct {
	Code  string    `json:"code"`  // e.g. "criminal-investigation"
	Label string    `json:"label"` // e.g. "Criminal investigation"
	For   []Mission `json:"for"`   // missions that may use it
	Area  bool      `json:"area"`  // may carry an area query
}

// CaseFormat is how a case reference looks.
type CaseFormat struct {
	Pattern string `json:"pattern"` // RE2, whole text
	Example string `json:"example"`
	Words   string `json:"words"` // the pattern in words
}

// Hints are the texts that empty fields show; repeating one is no entry.
type Hints struct {
	Subject       string `json:"subject"`
	Justification string `json:"justification"`
	OnBehalfOf    string `json:"on_behalf_of"`
	Relevance     string `json:"relevance"`
	Corroborated  string `json:"corroborated"`
}

// AreaLimits bound the areas of a query, in square metres (Q-GEO-1, Q-GEO-4).
type AreaLimits struct {
	MinM2  float64 `json:"min_m2"`  // smallest single area
	WarnM2 float64 `json:"warn_m2"` // all areas together: a warning from here
	MaxM2  float64 `json:"max_m2"`  // all areas together: refused above
}

// SessionLimits bound a session, in minutes.
type SessionLimits struct {
	IdleMinutes   int  `json:"idle_minutes"`    // unused so long it locks
	MaxMinutes    int  `json:"max_minutes"`     // it ends, used or not
	StepUpMinutes int  `json:"step_up_minutes"` // enhanced period
	CodeOnce      bool `json:"code_once"`       // a step-up code works once only
}

// Lockout is when an account locks.
type Lockout struct {
	Failures int `json:"failures"`
	Minutes  int `json:"minutes"`
}

// PasswordRules are what a password must be.
type PasswordRules struct {
	MinChars  int      `json:"min_chars"`
	MaxChars  int      `json:"max_chars"`
	Classes   int      `json:"classes"`   // kinds of characters demanded, of lower, upper, digit, sign; 0: none
	MaxDays   int      `json:"max_days"`  // age at which a password must be changed; 0: never
	Blocklist []string `json:"blocklist"` // lower case; refused alone or repeated
}

// RoleRights say what a role may do.
type RoleRights struct {
	Label    string `json:"label"`
	Query    bool   `json:"query"`    // may query at all
	Area     bool   `json:"area"`     // may ask by area, with a criminal mission (Q-GEO-2)
	Import   bool   `json:"import"`   // may take detection files in
	Accounts bool   `json:"accounts"` // manages accounts
	Audit    string `json:"audit"`    // AuditOwn, AuditUnit or AuditAll (U-7)
}

// What part of the audit trail a role sees (U-7).
const (
	AuditOwn  = "own"
	AuditUnit = "unit"
	AuditAll  = "all"
)

// RetentionClass is how long a saved record is kept (T-2).
type RetentionClass struct {
	Code          string `json:"code"`
	Label         string `json:"label"`
	Years         int    `json:"years"`
	FromEndOfYear bool   `json:"from_end_of_year"` // counted from the end of the calendar year
}

// Rules are the Rules of Behaviour.
type Rules struct {
	Version int       `json:"version"`
	InForce time.Time `json:"in_force"`
	Items   []Rule    `json:"items"`
}

// Rule is one rule of behaviour; Changed says what changed in this version.
type Rule struct {
	Title   string `json:"title"`
	Text    string `json:"text"`
	Changed string `json:"changed,omitempty"`
}

// Clone returns a copy that shares nothing with p, for callers that may change it.
func (p Policy) Clone() Policy {
	p.Reasons, p.Colors, p.Retention = slices.Clone(p.Reasons), slices.Clone(p.Colors), slices.Clone(p.Retention)
	for i := range p.Reasons {
		p.Reasons[i].For = slices.Clone(p.Reasons[i].For)
	}
	p.Password.Blocklist, p.Rules.Items = slices.Clone(p.Password.Blocklist), slices.Clone(p.Rules.Items)
	p.Roles, p.DefaultClass = maps.Clone(p.Roles), maps.Clone(p.DefaultClass)
	return p
}

func (p Policy) class(code string) (RetentionClass, bool) {
	for _, c := range p.Retention {
		if c.Code == code {
			return c, true
		}
	}
	return RetentionClass{}, false
}

// Keep returns the retention class of a record that a unit with this mission saves at t,
// and the time after which it is to be destroyed (T-2).
func (p Policy) Keep(m Mission, t time.Time) (RetentionClass, time.Time) {
	c, _ := p.class(p.DefaultClass[m]) // Load checked that it exists
	return c, c.Destroy(t)
}

// Destroy returns the time after which a record of this class, made at t, is to be
// destroyed.
func (c RetentionClass) Destroy(t time.Time) time.Time {
	t = t.UTC()
	if c.FromEndOfYear {
		t = time.Date(t.Year()+1, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return t.AddDate(c.Years, 0, 0)
}

// KeptFrom returns the time before which no detection is kept or returned (T-3).
func (p Policy) KeptFrom(now time.Time) time.Time {
	return now.UTC().AddDate(-p.DetectionYears, 0, 0).Truncate(time.Millisecond)
}
