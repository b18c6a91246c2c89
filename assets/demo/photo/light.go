package photo

import (
	"math"
	"time"
)

// light is the time of day as a picture shows it.
type light int

const (
	night light = iota
	dusk
	day
)

// lightAt judges the light by the sun's height: night below -6°, dusk to +6°. The height comes
// from the usual low-precision formulas (declination by the day of the year, hour angle by the
// longitude), good to about a degree.
func lightAt(t time.Time, lon, lat float64) light {
	u := t.UTC()
	d := float64(u.YearDay())
	decl := -23.44 * math.Cos(2*math.Pi*(d+10)/365)
	hours := float64(u.Hour()) + float64(u.Minute())/60
	angle := (hours-12)*15 + lon
	rad := math.Pi / 180
	h := math.Asin(math.Sin(lat*rad)*math.Sin(decl*rad)+math.Cos(lat*rad)*math.Cos(decl*rad)*math.Cos(angle*rad)) / rad
	switch {
	case h < -6:
		return night
	case h < 6:
		return dusk
	}
	return day
}

// paintOf is the colour of a body, by the word of the data.
var paintOf = map[string]rgba{
	"WHITE": {226, 228, 230, 255}, "BLACK": {34, 36, 40, 255}, "GREY": {112, 117, 123, 255}, "GRAY": {112, 117, 123, 255},
	"SILVER": {172, 177, 183, 255}, "BLUE": {38, 78, 158, 255}, "RED": {196, 42, 44, 255}, "GREEN": {44, 104, 66, 255},
	"BROWN": {98, 66, 44, 255}, "BEIGE": {198, 182, 150, 255}, "ORANGE": {222, 112, 32, 255}, "GOLD": {182, 148, 76, 255},
	"YELLOW": {230, 196, 48, 255},
}

func bodyPaint(word string) rgba {
	if c, ok := paintOf[word]; ok {
		return c
	}
	return paintOf["GRAY"]
}
