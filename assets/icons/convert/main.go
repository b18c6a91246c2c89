// Command convert rewrites the path data of SVG files to absolute M, L, C and Z
// commands, arcs as cubic curves: the renderer of Fyne (oksvg) misreads the
// compact arcs of Phosphor and fills their holes.
//
//	go run ./assets/icons/convert svg/*.svg
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
)

func main() {
	for _, name := range os.Args[1:] {
		if err := convert(name); err != nil {
			fmt.Fprintf(os.Stderr, "convert: %s: %v\n", name, err)
			os.Exit(1)
		}
	}
}

var pathData = regexp.MustCompile(` d="([^"]*)"`)

func convert(name string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var failed error
	out := pathData.ReplaceAllStringFunc(string(src), func(m string) string {
		d, err := absolute(pathData.FindStringSubmatch(m)[1])
		if err != nil {
			failed = err
		}
		return ` d="` + d + `"`
	})
	if failed != nil {
		return failed
	}
	return os.WriteFile(name, []byte(out), 0o644)
}

type pen struct {
	out       strings.Builder
	x, y      float64 // present point
	sx, sy    float64 // start of the sub-path
	cx, cy    float64 // last control point, for S and Q chains
	lastCubic bool
}

func (p *pen) emit(cmd byte, v ...float64) {
	p.out.WriteByte(cmd)
	for i, f := range v {
		if i > 0 {
			p.out.WriteByte(' ')
		}
		p.out.WriteString(strconv.FormatFloat(math.Round(f*1000)/1000, 'f', -1, 64))
	}
}

func (p *pen) cubic(x1, y1, x2, y2, x, y float64) {
	p.emit('C', x1, y1, x2, y2, x, y)
	p.cx, p.cy, p.x, p.y = x2, y2, x, y
}

// scanner reads the numbers of path data; flags of arcs are single digits.
type scanner struct {
	s string
	i int
}

func (s *scanner) skip() {
	for s.i < len(s.s) && strings.IndexByte(" ,\n\t\r", s.s[s.i]) >= 0 {
		s.i++
	}
}

var number = regexp.MustCompile(`^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?`)

func (s *scanner) number() (float64, error) {
	s.skip()
	m := number.FindString(s.s[s.i:])
	if m == "" {
		return 0, fmt.Errorf("number expected at %d", s.i)
	}
	s.i += len(m)
	return strconv.ParseFloat(m, 64)
}

func (s *scanner) flag() (bool, error) {
	s.skip()
	if s.i >= len(s.s) || (s.s[s.i] != '0' && s.s[s.i] != '1') {
		return false, fmt.Errorf("flag expected at %d", s.i)
	}
	s.i++
	return s.s[s.i-1] == '1', nil
}

func (s *scanner) numbers(n int) ([]float64, error) {
	v := make([]float64, n)
	for i := range v {
		f, err := s.number()
		if err != nil {
			return nil, err
		}
		v[i] = f
	}
	return v, nil
}

func absolute(d string) (string, error) {
	s, p := &scanner{s: d}, &pen{}
	cmd := byte(0)
	for s.skip(); s.i < len(s.s); s.skip() {
		if c := s.s[s.i]; strings.IndexByte("MmLlHhVvCcSsQqAaZz", c) >= 0 {
			cmd = c
			s.i++
		} else if cmd == 0 || cmd == 'Z' || cmd == 'z' {
			return "", errors.New("data without a command")
		}
		if err := p.step(s, cmd); err != nil {
			return "", err
		}
		switch cmd { // further pairs after a move are lines
		case 'M':
			cmd = 'L'
		case 'm':
			cmd = 'l'
		}
	}
	return p.out.String(), nil
}

