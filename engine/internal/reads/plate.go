package reads

import (
	"cordon/engine/detection"
)

// A packed plate is the plate as a number in base 37: digits 1–10, letters 11–36, 0 after
// the end, twelve places. Packed plates order like the plates do.
const plateBase = 37

func plateSymbol(c byte) uint64 {
	if c <= '9' {
		return uint64(c-'0') + 1
	}
	return uint64(c-'A') + 11
}

// packPlate expects a plate that detection.CheckPlate accepts.
func packPlate(s string) uint64 {
	var v uint64
	for i := range detection.MaxPlateLen {
		v *= plateBase
		if i < len(s) {
			v += plateSymbol(s[i])
		}
	}
	return v
}

func unpackPlate(v uint64) string { return string(appendPlate(nil, v)) }

// appendPlate appends the text of a packed plate.
func appendPlate(dst []byte, v uint64) []byte {
	var b [detection.MaxPlateLen]byte
	n := 0
	for i := detection.MaxPlateLen - 1; i >= 0; i-- {
		switch s := byte(v % plateBase); {
		case s == 0:
		case s <= 10:
			b[i] = '0' + s - 1
		default:
			b[i] = 'A' + s - 11
		}
		if b[i] != 0 && n == 0 {
			n = i + 1
		}
		v /= plateBase
	}
	return append(dst, b[:n]...)
}

// A scan word is a plate for pattern scans: ten symbols of six bits from the top, the
// length in the low four bits. Plates of eleven and twelve symbols leave the rest out.
const (
	scanSymbols = 10
	scanTop     = 64 - 6
)

func scanWord(plate uint64) uint64 {
	n, w := uint64(0), uint64(0)
	for i := detection.MaxPlateLen - 1; plate > 0; i-- {
		s := plate % plateBase
		plate /= plateBase
		if s != 0 && n == 0 {
			n = uint64(i) + 1
		}
		if i < scanSymbols {
			w |= s << (scanTop - 6*i)
		}
	}
	return w | n
}

// matcher tests scan words against a pattern.
type matcher struct {
	pattern  detection.Pattern
	exact    bool // no run: the length is fixed
	length   int  // least length
	pre, suf int  // number of items before the first and after the last run
	preMask  uint64
	preWant  uint64
	sufMask  uint64 // right-aligned
	sufWant  uint64
	endMask  uint64 // of reverseWord
	endWant  uint64
	wordMask uint64 // necessary for all
	wordWant uint64
	verify   bool // masks alone do not decide
}

func newMatcher(p detection.Pattern) matcher {
	items := p.Items()
	m := matcher{pattern: p, length: p.MinLen(), exact: true}
	first, last := len(items), -1
	for i, r := range items {
		if r == '*' {
			m.exact = false
			first, last = min(first, i), i
		}
	}
	m.pre = first
	for i, r := range items[:min(first, scanSymbols)] {
		if r != '?' {
			m.preMask |= 63 << (scanTop - 6*i)
			m.preWant |= plateSymbol(byte(r)) << (scanTop - 6*i)
		}
	}
	tail := items[last+1:]
	for i := range min(len(tail), scanSymbols) {
		if r := tail[len(tail)-1-i]; r != '?' {
			m.endMask |= 63 << (scanTop - 6*i)
			m.endWant |= plateSymbol(byte(r)) << (scanTop - 6*i)
		}
	}
	m.wordMask, m.wordWant = m.preMask, m.preWant
	if m.exact {
		m.wordMask |= 15
		m.wordWant |= uint64(m.length)
	}
	if last >= 0 {
		m.suf = len(tail)
		for i := range min(len(tail), scanSymbols) {
			if r := tail[len(tail)-1-i]; r != '?' {
				m.sufMask |= 63 << (6 * i)
				m.sufWant |= plateSymbol(byte(r)) << (6 * i)
			}
		}
	}
	m.verify = first != last && last >= 0
	return m
}

// match tests one vehicle; word is the scan word of plate.
func (m *matcher) match(word, plate uint64) bool {
	n := int(word & 15)
	if n < m.length || m.exact && n != m.length {
		return false
	}
	if word&m.preMask != m.preWant {
		return false
	}
	if n > scanSymbols {
		return m.pattern.Match(unpackPlate(plate))
	}
	if m.sufMask != 0 && word>>4>>(6*(scanSymbols-n))&m.sufMask != m.sufWant {
		return false
	}
	return !m.verify || m.pattern.Match(unpackPlate(plate))
}
