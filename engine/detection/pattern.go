package detection

import (
	"fmt"
	"strings"
)

// Pattern is a partial plate: literal characters, single unknown characters and, with
// StarAny, runs. The zero value matches nothing.
type Pattern struct{ items []rune } // 'A'–'Z', '0'–'9', patternOne, patternRun

const (
	patternOne = '?'
	patternRun = '*'
)

// ParsePattern reads a partial plate such as "AB*123". White space and hyphens are
// dropped, letters upper-cased, adjacent runs folded. It returns a *FieldError when the
// text has another character, no known one, or more than 12 characters.
func ParsePattern(s string, star Star) (Pattern, error) {
	var p Pattern
	for _, r := range NormalizePlate(s) {
		switch {
		case isPlateRune(r):
		case r == '?', r == '*' && star != StarAny:
			r = patternOne
		case r == '*':
			if n := len(p.items); n > 0 && p.items[n-1] == patternRun {
				continue
			}
			r = patternRun
		default:
			return Pattern{}, &FieldError{
				Field: "plate", Problem: "holds " + quoteRune(r),
				Hint: "Use letters, digits, and ? or * for what you do not know.",
			}
		}
		p.items = append(p.items, r)
	}
	if p.Known() == 0 {
		return Pattern{}, &FieldError{
			Field: "plate", Problem: "has no known character",
			Hint: "Give at least one letter or digit of the plate.",
		}
	}
	if p.MinLen() > MaxPlateLen {
		return Pattern{}, &FieldError{Field: "plate", Problem: "is longer than 12 characters", Hint: "No plate is that long."}
	}
	return p, nil
}

// Items returns the pattern's elements: 'A'–'Z', '0'–'9', '?' for exactly one unknown
// character, '*' for any run. The caller may keep the slice.
func (p Pattern) Items() []rune { return append([]rune(nil), p.items...) }

// Known returns how many characters are given (Q-PART-2 warns for one or two).
func (p Pattern) Known() int {
	n := 0
	for _, r := range p.items {
		if isPlateRune(r) {
			n++
		}
	}
	return n
}

// MinLen returns the length of the shortest plate that matches.
func (p Pattern) MinLen() int {
	n := len(p.items)
	for _, r := range p.items {
		if r == patternRun {
			n--
		}
	}
	return n
}

// Match reports whether the whole plate matches.
func (p Pattern) Match(plate string) bool {
	if len(p.items) == 0 {
		return false
	}
	// Greedy with one back-tracking point: the last run seen.
	pi, si, run, mark := 0, 0, -1, 0
	for si < len(plate) {
		switch {
		case pi < len(p.items) && p.items[pi] == patternRun:
			run, mark = pi, si
			pi++
		case pi < len(p.items) && (p.items[pi] == patternOne || p.items[pi] == rune(plate[si])):
			pi++
			si++
		case run >= 0:
			mark++
			pi, si = run+1, mark
		default:
			return false
		}
	}
	for pi < len(p.items) && p.items[pi] == patternRun {
		pi++
	}
	return pi == len(p.items)
}

// Words says in plain words what the pattern matches, e.g. "6 characters: A, B, any one,
// 1, 2, 3".
func (p Pattern) Words() string {
	parts := make([]string, 0, len(p.items))
	runs := false
	for _, r := range p.items {
		switch r {
		case patternOne:
			parts = append(parts, "any one")
		case patternRun:
			parts = append(parts, "any run")
			runs = true
		default:
			parts = append(parts, string(r))
		}
	}
	length := fmt.Sprintf("%d characters", p.MinLen())
	if p.MinLen() == 1 {
		length = "1 character"
	}
	if runs {
		length = "at least " + length
	}
	return length + ": " + strings.Join(parts, ", ")
}
