package session_test

import (
	"context"
	"image"
	"strings"
	"testing"
	"time"

	"cordon/app/session"
	"cordon/app/session/sessiontest"
	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/pquerna/otp/totp"
)

// gate is a fake entrance over a world.
type gate struct {
	w        *sessiontest.World
	err      error
	accept   error
	digest   string
	declined bool
	last     time.Time // sign-in before this one

	gives   bool
	auth    engine.Authenticator
	started []string // user, code, password
}

func (g *gate) FeedGivesAccounts() bool { return g.gives }
func (g *gate) PasswordHint() string    { return "At least 14 characters." }

func (g *gate) StartAccount(_ context.Context, user, code, password string) (engine.Authenticator, error) {
	g.started = []string{user, code, password}
	return g.auth, g.err
}

func (g *gate) Workstation() string { return "WS-07" }
func (g *gate) Banner() string      { return "Official use only" }
func (g *gate) Rules() engine.RulesOfBehaviour {
	return engine.RulesOfBehaviour{
		Version: 7, Digest: "5c02e9a4000000001d7f", InForce: time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC),
		Rules: []engine.Rule{{Title: "Query with a purpose"}, {Title: "Sensitive places", Changed: "approval"}},
	}
}

func (g *gate) SignIn(_ context.Context, user, _ string) (session.Pending, error) {
	if g.err != nil {
		return nil, g.err
	}
	g.w.Who = engine.Identity{User: user, Name: "Karin Lindqvist", Role: policy.RoleInvestigator, Unit: "Wilmington", Enhanced: true, LastSignIn: g.last}
	return g, nil
}
func (g *gate) Identity() engine.Identity { return g.w.Who }
func (g *gate) Accept(_ context.Context, digest string) (session.Door, error) {
	g.digest = digest
	return g.w, g.accept
}

func (g *gate) Decline(context.Context) error {
	g.declined = true
	return nil
}

// TestSignInSteps proves X-3: no session without agreeing, and the digest agreed to is passed.
func TestSignInSteps(t *testing.T) {
	w := sessiontest.New(t)
	g := &gate{w: w, err: engine.ErrCredentials}
	m := session.NewSignIn(w.Env(), g)
	var door session.Door
	var given session.Purpose
	m.OnDone = func(d session.Door, p session.Purpose) { door, given = d, p }
	m.SignIn("", "x")
	want(t, "no name", m.State().Error, "Give your name and your password.")
	m.SignIn("k.lindqvist", "wrong")
	w.Pump()
	want(t, "wrong", m.State().Error, "The name or the password is wrong. Nothing was opened.")
	g.err = engine.ErrLockedOut
	m.SignIn("k.lindqvist", "wrong")
	w.Pump()
	contains(t, "locked", m.State().Error, "account manager")
	g.err = nil
	m.SignIn(" k.lindqvist ", "right")
	if !m.State().Busy {
		t.Error("does not show that it works")
	}
	w.Pump()
	s := m.State()
	if s.Step != session.StepRules || s.Person.Initials != "KL" || s.DigestShort != "5c02 e9a4 … 1d7f" || s.InForce != "18 May 2026" {
		t.Fatalf("%+v", s)
	}
	m.Accept()
	w.Pump()
	if m.State().Step != session.StepRules || g.digest != "" {
		t.Fatal("accepted without the tick")
	}
	m.SetAgreed(true)
	g.accept = &engine.Refusal{Rule: "X-3", What: "These rules are not in force", Next: "Read the new ones", Entry: 4}
	m.Accept()
	w.Pump()
	contains(t, "refused", m.State().Error, "(rule X-3)")
	g.accept = nil
	m.Accept()
	w.Pump()
	if m.State().Step != session.StepPurpose || g.digest != "5c02e9a4000000001d7f" || door != nil {
		t.Fatalf("%+v", m.State())
	}
	m.SetPurpose(session.Purpose{Case: "wrong"})
	m.Finish()
	contains(t, "case", m.State().Error, "HSI-2026-00123")
	m.SetPurpose(session.Purpose{Case: "HSI-2026-00123"})
	m.Finish()
	if door == nil || given.Case != "HSI-2026-00123" || m.State().Step != session.StepDone {
		t.Error("not done")
	}
}

