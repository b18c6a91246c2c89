package reports_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"cordon/engine"
	"cordon/engine/detection"
	"cordon/engine/policy"
	"cordon/reports"

	"github.com/paulmach/orb"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var exportedAt = time.Date(2026, 5, 21, 13, 31, 7, 0, time.UTC)

func newYork(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func goFonts() reports.Fonts {
	return reports.Fonts{
		Sans: goregular.TTF, SansMedium: gomedium.TTF, SansSemiBold: gobold.TTF,
		Mono: gomono.TTF, MonoSemiBold: gomonobold.TTF,
	}
}

// gridTile draws a tile that shows its edges; tiles with an odd x are missing where holes.
func gridTile(holes bool) reports.TileFunc {
	return func(_ context.Context, z, x, y int) ([]byte, error) {
		if holes && x%2 == 1 {
			return nil, fmt.Errorf("no tile %d/%d/%d", z, x, y)
		}
		img := image.NewRGBA(image.Rect(0, 0, 256, 256))
		draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{0xE9, 0xEE, 0xE8, 0xff}), image.Point{}, draw.Src)
		for i := range 256 {
			img.Set(i, 0, color.RGBA{0xA9, 0xB3, 0xBE, 0xff})
			img.Set(0, i, color.RGBA{0xA9, 0xB3, 0xBE, 0xff})
		}
		var b bytes.Buffer
		err := png.Encode(&b, img)
		return b.Bytes(), err
	}
}

func sampleMaps(t testing.TB, holes bool) *reports.Maps {
	t.Helper()
	m, err := reports.NewMaps(gridTile(holes), 256, gobold.TTF)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func samplePhoto(t testing.TB, kind engine.PhotoKind, shade uint8) engine.CasePhoto {
	t.Helper()
	w, h := 320, 240
	if kind == engine.PhotoPlate {
		h = 130
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{shade, 0x40, 0x40, 0xff}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(w/3, h/3, 2*w/3, 2*h/3), image.NewUniform(color.White), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	p := engine.CasePhoto{
		Kind: kind, JPEG: b.Bytes(), SHA256: sha256.Sum256(b.Bytes()), OriginalSHA256: sha256.Sum256([]byte{shade}),
		Crop: engine.CropGeometry{X: 120, Y: 88, W: w, H: h, Covers: [][][2]int{{{1, 1}, {9, 1}, {9, 9}}}},
		By:   "lindqvist", At: exportedAt.Add(-time.Hour), Entry: 40, Attestation: engine.Attestation{NoPerson: true},
	}
	if kind == engine.PhotoPlate {
		p.Attestation = engine.Attestation{Associated: "driver, named in the gate log"}
	}
	return p
}

func square(lon, lat, size float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{lon, lat}, {lon + size, lat}, {lon + size, lat + size}, {lon, lat + size}, {lon, lat}}}}
}

func sampleQuery() detection.Query {
	hole := square(-75.538, 39.731, 0.006)
	hole[0] = append(hole[0], orb.Ring{{-75.536, 39.733}, {-75.536, 39.735}, {-75.534, 39.735}, {-75.534, 39.733}, {-75.536, 39.733}})
	return detection.Query{
		Kind: detection.KindCommon,
		Areas: []detection.Area{
			{Name: "A", Shape: square(-75.556, 39.738, 0.004)},
			{Name: "depot", Shape: hole},
			{Name: "C", Shape: square(-75.5455, 39.7352, 0.00003)},
		},
		Windows: []detection.Window{{From: time.Date(2026, 5, 1, 4, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 15, 4, 0, 0, 0, time.UTC)}},
		Hours:   detection.Hours{FromMin: 18 * 60, ToMin: 6 * 60, Zone: "America/New_York"},
		Color:   []string{"RED"}, Make: []string{"TOYOTA"}, Year: detection.YearRange{Min: 2015, Max: 2018},
		MinAreas: 2, Limit: detection.NoLimit,
		Purpose: detection.Purpose{
			Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "Red sedan seen at two thefts",
			OnBehalfOf: "Dana Reyes", Justification: "The warehouse and the depot were entered on 3 and 9 May.", Attested: true,
		},
	}
}

func sampleItem(t testing.TB, n int, plate string, pos orb.Point, area int) engine.CaseItem {
	at := time.Date(2026, 5, 9, 6, 47, 31, 250e6, time.UTC).Add(time.Duration(n) * 26 * time.Hour)
	return engine.CaseItem{
		ID: fmt.Sprintf("i%d", n),
		Row: engine.Row{Detection: detection.Detection{
			ID: fmt.Sprint(1000 + n), Plate: plate, State: "DE", Time: at, Pos: pos, Make: "TOYOTA", Model: "CAMRY", Color: "RED", Year: 2016,
			HeadingDeg: 92, Camera: "WIL-014", Source: detection.SourceLawEnforcement, Confidence: 0.97, Photos: 2,
		}, Lane: "local", Areas: []int{area}},
		Query: sampleQuery(), Entry: 31, Reason: "Leaves the depot 13 minutes after the dock door opened", By: "lindqvist", At: exportedAt.Add(-2 * time.Hour),
		Provider: "vendor", Photos: []engine.CasePhoto{samplePhoto(t, engine.PhotoVehicle, uint8(0x90+n)), samplePhoto(t, engine.PhotoPlate, uint8(0x20+n))},
		Verified: engine.PlateVerified{Plate: plate, State: "DE", By: "lindqvist", At: exportedAt.Add(-time.Hour)},
		Class:    "criminal-case-file", Destroy: exportedAt.AddDate(20, 0, 0),
	}
}

