package photo

import "image"

// develop adds vignette and sensor noise, and turns the picture into the form that JPEG stores
// (JFIF's YCbCr, colour at half resolution), in one pass. It works on 8- and 16-bit fractions.
func develop(img *image.RGBA, seed uint64, vignette float64, amount int) *image.YCbCr {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := image.NewYCbCr(img.Rect, image.YCbCrSubsampleRatio420)
	fx := make([]int32, w)
	for x := range fx {
		d := 2*float64(x)/float64(w) - 1
		fx[x] = int32(d * d * 128 * vignette)
	}
	var noise [256]int32
	for b := range noise {
		noise[b] = int32((b&15 + b>>4 - 15) * amount / 16)
	}
	sumB, sumR := make([]int32, w/2), make([]int32, w/2)
	state := seed | 1
	for y := range h {
		d := 2*float64(y)/float64(h) - 1
		fy := int32(d * d * 128 * vignette)
		row := img.Pix[y*img.Stride:][:w*4]
		luma := out.Y[y*out.YStride:][:w]
		var bits uint64
		for x := range luma {
			if x%8 == 0 {
				state ^= state << 13 // xorshift64 (Marsaglia 2003)
				state ^= state >> 7
				state ^= state << 17
				bits = state
			}
			n := noise[bits&0xFF]
			bits >>= 8
			k := 256 - min(fx[x]+fy, 200)
			p := row[x*4 : x*4+3 : x*4+3]
			r, g, b := int32(p[0])*k>>8, int32(p[1])*k>>8, int32(p[2])*k>>8
			luma[x] = clamp((19595*r+38470*g+7471*b)>>16 + n)
			sumB[x/2] += -11056*r - 21712*g + 32768*b
			sumR[x/2] += 32768*r - 27440*g - 5328*b
		}
		if y%2 == 1 {
			cb, cr := out.Cb[y/2*out.CStride:][:w/2], out.Cr[y/2*out.CStride:][:w/2]
			for i := range cb {
				cb[i], cr[i] = clamp(128+sumB[i]>>18), clamp(128+sumR[i]>>18)
			}
			clear(sumB)
			clear(sumR)
		}
	}
	return out
}

func clamp(v int32) uint8 {
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
