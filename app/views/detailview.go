package views

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// photoHeight is the height of the two photos of the detail.
const photoHeight float32 = 130

// DetailView is the selected row: its reads on a small timeline, the two photos of the read
// shown, its facts, and "Relevant…", which asks for the reason in place.
type DetailView struct {
	widget.BaseWidget

	OnAsked  func() // the reason field was opened; the keys belong to it
	OnClosed func() // it was closed; may be nil, as OnAsked

	res      *session.Results
	plate    *kit.Plate
	vehicle  *kit.Text
	back     *kit.Tool
	forth    *kit.Tool
	read     *kit.Text
	line     *miniTimeline
	photos   [2]*kit.Photo
	pictures *fyne.Container
	loading  *kit.Progress
	failed   *kit.Notice
	retry    *kit.Button
	retryRow *fyne.Container
	warn     *kit.Notice
	facts    *fyne.Container
	relevant *kit.Button
	reason   *kit.Input
	reasonF  *kit.Field
	all      *kit.Check
	form     *fyne.Container
	rowOf    *session.Results
	row      int  // of rowOf that was shown last
	turned   bool // the form was opened or closed by this update
	saved    *kit.Notice
	report   *reportForm
	actions  *fyne.Container
	col      *fyne.Container
	ground   *kit.Ground
	scroll   *kit.Scroller

	reporting bool // the report form was opened, and is not yet in view
}

// NewDetailView returns the view without a row.
func NewDetailView() *DetailView {
	d := &DetailView{}
	d.plate = kit.NewPlate("", "", kit.PlateTitle)
	d.vehicle = kit.Shrink("", kit.Body.In(theme.ColorText2))
	d.back = kit.NewTool(theme.IconCaretLeft, "The read before (←)", func() { d.res.StepRead(-1) }).Small()
	d.forth = kit.NewTool(theme.IconCaretRight, "The next read (→)", func() { d.res.StepRead(1) }).Small()
	d.read = kit.NewText("", kit.Small)
	d.line = newMiniTimeline(func(i int) { d.res.ShowRead(i) })
	for i := range d.photos {
		d.photos[i] = kit.NewPhoto(nil).WithMin(60, photoHeight)
		d.photos[i].OnTap(func() { d.tapPhoto(i) })
	}
	d.pictures = kit.Columns(6, d.photos[0], d.photos[1])
	d.loading = kit.NewProgress("Loading the photos …", nil)
	d.loading.Set(-1)
	d.failed = kit.NewNotice(kit.Warning, "")
	d.retry = kit.NewButton("Try again", kit.Link, func() { d.res.RetryPhotos() })
	d.retryRow = kit.V(4, d.failed, kit.H(0, d.retry, kit.Spacer()))
	d.warn = kit.NewNotice(kit.Warning, "")
	d.facts = kit.V(2)
	d.relevant = kit.NewButton("Relevant…", kit.Primary, func() { d.res.AskRelevant(true) }).WithIcon("flag")
	d.reason = kit.NewInput("")
	d.reason.OnSubmitted = func(string) { d.keep() }
	d.reason.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			d.res.AskRelevant(false)
			return true
		}
		return false
	}
	d.reasonF = kit.NewField("Why is it relevant? The reason is kept with it.", d.reason)
	d.all = kit.NewCheck("", nil)
	d.form = kit.V(8, d.reasonF, d.all, kit.H(
		8, kit.NewButton("Keep in the case", kit.Primary, d.keep), kit.NewButton("Cancel", kit.Quiet, func() { d.res.AskRelevant(false) }), kit.Spacer(),
	))
	d.saved = kit.NewNotice(kit.Info, "")
	d.report = newReportForm()
	d.actions = kit.H(8, kit.Grow(d.relevant))
	lead := kit.NewNotice(kit.Info, session.LeadOnly)
	lead.SetIcon(theme.IconEye)
	head := kit.H(8, d.plate, kit.Grow(d.vehicle), kit.H(0, d.back, d.read, d.forth))
	d.col = kit.Pad(10, theme.PanelPad+2, 10, theme.PanelPad+2, kit.V(
		6, head, d.line, d.pictures, d.loading, d.retryRow, d.warn, d.facts, d.form, d.saved, d.actions, d.report.all, lead,
	))
	d.ground = kit.Surface(theme.ColorPanel, d.col)
	d.scroll = kit.Scroll(d.ground)
	d.form.Hide()
	d.ExtendBaseWidget(d)
	d.Hide()
	return d
}

func (d *DetailView) keep() { d.res.Keep(d.reason.Text, d.all.Checked()) }

func (d *DetailView) tapPhoto(i int) {
	det, ok := d.res.Detail()
	c := fyne.CurrentApp().Driver().CanvasForObject(d)
	if ok && c != nil && i < len(det.Photos.Photos) && det.Photos.Photos[i].Image != nil {
		showPhoto(c, det.Photos.Photos[i], det.Plate+" "+det.State+" · "+fmt.Sprintf("read %d of %d", det.Read, det.Reads))
	}
}

