// Package icons embeds the icons of Cordon: a selection of Phosphor 2.1.1
// (`@phosphor-icons/core`, MIT, LICENSE-phosphor.txt) as SVG, and the product's
// own mark and window icon.
//
// Entry points: [Get] finds an icon by its Phosphor file name ("eye", the
// filled form "eye-fill", the bold form "check-bold"), [Mark] is the product mark and [App] the window icon (PNG, 512 px).
//
// All Phosphor shapes are outlines converted to fills, so that a toolkit which
// replaces fill colours can recolour them. Their path data was rewritten by
// assets/icons/convert (arcs as curves; the shapes are the same). The package holds bytes only and
// knows no window toolkit; returned slices are copies unless said otherwise.
package icons

import (
	"bytes"
	"embed"
)

//go:embed svg/*.svg
var files embed.FS

//go:embed mark.svg
var mark []byte

//go:embed cordon.png
var app []byte

// Get returns the SVG of the named icon in black; ok is false when it is not
// bundled.
func Get(name string) (svg []byte, ok bool) { return Coloured(name, "#000000") }

// Coloured returns the SVG of the named icon filled with an SVG colour such as
// "#0B756F"; ok is false when it is not bundled. The files say currentColor,
// which has a meaning only inside a web page.
func Coloured(name, colour string) (svg []byte, ok bool) {
	b, err := files.ReadFile("svg/" + name + ".svg")
	if err != nil {
		return nil, false
	}
	return bytes.ReplaceAll(b, []byte("currentColor"), []byte(colour)), true
}

// Mark returns the product mark as SVG: a pentagon with its corners and a plate
// in the middle, drawn for a dark ground. Shared; do not write to it.
func Mark() []byte { return mark }

// App returns the window icon as PNG. Shared; do not write to it.
func App() []byte { return app }
