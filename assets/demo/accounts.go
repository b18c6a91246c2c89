package demo

import (
	"encoding/base32"
	"encoding/binary"
)

// Account is an invented person who works with the demo.
type Account struct {
	User, Name string
	Role       string // as the policy names it, e.g. "criminal-investigator"
	Unit       string
	Mission    string // criminal or administrative: what the unit does
	Enhanced   bool   // may use the enhanced functions, where role and mission allow them
}

// Accounts returns the demo's accounts, at least one for each role. Names are invented.
func Accounts() []Account {
	return []Account{
		{"k.lindqvist", "Karin Lindqvist", "criminal-investigator", "Wilmington Investigations", "criminal", true},
		{"m.abara", "Michael Abara", "criminal-investigator", "Wilmington Investigations", "criminal", true},
		{"t.okafor", "Tobias Okafor", "task-force-officer", "Wilmington Investigations", "criminal", true},
		{"s.varga", "Sofia Varga", "criminal-analyst", "Wilmington Investigations", "criminal", true},
		{"j.pell", "Jonas Pell", "investigative-assistant", "Wilmington Investigations", "criminal", true},
		{"d.ferris", "Dana Ferris", "administrative-officer", "Wilmington Removal", "administrative", false},
		{"r.hale", "Ruth Hale", "supervisor", "Wilmington Investigations", "criminal", true},
		{"a.moreno", "Alba Moreno", "auditor", "Oversight", "administrative", false},
		{"c.brandt", "Carl Brandt", "account-manager", "Systems", "administrative", false},
		{"l.nyberg", "Lena Nyberg", "trainer", "Training", "criminal", true},
	}
}

// Password returns the demo password of a user: four made-up words and two digits, at least 20
// characters. It is derived from the user's name alone and printed in the open: FOR THE DEMO ONLY,
// never for a workstation with real data.
func Password(user string) string {
	r := newRng(DefaultSeed, saltAccount, text(user))
	const first, vowels, last = "bdfgklmnprstvz", "aeiou", "lmnrst"
	var b []byte
	for range 4 {
		for range 2 {
			b = append(b, first[r.n(len(first))], vowels[r.n(len(vowels))])
		}
		b = append(b, last[r.n(len(last))], '-')
	}
	return string(append(b, byte('2'+r.n(8)), byte('2'+r.n(8))))
}

// TOTPSecret returns the demo secret of a user for six-digit codes: 20 bytes in base32, 32
// characters. The same warning as for [Password] holds.
func TOTPSecret(user string) string {
	r := newRng(DefaultSeed, saltAccount, text(user), 2)
	var b []byte
	for len(b) < 20 {
		b = binary.BigEndian.AppendUint64(b, r.next())
	}
	return base32.StdEncoding.EncodeToString(b[:20])
}

// text folds a string into a number (FNV-1a).
func text(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}
