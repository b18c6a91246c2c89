package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"cordon/engine/detection"
	"cordon/engine/policy"

	"github.com/paulmach/orb"
	"github.com/pquerna/otp/totp"
)

const (
	password = "four random words here"
	secret   = "JBSWY3DPEHPK3PXP"
)

// fixture is a workstation under test with a clock that moves by hand.
type fixture struct {
	*Engine
	o   Options
	k   knobs
	mu  *sync.Mutex
	now *time.Time
}

func (f fixture) advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*f.now = f.now.Add(d)
}

// snapshots are photos for tests: the engine itself draws none.
type snapshots struct{ count int }

func (s snapshots) Photos(_ context.Context, d detection.Detection) ([]Photo, error) {
	var out []Photo
	for i, kind := range []PhotoKind{PhotoVehicle, PhotoPlate} {
		if i >= s.count {
			break
		}
		img := image.NewRGBA(image.Rect(0, 0, 200, 120))
		for x := range 200 {
			img.Set(x, (x*7+len(d.ID)+i)%120, color.RGBA{200, uint8(x), 40, 255})
		}
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, img, nil); err != nil {
			return nil, err
		}
		out = append(out, Photo{Kind: kind, JPEG: buf.Bytes(), SHA256: sha256.Sum256(buf.Bytes())})
	}
	return out, nil
}

func account(user string, role policy.Role, mission policy.Mission, enhanced bool) NewAccount {
	a := NewAccount{Account: Account{User: user, Name: "Test " + user, Role: role, Unit: "Wilmington", Mission: mission, Enhanced: enhanced}, Password: password}
	if enhanced {
		a.TOTPSecret = secret
	}
	return a
}

func cast() []NewAccount {
	return []NewAccount{
		account("manager", policy.RoleManager, policy.MissionCriminal, false),
		account("kl", policy.RoleInvestigator, policy.MissionCriminal, true),
		account("df", policy.RoleAdministrative, policy.MissionAdministrative, true),
		account("plain", policy.RoleInvestigator, policy.MissionCriminal, false),
		account("boss", policy.RoleSupervisor, policy.MissionCriminal, true),
		account("auditor", policy.RoleAuditor, policy.MissionCriminal, false),
	}
}

// open makes a workstation with the cast and without data.
func open(t testing.TB, more ...func(*Options, *knobs)) fixture {
	t.Helper()
	now := time.Date(2026, 5, 21, 9, 0, 0, 0, time.UTC)
	f := fixture{mu: new(sync.Mutex), now: &now, k: knobs{rounds: 2}}
	f.o = Options{
		Dir: filepath.Join(t.TempDir(), "ws"), CacheBytes: 8 << 20, Photos: map[string]PhotoSource{"two": snapshots{2}, "one": snapshots{1}},
		Clock: func() time.Time { f.mu.Lock(); defer f.mu.Unlock(); return *f.now },
	}
	for _, m := range more {
		m(&f.o, &f.k)
	}
	if err := initWith(context.Background(), f.o, f.k, cast()...); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	t.Cleanup(func() { f.Engine.Close() })
	return f
}

func (f *fixture) reopen(t testing.TB) {
	t.Helper()
	e, err := openWith(context.Background(), f.o, f.k)
	if err != nil {
		t.Fatal(err)
	}
	f.Engine = e
}

