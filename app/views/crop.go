package views

import (
	"image"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// CropPhoto is a photo of the strip at the left.
type CropPhoto struct {
	ID    string
	Label string // "vehicle", "plate"
	Thumb image.Image
	Done  bool // a crop of it is in the case
}

// CropGroup is a read with its photos.
type CropGroup struct {
	Title  string // "Read 2 · 3 May 22:20"
	Photos []CropPhoto
}

// CropData is what the photo desk shows. Images are not copied and must not
// change while they are shown.
type CropData struct {
	Plate, State string // of the strip's head
	Summary      string // "9 reads, 6 relevant"
	Groups       []CropGroup
	Current      string // ID of the photo in work

	Image    image.Image // the original; nil while it loads
	Title    string      // "Read 5, vehicle photo"
	Where    string      // camera, direction, time with zone
	Progress string      // "4 of 12 photos done"

	// Rect and Covers are what to begin with, in pixels of the original; an
	// empty Rect is the whole picture.
	Rect   image.Rectangle
	Covers [][]image.Point

	Case    string
	Digest  string // of the original, short form
	Removed string // "14 metadata fields, camera caption"

	// The reading of the camera, to compare what is typed with. The field itself
	// is never filled in: the plate is verified by eye.
	Reading, ReadingState string
	States                []kit.Option
	PlateTyped            string // typed before, for another photo of this read
	StateTyped            string
	NeedPlate             bool // without a typed plate the crop cannot be saved

	Last  bool // no photo comes after this one
	Busy  bool // the crop is being saved
	Error string
}

// CropResult is a crop to be saved.
type CropResult struct {
	ID         string
	Rect       image.Rectangle // pixels of the original, origin top left
	Covers     [][]image.Point // closed polygons to burn in, pixels of the original
	NoPerson   bool            // attested: no person shows in what is saved
	Associated string          // else: who shows and why that person belongs to the investigation
	PlateTyped string
	StateTyped string
}

// Crop is the photo desk: before a photo enters a case, what it must not show is
// cut off or covered, and what is left is attested.
type Crop struct {
	widget.BaseWidget

	OnPick func(id string)
	OnSave func(CropResult)
	OnBack func()

	data  CropData
	tool  *cropTool
	strip *cropStrip
	side  *cropSide

	absent                 *kit.Notice // why there is no picture
	title, where, progress *kit.Text
	tools                  []*kit.Tool // hand, crop, box, cover
	undo, redo, look, eye  *kit.Tool
	percent                *kit.Text
	hint                   *kit.Text
	frame                  fyne.CanvasObject
}

// NewCrop returns the photo desk.
func NewCrop(d CropData) *Crop {
	c := &Crop{tool: newCropTool()}
	c.strip, c.side = newCropStrip(c), newCropSide(c)
	c.tool.onChange = c.toolChanged
	c.tool.onResize = func() { c.showPercent() }
	c.tool.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
			c.save()
			return true
		}
		return false
	}
	c.absent = kit.NewNotice(kit.Warning, "")
	c.title, c.where, c.progress = kit.NewText("", kit.BodyStrong), kit.Shrink("", kit.Small), kit.NewText("", kit.Small)
	mid := kit.Dark(kit.Surface(theme.ColorChrome, kit.Frame(
		kit.V(0, kit.Fixed(0, 39, kit.PadXY(16, 0, kit.H(12, c.title, kit.Grow(kit.V(0, kit.Spacer(), c.where, kit.Spacer())), c.progress))), kit.Divider(), c.toolBar()),
		c.foot(), nil, nil, kit.Stack(c.tool, kit.Center(kit.Fixed(360, 0, c.absent))))))
	c.frame = kit.Frame(nil, nil,
		kit.HFill(0, kit.NewSide(theme.ColorChrome, 152, c.strip.object), kit.VDivider()),
		kit.HFill(0, kit.VDivider(), kit.NewSide(theme.ColorPanel, 348, c.side.object)), mid)
	c.SetData(d)
	c.ExtendBaseWidget(c)
	return c
}

