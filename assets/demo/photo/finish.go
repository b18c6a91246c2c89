package photo

import "image"

// grain adds vignette and sensor noise in one pass. Both work on 8-bit fractions.
func grain(img *image.RGBA, seed uint64, vignette float64, amount int) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	fx := make([]uint32, w)
	for x := range fx {
		d := 2*float64(x)/float64(w) - 1
		fx[x] = uint32(d * d * 128 * vignette)
	}
	state := seed | 1
	for y := range h {
		d := 2*float64(y)/float64(h) - 1
		fy := uint32(d * d * 128 * vignette)
		row := img.Pix[y*img.Stride:][:w*4]
		var bits uint64
		for x := range w {
			if x%8 == 0 {
				state ^= state << 13 // xorshift64 (Marsaglia 2003)
				state ^= state >> 7
				state ^= state << 17
				bits = state
			}
			b := int(bits & 0xFF)
			bits >>= 8
			n := (b&15 + b>>4 - 15) * amount / 16
			k := 256 - min(fx[x]+fy, 200)
			p := row[x*4 : x*4+3 : x*4+3]
			p[0] = clamp(int(uint32(p[0])*k>>8) + n)
			p[1] = clamp(int(uint32(p[1])*k>>8) + n)
			p[2] = clamp(int(uint32(p[2])*k>>8) + n)
		}
	}
}

func clamp(v int) uint8 {
	if v < 0 {
		return 0
	}
	if v > 255 {
		return 255
	}
	return uint8(v)
}

// mono takes the colour out, as an infrared camera does, with a slight cold tint.
func mono(img *image.RGBA) {
	for i := 0; i < len(img.Pix); i += 4 {
		p := img.Pix[i : i+3 : i+3]
		g := (uint32(p[0])*77 + uint32(p[1])*150 + uint32(p[2])*29) >> 8
		p[0], p[1], p[2] = uint8(g), uint8(g), uint8(min(255, g+g/64))
	}
}

// blur softens the picture: a box of three pixels each way, as often as asked.
func blur(img *image.RGBA, times int) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	tmp := make([]uint8, len(img.Pix))
	for range times {
		for y := range h {
			s, d := img.Pix[y*img.Stride:][:w*4], tmp[y*img.Stride:][:w*4]
			copy(d, s)
			for i := 4; i < w*4-4; i++ {
				d[i] = uint8((uint32(s[i-4]) + 2*uint32(s[i]) + uint32(s[i+4])) >> 2)
			}
		}
		for y := 1; y < h-1; y++ {
			o := y * img.Stride
			a, b, c, d := tmp[o-img.Stride:][:w*4], tmp[o:][:w*4], tmp[o+img.Stride:][:w*4], img.Pix[o:][:w*4]
			for i := range d {
				d[i] = uint8((uint32(a[i]) + 2*uint32(b[i]) + uint32(c[i])) >> 2)
			}
		}
	}
}
