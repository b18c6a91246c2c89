package mapview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"github.com/paulmach/orb"
)

// Status marks an area that needs attention.
type Status uint8

const (
	StatusNone    Status = iota
	StatusWarn           // amber: a rule asks for a justification
	StatusRefused        // red: this area cannot be queried
)

// Area is a named area of a query.
type Area struct {
	Letter   string           // "A" to "H", on the chip
	Name     string           // what the person called it
	Label    string           // quiet text behind the name: "0.11 km²", "68 reads"
	Color    color.Color      // border and fill; nil: the colour of the letter in Style.Areas
	Shape    orb.MultiPolygon // (lon, lat), rings closed
	Selected bool             // wider border
	Dashed   bool             // not closed or not run yet
	Status   Status
}

// Point is one read of a mobile camera, or any other single place.
type Point struct {
	ID         uint64
	Pos        orb.Point // (lon, lat)
	ColorIndex int       // index into Style.Areas; outside it: neutral
	Selected   bool      // white ring
	Faded      bool      // outside the brush
}

// CameraKind says what a camera is.
type CameraKind uint8

const (
	Fixed CameraKind = iota
	Mobile
)

// Camera is a camera with a place of its own.
type Camera struct {
	ID         string
	Pos        orb.Point // (lon, lat)
	HeadingDeg float64   // where it looks, degrees clockwise from north; NaN: unknown
	Kind       CameraKind
	Count      int // reads of the result there; 0: an icon instead of a count
	ColorIndex int // index into Style.Areas; outside it: neutral
	Selected   bool
}

// Place is a sensitive place with the buffer that a rule keeps around it.
type Place struct {
	Pos     orb.Point // (lon, lat)
	Kind    string    // names the icon in Style.Icons: "school"
	Label   string    // "School · 100 m buffer"; shown from zoom 14.5
	BufferM float64   // radius in metres, 0 for none
}

// Callout is the box at the selected read.
type Callout struct {
	Pos   orb.Point // (lon, lat)
	Title string    // the plate, set in mono
	Tag   string    // its state
	Line  string    // time, camera, number
}

// HitKind says what was hit.
type HitKind uint8

const (
	HitPoint HitKind = iota
	HitCamera
	HitPlace
	HitArea
)

// Hit is something under the pointer; Index counts in the slice that was set. Hits come nearest first,
// points and cameras before places, places before areas.
type Hit struct {
	Kind      HitKind
	Index     int
	Distance  float64 // units from the pointer to the centre; 0 for an area
	CameraID  string  // of a camera
	PointID   uint64  // of a point
	Clustered int     // > 1: so many cameras are drawn as one marker here
}

// Style is the look of the map as data. Every field may be left out.
type Style struct {
	Land          color.Color // before a tile is there
	Panel         color.Color // tags and furniture
	Line          color.Color // their border
	Text          color.Color
	TextSecondary color.Color
	TextQuiet     color.Color
	Accent        color.Color // focus, the tool in hand without a colour of its own

	Amber, AmberSoft, AmberLine, AmberText color.Color // warnings, sensitive places
	Red                                    color.Color // refusals

	Inverse, InverseText, InverseQuiet, InverseKey color.Color // tooltip and callout; key caps in it

	Areas     [8]color.Color // A to H
	OnArea    color.Color    // letters and counts on those colours
	Neutral   color.Color    // points and markers without an area
	Ring      color.Color    // round what is selected
	FillAlpha float64        // 0–1, fill of areas
	LineWidth float32        // border of areas

	Regular, SemiBold, Mono fyne.Resource // TTF or OTF; nil: the font of the theme
	// Icons are SVG outlines by name; only their coverage counts. "camera" and the kinds of places.
	Icons map[string]fyne.Resource
	// Attribution is shown bottom right, always.
	Attribution string
}

// DefaultAttribution is shown when the style names none: the licence of the base map asks for it.
const DefaultAttribution = "© OpenStreetMap contributors"

func or(c color.Color, def uint32) color.NRGBA {
	if c == nil {
		return color.NRGBA{R: uint8(def >> 16), G: uint8(def >> 8), B: uint8(def), A: 0xff}
	}
	return color.NRGBAModel.Convert(c).(color.NRGBA)
}

// filled returns the style with defaults, mid greys, for all that was left out.
func (s Style) filled() Style {
	s.Land, s.Panel, s.Line = or(s.Land, 0xF2F3F4), or(s.Panel, 0xFFFFFF), or(s.Line, 0xBCC5CE)
	s.Text, s.TextSecondary, s.TextQuiet = or(s.Text, 0x16202B), or(s.TextSecondary, 0x465361), or(s.TextQuiet, 0x5F6C7A)
	s.Accent = or(s.Accent, 0x0B756F)
	s.Amber, s.AmberSoft = or(s.Amber, 0xE8A317), or(s.AmberSoft, 0xFFF5DF)
	s.AmberLine, s.AmberText = or(s.AmberLine, 0xEBCB8A), or(s.AmberText, 0x875400)
	s.Red = or(s.Red, 0xBE2530)
	s.Inverse, s.InverseText = or(s.Inverse, 0x16202B), or(s.InverseText, 0xFFFFFF)
	s.InverseQuiet, s.InverseKey = or(s.InverseQuiet, 0xBCC5CE), or(s.InverseKey, 0x2A3644)
	for i, c := range s.Areas {
		s.Areas[i] = or(c, 0x465361)
	}
	s.OnArea, s.Neutral, s.Ring = or(s.OnArea, 0xFFFFFF), or(s.Neutral, 0x465361), or(s.Ring, 0xFFFFFF)
	if !(s.FillAlpha > 0 && s.FillAlpha <= 1) {
		s.FillAlpha = 0.14
	}
	if s.LineWidth <= 0 {
		s.LineWidth = 2
	}
	if s.Attribution == "" {
		s.Attribution = DefaultAttribution
	}
	return s
}

func (s *Style) indexed(i int) color.NRGBA {
	if i < 0 || i >= len(s.Areas) {
		return or(s.Neutral, 0)
	}
	return or(s.Areas[i], 0)
}

// areaColor is the colour of an area: its own, or that of its letter.
func (s *Style) areaColor(a *Area) color.NRGBA {
	if a.Color != nil {
		return or(a.Color, 0)
	}
	if len(a.Letter) == 1 && a.Letter[0] >= 'A' && a.Letter[0] <= 'H' {
		return s.indexed(int(a.Letter[0] - 'A'))
	}
	return s.indexed(-1)
}
