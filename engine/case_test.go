package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"image/jpeg"
	"strings"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/policy"
)

// kept signs kl in and keeps one read of an answer.
func kept(t *testing.T, f fixture) (*Session, *Answer, CaseItem) {
	t.Helper()
	s := f.door(t, "kl")
	a, err := s.Run(context.Background(), plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := a.Query.Digest()
	if err != nil {
		t.Fatal(err)
	}
	state := a.Query.State
	state[0] = "XX" // the answer is the caller's: changing it changes nothing that is kept
	item, err := s.Keep(context.Background(), KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: a.Rows[0].Ref(), Reason: "the van at the warehouse"})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := item.Query.Digest(); err != nil || got != want {
		t.Errorf("the item's query is not the one that ran: %+v, %v", item.Query, err)
	}
	return s, a, item
}

// TestKeepNeedsPhotosAndReason proves at the case's door.
func TestKeepNeedsPhotosAndReason(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "one", 50)
	s := f.door(t, "kl")
	a, err := s.Run(ctx, plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	req := KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: a.Rows[0].Ref(), Reason: "the van at the warehouse"}
	_, err = s.Keep(ctx, req)
	wantRefusal(t, err, "R-1")
	if e := last(f.all(t)); e.Kind != "refusal" || e.Fields["rule"] != "R-1" || e.Fields["asked"] != "keep" {
		t.Errorf("%+v", e)
	}
	if c, err := s.Cases(ctx); err != nil || len(c) != 0 {
		t.Errorf("%d cases, %v: a refused read opened one", len(c), err)
	}
	f.load(t, "nobody", 50) // a provider that is not here
	if a, err = s.Run(ctx, plateQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	req.Entry = a.Entry
	for _, r := range a.Rows {
		req.Ref = r.Ref()
		_, err = s.Keep(ctx, req)
		wantRefusal(t, err, "R-1")
	}
	f.load(t, "two", 50)
	if a, err = s.Run(ctx, plateQuery(), RunOptions{}); err != nil {
		t.Fatal(err)
	}
	req.Entry = a.Entry
	for _, r := range a.Rows {
		if strings.HasPrefix(r.ID, "two") {
			req.Ref = r.Ref()
		}
	}
	for _, reason := range []string{"", " . ", "x", "yes yes YES", "aaaa bbbb cccc", s.Policy().Hints.Relevance} {
		bad := req
		bad.Reason = reason
		_, err = s.Keep(ctx, bad)
		wantRefusal(t, err, "R-4")
	}
	bad := req
	bad.Case = "HSI-2026-99999" // not the case that the query was justified with
	_, err = s.Keep(ctx, bad)
	if r := wantRefusal(t, err, "R-4"); !strings.Contains(r.What, purpose.Case) {
		t.Errorf("%q does not name the query's case", r.What)
	}
	if c, err := s.Cases(ctx); err != nil || len(c) != 0 {
		t.Errorf("%d cases, %v: a refused read opened one", len(c), err)
	}
	bad.Case = "x"
	if _, err := s.Keep(ctx, bad); !errors.Is(err, ErrInvalid) {
		t.Errorf("bad case: %v", err)
	}
	bad = req
	bad.Ref.ID = "elsewhere"
	if _, err := s.Keep(ctx, bad); !errors.Is(err, ErrNotFound) {
		t.Errorf("a row that is not in the answer: %v", err)
	}
	if _, err := s.Keep(ctx, req); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Keep(ctx, req); !errors.Is(err, ErrExists) {
		t.Errorf("kept twice: %v", err)
	}
}

