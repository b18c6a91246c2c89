package demo

import (
	"math"
	"strconv"
)

// A row's id is ordinal×idStep + (code + hash of ordinal) mod idStep. The code says how the reading
// differs from the plate:
//
//	0                            it does not
//	1 + pos·36 + c               character pos is really c (an index into symbols)
//	289 + pos·36 + c             character c was dropped at pos
//	577 + s                      the state is really s (an index into states)
const (
	idStep    = 1000
	codeSwap  = 1
	codeDrop  = codeSwap + 8*36
	codeState = codeDrop + 8*36
)

const symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// confusable gives what a reader takes a character for; empty: nothing in particular.
var confusable = map[byte]string{
	'0': "OD", 'O': "0", 'D': "O0", '8': "B", 'B': "8", '1': "I7", '5': "S", 'S': "5", '2': "Z", 'Z': "2",
	'6': "G", 'G': "6", '7': "T1", 'T': "7", 'M': "N", 'N': "M", 'V': "Y", 'Y': "V", 'K': "X", 'X': "K",
	'3': "8", '4': "A", '9': "8", 'C': "G", 'P': "R", 'R': "P", 'H': "N", 'W': "V", 'F': "P", 'J': "1", 'L': "1",
}

func symbol(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

func (w *World) scramble(ordinal uint64) int {
	return int(hash(w.seed, saltCode, ordinal, 1) % idStep)
}

// row makes the row that a sight becomes.
func (t *traffic) row(s sight, ordinal uint64) Row {
	car := t.car(s)
	r := newRng(t.seed, saltCode, ordinal)
	row := Row{Plate: car.Plate, State: car.State, TimeMs: s.ms, Lon: s.lon, Lat: s.lat, HeadingDeg: float64(s.heading)}
	rate := 28
	if s.site >= 0 {
		site := &t.net.sites[s.site]
		row.Camera, row.Source = site.ID, site.Source
	} else {
		row.Camera, row.Source = units[s.unit].id, units[s.unit].source
		rate = 45
	}
	row.Photos = 2
	if r.n(1000) < 13 {
		row.Photos = 1
	}
	code := 0
	if s.story != nil {
		row.Photos = s.story.photos
		row.Confidence = s.story.confidence
		r.next()
	} else if r.n(1000) < rate {
		code = misread(&row, &r)
		row.Confidence = math.Round(r.between(42, 85)) / 100
	} else {
		row.Confidence = math.Round(99-math.Abs(r.bell())*4.2) / 100
	}
	t.attributes(&row, car, s, &r)
	row.ID = strconv.FormatUint(ordinal*idStep+uint64((code+t.scramble(ordinal))%idStep), 10)
	return row
}

func (t *traffic) car(s sight) Vehicle {
	switch {
	case s.story != nil:
		return t.fleet[s.story.car].Vehicle
	case int(s.v) < len(t.cars):
		return t.cars[s.v]
	}
	return t.vehicle(s.v)
}

// misread changes the reading of a row and returns the code that undoes it.
func misread(row *Row, r *rng) int {
	b := []byte(row.Plate)
	pos := r.n(len(b))
	switch u := r.n(100); {
	case u < 76:
		for range b {
			if to := confusable[b[pos]]; to != "" {
				code := codeSwap + pos*36 + symbol(b[pos])
				b[pos] = to[r.n(len(to))]
				row.Plate = string(b)
				return code
			}
			pos = (pos + 1) % len(b)
		}
		fallthrough
	case u < 90:
		code := codeDrop + pos*36 + symbol(b[pos])
		row.Plate = string(b[:pos]) + string(b[pos+1:])
		return code
	default:
		s := stateIndex(row.State)
		row.State = states[(s+1+r.n(len(states)-1))%len(states)].code
		return codeState + s
	}
}

// attributes fills in what the camera made of the vehicle: mostly right, sometimes nothing.
func (t *traffic) attributes(row *Row, car Vehicle, s sight, r *rng) {
	row.Make, row.Model, row.Color, row.Year = car.Make, car.Model, car.Color, car.Year
	if s.story != nil {
		return
	}
	if r.n(100) < 3 {
		row.Make, row.Model = "", ""
	}
	if r.n(100) < 14 {
		row.Year = 0
	} else if r.n(100) < 25 {
		row.Year += r.n(3) - 1
	}
	switch u := r.n(1000); {
	case u < 15:
		row.Color = ""
	case u < 50:
		row.Color = map[string]string{
			"GRAY": "SILVER", "SILVER": "GRAY", "WHITE": "SILVER", "BLACK": "BLUE", "BLUE": "BLACK",
			"RED": "ORANGE", "GREEN": "BLACK", "BROWN": "BEIGE", "BEIGE": "GOLD", "ORANGE": "RED", "GOLD": "BEIGE", "YELLOW": "GOLD",
		}[car.Color]
	}
}

// Truth returns the vehicle that a row is of, from the row's id and its plate and state as read,
// in constant time. It is false if the row is not of a world with this seed.
func (w *World) Truth(id, plate, state string) (Vehicle, bool) {
	n, err := strconv.ParseUint(id, 10, 63)
	s := stateIndex(state)
	if err != nil || n < idStep || s < 0 {
		return Vehicle{}, false
	}
	code := (int(n%idStep) - w.scramble(n/idStep) + idStep) % idStep
	switch {
	case code == 0:
	case code < codeDrop:
		pos, c := (code-codeSwap)/36, symbols[(code-codeSwap)%36]
		if pos >= len(plate) {
			return Vehicle{}, false
		}
		plate = plate[:pos] + string(c) + plate[pos+1:]
	case code < codeState:
		pos, c := (code-codeDrop)/36, symbols[(code-codeDrop)%36]
		if pos > len(plate) {
			return Vehicle{}, false
		}
		plate = plate[:pos] + string(c) + plate[pos:]
	default:
		if s = code - codeState; s >= len(states) {
			return Vehicle{}, false
		}
	}
	if i, ok := w.planted[plate+states[s].code]; ok {
		return w.fleet[i].Vehicle, true
	}
	v, ok := w.vehicleOf(s, plate)
	if !ok || w.stateOf(v) != s {
		return Vehicle{}, false
	}
	return w.vehicle(v), true
}
