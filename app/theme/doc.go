// Package theme is the look of Cordon: the colours, type, sizes and icons of the
// design tokens (docs of the project: ui/tokens.md), as a fyne.Theme.
//
// Entry points: [New] makes the theme for [Light], [Dark] or [System]; the
// Color… names extend Fyne's own names, so every widget asks its theme for a
// role and never for a colour; [Area] names the colours of the areas A–H;
// [Font] gives the six bundled faces (Fyne itself knows regular, bold and
// monospace only, so weight 500 is set through canvas.Text.FontSource); [Icon]
// and [IconIn] give Phosphor icons as resources that follow a role or a colour.
//
// Sizes are Fyne units (px at scale 1). Red refuses or is officer safety, amber
// warns, the accent is what can be acted on; there is no green. The package has
// no state besides caches of immutable resources, safe for concurrent use.
package theme