// TestCrop proves R-5: an attestation, a cut inside the photo, covers, no metadata, digest and
// geometry on record.
func TestCrop(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s, _, item := kept(t, f)
	good := CropRequest{
		Case: purpose.Case, Item: item.ID, Kind: PhotoVehicle, Crop: CropGeometry{X: 10, Y: 20, W: 64, H: 48, Covers: [][][2]int{{{10, 20}, {40, 20}, {40, 68}, {10, 68}}}},
		Attestation: Attestation{NoPerson: true},
	}
	for name, change := range map[string]func(*CropRequest){
		"nothing attested": func(r *CropRequest) { r.Attestation = Attestation{} },
		"both attested":    func(r *CropRequest) { r.Attestation.Associated = "the driver is the subject" },
		"spaces attested":  func(r *CropRequest) { r.Attestation = Attestation{Associated: "  "} },
	} {
		r := good
		change(&r)
		_, err := s.SaveCrop(ctx, r)
		if err == nil {
			t.Fatal(name)
		}
		wantRefusal(t, err, "R-5")
	}
	for name, change := range map[string]func(*CropRequest){
		"outside":        func(r *CropRequest) { r.Crop.X = 190 },
		"negative":       func(r *CropRequest) { r.Crop.W = -64 },
		"zero":           func(r *CropRequest) { r.Crop.H = 0 },
		"cover is a dot": func(r *CropRequest) { r.Crop.Covers = [][][2]int{{{1, 1}}} },
		"plate":          func(r *CropRequest) { r.Verified.Plate = "???" },
	} {
		r := good
		change(&r)
		if _, err := s.SaveCrop(ctx, r); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := good
	other.Kind = "driver"
	if _, err := s.SaveCrop(ctx, other); !errors.Is(err, ErrNotFound) {
		t.Errorf("another kind of photo: %v", err)
	}
	p, err := s.SaveCrop(ctx, good)
	if err != nil {
		t.Fatal(err)
	}
	if sha256.Sum256(p.JPEG) != p.SHA256 {
		t.Error("the digest is not the crop's")
	}
	img, err := jpeg.Decode(bytes.NewReader(p.JPEG))
	if err != nil || img.Bounds().Dx() != 64 || img.Bounds().Dy() != 48 {
		t.Fatalf("%v, %v", img.Bounds(), err)
	}
	if r, g, b, _ := img.At(5, 24).RGBA(); r > 0x3000 || g > 0x3800 || b > 0x3800 {
		t.Errorf("under the cover: %x %x %x", r, g, b)
	}
	if bytes.Contains(p.JPEG, []byte("Exif")) || bytes.Contains(p.JPEG, []byte("http://ns.adobe.com")) {
		t.Error("the crop carries metadata")
	}
	e := last(f.all(t))
	if e.Kind != "crop" || e.Index != p.Entry || e.Fields["geometry"] != "10,20,64,48" || e.Fields["covers"] != "1" || len(e.Fields["original_sha256"]) != 64 {
		t.Errorf("%+v", e)
	}
	good.Crop.W = 70
	if _, err := s.SaveCrop(ctx, good); err != nil {
		t.Fatal(err)
	}
	c, err := s.Case(ctx, purpose.Case)
	if err != nil || len(c.Items[0].Photos) != 1 || c.Items[0].Photos[0].Crop.W != 70 || len(c.Items[0].Photos[0].JPEG) == 0 {
		t.Errorf("a second crop of one photo: %+v, %v", c.Items, err)
	}
	if list, err := s.Cases(ctx); err != nil || list[0].Items[0].Photos[0].JPEG != nil {
		t.Errorf("the list carries bytes, %v", err)
	}
}

// TestExportGates proves R-6: each gate refuses on its own and is recorded.
func TestExportGates(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	s, a, item := kept(t, f)
	req := ExportRequest{Case: purpose.Case, Corroborated: "witness statement 4", Formats: []string{"pdf", "csv", "geojson"}}
	refused := func(what string) {
		t.Helper()
		_, err := s.Export(ctx, req)
		r := wantRefusal(t, err, "R-6")
		if !strings.Contains(r.What, what) {
			t.Errorf("%q does not say %q", r.What, what)
		}
		if e := last(f.all(t)); e.Kind != "refusal" || e.Fields["asked"] != "export" || e.Fields["case"] != purpose.Case {
			t.Errorf("%+v", e)
		}
	}
	refused("no cropped photo")
	crop := CropRequest{Case: purpose.Case, Item: item.ID, Kind: PhotoPlate, Crop: CropGeometry{W: 100, H: 60}, Attestation: Attestation{NoPerson: true}}
	save := func() {
		t.Helper()
		if _, err := s.SaveCrop(ctx, crop); err != nil {
			t.Fatal(err)
		}
	}
	save()
	refused("not verified by eye")
	crop.Verified = PlateVerified{Plate: "VAN128", State: "DE"}
	save()
	refused("You read DE VAN128")
	crop.Verified = PlateVerified{Plate: "VAN123", State: "PA"}
	save()
	refused("You read PA VAN123")
	crop.Verified = PlateVerified{Plate: "VAN123", State: "DE"}
	save()
	for _, text := range []string{"", " - ", s.Policy().Hints.Corroborated} {
		req.Corroborated = text
		refused("second source")
	}
	req.Corroborated = "witness statement 4"
	file, err := s.Export(ctx, req)
	if err != nil {
		t.Fatal(err)
	}
	checkProof(t, file.Audit)
	if v := file.Case.Items[0].Verified; v.By != "kl" || v.At.IsZero() {
		t.Errorf("%+v", v)
	}
	if x := file.Case.Exports[0]; x.Entry != file.Audit.Entry || x.Corroborated != req.Corroborated || len(x.Digest) != 64 {
		t.Errorf("%+v", x)
	}
	// One item more, without a crop, and the export is refused again.
	if _, err := s.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: a.Rows[1].Ref(), Reason: "seen again"}); err != nil {
		t.Fatal(err)
	}
	refused("no cropped photo")
	for _, formats := range [][]string{nil, {"exe"}} {
		req.Formats = formats
		if _, err := s.Export(ctx, req); !errors.Is(err, ErrInvalid) {
			t.Errorf("formats %v: %v", formats, err)
		}
	}
}

