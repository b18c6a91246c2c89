package session

import (
	"strings"
	"unicode/utf8"
)

// VehicleWords is "red Toyota Camry", with what is known; empty when nothing is.
func VehicleWords(color, make, model string) string {
	var parts []string
	if color != "" {
		parts = append(parts, strings.ReplaceAll(strings.ToLower(color), "gray", "grey"))
	}
	for _, s := range []string{make, model} {
		if s != "" {
			parts = append(parts, properCase(s))
		}
	}
	return strings.Join(parts, " ")
}

// properCase writes a stored upper-case word as people do: "TOYOTA" is Toyota and
// "MERCEDES-BENZ" is Mercedes-Benz; words with digits, short ones without a vowel (BMW, GMC)
// and those around a single letter (CR-V, F-SERIES) stay.
func properCase(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		parts := strings.Split(w, "-")
		stays := strings.ContainsAny(w, "0123456789") || len(w) <= 3 && !strings.ContainsAny(w, "AEIOU")
		for _, p := range parts {
			stays = stays || len(p) <= 1
		}
		if stays {
			continue
		}
		for j, p := range parts {
			_, first := utf8.DecodeRuneInString(p)
			parts[j] = p[:first] + strings.ToLower(p[first:])
		}
		words[i] = strings.Join(parts, "-")
	}
	return strings.Join(words, " ")
}

// direction is the compass word of a heading: "eastbound"; empty when not known.
func direction(deg float64) string {
	if deg < 0 {
		return ""
	}
	names := [...]string{"northbound", "northeast-bound", "eastbound", "southeast-bound", "southbound", "southwest-bound", "westbound", "northwest-bound"}
	return names[int(deg/45+0.5)%8]
}

// RefinementWords says the refinements in one phrase: "red Toyota, 2015–2018, DE"; "any
// vehicle" when there are none.
func RefinementWords(v Vehicle) string {
	join := func(s string) string { return strings.Join(list(s), "/") }
	text := VehicleWords(join(v.Color), join(v.Make), join(v.Model))
	parts := []string{}
	if text != "" {
		parts = append(parts, text)
	}
	switch {
	case v.YearFrom != "" && v.YearTo != "":
		parts = append(parts, v.YearFrom+"–"+v.YearTo)
	case v.YearFrom != "":
		parts = append(parts, "from "+v.YearFrom)
	case v.YearTo != "":
		parts = append(parts, "to "+v.YearTo)
	}
	if s := join(v.State); s != "" {
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return "any vehicle"
	}
	return strings.Join(parts, ", ")
}
