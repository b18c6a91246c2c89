package scale

// vehicle is what a vehicle's plate number gives away.
type vehicle struct {
	plate, state, mk, model, color string
	year                           int
}

// plateForm is a form of plates and how many of a hundred vehicles have it.
type plateForm struct {
	form  string // L a letter, D a digit
	share uint64
	space uint64 // how many plates there are
	step  uint64 // coprime to space: scatters numbers over the plates
	first uint64 // sum of the shares before
}

var plateForms = func() []plateForm {
	forms := []plateForm{
		{form: "LLLDDD", share: 65},
		{form: "LLDDDD", share: 12},
		{form: "DDDLDD", share: 8},
		{form: "DDDLLL", share: 9},
		{form: "LDDLLDD", share: 6},
	}
	first := uint64(0)
	for i := range forms {
		f := &forms[i]
		f.space, f.first, f.step = 1, first, 7_654_321 // no factor 2, 5 or 13
		for _, c := range f.form {
			f.space *= radix(c)
		}
		first += f.share
	}
	return forms
}()

func radix(c rune) uint64 {
	if c == 'L' {
		return 26
	}
	return 10
}

var (
	carMakes = []struct {
		name   string
		share  uint64
		models []string
	}{
		{"TOYOTA", 15, []string{"CAMRY", "COROLLA", "RAV4", "TACOMA", "HIGHLANDER"}},
		{"FORD", 14, []string{"F-150", "ESCAPE", "EXPLORER", "FUSION", "MUSTANG"}},
		{"HONDA", 12, []string{"CIVIC", "ACCORD", "CR-V", "PILOT"}},
		{"CHEVROLET", 12, []string{"SILVERADO", "EQUINOX", "MALIBU", "TAHOE"}},
		{"NISSAN", 9, []string{"ALTIMA", "ROGUE", "SENTRA"}},
		{"HYUNDAI", 7, []string{"ELANTRA", "SONATA", "TUCSON"}},
		{"KIA", 6, []string{"SORENTO", "FORTE", "SOUL"}},
		{"JEEP", 6, []string{"WRANGLER", "GRAND CHEROKEE", "COMPASS"}},
		{"SUBARU", 5, []string{"OUTBACK", "FORESTER", "IMPREZA"}},
		{"BMW", 4, []string{"X5", "320I", "X3"}},
		{"DODGE", 4, []string{"RAM", "CHARGER", "DURANGO"}},
		{"VOLKSWAGEN", 3, []string{"JETTA", "TIGUAN", "PASSAT"}},
		{"MAZDA", 3, []string{"CX-5", "MAZDA3"}},
	}
	carColors = []struct {
		name  string
		share uint64
	}{{"WHITE", 26}, {"BLACK", 22}, {"GRAY", 18}, {"SILVER", 11}, {"BLUE", 9}, {"RED", 8}, {"GREEN", 3}, {"BROWN", 2}, {"GOLD", 1}}
	carStates = []struct {
		name  string
		share uint64
	}{{"DE", 46}, {"PA", 25}, {"NJ", 14}, {"MD", 10}, {"NY", 3}, {"VA", 2}}
)

// vehicle returns vehicle v. No two vehicles have the same plate.
func (w *World) vehicle(v uint64) vehicle {
	d := newDice(w.opt.Seed, 3, v)
	out := vehicle{plate: plateOf(v), year: 1998 + int(d.below(28))}
	n := d.below(100)
	for i := range carMakes {
		if m := &carMakes[i]; n < m.share {
			out.mk, out.model = m.name, m.models[d.below(uint64(len(m.models)))]
			break
		}
		n -= carMakes[i].share
	}
	n = d.below(100)
	for i := range carColors {
		if n < carColors[i].share {
			out.color = carColors[i].name
			break
		}
		n -= carColors[i].share
	}
	n = d.below(100)
	for i := range carStates {
		if n < carStates[i].share {
			out.state = carStates[i].name
			break
		}
		n -= carStates[i].share
	}
	return out
}

func plateOf(v uint64) string {
	f := &plateForms[0]
	for i := range plateForms {
		if plateForms[i].first <= v%100 {
			f = &plateForms[i]
		}
	}
	n := (v/100*f.share + v%100 - f.first) % f.space * f.step % f.space
	var buf [8]byte
	b := buf[:len(f.form)]
	for i := len(b) - 1; i >= 0; i-- {
		if f.form[i] == 'L' {
			b[i] = 'A' + byte(n%26)
			n /= 26
		} else {
			b[i] = '0' + byte(n%10)
			n /= 10
		}
	}
	return string(b)
}