func (c *Crop) toolBar() fyne.CanvasObject {
	mode := func(icon theme.IconName, tip string, m cropMode) *kit.Tool {
		t := kit.NewTool(icon, tip, func() { c.tool.setMode(m) })
		c.tools = append(c.tools, t)
		return t
	}
	hand := mode(theme.IconHand, "Move the picture (H, or hold Space)", modeHand)
	crop := mode(theme.IconCrop, "Crop (C)", modeCrop)
	rect := mode(theme.IconRectangle, "Cover a rectangle (R)", modeBox)
	poly := mode(theme.IconPolygon, "Cover a polygon (P)", modeCover)
	c.undo = kit.NewTool(theme.IconUndo, "Undo (Ctrl Z)", c.tool.undo)
	c.redo = kit.NewTool(theme.IconRedo, "Redo (Ctrl Y)", c.tool.redo)
	c.look = kit.NewTool(theme.IconSearch, "Zoom to the crop, or to all (0)", func() {
		if c.tool.moved {
			c.tool.zoomFit()
		} else {
			c.tool.zoomCrop()
		}
	})
	c.eye = kit.NewTool(theme.IconEye, "Show only what is kept", func() {
		c.tool.preview = !c.tool.preview
		c.tool.changed()
	})
	middle := func() fyne.Position { return fyne.NewPos(c.tool.Size().Width/2, c.tool.Size().Height/2) }
	c.percent = kit.NewText("", kit.BodyStrong.Centered())
	zoom := kit.H(2,
		kit.NewTool(theme.IconMinus, "Smaller (-)", func() { c.tool.zoomBy(1/1.25, middle()) }).Small(), kit.Fixed(48, 0, c.percent),
		kit.NewTool(theme.IconPlus, "Larger (+)", func() { c.tool.zoomBy(1.25, middle()) }).Small())
	return kit.PadXY(16, 8, kit.H(8,
		kit.NewToolBox(false, hand, crop, kit.ToolGap(), rect, poly, kit.ToolGap(), c.undo, c.redo, kit.ToolGap(), c.look, c.eye),
		kit.Spacer(), zoom))
}

func (c *Crop) foot() fyne.CanvasObject {
	c.hint = kit.Shrink("", kit.Small)
	return kit.Fixed(0, 40, kit.PadXY(16, 0, kit.H(16,
		kit.Grow(kit.V(0, kit.Spacer(), c.hint, kit.Spacer())),
		kit.NewText("Covers are burned in: what is under them is gone.", kit.Small))))
}

// Data returns what is shown.
func (c *Crop) Data() CropData { return c.data }

// SetData shows other data. The crop, the attestation and the typed plate are
// kept while the photo is the same, and begin anew with another one.
func (c *Crop) SetData(d CropData) {
	other := d.Current != c.data.Current || d.Image != c.data.Image
	c.data = d
	c.title.SetText(d.Title)
	c.where.SetText(d.Where)
	c.progress.SetText(d.Progress)
	c.absent.Hidden = d.Image != nil
	c.absent.SetText("The photo is being loaded.")
	if d.Error != "" {
		c.absent.SetText(d.Error)
	}
	c.strip.set(d)
	if other || c.tool.model == nil {
		bounds := image.Rect(0, 0, 1, 1)
		if d.Image != nil {
			bounds = d.Image.Bounds()
		}
		c.side.reset(d)
		c.tool.preview = false
		c.tool.show(d.Image, newCropModel(bounds, d.Rect, d.Covers))
	}
	c.toolChanged()
}

// Result returns the crop as it stands, whether or not it may be saved.
func (c *Crop) Result() CropResult {
	s := c.tool.model.now.clone()
	r := CropResult{ID: c.data.Current, Rect: s.rect, Covers: s.covers}
	c.side.fill(&r)
	return r
}

// Missing says what is still to be done before the crop can be saved; empty: it
// can.
func (c *Crop) Missing() string {
	switch {
	case c.data.Image == nil && c.data.Error != "":
		return "There is no photo to save."
	case c.data.Image == nil:
		return "The photo is being loaded."
	case c.data.Busy:
		return "The crop is being saved."
	case len(c.tool.sketch) > 0:
		return "Close the cover first: Enter, or click its first corner."
	}
	return c.side.missing()
}

func (c *Crop) save() {
	if c.Missing() != "" || c.OnSave == nil {
		return
	}
	c.OnSave(c.Result())
}

// toolChanged brings the tools and the right side in line with the crop.
func (c *Crop) toolChanged() {
	t := c.tool
	for i, m := range []cropMode{modeHand, modeCrop, modeBox, modeCover} {
		c.tools[i].SetActive(t.mode == m && !t.space || m == modeHand && t.space)
	}
	enable(c.undo, t.model != nil && (t.model.canUndo() || len(t.sketch) > 0))
	enable(c.redo, t.model != nil && t.model.canRedo())
	c.eye.SetActive(t.preview)
	c.showPercent()
	switch t.mode {
	case modeBox:
		c.hint.SetText("Drag over what must not show.   Space moves the picture")
	case modeCover:
		c.hint.SetText("Click corners to cover, Enter closes.   Space moves")
	case modeHand:
		c.hint.SetText("Drag to move the picture.   Wheel zooms")
	default:
		c.hint.SetText("Drag an edge to crop.   Space moves the picture")
	}
	c.side.show(c.data, t.model)
}

func (c *Crop) showPercent() {
	if c.tool.img != nil && c.tool.Size().Width > 0 {
		c.percent.SetText(strconv.Itoa(int(math.Round(c.tool.scale()*100))) + " %")
	}
}

func enable(t *kit.Tool, v bool) {
	if v {
		t.Enable()
	} else {
		t.Disable()
	}
}

// FocusFirst gives the keys to the picture.
func (c *Crop) FocusFirst() {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		cv.Focus(c.tool)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Crop) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(c, c.frame) }
