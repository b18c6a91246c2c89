package reports_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"cordon/engine"
	"cordon/reports"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func makePDF(t testing.TB, cf engine.CaseFile, maps reports.MapImager) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := reports.PDF(t.Context(), &b, cf, reports.Options{Maps: maps, Fonts: goFonts(), Zone: newYork(t)}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var once struct {
	sync.Mutex
	pdf []byte
}

// samplePDF is the PDF of sampleCase, made once: drawing its maps is slow under -race.
func samplePDF(t testing.TB) []byte {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if once.pdf == nil {
		once.pdf = makePDF(t, sampleCase(t), sampleMaps(t, false))
	}
	return once.pdf
}

// TestPDFSameInputSameBytes: fonts, maps and photos included.
func TestPDFSameInputSameBytes(t *testing.T) {
	first := samplePDF(t)
	if again := makePDF(t, sampleCase(t), sampleMaps(t, false)); !bytes.Equal(first, again) {
		t.Fatalf("two renderings differ: %d and %d bytes", len(first), len(again))
	}
}

// TestPDFHoldsWhatAReaderNeeds (R-1, R-5, R-6, T-1, U-4): the text of the pages, read back,
// holds plate, case, purpose, corroboration, digests and the audit reference; each page
// carries notice and number.
func TestPDFHoldsWhatAReaderNeeds(t *testing.T) {
	cf := sampleCase(t)
	data := samplePDF(t)
	pages := pageTexts(t, data)
	checkText(t, cf, pages)
	if pdftotext, err := exec.LookPath("pdftotext"); err != nil {
		t.Log("pdftotext is not installed: the text was read back with the test's own reader alone")
	} else {
		file := filepath.Join(t.TempDir(), "r.pdf")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), pdftotext, file, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		checkText(t, cf, strings.Split(strings.TrimRight(string(out), "\f"), "\f"))
	}
}

func checkText(t *testing.T, cf engine.CaseFile, pages []string) {
	t.Helper()
	for i, p := range pages {
		for _, want := range []string{"LEAD ONLY", "No basis for action on its own", "HSI-2026-00123", fmt.Sprintf("%d of %d", i+1, len(pages))} {
			if !strings.Contains(p, want) {
				t.Errorf("page %d lacks %q", i+1, want)
			}
		}
	}
	all := strings.Join(strings.Fields(strings.Join(pages, "\n")), " ")
	photo := cf.Case.Items[2].Photos[0]
	for _, want := range []string{
		"7KDM482", "4TRC019", "4TRG019", "NOT the same as the reading", "Karin Lindqvist", "Depot gate log", "criminal investigation", "Dana Reyes",
		"Plates read in at least 2 of 3 areas", "12,345 plates", "Cut:", "local@3", "Warehouse thefts", "Gate log received.",
		"Sun 10 May 2026, 04:47:31 EDT", "2026-05-10 08:47:31 UTC", "WIL-014", "law enforcement", "Leaves the depot",
		"18:00 to before 06:00 each day, America/New_York", "2015 to 2018", "driver, named in the gate log", "© OpenStreetMap contributors",
		hex.EncodeToString(photo.SHA256[:]), hex.EncodeToString(photo.OriginalSHA256[:]),
		"56 of a log of 57 entries", cf.Audit.Root, cf.Audit.Leaf, cf.Audit.Inclusion[0], "criminal case file, destroy after 21 May 2046",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
}

// TestPDFProofVerifies (U-4): what is printed is enough to prove the export's entry.
func TestPDFProofVerifies(t *testing.T) {
	cf := sampleCase(t)
	text := strings.Join(pageTexts(t, samplePDF(t)), "\n")
	hashes := regexp.MustCompile(`(?m)^[0-9a-f]{64}$`).FindAllString(text[strings.Index(text, "Inclusion proof"):], -1)
	var proof tlog.RecordProof
	for _, h := range hashes {
		proof = append(proof, hash(t, h))
	}
	if err := tlog.CheckRecord(proof, 57, hash(t, cf.Audit.Root), 56, hash(t, cf.Audit.Leaf)); err != nil {
		t.Errorf("the printed proof: %v", err)
	}
	verifier, err := note.NewVerifier(cf.Audit.Key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := note.Open([]byte(cf.Audit.Checkpoint), note.VerifierList(verifier)); err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(cf.Audit.Checkpoint) {
		if !strings.Contains(squeeze(text), squeeze(line)) {
			t.Errorf("the checkpoint's line %q is not printed whole", line)
		}
	}
}

// squeeze drops white space, so that a line counts as printed where it was broken.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func hash(t *testing.T, s string) tlog.Hash {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != tlog.HashSize {
		t.Fatalf("%q is no hash", s)
	}
	return tlog.Hash(b)
}

