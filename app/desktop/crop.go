package desktop

import (
	"strconv"

	"cordon/app/session"
	"cordon/app/views"
	"cordon/app/views/kit"
)

// cropper is the photo desk over one kept read: its photos are cropped one after another.
type cropper struct {
	f      *frame
	view   *views.Crop
	item   string
	photos []session.Photo
	at     int
	busy   bool
	err    string
	plate  string // typed by eye at an earlier photo of this read
	state  string
	saved  map[string]bool // kinds saved here; the case may still be loading
}

// openCrop begins with the photo of that kind of a kept read, or, with an empty kind, with
// the first that has no crop yet.
func (f *frame) openCrop(item, kind string) {
	c := &cropper{f: f, item: item, saved: map[string]bool{}}
	f.crop = c
	f.bind()
	c.view = views.NewCrop(c.data())
	c.view.OnBack = func() { f.goTo(placeCase) }
	c.view.OnPick = c.pick
	c.view.OnSave = c.save
	f.shell.SetContent(c.view)
	f.cases.Originals(item, func(photos []session.Photo, problem string) {
		if f.crop != c {
			return
		}
		c.photos, c.err = photos, problem
		row := c.row()
		for i, p := range photos {
			if p.Kind == kind || kind == "" && !c.done(row, p.Kind) {
				c.at = i
				break
			}
		}
		c.show()
		c.view.FocusFirst()
	})
}

func (f *frame) closeCrop() { f.crop = nil }

func (c *cropper) row() session.CaseRow {
	for _, r := range c.f.cases.State().Items {
		if r.ID == c.item {
			return r
		}
	}
	return session.CaseRow{}
}

func (c *cropper) done(row session.CaseRow, kind string) bool {
	if c.saved[kind] {
		return true
	}
	for _, p := range row.Photos {
		if p.Kind == kind {
			return p.Done
		}
	}
	return false
}

func (c *cropper) show() { c.view.SetData(c.data()) }

func (c *cropper) data() views.CropData {
	row := c.row()
	data := views.CropData{
		Plate: row.Plate, State: row.State, Summary: row.Vehicle, Case: c.f.cases.Number(),
		Title: "Photos of the read", Where: row.Camera + " · " + row.Time,
		Reading: row.Plate, ReadingState: row.State, States: stateOptions(row.State),
		PlateTyped: c.plate, StateTyped: c.state, NeedPlate: true, Busy: c.busy, Error: c.err,
	}
	group := views.CropGroup{Title: row.ShortTime}
	saved := 0
	for i, p := range c.photos {
		isDone := c.done(row, p.Kind)
		if isDone {
			saved++
		}
		group.Photos = append(group.Photos, views.CropPhoto{ID: strconv.Itoa(i), Label: p.Kind, Thumb: p.Image, Done: isDone})
	}
	if len(c.photos) == 0 {
		return data
	}
	p := c.photos[c.at]
	data.Groups, data.Current, data.Image = []views.CropGroup{group}, strconv.Itoa(c.at), p.Image
	data.Title = "Read " + row.ID + ", " + p.Kind + " photo"
	data.Progress = strconv.Itoa(saved) + " of " + strconv.Itoa(len(c.photos)) + " photos done"
	data.Digest, data.Removed = session.ShortDigest(p.SHA256), removed(p.Metadata)
	data.Last = c.next() < 0
	if p.Error != "" && data.Error == "" {
		data.Error = p.Error
	}
	return data
}

func removed(bytes int) string {
	if bytes == 0 {
		return "no metadata in the photo"
	}
	return "metadata, " + strconv.Itoa(bytes) + " bytes"
}

// next is the next photo without a crop, -1 when this is the last.
func (c *cropper) next() int {
	row := c.row()
	for i := 1; i < len(c.photos); i++ {
		if at := (c.at + i) % len(c.photos); !c.done(row, c.photos[at].Kind) {
			return at
		}
	}
	return -1
}

func (c *cropper) pick(id string) {
	if at, err := strconv.Atoi(id); err == nil && at < len(c.photos) && !c.busy {
		c.at, c.err = at, ""
		c.show()
	}
}

func (c *cropper) save(r views.CropResult) {
	if c.busy {
		return
	}
	c.f.d.touch()
	c.busy, c.err = true, ""
	c.plate, c.state = r.PlateTyped, r.StateTyped
	c.show()
	c.f.cases.SaveCrop(session.Crop{
		Item: c.item, Kind: c.photos[c.at].Kind, Rect: r.Rect, Covers: r.Covers,
		NoPerson: r.NoPerson, Associated: r.Associated, Plate: r.PlateTyped, State: r.StateTyped,
	}, func(problem string) {
		c.busy, c.err = false, problem
		if c.f.crop != c {
			return
		}
		if problem != "" {
			c.show()
			return
		}
		c.saved[c.photos[c.at].Kind] = true
		if next := c.next(); next >= 0 {
			c.at = next
			c.show()
			c.view.FocusFirst()
			return
		}
		c.f.goTo(placeCase)
	})
}

// stateOptions are the states of registration to choose from; the camera's reading is
// among them wherever it is from.
func stateOptions(read string) []kit.Option {
	var out []kit.Option
	known := false
	for _, s := range session.States() {
		out = append(out, kit.Option{Value: s, Label: s})
		known = known || s == read
	}
	if !known && read != "" {
		out = append(out, kit.Option{Value: read, Label: read})
	}
	return out
}
