package demo

import (
	"cmp"
	"slices"
	"time"
)

// Story is something planted in the world that a query finds.
type Story struct {
	ID, Name  string
	Text      string
	QueryKind string // common, repeat or partial
	Areas     []Area
	MinAreas  int       // for common: how many areas a plate must be in
	From, To  time.Time // the timeframe, [From, To)
	// HoursFrom and HoursTo limit the time of day, in Delaware, as "18:00"; empty: the whole day.
	HoursFrom, HoursTo string
	Windows            []Window // for repeat: the windows, oldest first
	Pattern            string   // for partial
	Plates             []string // what the query is meant to find
	State              []string // of the plates
}

// Area is a named polygon: a closed ring of longitude, latitude, counter-clockwise or not.
type Area struct {
	Name string
	Ring [][2]float64
}

// Window is a timeframe, [From, To).
type Window struct{ From, To time.Time }

// The areas of the first story, in Wilmington: 2, 3 and 2 cameras.
var (
	areaWarehouse = Area{"warehouse", [][2]float64{
		{-75.552030, 39.733797}, {-75.549763, 39.733084}, {-75.550341, 39.731497}, {-75.552747, 39.732228}, {-75.552030, 39.733797},
	}}
	areaDepot = Area{"depot", [][2]float64{
		{-75.549948, 39.735598},
		{-75.548907, 39.736276},
		{-75.546478, 39.736080},
		{-75.544697, 39.738166},
		{-75.543818, 39.738327},
		{-75.543425, 39.736989},
		{-75.544234, 39.735705},
		{-75.544928, 39.734778},
		{-75.546039, 39.734314},
		{-75.547565, 39.734457},
		{-75.549184, 39.735046},
		{-75.549948, 39.735598},
	}}
	areaGate = Area{"gate", [][2]float64{
		{-75.540788, 39.734725}, {-75.539400, 39.734493}, {-75.539169, 39.733173}, {-75.540071, 39.732317}, {-75.541320, 39.732460}, {-75.541644, 39.734100}, {-75.540788, 39.734725},
	}}
	areaDover  = Area{"Dover side", [][2]float64{{-75.5335, 39.1243}, {-75.5301, 39.1243}, {-75.5301, 39.1265}, {-75.5335, 39.1265}, {-75.5335, 39.1243}}}
	areaCamden = Area{"Camden side", [][2]float64{{-75.5391, 39.1123}, {-75.5358, 39.1123}, {-75.5358, 39.1145}, {-75.5391, 39.1145}, {-75.5391, 39.1123}}}
	areaBeach  = Area{"Rehoboth Ave", [][2]float64{{-75.0946, 38.7132}, {-75.0912, 38.7132}, {-75.0912, 38.7156}, {-75.0946, 38.7156}, {-75.0946, 38.7132}}}
)

// planted is a vehicle of a story and where cameras saw it.
type planted struct {
	Vehicle
	reads []storyRow
}

// storyRow is one planted read; at is for a world that ends at DefaultEnd.
type storyRow struct {
	car        int
	camera     string
	at         time.Time
	confidence float64
	photos     int
}

// outages are the planned gaps of the cameras in the story's areas; these cameras have no others.
var outages = []struct {
	camera   string
	from, to time.Time
}{
	{"WIL-011", edtTime(5, 6, 12, 0, 0), edtTime(5, 7, 14, 0, 0)},
	{"WIL-012", edtTime(5, 6, 12, 0, 0), edtTime(5, 7, 14, 0, 0)},
	{"WIL-013", time.Time{}, time.Time{}},
	{"WIL-014", time.Time{}, time.Time{}},
	{"WIL-015", time.Time{}, time.Time{}},
	{"WIL-016", edtTime(5, 11, 8, 0, 0), edtTime(5, 11, 21, 0, 0)},
	{"WIL-017", edtTime(5, 11, 8, 0, 0), edtTime(5, 11, 21, 0, 0)},
}

func edtTime(month, day, hour, minute, sec int) time.Time {
	return time.Date(2026, time.Month(month), day, hour, minute, sec, 0, edt)
}