// TestCasesOfOtherUnits: a case belongs to the unit that opened it (X-8 in this scope).
func TestCasesOfOtherUnits(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	f.load(t, "two", 50)
	other := account("other", policy.RoleInvestigator, policy.MissionCriminal, false)
	other.Unit = "Dover"
	if err := f.door(t, "manager").CreateAccount(ctx, other); err != nil {
		t.Fatal(err)
	}
	s, _, item := kept(t, f)
	o := f.door(t, "other")
	a, err := o.Run(ctx, plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func() error{
		"case":   func() error { _, err := o.Case(ctx, purpose.Case); return err },
		"note":   func() error { return o.AddNote(ctx, purpose.Case, "x") },
		"photos": func() error { _, err := o.ItemPhotos(ctx, purpose.Case, item.ID); return err },
		"crop":   func() error { _, err := o.SaveCrop(ctx, CropRequest{Case: purpose.Case, Item: item.ID}); return err },
		"remove": func() error { return o.RemoveItem(ctx, purpose.Case, item.ID, "not mine") },
		"export": func() error {
			_, err := o.Export(ctx, ExportRequest{Case: purpose.Case, Corroborated: "witness report", Formats: []string{"csv"}})
			return err
		},
	} {
		if err := call(); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
	}
	if list, err := o.Cases(ctx); err != nil || len(list) != 0 {
		t.Errorf("%d cases, %v", len(list), err)
	}
	// The same number in the other unit is another case, and neither notices the other.
	if _, err := o.Keep(ctx, KeepRequest{Case: purpose.Case, Entry: a.Entry, Ref: a.Rows[1].Ref(), Reason: "seen in Dover"}); err != nil {
		t.Fatal(err)
	}
	for user, door := range map[string]*Session{"kl": s, "other": o} {
		c, err := door.Case(ctx, purpose.Case)
		if err != nil || c.OpenedBy != user || len(c.Items) != 1 || c.Items[0].By != user {
			t.Errorf("%s: %+v, %v", user, c, err)
		}
	}
	wantRefusal(t, s.RemoveItem(ctx, purpose.Case, item.ID, " "), "R-4")
	if err := s.RemoveItem(ctx, purpose.Case, item.ID, "another van"); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Case(ctx, purpose.Case); err != nil || len(c.Items) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if err := s.RemoveItem(ctx, purpose.Case, item.ID, "another van"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}

// liar is a photo source whose digest does not fit.
type liar struct{ snapshots }

func (l liar) Photos(ctx context.Context, d detection.Detection) ([]Photo, error) {
	list, err := l.snapshots.Photos(ctx, d)
	for i := range list {
		list[i].SHA256[0] ^= 1
	}
	return list, err
}

func TestPhotoDigestIsChecked(t *testing.T) {
	ctx := context.Background()
	f := open(t, func(o *Options, _ *knobs) { o.Photos["liar"] = liar{snapshots{2}} })
	f.load(t, "liar", 50)
	s := f.door(t, "kl")
	a, err := s.Run(ctx, plateQuery(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref()); !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, want ErrDamaged", err)
	}
}

// tagged adds an EXIF segment with a place to each photo, as cameras do.
type tagged struct{ snapshots }

func (x tagged) Photos(ctx context.Context, d detection.Detection) ([]Photo, error) {
	list, err := x.snapshots.Photos(ctx, d)
	for i, p := range list {
		exif := "Exif\x00\x00MM\x00*GPS 39.7400,-75.5500"
		segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
		list[i].JPEG = append(append(append([]byte(nil), p.JPEG[:2]...), segment...), p.JPEG[2:]...)
		list[i].SHA256 = sha256.Sum256(list[i].JPEG)
	}
	return list, err
}

// TestCropDropsMetadata proves R-5: the original's EXIF place is not in the crop.
func TestCropDropsMetadata(t *testing.T) {
	ctx := context.Background()
	f := open(t, func(o *Options, _ *knobs) { o.Photos["tagged"] = tagged{snapshots{2}} })
	f.load(t, "tagged", 50)
	s, a, item := kept(t, f)
	photos, err := s.Photos(ctx, a.Entry, a.Rows[0].Ref())
	if err != nil || !bytes.Contains(photos[0].JPEG, []byte("GPS")) {
		t.Fatalf("the original has no metadata to lose: %v", err)
	}
	p, err := s.SaveCrop(ctx, CropRequest{Case: purpose.Case, Item: item.ID, Kind: PhotoVehicle, Crop: CropGeometry{W: 200, H: 120}, Attestation: Attestation{Associated: "the driver is the subject"}})
	if err != nil || p.OriginalSHA256 != photos[0].SHA256 {
		t.Fatal(err)
	}
	if bytes.Contains(p.JPEG, []byte("Exif")) || bytes.Contains(p.JPEG, []byte("GPS")) {
		t.Error("the crop carries the original's metadata")
	}
}