// Update shows the selected row of results; nil hides the view.
func (d *DetailView) Update(res *session.Results) {
	d.res = res
	if res == nil {
		d.Hide()
		return
	}
	det, ok := res.Detail()
	d.Hidden = !ok
	if !ok {
		return
	}
	if at := res.Selected(); at != d.row || res != d.rowOf {
		d.row, d.rowOf = at, res
		d.scroll.ToTop()
	}
	d.plate.Set(det.Plate, det.State)
	d.vehicle.SetText(det.Vehicle)
	d.read.SetText(fmt.Sprintf("read %d of %d", det.Read, det.Reads))
	many := det.Reads > 1
	d.back.Hidden, d.forth.Hidden, d.line.Hidden = !many, !many, !many
	d.read.Hidden = det.Reads == 0
	d.line.set(det, res)
	d.updatePhotos(det)
	d.warn.Hidden = det.PhotoNote == ""
	d.warn.SetText(det.PhotoNote)
	d.facts.Objects = nil
	for _, f := range det.Facts {
		d.facts.Objects = append(d.facts.Objects, factLine(f))
	}
	d.updateKeep(det)
	d.reporting = d.report.update(d.res) || d.reporting
	d.Refresh()
}

func factLine(f session.KeyValue) fyne.CanvasObject {
	value := kit.Shrink(f.Value, kit.SmallMedium)
	row := kit.H(6, kit.Fixed(56, 0, kit.NewText(f.Key, kit.Small.In(theme.ColorText3))))
	if f.Place < 0 {
		row.Add(kit.Grow(value))
		return row
	}
	row.Add(kit.NewText(f.Value, kit.SmallMedium))
	row.Add(kit.NewLetter(f.Place))
	row.Add(kit.Spacer())
	return row
}

func (d *DetailView) updatePhotos(det session.Detail) {
	d.pictures.Hidden = det.Photos.Phase == session.PhotosFailed || det.Read == 0
	d.loading.Hidden = det.Photos.Phase != session.PhotosLoading || det.Read == 0
	d.retryRow.Hidden = det.Photos.Phase != session.PhotosFailed || det.Read == 0
	d.failed.SetText(det.Photos.Error)
	slots := det.Photos.Slots()
	for i, p := range d.photos {
		p.SetNone(slots[i])
		if i < len(det.Photos.Photos) {
			ph := det.Photos.Photos[i]
			p.SetImage(ph.Image)
			p.SetTip(ph.Kind + " photo")
			if ph.Error != "" {
				p.SetTip(ph.Error)
			}
		} else {
			p.SetImage(nil)
			p.SetTip("")
		}
	}
}

func (d *DetailView) updateKeep(det session.Detail) {
	f := d.res.KeepForm()
	was := d.form.Visible()
	if f.Open && !was {
		d.reason.SetText("")
		d.all.SetChecked(det.Kept) // of a kept read only the others can still be kept
	}
	d.form.Hidden = !f.Open
	d.actions.Hidden = f.Open
	d.reason.SetPlaceHolder(f.Hint)
	d.reasonF.SetError(f.Error)
	d.all.Hidden = det.Reads < 2
	d.all.SetLabel(fmt.Sprintf("All %d reads of this plate", det.Reads))
	d.saved.Hidden = f.Saved == ""
	d.saved.SetText(f.Saved)
	d.relevant.SetText("Relevant…")
	d.relevant.SetTip("Keep this read in the case, with your reason")
	switch {
	case det.Kept && d.res.Unkept() > 0:
		d.relevant.SetText("Keep the other reads…")
	case det.Kept:
		d.relevant.SetText("Kept in the case")
	}
	if det.CanKeep && !f.Busy && (!det.Kept || d.res.Unkept() > 0) {
		d.relevant.Enable()
	} else {
		d.relevant.Disable()
		if !det.CanKeep {
			d.relevant.SetTip("A case needs both photos (rule R-1)")
		}
	}
	d.turned = d.turned || f.Open != was
}

// settle tells, once everything has its place, that the reason field was opened or closed, and
// brings a report form that was opened into view.
func (d *DetailView) settle() {
	if d.reporting {
		d.reporting = false
		d.scroll.Reveal(d.report.form)
	}
	if !d.turned {
		return
	}
	d.turned = false
	if !d.form.Visible() {
		d.scroll.ToTop()
		call(d.OnClosed)
		return
	}
	d.scroll.Reveal(d.form)
	call(d.OnAsked)
}

// HeightForWidth returns the height with wrapped texts.
func (d *DetailView) HeightForWidth(w float32) float32 { return d.ground.HeightForWidth(w) + 1 }

// CreateRenderer implements fyne.Widget.
func (d *DetailView) CreateRenderer() fyne.WidgetRenderer {
	return hold(d, kit.Frame(kit.Divider().In(theme.ColorStrong), nil, nil, nil, d.scroll), d.col)
}
