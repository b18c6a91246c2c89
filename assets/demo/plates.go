package demo

// plateLetters are those that demo plates use: no vowels and no Q, so no words.
const plateLetters = "BCDFGHJKLMNPRSTVWXYZ"

// states are where vehicles are registered. The pattern (D digit, L letter) is one that, to our
// knowledge, the state does not issue; after it, for comparison, what passenger cars of that state
// really carry. local and visitor are weights.
var states = []struct {
	code, pattern  string
	front          bool // the state issues a plate for the front too
	local, visitor float64
}{
	{"DE", "DLLLDDD", false, 78, 6},  // 6 or 7 digits
	{"PA", "DDLLLDD", false, 7, 22},  // LLL-DDDD
	{"NJ", "DDDLLLD", true, 4, 22},   // LDD-LLL
	{"MD", "LLDDDDL", true, 5, 20},   // DLL-DDDD
	{"VA", "LDDDDLL", true, 1.2, 7},  // LLL-DDDD
	{"NY", "DDLLDDL", true, 1.2, 9},  // LLL-DDDD
	{"NC", "DLDLDLD", false, 0.8, 3}, // LLL-DDDD
	{"FL", "LDLDLDD", false, 1, 3},   // LLL-DDD, LLDDLL
	{"CT", "LDDDLDL", true, 0.3, 3},  // LL-DDDDD
	{"MA", "LDDLLDD", true, 0.3, 2},  // DLLLDD
	{"OH", "DLLDDDL", false, 0.4, 1}, // LLL-DDDD
	{"GA", "DDLDLDL", false, 0.4, 1}, // LLL-DDDD
	{"DC", "LLDDLDD", true, 0.4, 1},  // LL-DDDD
}

const (
	// plateSpace is the number of plates of each state: every pattern has 3 letters and 4 digits.
	plateSpace = 20 * 20 * 20 * 10 * 10 * 10 * 10
	// plateStep shares no factor with plateSpace (it is odd and no multiple of 5) and lies near
	// the golden section of it, so that neighbours in number are far apart as plates.
	plateStep = 49442723
	// firstVisitor is the number of the first vehicle from elsewhere.
	firstVisitor = 40_000_000
)

var plateStepInverse = inverse(plateStep, plateSpace)

// inverse returns x with a·x ≡ 1 (mod m); a and m share no factor.
func inverse(a, m int64) int64 {
	r0, r1, t0, t1 := m, a%m, int64(0), int64(1)
	for r1 != 0 {
		q := r0 / r1
		r0, r1 = r1, r0-q*r1
		t0, t1 = t1, t0-q*t1
	}
	return (t0%m + m) % m
}

// plate returns the plate of vehicle v in state s (an index into states).
func (w *World) plate(s int, v uint32) string {
	x := (int64(v)%plateSpace*plateStep + w.plateShift[s]) % plateSpace
	var b [7]byte
	p := states[s].pattern
	for i := 6; i >= 0; i-- {
		if p[i] == 'D' {
			b[i] = byte('0' + x%10)
			x /= 10
		} else {
			b[i] = plateLetters[x%20]
			x /= 20
		}
	}
	return string(b[:])
}

// vehicleOf returns the number of the vehicle with a plate; false if the text is no plate of the
// state's pattern. Whether such a vehicle drives is another question.
func (w *World) vehicleOf(s int, plate string) (uint32, bool) {
	p := states[s].pattern
	if len(plate) != len(p) {
		return 0, false
	}
	var x int64
	for i := range p {
		c := plate[i]
		if p[i] == 'D' {
			if c < '0' || c > '9' {
				return 0, false
			}
			x = x*10 + int64(c-'0')
			continue
		}
		k := -1
		for j := range plateLetters {
			if plateLetters[j] == c {
				k = j
			}
		}
		if k < 0 {
			return 0, false
		}
		x = x*20 + int64(k)
	}
	x = (x - w.plateShift[s] + plateSpace) % plateSpace
	return uint32(x * plateStepInverse % plateSpace), true
}

func stateIndex(code string) int {
	for i := range states {
		if states[i].code == code {
			return i
		}
	}
	return -1
}