// TestOnlyRulesAgreedToBeforeAreMarkedChanged: what changed is said to those who agreed to
// older rules, and to nobody else.
func TestOnlyRulesAgreedToBeforeAreMarkedChanged(t *testing.T) {
	inForce := time.Date(2026, 5, 18, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		last time.Time
		want string
	}{
		"never signed in": {time.Time{}, ""},
		"agreed to these": {inForce.Add(time.Hour), ""},
		"agreed to older": {inForce.Add(-time.Hour), "approval"},
	} {
		w := sessiontest.New(t)
		m := session.NewSignIn(w.Env(), &gate{w: w, last: c.last})
		m.SignIn("k.lindqvist", "right")
		w.Pump()
		if got := m.State().Rules.Rules[1].Changed; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestStartAccountSteps proves X-5 in the window: a start code leads to a password, and with the
// enhanced grant to an authenticator that is shown until the person goes on, and not again.
func TestStartAccountSteps(t *testing.T) {
	w := sessiontest.New(t)
	g := &gate{w: w, gives: true, err: engine.ErrCredentials}
	m := session.NewSignIn(w.Env(), g)
	if !m.State().MayStart || m.State().Start.Stage != session.StartClosed {
		t.Fatalf("%+v", m.State())
	}
	m.Start("a", "b", "c") // the form is not open
	m.BeginStart()
	if w.Pump(); g.started != nil || m.State().Start.Stage != session.StartCode {
		t.Fatalf("%v, %+v", g.started, m.State().Start)
	}
	want(t, "the hint", m.State().Start.Hint, "At least 14 characters.")
	m.Start(" ann ", "ABCDE", "four random words")
	if !m.State().Busy {
		t.Error("nothing says that it is being checked")
	}
	w.Pump()
	want(t, "a wrong code", m.State().Error, "The name or the start code is wrong. After several failures the account locks.")
	want(t, "what was given", strings.Join(g.started, "|"), "ann|ABCDE|four random words")
	g.err = &engine.Refusal{Rule: "X-5", What: "Your start code ran out", Next: "Ask for a new code.", Entry: 7}
	m.Start("ann", "ABCDE", "four random words")
	w.Pump()
	want(t, "a refusal", m.State().Error, "Your start code ran out (rule X-5). Ask for a new code. This attempt is recorded.")
	g.err, g.auth = nil, engine.Authenticator{Secret: "JBSWY3DPEHPK3PXP", Link: "otpauth://x"}
	m.Start("ann", "ABCDE", "four random words")
	w.Pump()
	if s := m.State(); s.Error != "" || s.Start.Stage != session.StartAuthenticator || s.Start.Secret != "JBSW Y3DP EHPK 3PXP" || s.Start.User != "ann" || s.Start.Authenticator != g.auth {
		t.Fatalf("%+v", s)
	}
	for _, wrong := range []string{"", "123", "000000"} {
		m.ConfirmAuthenticator(wrong)
		if s := m.State(); s.Start.Stage != session.StartAuthenticator || !strings.HasPrefix(s.Error, "This is not the code") {
			t.Errorf("%q: %+v", wrong, s)
		}
	}
	code, err := totp.GenerateCode(g.auth.Secret, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	m.ConfirmAuthenticator(code[:3] + " " + code[3:])
	if s := m.State(); s.Error != "" || s.Start != (session.StartState{User: "ann"}) || s.Step != session.StepPassword || s.Notice != "Your password is set. Sign in with it." {
		t.Errorf("%+v", s)
	}
	m.SignIn("ann", "four random words")
	if w.Pump(); m.State().Step != session.StepRules || m.State().Notice != "" {
		t.Errorf("%+v", m.State())
	}
	m.BeginStart() // who is on the way in starts nothing
	if m.State().Start.Stage != session.StartClosed {
		t.Errorf("%+v", m.State().Start)
	}
}

// TestWhoMayNotQueryIsAskedForNoPurpose: an auditor goes straight in, and the window asks for
// no cases in the auditor's name, which would be refused and recorded.
func TestWhoMayNotQueryIsAskedForNoPurpose(t *testing.T) {
	w := sessiontest.New(t)
	for i := range w.Access {
		w.Access[i].Open, w.Access[i].NeedsStepUp = false, false
	}
	m := session.NewSignIn(w.Env(), &gate{w: w})
	done := false
	m.OnDone = func(session.Door, session.Purpose) { done = true }
	m.SignIn("a.moreno", "right")
	w.Pump()
	m.SetAgreed(true)
	m.Accept()
	w.Pump()
	if !done || m.State().Step != session.StepDone {
		t.Errorf("asked for a purpose: %+v", m.State())
	}
	w.CaseErr = &engine.Refusal{Rule: "X-1", What: "Your role has no cases", Entry: 5}
	cases := session.NewCase(w.Env(), w, "")
	cases.Reload()
	w.Pump()
	if e := cases.State().Error; e != "" {
		t.Errorf("asked for cases: %q", e)
	}
}

func TestDecliningTheRules(t *testing.T) {
	w := sessiontest.New(t)
	g := &gate{w: w}
	m := session.NewSignIn(w.Env(), g)
	m.SignIn("a", "b")
	w.Pump()
	m.Decline()
	w.Pump()
	if !g.declined || m.State().Step != session.StepPassword || m.State().Agreed {
		t.Errorf("%+v", m.State())
	}
}

func oneCase() engine.Case {
	return engine.Case{
		Number: "HSI-2026-00123", Opened: time.Date(2026, 5, 21, 13, 0, 0, 0, time.UTC), OpenedBy: "k.lindqvist",
		Items: []engine.CaseItem{{ID: "i1", Row: sessiontest.Read("1", "7KDM482", 0, 1), Reason: "leaves B", By: "k.lindqvist", Entry: 48231}},
	}
}

// TestExportGate proves R-6: what is missing is named one by one, and only then it exports.
func TestExportGate(t *testing.T) {
	w := sessiontest.New(t)
	w.CaseList = []engine.Case{oneCase()}
	m := session.NewCase(w.Env(), w, "HSI-2026-00123")
	m.Write = func(_ context.Context, f engine.CaseFile, formats []string) ([]string, error) {
		return []string{"/tmp/" + f.Corroborated + "." + strings.Join(formats, "+")}, nil
	}
	m.Reload()
	if !m.State().Loading {
		t.Error("does not show that it loads")
	}
	w.Pump()
	s := m.State()
	want(t, "missing", strings.Join(s.Missing, " "), "Crop at least one photo of each read: 1 to go. Read each plate by eye: 1 to go. Name the corroborating source.")
	m.Export()
	w.Pump()
	if len(w.Exports) != 0 {
		t.Fatal("exported through a closed gate")
	}
	it := &w.CaseList[0].Items[0]
	it.Photos = []engine.CasePhoto{{Kind: engine.PhotoVehicle, JPEG: sessiontest.Picture(), Crop: engine.CropGeometry{W: 8, H: 6, Covers: [][][2]int{{}}}, Attestation: engine.Attestation{NoPerson: true}}}
	it.Verified = engine.PlateVerified{Plate: "7KDM482", State: "DE", By: "k.lindqvist"}
	m.Reload()
	m.SetSource("depot gate log")
	w.Pump()
	s = m.State()
	if !s.CanExport || len(s.Passed) != 4 || s.Items[0].Photos[0].Image == nil || s.Items[0].Photos[1].Done {
		t.Fatalf("%+v", s)
	}
	want(t, "crop", s.Items[0].Photos[0].Detail, "8 × 6 px, 1 cover, no person shows")
	m.SetFormat("csv", false)
	m.Export()
	want(t, "busy", m.State().Busy, "Exporting …")
	w.Pump()
	if len(w.Exports) != 1 || w.Exports[0].Corroborated != "depot gate log" {
		t.Fatalf("%+v", w.Exports)
	}
	want(t, "written", strings.Join(m.State().Written, ""), "/tmp/depot gate log.pdf+geojson")
	m.Write = func(context.Context, engine.CaseFile, []string) ([]string, error) { return nil, engine.ErrNoSpace }
	m.Export()
	w.Pump()
	contains(t, "recorded but not written", m.State().Error, "The export is recorded, but its files could not be written: The disk is full.")
}

// TestCropNeedsAttestation proves R-5 in the model.
func TestCropNeedsAttestation(t *testing.T) {
	w := sessiontest.New(t)
	w.CaseList = []engine.Case{oneCase()}
	m := session.NewCase(w.Env(), w, "HSI-2026-00123")
	m.Reload()
	w.Pump()
	problem := "?"
	save := func(c session.Crop) string {
		m.SaveCrop(c, func(p string) { problem = p })
		w.Pump()
		return problem
	}
	c := session.Crop{Item: "i1", Kind: "vehicle", Rect: image.Rect(10, 20, 110, 80), Plate: "7KDM482", State: "DE"}
	contains(t, "no attestation", save(c), "Attest that no person shows")
	c.NoPerson = true
	want(t, "saved", save(c), "")
	if r := w.Crops[0]; r.Crop.X != 10 || r.Crop.W != 100 || !r.Attestation.NoPerson || r.Verified.Plate != "7KDM482" || r.Case != "HSI-2026-00123" {
		t.Errorf("%+v", r)
	}
	c.Rect = image.Rectangle{}
	contains(t, "empty", save(c), "crop is empty")
	var photos []session.Photo
	m.Originals("i1", func(p []session.Photo, _ string) { photos = p })
	w.Pump()
	if len(photos) != 2 || photos[0].Image == nil || photos[1].Error == "" {
		t.Errorf("%+v", photos)
	}
}

func TestCaseNotesRemovalsAndEmptyStates(t *testing.T) {
	w := sessiontest.New(t)
	m := session.NewCase(w.Env(), w, "")
	m.Reload()
	w.Pump()
	contains(t, "no case", m.State().Empty, "Give a case number")
	m.Open("HSI-2026-00999")
	w.Pump()
	contains(t, "new case", m.State().Empty, "Nothing is kept in HSI-2026-00999 yet")
	w.CaseList = []engine.Case{oneCase()}
	m.Open("HSI-2026-00123")
	w.Pump()
	m.AddNote(" ")
	want(t, "empty note", m.State().Error, "Write the note first.")
	m.AddNote("gate log asked for")
	w.Pump()
	m.Remove("i1", "")
	contains(t, "no reason", m.State().Error, "Say why")
	m.Remove("i1", "misread")
	w.Pump()
	if len(w.Notes) != 1 || len(w.Removed) != 1 || w.Removed[0] != "i1: misread" {
		t.Errorf("%v %v", w.Notes, w.Removed)
	}
	w.CaseErr = engine.ErrSession
	m.Reload()
	w.Pump()
	contains(t, "error", m.State().Error, "Sign in again")
}

// TestAuditList: the log in plain words, with why, newest first (U-7).
func TestAuditList(t *testing.T) {
	w := sessiontest.New(t)
	q := detection.Query{Kind: detection.KindCommon, Areas: make([]detection.Area, 3), Purpose: detection.Purpose{
		Case: "HSI-2026-00123", Reason: "criminal-investigation", Justification: "Loads taken at both.",
	}}
	w.Entries = []engine.AuditEntry{
		{Index: 48231, Kind: "query", User: "k.lindqvist", At: time.Date(2026, 5, 21, 13, 21, 8, 42e7, time.UTC), Query: &q, Fields: map[string]string{"count": "2412", "area_m2": "40000", "span_s": "1209600"}},
		{Index: 48240, Kind: "refusal", User: "d.fenwick", Query: &detection.Query{Kind: detection.KindGeo}, Fields: map[string]string{"rule": "GEO-2"}},
		{Index: 48241, Kind: "case-open", User: "k.lindqvist", Fields: map[string]string{"case": "HSI-2026-00123"}},
		{Index: 48242, Kind: "keep", User: "k.lindqvist", Fields: map[string]string{"case": "HSI-2026-00123", "plate": "7KDM482", "reason": "at both by night"}},
		{Index: 48243, Kind: "recovered"},
		{Index: 48245, Kind: "account", User: "c.brandt", Fields: map[string]string{"action": "create", "account": "l.nyberg"}},
		{Index: 48244, Kind: "scope", User: "k.lindqvist", Fields: map[string]string{"estimates": "3", "smallest_m2": "40000"}},
		{Index: 48230, Kind: "sync-done", Fields: map[string]string{"lane": "toll.de-north", "rows": "1412", "gone": "2", "conflicts": "0"}},
		{Index: 48228, Kind: "document", Fields: map[string]string{"name": "accounts", "version": "2"}},
		{Index: 48227, Kind: "account", Unit: "Dover", Fields: map[string]string{"action": "feed-disable", "account": "q.ruiz", "enhanced_training_until": "2027-05-01", "was_role": "auditor"}},
		{Index: 48229, Kind: "sync-failed", Fields: map[string]string{"lane": "toll.de-north", "why": "disk-full", "rows": "0"}},
	}
	w.Who.Mission = policy.Mission("oversight") // it may give none of the reasons, but reads of them
	m := session.NewAudit(w.Env(), w)
	m.Reload()
	w.Pump()
	s := m.State()
	var got []string
	for _, r := range s.Rows {
		got = append(got, r.Entry+"|"+r.Who+"|"+r.What+"|"+r.Why+"|"+r.Matches)
	}
	want(t, "rows", strings.Join(got, "\n"), strings.Join([]string{
		"48,245|c.brandt|Account changed|l.nyberg: made|–",
		"48,244|k.lindqvist|Scope shown|3 estimates|–",
		"48,243|workstation|Not closed last time||–",
		"48,242|k.lindqvist|Marked relevant|HSI-2026-00123, 7KDM482, “at both by night”|–",
		"48,241|k.lindqvist|Case opened|HSI-2026-00123|–",
		"48,240|d.fenwick|Geographic query|refused, rule GEO-2|–",
		"48,231|k.lindqvist|Common-plate query|HSI-2026-00123, " + "criminal investigation" + ", 3 areas, “Loads taken at both.”|2,412",
		"48,230|workstation|Sync ended|toll.de-north, 1,412 reads, 2 taken back|–",
		"48,229|workstation|Sync failed|toll.de-north, disk full, 0 reads|–",
		"48,228|workstation|Feed document taken|accounts, version 2|–",
		"48,227|workstation|Account changed|q.ruiz: disabled by the feed|–",
	}, "\n"))
	want(t, "time", s.Rows[6].Time, "2026-05-21 13:21:08.42")
	if !s.Rows[5].Refused {
		t.Error("the refusal is not marked")
	}
	m.Select(6)
	want(t, "title", m.State().Title+", "+m.State().Number, "Common-plate query, entry 48,231")
	detail := map[string]string{}
	for _, f := range m.State().Detail {
		detail[f.Key] = f.Value
	}
	want(t, "detail", detail["Justification"]+" "+detail["Area"]+" "+detail["Hours searched"]+" "+detail["Matches"], "Loads taken at both. 0.04 km² 336 h 2412")
	m.Select(10)
	clear(detail)
	for _, f := range m.State().Detail {
		detail[f.Key] = f.Value
	}
	want(t, "detail", strings.Join([]string{detail["Who"], detail["Action"], detail["Enhanced until"], detail["Role before"]}, "|"), "workstation, Dover|disabled by the feed|2027-05-01|auditor")
	m.SetKind("query")
	m.Search(" HSI-2026-00123 ")
	w.Pump()
	if f := w.Filters[len(w.Filters)-1]; f.Kind != "query" || f.Case != "HSI-2026-00123" || f.User != "" || f.Limit == 0 {
		t.Errorf("%+v", f)
	}
	m.Search("K.Lindqvist")
	w.Entries = nil
	w.Pump()
	if f := w.Filters[len(w.Filters)-1]; f.Case != "" || f.User != "k.lindqvist" {
		t.Errorf("%+v", f)
	}
	contains(t, "empty", m.State().Empty, "Nothing fits the search")
	if n := len(m.State().Kinds); n != 10 {
		t.Errorf("%d kinds to choose from after a choice, want the 10 seen", n)
	}
	m.SetKind("")
	m.Search("")
	w.Pump()
	contains(t, "empty", m.State().Empty, "Your own entries")
}

func TestCoverageAxis(t *testing.T) {
	w := sessiontest.New(t)
	d := w.Desk()
	c := d.State().Coverage
	a := c.Axis(28, w.Zone)
	if got := a.To.Sub(a.From); got != 28*24*time.Hour || a.To.In(w.Zone).Day() != 22 {
		t.Errorf("%v: %v", got, a)
	}
	d.SetSpan(0, sessiontest.Days(t, w.Zone, "1 Mar 2026", "3 Mar 2026"))
	a = d.State().Coverage.Axis(7, w.Zone)
	if s := d.State().Coverage.Spans[0]; s.From.Before(a.From) || s.To.After(a.To) {
		t.Errorf("the timeframe %v is off the axis %v", s, a)
	}
}
