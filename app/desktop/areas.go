package desktop

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"

	"cordon/app/session"
	"cordon/app/views/kit"
	"cordon/engine/detection"
)

// chooseAreas lets the person pick a GeoJSON file with areas.
func (d *Desktop) chooseAreas() {
	open := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if file == nil {
			if err != nil {
				d.say("The file was not opened", session.ErrorText(err))
			}
			return
		}
		d.importAreas(file.URI().Name(), file)
	}, d.win)
	open.SetFilter(storage.NewExtensionFileFilter([]string{".geojson", ".json"}))
	open.Show()
}

// dropped takes files that were dropped on the window.
func (d *Desktop) dropped(files []fyne.URI) {
	d.touch()
	if d.frame == nil || d.locked || len(files) == 0 {
		return
	}
	file, err := os.Open(files[0].Path())
	if err != nil {
		d.say("The file was not opened", session.ErrorText(err))
		return
	}
	d.importAreas(files[0].Name(), file)
}

// importAreas reads a file of bounded size off the main thread and gives it to the desk.
func (d *Desktop) importAreas(name string, file io.ReadCloser) {
	f := d.frame
	d.env.Go(func() {
		text, err := readBounded(file, detection.MaxQueryBytes)
		d.opts.Deliver(func() {
			switch {
			case d.frame != f || f == nil || d.locked:
			case err != nil:
				d.say(name+" was not taken", session.ErrorText(err))
			default:
				f.goTo(placeMap)
				f.deskView.Import(text)
			}
		})
	})
}

func readBounded(file io.ReadCloser, limit int64) (text string, err error) {
	defer func() { err = errors.Join(err, file.Close()) }()
	var b strings.Builder
	n, err := io.Copy(&b, io.LimitReader(file, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("the file is larger than %d MB", limit>>20)
	}
	return b.String(), err
}

// say shows a text that must be read before work goes on.
func (d *Desktop) say(title, text string) {
	var pop *kit.Popover
	done := kit.NewButton("Close", kit.Primary, func() { pop.Hide() }).WithKey("Enter")
	pop = kit.ShowModal(d.win.Canvas(), kit.PadAll(20, kit.Fixed(400, 0, kit.V(14, kit.NewText(title, kit.Head), kit.P(text, kit.Body), kit.H(8, done)))))
	d.win.Canvas().Focus(done)
}