// fleet returns the planted vehicles with their reads.
func fleet() []planted {
	car := func(plate, state, maker, model, body, color string, year int) planted {
		return planted{Vehicle: Vehicle{Plate: plate, State: state, Make: maker, Model: model, Body: body, Color: color, Year: year}}
	}
	f := []planted{
		car("7KDM482", "DE", "TOYOTA", "CAMRY", "sedan", "RED", 2016),
		car("41TVK18", "PA", "FORD", "TRANSIT", "van", "WHITE", 2019),
		car("7KXB071", "DE", "HONDA", "CR-V", "suv", "GRAY", 2018),
		car("482XTZ7", "NJ", "NISSAN", "ALTIMA", "sedan", "BLACK", 2014),
		car("7HLR559", "DE", "RAM", "1500", "pickup", "WHITE", 2020),
		car("3RNV618", "DE", "JEEP", "WRANGLER", "suv", "BLUE", 2017),
		car("58KBT04", "PA", "DODGE", "GRAND CARAVAN", "van", "GRAY", 2013),
		car("62FDR90", "PA", "FORD", "TRANSIT", "van", "WHITE", 2021),
	}
	see := func(i int, camera string, month, day, hour, minute, sec int) {
		n := len(f[i].reads)
		r := storyRow{i, camera, edtTime(month, day, hour, minute, sec).Add(time.Duration((n*377+i*91)%1000) * time.Millisecond), float64(97-(n*7+i*3)%6) / 100, 2}
		f[i].reads = append(f[i].reads, r)
	}
	// The three warehouses: A 4, B 3, C 2; a few reads on the way there.
	see(0, "WIL-013", 5, 3, 21, 14, 8)
	see(0, "WIL-012", 5, 3, 22, 20, 44)
	see(0, "WIL-011", 5, 5, 23, 41, 17)
	see(0, "WIL-016", 5, 7, 22, 5, 52)
	see(0, "WIL-014", 5, 9, 2, 47, 31)
	f[0].reads[4].confidence, f[0].reads[4].at = 0.97, edtTime(5, 9, 2, 47, 31)
	see(0, "WIL-011", 5, 9, 22, 48, 3)
	see(0, "WIL-017", 5, 11, 0, 32, 39)
	see(0, "WIL-015", 5, 13, 1, 21, 10)
	see(0, "WIL-012", 5, 13, 2, 6, 25)
	see(0, "WIL-010", 5, 3, 20, 58, 40)
	see(0, "WIL-010", 5, 7, 21, 49, 12)
	see(0, "WIL-010", 5, 12, 17, 36, 51)
	// Others who are in all three by night and day work there: carriers, a night shift.
	for k, c := range []string{"WIL-014", "WIL-011", "WIL-013", "WIL-016", "WIL-014", "WIL-012", "WIL-015"} {
		see(1, c, 5, []int{2, 3, 5, 7, 8, 11, 12}[k], []int{19, 20, 19, 21, 19, 20, 22}[k], 31+k*3, 5*k)
	}
	f[1].reads[0].at = edtTime(5, 2, 19, 40, 11)
	for k, c := range []string{"WIL-016", "WIL-014", "WIL-017", "WIL-011", "WIL-013", "WIL-016"} {
		see(2, c, 5, []int{4, 6, 8, 10, 12, 14}[k], []int{20, 22, 20, 23, 19, 5}[k], 2+k*2, 9*k)
	}
	for k, c := range []string{"WIL-011", "WIL-017", "WIL-013", "WIL-012", "WIL-016"} {
		see(3, c, 5, []int{2, 4, 6, 8, 11}[k], []int{23, 23, 22, 23, 1}[k], []int{55, 12, 40, 5, 18}[k], 11*k)
	}
	f[3].reads[2].photos = 1
	for k, c := range []string{"WIL-012", "WIL-015", "WIL-017", "WIL-016"} {
		see(4, c, 5, []int{6, 8, 11, 13}[k], []int{18, 18, 23, 19}[k], []int{21, 40, 30, 3}[k], 13*k)
	}
	f[4].reads[0].at = edtTime(5, 5, 18, 21, 0)
	f[4].reads[2].at = edtTime(5, 10, 23, 30, 26)
	// The pair: four evenings over the border of Dover and Camden, minutes apart.
	for k, day := range []struct{ m, d, h, min int }{{4, 21, 20, 14}, {4, 23, 19, 47}, {4, 28, 20, 31}, {4, 30, 20, 9}} {
		see(5, "DOV-021", day.m, day.d, day.h, day.min, 12+k)
		see(5, "DOV-022", day.m, day.d, day.h, day.min+1, 51+k)
		see(6, "DOV-021", day.m, day.d, day.h, day.min+2, 3*k)
		see(6, "DOV-022", day.m, day.d, day.h, day.min+3, 40+k)
	}
	// The returning van: five weekends in Rehoboth Beach, late.
	for k, day := range []struct{ m, d int }{{4, 11}, {4, 18}, {4, 25}, {5, 2}, {5, 9}} {
		see(7, "SUS-007", day.m, day.d, 22, 8+k*7, 20+k)
		see(7, "SUS-008", day.m, day.d, 22, 15+k*7, 44-k)
	}
	return f
}

