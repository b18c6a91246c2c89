package intake

import (
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"cordon/engine/detection"
)

//go:embed tables/*.csv
var tables embed.FS

// The kinds of words that tables know.
const (
	wordState   = "state"
	wordCountry = "country" // a region code that names a country alone: "de" is Germany, not Delaware
	wordMake    = "make"
	wordModel   = "model"
	wordColor   = "color"
)

func wordKinds() []string { return []string{wordState, wordCountry, wordMake, wordModel, wordColor} }

// none in a table says that a word means "not known".
const none = "-"

const (
	maxTable     = 8 << 20
	maxTableRows = 200_000
	maxWord      = 64 // bytes, as a read may carry
)

type wordKey struct{ kind, word, maker string }

// Words normalises the words of reads by tables. A table is a CSV with the header
// kind,word,becomes,make: kind is state, country, make, model or color; becomes is empty for
// a word that stays as it is and "-" for one that means "not known"; make narrows a model to
// one make. Words are compared by their letters and digits alone, so "CR-V", "cr v" and "CRV"
// are one. It is not safe for use while it is extended.
type Words struct{ m map[wordKey]string }

// NewWords returns the built-in tables.
func NewWords() (*Words, error) {
	w := &Words{m: map[wordKey]string{}}
	files, err := tables.ReadDir("tables")
	if err != nil {
		return nil, fmt.Errorf("built-in words: %w", err)
	}
	for _, entry := range files {
		f, err := tables.Open("tables/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("built-in words: %w", err)
		}
		if err := errors.Join(w.Extend(f), f.Close()); err != nil {
			return nil, fmt.Errorf("built-in words, %s: %w", entry.Name(), err)
		}
	}
	return w, nil
}

// Extend adds an operator's table; what it says of a word replaces what was said before. It
// returns a *detection.FieldError that names the line.
func (w *Words) Extend(r io.Reader) error {
	in := csv.NewReader(&limitReader{r: r, left: maxTable})
	in.FieldsPerRecord = 4
	for n := 0; ; n++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return &detection.FieldError{Field: "words", Problem: "the table is empty", Hint: "Its first line is kind,word,becomes,make."}
			}
			return nil
		}
		bad := func(problem, hint string) error {
			line, _ := in.FieldPos(0)
			return &detection.FieldError{Field: fmt.Sprintf("words, line %d", line), Problem: problem, Hint: hint}
		}
		var syntax *csv.ParseError
		switch {
		case errors.As(err, &syntax):
			return &detection.FieldError{Field: fmt.Sprintf("words, line %d", syntax.Line), Problem: syntax.Err.Error(), Hint: "A line has four cells: kind,word,becomes,make."}
		case err != nil:
			return fmt.Errorf("read the words: %w", err)
		case n == 0 && !slices.Equal(row, []string{"kind", "word", "becomes", "make"}):
			return bad("the header is not kind,word,becomes,make", "Write it so.")
		case n == 0:
			continue
		case n > maxTableRows:
			return bad(fmt.Sprintf("more than %d words", maxTableRows), "Give a shorter table.")
		case !slices.Contains(wordKinds(), row[0]):
			return bad(fmt.Sprintf("kind %q is not known", cut(row[0], 40)), "Kinds are "+strings.Join(wordKinds(), ", ")+".")
		case fold(row[1]) == "":
			return bad("the word is empty", "Give letters or digits.")
		case row[3] != "" && row[0] != wordModel:
			return bad("only a model has a make", "Leave the last cell empty.")
		}
		becomes := detection.NormalizeWord(row[2])
		if becomes == "" {
			becomes = detection.NormalizeWord(row[1])
		}
		if len(becomes) > maxWord || !utf8.ValidString(becomes) || strings.ContainsFunc(becomes, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
			return bad(fmt.Sprintf("what the word becomes is longer than %d bytes or holds characters that do not show", maxWord), "Give a word as it is to be shown.")
		}
		w.m[wordKey{row[0], fold(row[1]), fold(row[3])}] = becomes
	}
}

// fold returns the letters and digits of s in upper case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x7f:
			return r
		}
		return -1
	}, s)
}

// look returns what a word becomes; one that is not in the table stays, normalised.
func (w *Words) look(kind, word, maker string) (becomes string, known bool) {
	if word == "" {
		return "", true
	}
	becomes, known = w.m[wordKey{kind, fold(word), maker}]
	if becomes == none {
		return "", true
	}
	if !known {
		becomes = detection.NormalizeWord(strings.ReplaceAll(word, "_", " "))
	}
	return becomes, known
}

// state normalises the state of registration. region says that s is a code as recognisers
// send it, where two letters alone name a country.
func (w *Words) state(s string, region bool) (becomes, kind string, known bool) {
	if !region {
		becomes, known = w.look(wordState, s, "")
		return becomes, wordState, known
	}
	s = strings.ToUpper(s)
	if rest, ok := strings.CutPrefix(s, "EU-"); ok {
		s = rest
	}
	if strings.Contains(s, "-") {
		becomes, known = w.look(wordState, s, "")
		return becomes, wordState, known
	}
	becomes, known = w.look(wordCountry, s, "")
	return becomes, wordCountry, known
}

// model normalises a model of a make; a make that stands before it is taken away.
func (w *Words) model(s, maker string) (becomes string, known bool) {
	made := fold(maker)
	words := strings.Fields(strings.ReplaceAll(s, "_", " "))
	for from := range min(len(words), 3) {
		if from > 0 {
			if before, _ := w.look(wordMake, strings.Join(words[:from], " "), ""); maker == "" || before != maker {
				continue
			}
		}
		rest := strings.Join(words[from:], " ")
		for _, m := range []string{made, ""} {
			if becomes, known := w.look(wordModel, rest, m); known {
				return becomes, true
			}
		}
		if from > 0 {
			return detection.NormalizeWord(rest), false
		}
	}
	return detection.NormalizeWord(strings.Join(words, " ")), false
}

// apply normalises the words of d and counts those that are in no table.
func (w *Words) apply(d *detection.Detection, region bool, unknown *map[string]int64) {
	note := func(kind, was string, known bool) {
		if !known {
			tell(unknown, kind+" "+was)
		}
	}
	state, kind, known := w.state(d.State, region)
	d.State = state
	note(kind, state, known)
	d.Make, known = w.look(wordMake, d.Make, "")
	note(wordMake, d.Make, known)
	was := d.Model
	d.Model, known = w.model(d.Model, d.Make)
	note(wordModel, strings.TrimSpace(d.Make+" "+d.Model), known || was == "")
	d.Color, known = w.look(wordColor, d.Color, "")
	note(wordColor, d.Color, known)
}
