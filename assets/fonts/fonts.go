// Package fonts embeds the two typefaces of Cordon: IBM Plex Sans and IBM Plex
// Mono, each in weights 400, 500 and 600.
//
// Entry points are [Sans] and [Mono]. The files are the unmodified TTF forms of
// `fonts/complete/woff2` in the npm packages @ibm/plex-sans@1.1.0 and
// @ibm/plex-mono@2.5.0, unpacked with Debian's woff2_decompress; because they
// are unmodified they keep the reserved font name "Plex". Licence: SIL Open
// Font License 1.1, in OFL.txt beside them.
//
// The package holds bytes only. It knows no window toolkit, and the returned
// slices are shared: callers must not write to them.
package fonts

import _ "embed"

//go:embed IBMPlexSans-Regular.ttf
var sansRegular []byte

//go:embed IBMPlexSans-Medium.ttf
var sansMedium []byte

//go:embed IBMPlexSans-SemiBold.ttf
var sansSemiBold []byte

//go:embed IBMPlexMono-Regular.ttf
var monoRegular []byte

//go:embed IBMPlexMono-Medium.ttf
var monoMedium []byte

//go:embed IBMPlexMono-SemiBold.ttf
var monoSemiBold []byte

// Sans returns IBM Plex Sans (TTF) in the bundled weight nearest to the CSS
// weight asked for: 400 below 450, 500 below 550, 600 from there.
func Sans(weight int) []byte { return nearest(weight, sansRegular, sansMedium, sansSemiBold) }

// Mono returns IBM Plex Mono (TTF) in the bundled weight nearest to the CSS
// weight asked for: 400 below 450, 500 below 550, 600 from there.
func Mono(weight int) []byte { return nearest(weight, monoRegular, monoMedium, monoSemiBold) }

func nearest(weight int, regular, medium, semiBold []byte) []byte {
	switch {
	case weight < 450:
		return regular
	case weight < 550:
		return medium
	default:
		return semiBold
	}
}