// storyShift is how far the stories move, in ms, so that they end before the world does: whole
// days from DefaultEnd to the world's end.
func (w *World) storyShift() int64 {
	const day = 86_400_000
	d := w.end - DefaultEnd().UnixMilli()
	n := d / day
	if d%day < 0 {
		n--
	}
	return n * day
}

// storySights returns the planted reads that lie in the world's time, oldest first.
func (w *World) storySights() []sight {
	var out []sight
	for i := range w.fleet {
		for j := range w.fleet[i].reads {
			r := &w.fleet[i].reads[j]
			at := r.at.UnixMilli() + w.storyShift()
			c, ok := w.net.camera(r.camera)
			if !ok || at < w.start || at >= w.end {
				continue
			}
			s := w.net.sites[c]
			out = append(out, sight{ms: at, lon: s.Lon, lat: s.Lat, site: int16(c), unit: -1, heading: int16(s.HeadingDeg), story: r})
		}
	}
	slices.SortStableFunc(out, func(a, b sight) int { return cmp.Compare(a.ms, b.ms) })
	return out
}

// Stories returns what is planted in the default world.
func Stories() []Story {
	s := []Story{
		{
			ID: "warehouses", Name: "Three warehouses", QueryKind: "common", MinAreas: 2,
			Text:  "Loads were taken from the warehouse (A) on 3 May and from the depot (B) on 9 May, both between 19:00 and 05:00. The gate (C) is the only truck gate between them. Which vehicle was at all three by night?",
			Areas: []Area{areaWarehouse, areaDepot, areaGate}, From: edtTime(5, 1, 0, 0, 0), To: edtTime(5, 15, 0, 0, 0), HoursFrom: "18:00", HoursTo: "06:00",
			Plates: []string{"7KDM482"}, State: []string{"DE"},
		},
		{
			ID: "border", Name: "A pair at the border of two towns", QueryKind: "common", MinAreas: 2,
			Text:  "On four evenings goods changed hands where Dover meets Camden. Two vehicles crossed from one side to the other each time, minutes apart.",
			Areas: []Area{areaDover, areaCamden}, From: edtTime(4, 21, 0, 0, 0), To: edtTime(5, 1, 0, 0, 0), HoursFrom: "19:30", HoursTo: "21:00",
			Plates: []string{"3RNV618", "58KBT04"}, State: []string{"DE", "PA"},
		},
		{
			ID: "van", Name: "The van that came back", QueryKind: "repeat",
			Text:  "Break-ins on five Saturday nights in Rehoboth Beach. Did the same vehicle come back?",
			Areas: []Area{areaBeach}, From: edtTime(4, 11, 20, 0, 0), To: edtTime(5, 10, 4, 0, 0),
			Plates: []string{"62FDR90"}, State: []string{"PA"},
		},
		{
			ID: "partial", Name: "Half a plate", QueryKind: "partial", Pattern: "7K?M48?",
			Text: "A witness saw a red car leave the warehouse and remembers the plate as 7K, something, M48, something.",
			From: edtTime(5, 1, 0, 0, 0), To: edtTime(5, 15, 0, 0, 0), Plates: []string{"7KDM482"}, State: []string{"DE"},
		},
	}
	for _, d := range []struct{ m, d int }{{4, 11}, {4, 18}, {4, 25}, {5, 2}, {5, 9}} {
		from := edtTime(d.m, d.d, 20, 0, 0)
		s[2].Windows = append(s[2].Windows, Window{from, from.Add(8 * time.Hour)})
	}
	return s
}

// Stories returns what is planted in this world: those of [Stories], moved by whole days to this
// world's end. They are there only in a world of at least StoriesFrom rows and long enough.
func (w *World) Stories() []Story {
	shift := time.Duration(w.storyShift()) * time.Millisecond
	out := Stories()
	for i := range out {
		out[i].From, out[i].To = out[i].From.Add(shift), out[i].To.Add(shift)
		for j := range out[i].Windows {
			out[i].Windows[j].From = out[i].Windows[j].From.Add(shift)
			out[i].Windows[j].To = out[i].Windows[j].To.Add(shift)
		}
	}
	return out
}
