package session

import (
	"context"
	"errors"
	"image"
	"strings"
	"time"

	"cordon/engine"
)

// CaseModel is one case: what was kept, its crops and notes, and the gate before an export.
type CaseModel struct {
	OnChange func()
	// Write turns an exported case into files and returns their paths. It runs off the
	// models' goroutine. Without it exporting is not offered.
	Write func(ctx context.Context, file engine.CaseFile, formats []string) ([]string, error)

	env      Env
	door     Door
	closed   bool // the role has no cases: asking for them would be refused and recorded
	number   string
	list     []engine.Case
	current  *engine.Case
	missing  bool // the case does not exist yet
	load     task
	act      task // notes, removals, crops, exports: one at a time
	doing    string
	err      string
	exported []string // paths
	source   string   // corroborating source as typed
	formats  map[string]bool
	thumbs   map[string]image.Image // by item and kind
}

// Formats an export can have, in order.
func Formats() []string { return []string{"pdf", "csv", "geojson"} }

// NewCase returns the model of a person's cases; number is the one to open, possibly one
// that does not exist yet.
func NewCase(env Env, door Door, number string) *CaseModel {
	m := &CaseModel{
		env: env.withDefaults(), door: door, formats: map[string]bool{"pdf": true, "csv": true, "geojson": true},
		thumbs: map[string]image.Image{}, closed: !TermsOf(door).MayQuery(),
	}
	m.number = strings.TrimSpace(number)
	return m
}

// Open changes to another case and loads it.
func (m *CaseModel) Open(number string) {
	if number = strings.TrimSpace(number); number != m.number {
		m.number, m.current, m.exported, m.source, m.err = number, nil, nil, "", ""
	}
	m.Reload()
}

// Number is the case that is open.
func (m *CaseModel) Number() string { return m.number }

// loaded is one look at the vault.
type loaded struct {
	list   []engine.Case
	one    *engine.Case
	thumbs map[string]image.Image
}

// Reload reads the list and the open case again; it asks for nothing that the role may not see.
func (m *CaseModel) Reload() {
	if m.closed {
		return
	}
	door, number := m.door, m.number
	start(m.env, &m.load, func(ctx context.Context) (loaded, error) {
		list, err := door.Cases(ctx)
		if err != nil {
			return loaded{}, err
		}
		out := loaded{list: list, thumbs: map[string]image.Image{}}
		if number == "" {
			return out, nil
		}
		c, err := door.Case(ctx, number)
		if errors.Is(err, engine.ErrNotFound) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out.one = &c
		for _, it := range c.Items {
			for _, p := range it.Photos {
				if ph := DecodePhoto(string(p.Kind), p.JPEG); ph.Image != nil {
					out.thumbs[it.ID+"/"+string(p.Kind)] = ph.Image
				}
			}
		}
		return out, nil
	}, func(l loaded, err error) {
		if err != nil {
			m.err = ErrorText(err)
		} else {
			m.list, m.current, m.thumbs, m.missing = l.list, l.one, l.thumbs, l.one == nil && number != ""
		}
		m.changed()
	})
	m.changed()
}

func (m *CaseModel) changed() {
	if m.OnChange != nil {
		m.OnChange()
	}
}

// do runs one change of the case and reloads afterwards.
func (m *CaseModel) do(what string, work func(context.Context) error, done func()) {
	if m.act.busy {
		return
	}
	m.doing, m.err = what, ""
	start(m.env, &m.act, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) },
		func(_ struct{}, err error) {
			m.doing = ""
			if err != nil {
				m.err = ErrorText(err)
				m.changed()
				return
			}
			if done != nil {
				done()
			}
			m.Reload()
		})
	m.changed()
}

// AddNote adds a note to the case.
func (m *CaseModel) AddNote(text string) {
	if text = strings.TrimSpace(text); text == "" {
		m.err = "Write the note first."
		m.changed()
		return
	}
	door, number := m.door, m.number
	m.do("Saving the note …", func(ctx context.Context) error { return door.AddNote(ctx, number, text) }, nil)
}