func (p *pen) step(s *scanner, cmd byte) error {
	ox, oy := p.x, p.y
	up := cmd &^ 0x20
	if cmd == up {
		ox, oy = 0, 0
	}
	counts := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'C': 6, 'S': 4, 'Q': 4, 'A': 3, 'Z': 0}
	v, err := s.numbers(counts[up])
	if err != nil {
		return err
	}
	cubic := false
	switch up {
	case 'Z':
		p.out.WriteByte('Z')
		p.x, p.y = p.sx, p.sy
	case 'M':
		p.x, p.y = ox+v[0], oy+v[1]
		p.sx, p.sy = p.x, p.y
		p.emit('M', p.x, p.y)
	case 'L':
		p.x, p.y = ox+v[0], oy+v[1]
		p.emit('L', p.x, p.y)
	case 'H':
		p.x = ox + v[0]
		p.emit('L', p.x, p.y)
	case 'V':
		p.y = oy + v[0]
		p.emit('L', p.x, p.y)
	case 'C':
		p.cubic(ox+v[0], oy+v[1], ox+v[2], oy+v[3], ox+v[4], oy+v[5])
		cubic = true
	case 'S':
		x1, y1 := p.x, p.y
		if p.lastCubic {
			x1, y1 = 2*p.x-p.cx, 2*p.y-p.cy
		}
		p.cubic(x1, y1, ox+v[0], oy+v[1], ox+v[2], oy+v[3])
		cubic = true
	case 'Q':
		qx, qy, x, y := ox+v[0], oy+v[1], ox+v[2], oy+v[3]
		p.cubic(p.x+2.0/3*(qx-p.x), p.y+2.0/3*(qy-p.y), x+2.0/3*(qx-x), y+2.0/3*(qy-y), x, y)
	case 'A':
		large, err := s.flag()
		if err != nil {
			return err
		}
		sweep, err := s.flag()
		if err != nil {
			return err
		}
		end, err := s.numbers(2)
		if err != nil {
			return err
		}
		p.arc(v[0], v[1], v[2]*math.Pi/180, large, sweep, ox+end[0], oy+end[1])
	}
	p.lastCubic = cubic
	return nil
}

// arc draws an elliptical arc by SVG 1.1, appendix F.6 (end point to centre
// form), in pieces of at most a quarter turn.
func (p *pen) arc(rx, ry, phi float64, large, sweep bool, x, y float64) {
	if rx == 0 || ry == 0 || (x == p.x && y == p.y) {
		p.x, p.y = x, y
		p.emit('L', x, y)
		return
	}
	sin, cos := math.Sincos(phi)
	dx, dy := (p.x-x)/2, (p.y-y)/2
	x1, y1 := cos*dx+sin*dy, -sin*dx+cos*dy
	rx, ry = math.Abs(rx), math.Abs(ry)
	if l := x1*x1/(rx*rx) + y1*y1/(ry*ry); l > 1 {
		rx, ry = rx*math.Sqrt(l), ry*math.Sqrt(l)
	}
	q := (rx*rx*ry*ry - rx*rx*y1*y1 - ry*ry*x1*x1) / (rx*rx*y1*y1 + ry*ry*x1*x1)
	k := math.Sqrt(math.Max(0, q))
	if large == sweep {
		k = -k
	}
	cx1, cy1 := k*rx*y1/ry, -k*ry*x1/rx
	cx, cy := cos*cx1-sin*cy1+(p.x+x)/2, sin*cx1+cos*cy1+(p.y+y)/2
	a0 := math.Atan2((y1-cy1)/ry, (x1-cx1)/rx)
	da := math.Atan2((-y1-cy1)/ry, (-x1-cx1)/rx) - a0
	switch {
	case sweep && da < 0:
		da += 2 * math.Pi
	case !sweep && da > 0:
		da -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(da)/(math.Pi/2) - 1e-9))
	step := da / float64(n)
	t := 4.0 / 3 * math.Tan(step/4)
	at := func(a, ux, uy float64) (float64, float64) {
		s, c := math.Sincos(a)
		ex, ey := rx*(c-ux*s), ry*(s+uy*c)
		return cx + cos*ex - sin*ey, cy + sin*ex + cos*ey
	}
	for i := range n {
		a, b := a0+step*float64(i), a0+step*float64(i+1)
		x1, y1 := at(a, t, t)
		x2, y2 := at(b, -t, -t)
		x3, y3 := at(b, 0, 0)
		if i == n-1 {
			x3, y3 = x, y
		}
		p.cubic(x1, y1, x2, y2, x3, y3)
	}
}
