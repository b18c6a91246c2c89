package demo

// Vehicle is an invented vehicle, as it really is (a row says what a camera took it for).
type Vehicle struct {
	Plate, State             string
	Make, Model, Body, Color string // Body: sedan, suv, pickup, van or hatchback
	Year                     int
}

// models are makes and models by how often they are seen; from and to are model years.
var models = []struct {
	maker, model, body string
	weight             float64
	from, to           int
}{
	{"TOYOTA", "CAMRY", "sedan", 4.2, 2004, 2025},
	{"TOYOTA", "COROLLA", "sedan", 3.6, 2003, 2025},
	{"TOYOTA", "RAV4", "suv", 3.4, 2006, 2026},
	{"TOYOTA", "HIGHLANDER", "suv", 1.8, 2008, 2025},
	{"TOYOTA", "TACOMA", "pickup", 1.8, 2005, 2025},
	{"TOYOTA", "SIENNA", "van", 1.1, 2004, 2025},
	{"TOYOTA", "PRIUS", "hatchback", 1.0, 2005, 2024},
	{"TOYOTA", "TUNDRA", "pickup", 0.8, 2007, 2025},
	{"HONDA", "ACCORD", "sedan", 3.5, 2003, 2025},
	{"HONDA", "CIVIC", "sedan", 3.7, 2002, 2025},
	{"HONDA", "CR-V", "suv", 3.7, 2005, 2026},
	{"HONDA", "PILOT", "suv", 1.7, 2006, 2025},
	{"HONDA", "ODYSSEY", "van", 1.5, 2004, 2024},
	{"HONDA", "FIT", "hatchback", 0.6, 2007, 2020},
	{"FORD", "F-150", "pickup", 4.4, 2004, 2025},
	{"FORD", "ESCAPE", "suv", 2.6, 2005, 2024},
	{"FORD", "EXPLORER", "suv", 2.5, 2004, 2025},
	{"FORD", "FUSION", "sedan", 1.8, 2007, 2020},
	{"FORD", "FOCUS", "hatchback", 1.2, 2005, 2018},
	{"FORD", "TRANSIT", "van", 1.3, 2015, 2025},
	{"FORD", "MUSTANG", "sedan", 0.8, 2005, 2024},
	{"FORD", "F-250", "pickup", 0.9, 2005, 2024},
	{"CHEVROLET", "SILVERADO", "pickup", 3.6, 2003, 2025},
	{"CHEVROLET", "EQUINOX", "suv", 2.5, 2006, 2025},
	{"CHEVROLET", "MALIBU", "sedan", 2.0, 2005, 2024},
	{"CHEVROLET", "TAHOE", "suv", 1.1, 2004, 2024},
	{"CHEVROLET", "IMPALA", "sedan", 1.2, 2004, 2020},
	{"CHEVROLET", "EXPRESS", "van", 0.8, 2005, 2024},
	{"CHEVROLET", "CRUZE", "sedan", 1.0, 2011, 2019},
	{"CHEVROLET", "TRAX", "suv", 0.7, 2015, 2025},
	{"NISSAN", "ALTIMA", "sedan", 3.0, 2004, 2025},
	{"NISSAN", "ROGUE", "suv", 2.8, 2009, 2025},
	{"NISSAN", "SENTRA", "sedan", 1.6, 2006, 2025},
	{"NISSAN", "VERSA", "hatchback", 0.7, 2008, 2021},
	{"NISSAN", "PATHFINDER", "suv", 0.9, 2006, 2024},
	{"HYUNDAI", "ELANTRA", "sedan", 2.1, 2006, 2025},
	{"HYUNDAI", "SONATA", "sedan", 1.6, 2006, 2024},
	{"HYUNDAI", "TUCSON", "suv", 1.5, 2009, 2025},
	{"HYUNDAI", "SANTA FE", "suv", 1.4, 2006, 2024},
	{"KIA", "SORENTO", "suv", 1.3, 2008, 2025},
	{"KIA", "OPTIMA", "sedan", 1.0, 2008, 2020},
	{"KIA", "SOUL", "hatchback", 1.0, 2010, 2024},
	{"KIA", "FORTE", "sedan", 0.8, 2010, 2024},
	{"SUBARU", "OUTBACK", "suv", 1.7, 2006, 2025},
	{"SUBARU", "FORESTER", "suv", 1.5, 2006, 2025},
	{"SUBARU", "IMPREZA", "hatchback", 0.8, 2006, 2024},
	{"JEEP", "GRAND CHEROKEE", "suv", 2.1, 2005, 2025},
	{"JEEP", "WRANGLER", "suv", 1.5, 2005, 2025},
	{"JEEP", "CHEROKEE", "suv", 0.9, 2014, 2023},
	{"RAM", "1500", "pickup", 2.6, 2010, 2025},
	{"RAM", "PROMASTER", "van", 0.6, 2014, 2024},
	{"DODGE", "CHARGER", "sedan", 1.1, 2006, 2023},
	{"DODGE", "GRAND CARAVAN", "van", 1.3, 2004, 2020},
	{"GMC", "SIERRA", "pickup", 1.7, 2004, 2025},
	{"GMC", "TERRAIN", "suv", 0.9, 2010, 2024},
	{"VOLKSWAGEN", "JETTA", "sedan", 1.2, 2005, 2024},
	{"VOLKSWAGEN", "GOLF", "hatchback", 0.6, 2006, 2021},
	{"MAZDA", "CX-5", "suv", 1.1, 2013, 2025},
	{"MAZDA", "MAZDA3", "hatchback", 0.9, 2005, 2024},
	{"BMW", "3 SERIES", "sedan", 1.0, 2004, 2024},
	{"BMW", "X5", "suv", 0.6, 2006, 2024},
	{"MERCEDES-BENZ", "C-CLASS", "sedan", 0.8, 2005, 2024},
	{"MERCEDES-BENZ", "SPRINTER", "van", 0.6, 2010, 2024},
	{"LEXUS", "RX", "suv", 1.0, 2005, 2025},
	{"ACURA", "MDX", "suv", 0.7, 2005, 2024},
	{"AUDI", "A4", "sedan", 0.5, 2005, 2024},
	{"TESLA", "MODEL 3", "sedan", 0.8, 2018, 2025},
	{"TESLA", "MODEL Y", "suv", 0.9, 2020, 2026},
	{"BUICK", "ENCLAVE", "suv", 0.7, 2008, 2024},
	{"VOLVO", "XC90", "suv", 0.4, 2006, 2024},
}

