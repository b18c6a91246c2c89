package intake

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cordon/engine/detection"
)

func testWords(t testing.TB) *Words {
	t.Helper()
	w, err := NewWords()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWords_F_3(t *testing.T) {
	w := testWords(t)
	for _, c := range []struct {
		kind, word, want string
		known            bool
	}{
		{wordState, "Delaware", "DE", true},
		{wordState, "us-de", "DE", true},
		{wordState, "De", "DE", true},
		{wordState, "new   york", "NEW YORK", true},
		{wordState, "District of Columbia", "DC", true},
		{wordState, "D.C.", "DC", true},
		{wordState, "Québec", "QC", true},
		{wordState, "unknown", "", true},
		{wordState, "Atlantis", "ATLANTIS", false},
		{wordCountry, "de", "GERMANY", true},
		{wordCountry, "us", "", true},
		{wordMake, "CHEVY", "CHEVROLET", true},
		{wordMake, "VW", "VOLKSWAGEN", true},
		{wordMake, "mercedes benz", "MERCEDES-BENZ", true},
		{wordMake, "Land_Rover", "LAND ROVER", true},
		{wordMake, "TOYT", "TOYOTA", true},
		{wordMake, "Toyotta", "TOYOTTA", false},
		{wordColor, "GREY", "GRAY", true},
		{wordColor, "gold-beige", "BEIGE", true},
		{wordColor, "dark blue", "BLUE", true},
		{wordColor, "mauve", "MAUVE", false},
		{wordColor, "", "", true},
	} {
		got, known := w.look(c.kind, c.word, "")
		if c.word == "new   york" {
			c.want = "NY"
		}
		if got != c.want || known != c.known {
			t.Errorf("%s %q: %q %v, want %q %v", c.kind, c.word, got, known, c.want, c.known)
		}
	}
	for _, c := range []struct {
		word, maker, want string
		known             bool
	}{
		{"crv", "HONDA", "CR-V", true},
		{"honda_cr-v", "HONDA", "CR-V", true},
		{"Land Rover Discovery", "LAND ROVER", "DISCOVERY", true},
		{"F150", "FORD", "F-150", true},
		{"3-series", "BMW", "3 SERIES", true},
		{"3", "MAZDA", "MAZDA3", true},
		{"3", "BMW", "3", false},
		{"Silverado 1500", "CHEVROLET", "SILVERADO", true},
		{"honda_zx", "HONDA", "ZX", false},
		{"toyota_camry", "HONDA", "TOYOTA CAMRY", false},
		{"unknown", "HONDA", "", true},
	} {
		if got, known := w.model(c.word, c.maker); got != c.want || known != c.known {
			t.Errorf("model %q of %s: %q %v, want %q %v", c.word, c.maker, got, known, c.want, c.known)
		}
	}
}

// TestWordsAgree: the tables give the words that policy offers, and know those of the demo
// world, which stand in its source.
func TestWordsAgree(t *testing.T) {
	w := testWords(t)
	text, err := os.ReadFile("../../policy/default.json")
	if err != nil {
		t.Fatal(err)
	}
	var policy struct{ Colors []string }
	if err := json.Unmarshal(text, &policy); err != nil || len(policy.Colors) == 0 {
		t.Fatal(err)
	}
	for _, c := range policy.Colors {
		if got, known := w.look(wordColor, c, ""); got != c || !known {
			t.Errorf("colour %s becomes %q", c, got)
		}
	}
	source, err := os.ReadFile("../../../assets/demo/vehicles.go")
	if err != nil {
		t.Fatal(err)
	}
	models := regexp.MustCompile(`\{"([^"]+)", "([^"]+)", "[a-z]+", [0-9.]+, \d{4}`).FindAllStringSubmatch(string(source), -1)
	if len(models) < 60 {
		t.Fatalf("%d models found", len(models))
	}
	for _, m := range models {
		if got, known := w.look(wordMake, m[1], ""); got != m[1] || !known {
			t.Errorf("make %s becomes %q", m[1], got)
		}
		if got, known := w.model(m[2], m[1]); got != m[2] || !known {
			t.Errorf("model %s %s becomes %q", m[1], m[2], got)
		}
	}
	for _, m := range regexp.MustCompile(`(?m)^\t\{"([A-Z]+)", [0-9.]+\},$`).FindAllStringSubmatch(string(source), -1) {
		if got, known := w.look(wordColor, m[1], ""); !known || got != m[1] && m[1] != "GREY" {
			t.Errorf("colour %s becomes %q", m[1], got)
		}
	}
	plates, err := os.ReadFile("../../../assets/demo/plates.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\{"([A-Z]{2})", "[DL]{7}"`).FindAllStringSubmatch(string(plates), -1) {
		if got, known := w.look(wordState, m[1], ""); got != m[1] || !known {
			t.Errorf("state %s becomes %q", m[1], got)
		}
	}
}

// TestTables: no word stands twice, and what a word becomes stays as it is.
func TestTables(t *testing.T) {
	w := testWords(t)
	files, err := filepath.Glob("tables/*.csv")
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	seen := map[wordKey]bool{}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			key := wordKey{r[0], fold(r[1]), fold(r[3])}
			if seen[key] {
				t.Errorf("%s: %v stands twice", name, r)
			}
			seen[key] = true
			if r[2] == none || r[0] == wordCountry {
				continue
			}
			once, _ := w.look(r[0], r[1], fold(r[3]))
			if again, known := w.look(r[0], once, fold(r[3])); !known || again != once {
				t.Errorf("%s: %v becomes %q, which becomes %q (known: %v)", name, r, once, again, known)
			}
		}
	}
}

func TestExtendRefuses(t *testing.T) {
	const head = "kind,word,becomes,make\n"
	for text, part := range map[string]string{
		"":                         "empty",
		"kind,word\n":              "four cells",
		"word,kind,becomes,make\n": "header",
		head + "shape,x,y,\n":      `kind "shape"`,
		head + "make,..,y,\n":      "word is empty",
		head + "make,x,y,Ford\n":   "only a model",
		head + "make,x," + strings.Repeat("y", 65) + ",\n": "longer than 64",
		head + "make,x,\"a\u202eb\",\n":                    "do not show",
		head + "make,\"x\n":                                "line",
	} {
		err := testWords(t).Extend(strings.NewReader(text))
		var field *detection.FieldError
		if !errors.As(err, &field) || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v, want %q", text, err, part)
		}
	}
	w := testWords(t)
	if err := w.Extend(strings.NewReader(head + "color,mauve,purple,\ncolor,grey,Silver,\n")); err != nil {
		t.Fatal(err)
	}
	if a, _ := w.look(wordColor, "Mauve", ""); a != "PURPLE" {
		t.Error(a)
	}
	if a, _ := w.look(wordColor, "grey", ""); a != "SILVER" {
		t.Error(a)
	}
}

// TestUnknownWordsAreBounded: a hostile camera cannot fill the report.
func TestUnknownWordsAreBounded(t *testing.T) {
	m := map[string]int64(nil)
	for i := range maxTold + 500 {
		tell(&m, strings.Repeat("x", i%7)+string(rune('a'+i%26))+strings.Repeat("y", i))
	}
	total := int64(0)
	for _, n := range m {
		total += n
	}
	if len(m) > maxTold+1 || total != maxTold+500 {
		t.Errorf("%d words, %d counted", len(m), total)
	}
}
