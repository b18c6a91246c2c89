package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckPassword returns a refusal (rule X-5) when a new password of user is too short, too
// long, or too easy to guess: made of blocklisted words, of the account's own name, or of
// very few different characters. Spaces are allowed; no classes of characters are demanded.
func (p Policy) CheckPassword(user, password string) *Refusal {
	no := func(what, next string) *Refusal {
		return &Refusal{"X-5", what, "A long password that nobody guesses needs no other rule.", next}
	}
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl):
		return no("The password holds a control character", "Use letters, digits, signs and spaces.")
	case n < p.Password.MinChars:
		return no(fmt.Sprintf("The password has %d characters; %d are the least", n, p.Password.MinChars), "Use a sentence or four random words.")
	case n > p.Password.MaxChars:
		return no(fmt.Sprintf("The password is longer than %d characters", p.Password.MaxChars), "Use a shorter one.")
	}
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	rest := plain(password)
	words := append([]string{plain(user)}, p.Password.Blocklist...)
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // whole words before their parts
	for _, word := range words {
		if word = plain(word); len(word) >= 3 {
			rest = strings.ReplaceAll(rest, word, "")
		}
	}
	if len(different) < 5 || utf8.RuneCountInString(strings.ReplaceAll(rest, " ", "")) < 6 {
		return no("The password is easy to guess", "Use a sentence or four random words, without your name.")
	}
	return nil
}
