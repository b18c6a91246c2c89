package views

import (
	"strings"

	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/views/kit"
)

// photoMargin is what stays free around a large photo, and its caption's height.
const (
	photoMargin  float32 = 96
	photoCaption float32 = 72
)

// showPhoto opens a photo as large as the window lets it be; Esc, Enter or a press on the
// photo closes it. The photo was handed out, and recorded, with the read.
func showPhoto(c fyne.Canvas, p session.Photo, read string) *kit.Popover {
	size, in := c.Size(), p.Image.Bounds()
	room := fyne.NewSize(size.Width-photoMargin, size.Height-photoMargin-photoCaption)
	scale := min(room.Width/float32(in.Dx()), room.Height/float32(in.Dy()))
	var pop *kit.Popover
	picture := kit.NewPhoto(p.Image).WithMin(float32(in.Dx())*scale, float32(in.Dy())*scale).OnTap(func() { pop.Hide() })
	facts := kit.Small
	pop = kit.ShowModal(c, kit.PadAll(12, kit.V(
		8, kit.H(
			12, kit.NewText(strings.ToUpper(p.Kind[:1])+p.Kind[1:]+" photo", kit.Head), kit.Grow(kit.NewText(read, facts)),
			kit.NewButton("Close", kit.Plain, func() { pop.Hide() }).WithKey("Esc"),
		), picture, kit.NewText("SHA-256 "+session.ShortDigest(p.SHA256), facts),
	)))
	return pop
}