// sampleCase is a case with two queries and three kept reads, in a real log of 57 entries.
func sampleCase(t testing.TB) engine.CaseFile {
	t.Helper()
	common, plate := sampleQuery(), detection.Query{
		Kind: detection.KindPlate, Plate: "7KDM482", State: []string{"DE"}, Limit: 100,
		Windows: []detection.Window{{From: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 5, 21, 0, 0, 0, 0, time.UTC)}},
		Purpose: detection.Purpose{Reason: "criminal-investigation", Case: "HSI-2026-00123", Subject: "7KDM482"},
	}
	items := []engine.CaseItem{
		sampleItem(t, 1, "7KDM482", orb.Point{-75.5541, 39.7402}, 0),
		sampleItem(t, 2, "7KDM482", orb.Point{-75.5341, 39.7362}, 1),
		sampleItem(t, 3, "4TRC019", orb.Point{-75.5341, 39.7362}, 1),
	}
	items[2].Verified.Plate = "4TRG019"
	items[1].Entry, items[1].Query, items[1].Row.Areas = 35, plate, nil
	digest := hex.EncodeToString(bytes.Repeat([]byte{0xab}, 32))
	return engine.CaseFile{
		Case: engine.Case{
			Number: "HSI-2026-00123", Title: "Warehouse thefts, Wilmington", Opened: exportedAt.Add(-72 * time.Hour), OpenedBy: "lindqvist",
			Items: items, Notes: []engine.Note{{By: "lindqvist", At: exportedAt.Add(-time.Hour), Text: "Gate log received.\nSecond line."}},
		},
		Exporter:     engine.Identity{User: "lindqvist", Name: "Karin Lindqvist", Role: policy.RoleInvestigator, Unit: "Wilmington Investigations"},
		At:           exportedAt,
		Corroborated: "Depot gate log, 3 and 9 May, 02:34",
		Queries: []engine.CaseQuery{
			{Query: common, Entry: 31, Leaf: digest, User: "lindqvist", RanAt: exportedAt.Add(-3 * time.Hour), Count: 12345, Digest: digest, State: "local@3", Answers: 2, Cut: true},
			{Query: plate, Entry: 35, Leaf: digest, User: "lindqvist", RanAt: exportedAt.Add(-150 * time.Minute), Count: 1, Digest: digest, State: "local@3", Answers: 1},
		},
		Audit: sampleProof(t, 57, 56), Workstation: "WS-07",
	}
}

type memoryLog []tlog.Hash

func (m memoryLog) ReadHashes(at []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(at))
	for i, x := range at {
		out[i] = m[x]
	}
	return out, nil
}

func sampleProof(t testing.TB, size, entry int64) engine.AuditProof {
	t.Helper()
	var log memoryLog
	for i := range size {
		hashes, err := tlog.StoredHashes(i, fmt.Appendf(nil, "entry %d", i), log)
		if err != nil {
			t.Fatal(err)
		}
		log = append(log, hashes...)
	}
	root, err := tlog.TreeHash(size, log)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := tlog.ProveRecord(size, entry, log)
	if err != nil {
		t.Fatal(err)
	}
	skey, vkey, err := note.GenerateKey(zeros{}, "cordon-ws-07")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(skey)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("cordon/WS-07\n%d\n%s\n", size, root)}, signer)
	if err != nil {
		t.Fatal(err)
	}
	leaf := tlog.RecordHash(fmt.Appendf(nil, "entry %d", entry))
	p := engine.AuditProof{Entry: entry, Leaf: hex.EncodeToString(leaf[:]), Size: size, Root: hex.EncodeToString(root[:]), Checkpoint: string(signed), Key: vkey}
	for _, h := range proof {
		p.Inclusion = append(p.Inclusion, hex.EncodeToString(h[:]))
	}
	return p
}

// zeros is a key seed that is the same in every run.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// hostileCase holds text that tries to be a formula, to turn the line round, to leave the
// page or to break the file.
func hostileCase(t testing.TB) engine.CaseFile {
	cf := sampleCase(t)
	cf.Case.Title = "ABC \u202Eexe.fdp\u202C שלום مرحبا 🚗 " + strings.Repeat("very long title ", 40)
	cf.Corroborated = "=HYPERLINK(\"http://x\",\"y\");=1+1\r\n@SUM(A1)" + strings.Repeat("W", 3000)
	cf.Case.Items[2].Reason = "seen \u202Etwice\u202C there"
	cf.Case.Items[0].Reason = "+cmd|' /C calc'!A0\x00\x07\x1b[31m red"
	cf.Case.Items[0].Row.Camera = "\t=2+5 ; \"quoted\", comma"
	cf.Case.Items[1].Reason = "-1+1 \xff\xfe broken utf-8 \uFEFF (paren) \\ backslash č"
	cf.Case.Items[2].Verified.By = "@evil"
	cf.Case.Number = "../../etc/passwd\x00 CON"
	cf.Case.Notes = append(cf.Case.Notes, engine.Note{By: "=x", At: exportedAt, Text: strings.Repeat("A long note. ", 2000)})
	for i := range 90 {
		cf.Case.Items = append(cf.Case.Items, sampleItem(t, 4, fmt.Sprintf("LONG%d", i), orb.Point{-75.5541, 39.7402}, 0))
	}
	return cf
}