// door signs a user in, in an enhanced session where the account allows one.
func (f fixture) door(t testing.TB, user string) *Session {
	t.Helper()
	s := f.enter(t, user, password)
	if s.Identity().Enhanced {
		if err := s.StepUp(context.Background(), f.code(t)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// enter signs a user in.
func (f fixture) enter(t testing.TB, user, password string) *Session {
	t.Helper()
	ctx := context.Background()
	p, err := f.SignIn(ctx, user, password)
	if err != nil {
		t.Fatal(err)
	}
	s, err := p.Accept(ctx, f.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (f fixture) code(t testing.TB) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, f.o.Clock())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// day is the first day of the test data.
var day = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)

// grid yields n detections: one an hour, every seventh by the van VAN123, each on one of
// three corners.
func grid(n int, prefix string) iter.Seq2[detection.Detection, error] {
	corners := []orb.Point{{-75.55, 39.74}, {-75.50, 39.70}, {-75.60, 39.60}}
	return func(yield func(detection.Detection, error) bool) {
		for i := range n {
			d := detection.Detection{
				ID: fmt.Sprintf("%s%d", prefix, i), Plate: fmt.Sprintf("P%04d", i), State: "DE", Time: day.Add(time.Duration(i) * time.Hour),
				Pos: corners[i%3], Make: "FORD", Model: "TRANSIT", Color: []string{"WHITE", "RED"}[i%2], Year: 2015 + i%8,
				HeadingDeg: detection.NoHeading, Confidence: detection.NoConfidence, Camera: fmt.Sprintf("C%d", i%3), Source: detection.SourceCommercial,
			}
			if i%7 == 0 {
				d.Plate = "VAN123"
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (f fixture) load(t testing.TB, provider string, n int) {
	t.Helper()
	r, err := f.Load(context.Background(), LoadOptions{Origin: "test", Provider: provider, Cameras: []Camera{{ID: "C0", Pos: orb.Point{-75.55, 39.74}}}}, grid(n, provider), nil)
	if err != nil || r.Rows != int64(n) {
		t.Fatalf("%+v, %v", r, err)
	}
}

func square(name string, lon, lat, half float64) detection.Area {
	return detection.Area{Name: name, Shape: orb.MultiPolygon{{{
		{lon - half, lat - half}, {lon + half, lat - half}, {lon + half, lat + half}, {lon - half, lat + half}, {lon - half, lat - half},
	}}}}
}

var purpose = detection.Purpose{
	Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "white van, plate unknown",
	Justification: "The burned van was seen near both warehouses before the fires.", Attested: true,
}

func geoQuery() detection.Query {
	return detection.Query{
		Kind: detection.KindGeo, Areas: []detection.Area{square("A", -75.55, 39.74, 0.002)},
		Windows: []detection.Window{{From: day, To: day.AddDate(0, 0, 20)}}, Limit: detection.NoLimit, Purpose: purpose,
	}
}

func plateQuery() detection.Query {
	return detection.Query{
		Kind: detection.KindPlate, Plate: "VAN123", State: []string{"DE"},
		Windows: []detection.Window{{From: day, To: day.AddDate(0, 0, 20)}}, Limit: detection.NoLimit, Purpose: purpose,
	}
}

func commonQuery() detection.Query {
	q := geoQuery()
	q.Kind = detection.KindCommon
	q.Areas = append(q.Areas, square("B", -75.50, 39.70, 0.002))
	return q
}

func wantRefusal(t testing.TB, err error, rule string) *Refusal {
	t.Helper()
	var r *Refusal
	if !errors.As(err, &r) {
		t.Fatalf("got %v, want a refusal by rule %s", err, rule)
	}
	if r.Rule != rule {
		t.Fatalf("refused by rule %s (%s), want %s", r.Rule, r.What, rule)
	}
	if r.What == "" || r.Why == "" || r.Next == "" {
		t.Errorf("the refusal lacks words: %+v", r)
	}
	return r
}

// TestStory goes the whole way: sign in, accept, step up, estimate, run a common-plate
// query, keep a read, crop, export, verify the log.
func TestStory(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 420)

	signIn, err := f.SignIn(ctx, "KL ", password)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Accept(ctx, "another digest"); err != nil {
		wantRefusal(t, err, "X-3")
	} else {
		t.Fatal("a wrong digest was accepted")
	}
	s, err := signIn.Accept(ctx, f.Rules().Digest)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Run(ctx, commonQuery(), RunOptions{})
	wantRefusal(t, err, "X-2")
	if err := s.StepUp(ctx, f.code(t)); err != nil {
		t.Fatal(err)
	}
	estimate, err := s.Estimate(ctx, commonQuery())
	if err != nil || estimate.Refused != nil || estimate.Reads == 0 || len(estimate.PerArea) != 2 || estimate.Cameras != 1 {
		t.Fatalf("%+v, %v", estimate, err)
	}
	a, err := s.Run(ctx, commonQuery(), RunOptions{Reads: true})
	if err != nil {
		t.Fatal(err)
	}
	if a.Count != 1 || len(a.Plates) != 1 || a.Plates[0].Plate != "VAN123" || a.Plates[0].Seen != 2 || len(a.PlateHits) != a.Plates[0].Reads {
		t.Fatalf("%+v", a)
	}
	if a.State != "local@1" || a.Digest == "" || a.Leaf == "" {
		t.Errorf("state %q, digest %q, leaf %q", a.State, a.Digest, a.Leaf)
	}
	hit := a.PlateHits[0]
	photos, err := s.Photos(ctx, a.Entry, hit.Ref())
	if err != nil || len(photos) != 2 {
		t.Fatalf("%d photos, %v", len(photos), err)
	}
	item, err := s.Keep(ctx, KeepRequest{Case: "HSI-2026-00123", Entry: a.Entry, Ref: hit.Ref(), Reason: "The van was at both warehouses."})
	if err != nil {
		t.Fatal(err)
	}
	if item.Class != "criminal-case-file" || item.Destroy.Year() != 2046 { // T-2
		t.Errorf("class %s, destroy %s", item.Class, item.Destroy)
	}
	_, err = s.Export(ctx, ExportRequest{Case: "HSI-2026-00123", Corroborated: "witness statement 4", Formats: []string{"pdf"}})
	wantRefusal(t, err, "R-6")
	crop := CropRequest{
		Case: "HSI-2026-00123", Item: item.ID, Kind: PhotoPlate, Crop: CropGeometry{X: 20, Y: 10, W: 100, H: 60, Covers: [][][2]int{{{30, 20}, {50, 20}, {50, 40}}}},
		Attestation: Attestation{NoPerson: true}, Verified: PlateVerified{Plate: "van-123", State: "de"},
	}
	photo, err := s.SaveCrop(ctx, crop)
	if err != nil || len(photo.JPEG) == 0 || photo.OriginalSHA256 != photos[1].SHA256 {
		t.Fatalf("%+v, %v", photo, err)
	}
	if err := s.AddNote(ctx, "HSI-2026-00123", "Second source: witness."); err != nil {
		t.Fatal(err)
	}
	file, err := s.Export(ctx, ExportRequest{Case: "HSI-2026-00123", Corroborated: "witness statement 4", Formats: []string{"pdf", "csv"}})
	if err != nil {
		t.Fatal(err)
	}
	checkProof(t, file.Audit)
	if len(file.Queries) != 1 || file.Queries[0].Digest != a.Digest || file.Queries[0].Answers != 1 || len(file.Case.Items[0].Photos) != 1 {
		t.Errorf("%+v", file)
	}
	entries, err := s.Audit(ctx, AuditFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range entries {
		kinds = append([]string{e.Kind}, kinds...)
	}
	want := "sign-in refusal agreement refusal step-up scope query keep case-open refusal crop note export"
	got := strings.Join(kinds, " ")
	if got != strings.Replace(want, "keep case-open", "case-open keep", 1) {
		t.Errorf("recorded: %s", got)
	}
	if err := s.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Cases(ctx); !errors.Is(err, ErrSession) {
		t.Errorf("after sign-out: %v", err)
	}
	if err := f.Engine.Close(); err != nil {
		t.Fatal(err)
	}
	report, err := VerifyAudit(ctx, f.o)
	if err != nil || len(report.Problems) > 0 || report.Entries == 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	f.reopen(t)
	c, err := f.door(t, "kl").Case(ctx, "HSI-2026-00123")
	if err != nil || len(c.Items) != 1 || len(c.Notes) != 1 || len(c.Exports) != 1 || !bytes.Equal(c.Items[0].Photos[0].JPEG, photo.JPEG) {
		t.Fatalf("%+v, %v", c, err)
	}
}