// TestPDFHostileText: no text breaks the file, leaves the page or turns the line round.
func TestPDFHostileText(t *testing.T) {
	cf := hostileCase(t)
	data := makePDF(t, cf, nil)
	text := strings.Join(pageTexts(t, data), "\n")
	for _, want := range []string{"[U+05E9]", "[U+1F697]", "backslash č", "(paren)"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if strings.ContainsAny(text, "\x00\x07\x1b\u202e") {
		t.Error("a control character reached the page")
	}
	if n := strings.Count(squeeze(text), "Alongnote."); n < 1990 {
		t.Errorf("of a note of 2,000 sentences %d are printed between page heads", n)
	}
	for _, at := range textPlaces(t, data) {
		if at[0] < 40 || at[0] > 572 || at[1] < 20 || at[1] > 772 {
			t.Fatalf("text stands outside the page's margins at %v", at)
		}
	}
}

// TestPDFDamagedPhoto: a photo that is not what was saved stops the export.
func TestPDFDamagedPhoto(t *testing.T) {
	cf := sampleCase(t)
	cf.Case.Items[0].Photos[0].JPEG = append([]byte("x"), cf.Case.Items[0].Photos[0].JPEG...)
	err := reports.PDF(t.Context(), io.Discard, cf, reports.Options{Fonts: goFonts()})
	if !errors.Is(err, engine.ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	if err := reports.PDF(t.Context(), io.Discard, sampleCase(t), reports.Options{}); !errors.Is(err, reports.ErrFonts) {
		t.Errorf("without fonts: %v, want ErrFonts", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := reports.PDF(ctx, io.Discard, sampleCase(t), reports.Options{Fonts: goFonts()}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

var (
	streamRE = regexp.MustCompile(`(?s)/Filter /FlateDecode\s*/Length \d+>>\s*stream\n(.*?)\nendstream`)
	showRE   = regexp.MustCompile(`(?s)BT ([0-9.-]+) ([0-9.-]+) Td \(((?:[^\\()]|\\.)*)\) Tj ET`)
)

// contents returns the page streams of a PDF that package reports wrote, in page order: a
// reader of its own, for the parts of PDF that matter here.
func contents(t testing.TB, data []byte) []string {
	t.Helper()
	var out []string
	for _, m := range streamRE.FindAllSubmatch(data, -1) {
		z, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		plain, err := io.ReadAll(z)
		if err == nil && bytes.Contains(plain, []byte(" Td (")) {
			out = append(out, string(plain))
		}
	}
	if len(out) == 0 {
		t.Fatal("no page found")
	}
	return out
}

func pageTexts(t testing.TB, data []byte) []string {
	var out []string
	for _, c := range contents(t, data) {
		var b strings.Builder
		for _, m := range showRE.FindAllStringSubmatch(c, -1) {
			b.WriteString(utf16Text(m[3]) + "\n")
		}
		out = append(out, b.String())
	}
	return out
}

func textPlaces(t testing.TB, data []byte) [][2]float64 {
	var out [][2]float64
	for _, c := range contents(t, data) {
		for _, m := range showRE.FindAllStringSubmatch(c, -1) {
			var at [2]float64
			if _, err := fmt.Sscan(m[1], &at[0]); err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Sscan(m[2], &at[1]); err != nil {
				t.Fatal(err)
			}
			out = append(out, at)
		}
	}
	return out
}

func utf16Text(escaped string) string {
	var raw []byte
	for i := 0; i < len(escaped); i++ {
		c := escaped[i]
		if c == '\\' {
			i++
			if c = escaped[i]; c == 'r' {
				c = '\r'
			}
		}
		raw = append(raw, c)
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}