// Remove takes an item out of the case; the reason is recorded.
func (m *CaseModel) Remove(item, reason string) {
	if reason = strings.TrimSpace(reason); reason == "" {
		m.err = "Say why the read is taken out."
		m.changed()
		return
	}
	door, number := m.door, m.number
	m.do("Taking the read out …", func(ctx context.Context) error { return door.RemoveItem(ctx, number, item, reason) }, nil)
}

// Originals fetches the photos of an item for cropping; done gets them on the models'
// goroutine, or a worded error.
func (m *CaseModel) Originals(item string, done func(photos []Photo, problem string)) {
	door, number := m.door, m.number
	start(m.env, &m.act, func(ctx context.Context) ([]Photo, error) {
		list, err := door.ItemPhotos(ctx, number, item)
		var out []Photo
		for _, p := range list {
			out = append(out, DecodePhoto(string(p.Kind), p.JPEG))
		}
		return out, err
	}, func(list []Photo, err error) { done(list, ErrorText(err)) })
}

// Crop is what SaveCrop takes; positions are pixels of the original, origin top left.
type Crop struct {
	Item, Kind   string
	Rect         image.Rectangle
	Covers       [][]image.Point
	NoPerson     bool   // attested: no person shows
	Associated   string // or who belongs to the investigation, and why
	Plate, State string // as read by eye
}

// SaveCrop saves a crop; done is called with a worded problem, empty when it is saved.
func (m *CaseModel) SaveCrop(c Crop, done func(problem string)) {
	if p := cropProblem(c); p != "" {
		done(p)
		return
	}
	req := engine.CropRequest{
		Case: m.number, Item: c.Item, Kind: engine.PhotoKind(c.Kind),
		Crop:        engine.CropGeometry{X: c.Rect.Min.X, Y: c.Rect.Min.Y, W: c.Rect.Dx(), H: c.Rect.Dy()},
		Attestation: engine.Attestation{NoPerson: c.NoPerson, Associated: strings.TrimSpace(c.Associated)},
		Verified:    engine.PlateVerified{Plate: strings.TrimSpace(c.Plate), State: strings.TrimSpace(c.State)},
	}
	for _, poly := range c.Covers {
		var ring [][2]int
		for _, p := range poly {
			ring = append(ring, [2]int{p.X, p.Y})
		}
		req.Crop.Covers = append(req.Crop.Covers, ring)
	}
	door := m.door
	start(m.env, &m.act, func(ctx context.Context) (engine.CasePhoto, error) { return door.SaveCrop(ctx, req) },
		func(_ engine.CasePhoto, err error) {
			if err == nil {
				m.Reload()
			}
			done(ErrorText(err))
		})
}

func cropProblem(c Crop) string {
	switch {
	case c.Rect.Empty():
		return "Keep a part of the photo: the crop is empty."
	case !c.NoPerson && strings.TrimSpace(c.Associated) == "":
		return "Attest that no person shows, or say who belongs to the investigation and why."
	case strings.TrimSpace(c.Plate) == "":
		return "Type the plate as you read it on the photo."
	}
	return ""
}

// SetSource sets the corroborating source.
func (m *CaseModel) SetSource(text string) {
	m.source = text
	m.changed()
}

// SetFormat chooses whether an export has a format.
func (m *CaseModel) SetFormat(f string, on bool) {
	m.formats[f] = on
	m.changed()
}

// Export records the export and writes its files; it needs State().CanExport.
func (m *CaseModel) Export() {
	if !m.State().CanExport {
		return
	}
	var formats []string
	for _, f := range Formats() {
		if m.formats[f] {
			formats = append(formats, f)
		}
	}
	req := engine.ExportRequest{Case: m.number, Corroborated: strings.TrimSpace(m.source), Formats: formats}
	door, write := m.door, m.Write
	var paths []string
	m.exported = nil
	m.do("Exporting …", func(ctx context.Context) error {
		file, err := door.Export(ctx, req)
		if err != nil {
			return err
		}
		paths, err = write(ctx, file, formats)
		if err != nil {
			return &FieldProblem{"The export is recorded, but its files could not be written: " + ErrorText(err)}
		}
		return nil
	}, func() { m.exported = paths })
}

// Close stops all work.
func (m *CaseModel) Close() {
	m.OnChange = nil
	m.load.stop()
	m.act.stop()
}

func (m *CaseModel) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return RecordTime(t, m.env.Zone)
}
