package policy

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CheckPassword returns a refusal (rule X-5) when a new password of user is too short, too
// long, or too easy to guess: made of blocklisted words, of the account's own name, or of
// very few different characters. Spaces are allowed. Kinds of characters are demanded only where
// the policy says so.
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
	if have := classes(password); have < p.Password.Classes {
		return no(fmt.Sprintf("The password has %d of the 4 kinds of characters; %d are the least", have, p.Password.Classes),
			"Mix lower case, upper case, digits and signs.")
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

// PasswordHint says in a line what CheckPassword asks of a new password.
func (p Policy) PasswordHint() string {
	text := fmt.Sprintf("At least %d characters: a sentence or four random words, without your name.", p.Password.MinChars)
	if p.Password.Classes > 1 {
		text += fmt.Sprintf(" %d of lower case, upper case, digits and signs.", p.Password.Classes)
	}
	return text
}

// classes counts the kinds of characters in s: lower case, upper case, digits, others.
func classes(s string) int {
	var seen [4]bool
	for _, r := range s {
		switch {
		case unicode.IsLower(r):
			seen[0] = true
		case unicode.IsUpper(r):
			seen[1] = true
		case unicode.IsDigit(r):
			seen[2] = true
		default:
			seen[3] = true
		}
	}
	n := 0
	for _, x := range seen {
		if x {
			n++
		}
	}
	return n
}

// CheckPasswordAge returns a refusal (rule X-5) when a password set at set is too old at now.
func (p Policy) CheckPasswordAge(set, now time.Time) *Refusal {
	if p.Password.MaxDays == 0 || now.Sub(set) <= time.Duration(p.Password.MaxDays)*24*time.Hour {
		return nil
	}
	return &Refusal{
		"X-5", fmt.Sprintf("Your password is older than %d days", p.Password.MaxDays), "An old password has had the longest time to leak.",
		"Ask an account manager to set a new one.",
	}
}
