package basemap

import "strings"

// streetWords are the usual abbreviations of the United States Postal Service, Publication 28, appendix C1,
// for the last word of a street's name.
var streetWords = map[string]string{
	"Alley": "Aly", "Avenue": "Ave", "Boulevard": "Blvd", "Circle": "Cir", "Court": "Ct", "Drive": "Dr",
	"Expressway": "Expy", "Extension": "Ext", "Freeway": "Fwy", "Highway": "Hwy", "Lane": "Ln", "Parkway": "Pkwy",
	"Place": "Pl", "Plaza": "Plz", "Road": "Rd", "Square": "Sq", "Street": "St", "Terrace": "Ter", "Trail": "Trl",
	"Turnpike": "Tpke",
}

var directions = map[string]string{
	"North": "N", "South": "S", "East": "E", "West": "W",
	"Northeast": "NE", "Northwest": "NW", "Southeast": "SE", "Southwest": "SW",
}

// abbreviateStreet shortens a street's name: "North King Street" becomes "N King St". A direction that is the
// name itself, as in "North Street", stays.
func abbreviateStreet(name string) string {
	w := strings.Fields(name)
	last := len(w) - 1
	if last < 1 {
		return name
	}
	if d, ok := directions[w[last]]; ok && last >= 2 {
		w[last] = d
		last--
	}
	if s, ok := streetWords[w[last]]; ok {
		w[last] = s
	}
	if d, ok := directions[w[0]]; ok && last >= 2 {
		w[0] = d
	}
	return strings.Join(w, " ")
}

// maxShield is the longest road number that stands on a shield, in letters.
const maxShield = 12

// shieldText gives the road number to show of a ref tag: the first of several, "Business" shortened. Empty
// means none: numbers in brackets are not signposted.
func shieldText(ref string) string {
	r, _, _ := strings.Cut(ref, ";")
	r = strings.TrimSpace(r)
	r = strings.Replace(r, "Business", "Bus", 1)
	r = strings.Replace(r, "Alternate", "Alt", 1)
	if len(r) > maxShield || strings.HasPrefix(r, "(") {
		return ""
	}
	return r
}
