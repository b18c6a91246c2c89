package policy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckText returns a refusal when a required text is empty, repeats its hint, or has too few
// different words to say anything. name begins the sentence, e.g. "The reason".
func (p Policy) CheckText(rule, name, text, hint, why, next string) *Refusal {
	_, words := measure(text)
	switch {
	case words == 0:
		return &Refusal{rule, name + " is missing", why, next}
	case repeats(text, hint):
		return &Refusal{rule, name + " repeats the field's hint", why, next}
	case words < p.ReasonWords:
		return &Refusal{rule, fmt.Sprintf("%s has %s; %d are the least", name, differentWords(words), p.ReasonWords), why, next}
	}
	return nil
}

// JustificationLacks returns how many letters and digits, and how many different words, a
// justification still needs (Q-GEO-3); 0 and 0: it is long enough.
func (p Policy) JustificationLacks(text string) (chars, words int) {
	chars, words = measure(text)
	return max(p.Justification-chars, 0), max(p.JustificationWords-words, 0)
}

// plain folds s for comparison: letters and digits in lower case, single spaces between.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

func blank(s string) bool { return plain(s) == "" }

// measure counts the letters and digits of s, and its different words. A character over and
// over is no word.
func measure(s string) (chars, words int) {
	seen := map[string]bool{}
	for _, w := range strings.Fields(plain(s)) {
		n := utf8.RuneCountInString(w)
		chars += n
		first, _ := utf8.DecodeRuneInString(w)
		if n > 2 && strings.Trim(w, string(first)) == "" {
			continue
		}
		seen[w] = true
	}
	return chars, len(seen)
}

func differentWords(n int) string {
	if n == 1 {
		return "1 word"
	}
	return fmt.Sprintf("%d different words", n)
}

// repeats reports whether s is the hint, or the hint several times, with at most a few
// characters about it.
func repeats(s, hint string) bool {
	s, hint = plain(s), plain(hint)
	if hint == "" || !strings.Contains(s, hint) {
		return false
	}
	return len(strings.TrimSpace(strings.ReplaceAll(s, hint, ""))) < 10
}
