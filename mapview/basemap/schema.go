package basemap

import "cordon/mapview/basemap/mvt"

// nameKind says what a name belongs to.
type nameKind uint8

const (
	nameMotorway nameKind = iota // motorway, trunk, primary, secondary
	nameTertiary
	nameMinor
	nameService // and tracks and paths
	nameCity
	nameTown
	nameVillage
	nameSuburb
	nameHamlet
	nameLake
	nameBay
	nameCove
	nameRiver
	nameStream
	namePark
	nameSite // schools, hospitals and other sites with grounds
	nameCountry
	nameState
	nameCounty
)

// layerReaders maps the layers of the OpenMapTiles schema that the style shows to what reads their features.
// Extents differ by layer, hence the decoder brings all to gridSize. https://openmaptiles.org/schema/
var layerReaders = map[string]func(*decoder, mvt.Feature) error{
	"landcover":           (*decoder).cover,
	"landuse":             (*decoder).cover,
	"park":                (*decoder).park,
	"water":               (*decoder).water,
	"waterway":            (*decoder).waterway,
	"building":            (*decoder).building,
	"aeroway":             (*decoder).aeroway,
	"transportation":      (*decoder).transport,
	"transportation_name": (*decoder).roadName,
	"place":               (*decoder).place,
	"water_name":          (*decoder).waterName,
	"poi":                 (*decoder).poi,
}

var coverAreas = map[string]area{
	"grass": areaGrass, "wood": areaGrass, "pitch": areaGrass, "cemetery": areaCemetery,
	"industrial": areaIndustrial, "commercial": areaIndustrial, "retail": areaIndustrial, "railway": areaIndustrial,
	"military": areaIndustrial, "hospital": areaIndustrial, "school": areaIndustrial, "university": areaIndustrial,
	"parking": areaParking,
}

// attrs are the attributes that the style looks at.
type attrs struct {
	class, name, ref, brunnel, service string
	ramp                               bool
	population, area                   float64
}

func (d *decoder) attrs(f mvt.Feature) (attrs, error) {
	var a attrs
	err := f.Tags(func(k string, v mvt.Value) bool {
		switch k {
		case "class":
			a.class = v.Text()
		case "name", "name:latin":
			a.name = v.Text()
		case "ref":
			a.ref = v.Text()
		case "brunnel":
			a.brunnel = v.Text()
		case "service":
			a.service = v.Text()
		case "ramp":
			a.ramp = v.Number() != 0
		case "population":
			a.population = v.Number()
		case "area":
			a.area = v.Number()
		}
		return true
	})
	return a, err
}

func (d *decoder) addArea(f mvt.Feature, a area) error {
	if f.Type != mvt.Polygon {
		return nil
	}
	s, ok, err := d.shape(f)
	if ok {
		d.t.areas[a] = append(d.t.areas[a], s)
	}
	return err
}

func (d *decoder) cover(f mvt.Feature) error {
	at, err := d.attrs(f)
	if err != nil {
		return err
	}
	a, ok := coverAreas[at.class]
	if !ok {
		return nil
	}
	return d.addArea(f, a)
}

func (d *decoder) park(f mvt.Feature) error     { return d.addArea(f, areaPark) }
func (d *decoder) water(f mvt.Feature) error    { return d.addArea(f, areaWater) }
func (d *decoder) building(f mvt.Feature) error { return d.addArea(f, areaBuilding) }
func (d *decoder) aeroway(f mvt.Feature) error  { return d.addArea(f, areaParking) }

func (d *decoder) waterway(f mvt.Feature) error {
	if f.Type != mvt.Lines {
		return nil
	}
	at, err := d.attrs(f)
	if err != nil {
		return err
	}
	s, ok, err := d.shape(f)
	if err != nil || !ok {
		return err
	}
	if at.brunnel != "tunnel" {
		d.t.streams = append(d.t.streams, s)
	}
	kind := nameStream
	if at.class == "river" || at.class == "canal" {
		kind = nameRiver
	}
	d.addName(s, kind, at, 0)
	return nil
}

func (d *decoder) transport(f mvt.Feature) error {
	if f.Type != mvt.Lines {
		return nil
	}
	at, err := d.attrs(f)
	if err != nil {
		return err
	}
	class := roadMotorway
	switch at.class {
	case "motorway", "trunk":
	case "primary", "secondary":
		class = roadPrimary
	case "tertiary":
		class = roadTertiary
	case "minor":
		class = roadMinor
	case "service", "track":
		class = roadService
	case "path", "pier":
	case "rail", "transit":
	default:
		return nil
	}
	s, ok, err := d.shape(f)
	if err != nil || !ok {
		return err
	}
	switch {
	case at.class == "path" || at.class == "pier":
		d.t.footways = append(d.t.footways, s)
		return nil
	case at.class == "rail" || at.class == "transit":
		if at.brunnel != "tunnel" {
			d.t.rails = append(d.t.rails, s)
		}
		return nil
	}
	if at.ramp {
		class = roadLink
	}
	d.t.roads = append(d.t.roads, roadShape{shape: s, class: class, bridge: at.brunnel == "bridge"})
	return nil
}

func (d *decoder) addName(s shape, k nameKind, at attrs, rank float64) {
	if at.name == "" && at.ref == "" {
		return
	}
	d.t.names = append(d.t.names, name{shape: s, kind: k, text: at.name, ref: at.ref, rank: rank})
}

// named reads a feature of geometry type want whose class gives the kind of name.
func (d *decoder) named(f mvt.Feature, want mvt.Type, kinds map[string]nameKind, rank func(attrs) float64) error {
	if f.Type != want {
		return nil
	}
	at, err := d.attrs(f)
	if err != nil {
		return err
	}
	k, ok := kinds[at.class]
	if !ok {
		return nil
	}
	s, ok, err := d.shape(f)
	if ok {
		d.addName(s, k, at, rank(at))
	}
	return err
}

var roadNames = map[string]nameKind{
	"motorway": nameMotorway, "trunk": nameMotorway, "primary": nameMotorway, "secondary": nameMotorway,
	"tertiary": nameTertiary, "minor": nameMinor, "service": nameService, "track": nameService, "path": nameService,
}

var roadRanks = map[string]float64{"motorway": 5, "trunk": 4, "primary": 3, "secondary": 2, "tertiary": 1}

var placeNames = map[string]nameKind{
	"city": nameCity, "town": nameTown, "village": nameVillage, "suburb": nameSuburb, "neighbourhood": nameSuburb,
	"hamlet": nameHamlet, "locality": nameHamlet, "island": nameHamlet,
}

var waterNames = map[string]nameKind{"lake": nameLake, "bay": nameBay, "cove": nameCove, "ocean": nameBay}

var poiNames = map[string]nameKind{
	"park": namePark, "golf_course": namePark, "nature_reserve": namePark, "cemetery": namePark, "common": namePark,
	"school": nameSite, "university": nameSite, "college": nameSite, "hospital": nameSite, "prison": nameSite,
	"stadium": nameSite,
}

func (d *decoder) roadName(f mvt.Feature) error {
	return d.named(f, mvt.Lines, roadNames, func(a attrs) float64 { return roadRanks[a.class] })
}

func (d *decoder) place(f mvt.Feature) error {
	return d.named(f, mvt.Points, placeNames, func(a attrs) float64 { return a.population })
}

func (d *decoder) waterName(f mvt.Feature) error {
	return d.named(f, mvt.Points, waterNames, func(attrs) float64 { return 0 })
}

func (d *decoder) poi(f mvt.Feature) error {
	return d.named(f, mvt.Points, poiNames, func(a attrs) float64 { return a.area })
}