// colors are the words that rows carry, by how often they are seen.
var colors = []struct {
	name   string
	weight float64
}{
	{"WHITE", 24},
	{"BLACK", 20},
	{"GRAY", 19},
	{"SILVER", 13},
	{"BLUE", 9.5},
	{"RED", 8},
	{"GREEN", 1.8},
	{"BROWN", 1.5},
	{"BEIGE", 1.4},
	{"ORANGE", 0.7},
	{"GOLD", 0.6},
	{"YELLOW", 0.5},
}

var (
	modelTable   = newTable(weights(models, func(i int) float64 { return models[i].weight }))
	colorTable   = newTable(weights(colors, func(i int) float64 { return colors[i].weight }))
	localTable   = newTable(weights(states, func(i int) float64 { return states[i].local }))
	visitorTable = newTable(weights(states, func(i int) float64 { return states[i].visitor }))
)

func weights[T any](s []T, f func(int) float64) []float64 {
	w := make([]float64, len(s))
	for i := range s {
		w[i] = f(i)
	}
	return w
}

// Salts keep the streams of random numbers of different things apart.
const (
	saltState = iota + 1
	saltVehicle
	saltHome
	saltPlan
	saltPick
	saltOrder
	saltCode
	saltPlate
	saltUnit
	saltTrip
	saltPhoto
	saltOutage
	saltAccount
	saltDay
)

// stateOf returns the state of vehicle v as an index into states.
func (w *World) stateOf(v uint32) int {
	r := newRng(w.seed, saltState, uint64(v))
	if v >= firstVisitor {
		return visitorTable.draw(r.f())
	}
	return localTable.draw(r.f())
}

// vehicle returns vehicle number v. It depends on the seed alone.
func (w *World) vehicle(v uint32) Vehicle {
	s := w.stateOf(v)
	r := newRng(w.seed, saltVehicle, uint64(v))
	m := models[modelTable.draw(r.f())]
	if m.body == "van" && m.model != "SIENNA" && m.model != "ODYSSEY" && r.n(3) > 0 {
		r.next() // work vans are white more often than not
		return Vehicle{w.plate(s, v), states[s].code, m.maker, m.model, m.body, "WHITE", modelYear(&r, m.from, m.to)}
	}
	c := colors[colorTable.draw(r.f())].name
	return Vehicle{w.plate(s, v), states[s].code, m.maker, m.model, m.body, c, modelYear(&r, m.from, m.to)}
}

// modelYear draws a year: most vehicles are 3 to 12 years old in 2026.
func modelYear(r *rng, from, to int) int {
	for range 8 {
		if y := 2018 + int(r.bell()*4.6); y >= from && y <= to {
			return y
		}
	}
	return (from + to + 1) / 2
}

// habit is how a vehicle is used.
type habit uint8

const (
	commuter habit = iota
	shiftWorker
	errands
	trade
	carrier // works the Wilmington riverside in the evening or after midnight
)

// riverside is how many of the first zones lie along the Christina in Wilmington.
const riverside = 5

// resident is what the plan of a local vehicle's day needs.
type resident struct {
	home, work int32 // spots
	out, back  int32 // usual departures, seconds after local midnight
	habit      habit
	watch      uint8 // how likely cameras catch a trip, of 255
}

// settle gives vehicle v a home, a work place and habits.
func (w *World) settle(v uint32) resident {
	r := newRng(w.seed, saltHome, uint64(v))
	res := resident{home: w.homes[r.n(len(w.homes))]}
	hz := int(w.net.spots[res.home].zone)
	res.work = w.spotIn(w.net.to[spotWork][hz].draw(r.f()), spotWork, &r)
	switch u := r.n(100); {
	case r.n(1000) < 11:
		res.habit, res.out = carrier, int32(64000+r.bell()*900)
		if r.n(3) == 0 {
			res.out = int32(4200 + r.bell()*900)
		}
	case u < 60:
		res.habit, res.out, res.back = commuter, int32(27600+r.bell()*2700), int32(61500+r.bell()*3300)
	case u < 71:
		res.habit, res.out, res.back = shiftWorker, int32(r.between(65000, 80500)), int32(r.between(4000, 24500))
	case u < 91:
		res.habit, res.out = errands, int32(r.between(32000, 66000))
	default:
		res.habit, res.out = trade, int32(26500+r.bell()*3000)
	}
	switch u := r.n(100); {
	case u < 2:
		res.watch = 255
	case u < 15:
		res.watch = 77
	default:
		res.watch = 31
	}
	return res
}

// spotIn draws a spot of a kind in a zone; any kind if it has none of it.
func (w *World) spotIn(zone, kind int, r *rng) int32 {
	z := &w.net.zones[zone]
	for k := range 3 {
		if s := z.spots[(kind+k)%3]; len(s) > 0 {
			return s[r.n(len(s))]
		}
	}
	return w.homes[r.n(len(w.homes))]
}
