package session

import (
	"image"
	"strings"

	"cordon/engine"
	"cordon/engine/detection"
)

// CaseState is what the case view shows.
type CaseState struct {
	Number, Title, Opened string
	Cases                 []CaseLink
	Loading               bool
	Busy                  string // what is being done; empty: nothing
	Error                 string
	Empty                 string // worded, when there is nothing to show
	Items                 []CaseRow
	Notes                 []NoteRow
	Exports               []string
	Source                string // corroborating source as typed
	SourceHint            string
	Formats               map[string]bool
	Missing               []string // what the gate still asks for
	Passed                []string // what it found in order
	CanExport             bool
	Written               []string // files of the last export
}

// CaseLink is one case of the list.
type CaseLink struct {
	Number, Title string
	Items         int
	Open          bool
}

// CaseRow is one kept read.
type CaseRow struct {
	ID, Plate, State, Vehicle string
	Time, Camera              string
	ShortTime                 string // "13 May 02:06"
	Areas                     []int
	Reason, By, Entry         string
	Verified                  string // "7KDM482 DE, read by K. Lindqvist"
	Retention                 string // "criminal-case-file, destroy after 31 Dec 2046"
	Photos                    []CasePhotoRow
	CropsDone                 int
	Ready                     bool // at least one crop, plate verified
}

// CasePhotoRow is one of the two photos of a kept read.
type CasePhotoRow struct {
	Kind   string
	Done   bool
	Image  image.Image // the crop; nil until it is made
	Detail string      // "1120 × 752 px, 1 cover, no person shows"
}

// NoteRow is one note.
type NoteRow struct{ Text, By, At string }

// State returns what is to be shown now.
func (m *CaseModel) State() CaseState {
	s := CaseState{
		Number: m.number, Loading: m.load.busy && m.current == nil, Busy: m.doing, Error: m.err, Source: m.source,
		SourceHint: m.door.Policy().Hints.Corroborated, Formats: m.formats, Written: m.exported,
	}
	for _, c := range m.list {
		s.Cases = append(s.Cases, CaseLink{c.Number, c.Title, len(c.Items), c.Number == m.number})
	}
	switch {
	case m.current != nil:
		m.fill(&s)
	case s.Loading:
	case m.number == "":
		s.Empty = "Give a case number in the purpose of a query, then mark a read as relevant. Your cases are under “Change case”."
	case m.missing:
		s.Empty = "Nothing is kept in " + m.number + " yet. Mark a read as relevant on the map desk: its case opens with it."
	}
	return s
}

func (m *CaseModel) fill(s *CaseState) {
	c := m.current
	s.Title, s.Opened = c.Title, "opened "+m.stamp(c.Opened)+" by "+c.OpenedBy
	for _, it := range c.Items {
		s.Items = append(s.Items, m.row(it))
	}
	if len(c.Items) == 0 {
		s.Empty = "No read is kept in " + c.Number + ". Mark one as relevant on the map desk."
	}
	for i := len(c.Notes) - 1; i >= 0; i-- {
		n := c.Notes[i]
		s.Notes = append(s.Notes, NoteRow{n.Text, n.By, m.stamp(n.At)})
	}
	for i := len(c.Exports) - 1; i >= 0; i-- {
		e := c.Exports[i]
		s.Exports = append(s.Exports, m.stamp(e.At)+" by "+e.By+": "+formatNames(e.Formats)+" · audit entry "+Number(e.Entry))
	}
	m.gate(s)
}

// gate lists what an export still needs; the engine decides again.
func (m *CaseModel) gate(s *CaseState) {
	n := len(s.Items)
	crops, read := 0, 0
	for _, it := range s.Items {
		if it.CropsDone > 0 {
			crops++
		}
		if it.Verified != "" {
			read++
		}
	}
	check := func(ok bool, passed, missing string) {
		if ok {
			s.Passed = append(s.Passed, passed)
		} else {
			s.Missing = append(s.Missing, missing)
		}
	}
	all := itoa(n) + " of " + itoa(n)
	kept := count(int64(n), "read", "reads") + ", each with a reason"
	if n == 1 {
		kept = "1 read, with a reason"
	}
	check(n > 0, kept, "Keep at least one read.")
	if n > 0 {
		check(crops == n, "Photos cropped: "+all, "Crop at least one photo of each read: "+itoa(n-crops)+" to go.")
		check(read == n, "Plates read by eye: "+all, "Read each plate by eye: "+itoa(n-read)+" to go.")
	}
	for _, it := range m.current.Items {
		v := it.Verified
		if v.Plate != "" && (!strings.EqualFold(v.Plate, it.Row.Plate) || !strings.EqualFold(v.State, it.Row.State)) {
			s.Missing = append(s.Missing, "You read "+strings.TrimSpace(v.Plate+" "+v.State)+" where the machine read "+strings.TrimSpace(it.Row.Plate+" "+it.Row.State)+". Take that read out, or crop it again and read it once more.")
		}
	}
	check(strings.TrimSpace(m.source) != "", "Corroborating source named", "Name the corroborating source.")
	any := false
	for _, on := range m.formats {
		any = any || on
	}
	if !any {
		s.Missing = append(s.Missing, "Choose at least one format.")
	}
	s.CanExport = len(s.Missing) == 0 && m.doing == "" && m.Write != nil
}

func (m *CaseModel) row(it engine.CaseItem) CaseRow {
	r := CaseRow{
		ID: it.ID, Plate: it.Row.Plate, State: it.Row.State, Vehicle: VehicleWords(it.Row.Color, it.Row.Make, it.Row.Model),
		Time: LongTime(it.Row.Time, m.env.Zone), ShortTime: it.Row.Time.In(m.env.Zone).Format("2 Jan 15:04"), Camera: cameraWords(it.Row.Camera, it.Row.Source), Areas: it.Row.Areas,
		Reason: it.Reason, By: it.By, Entry: Number(it.Entry),
	}
	if it.Verified.Plate != "" {
		r.Verified = strings.TrimSpace(it.Verified.Plate+" "+it.Verified.State) + ", read by " + it.Verified.By
	}
	if !it.Destroy.IsZero() {
		r.Retention = "destroy after " + it.Destroy.In(m.env.Zone).Format("2 Jan 2006")
		if it.Class != "" {
			r.Retention = strings.ReplaceAll(it.Class, "-", " ") + ", " + r.Retention
		}
	}
	for _, kind := range []engine.PhotoKind{engine.PhotoVehicle, engine.PhotoPlate} {
		p := CasePhotoRow{Kind: string(kind)}
		for _, saved := range it.Photos {
			if saved.Kind == kind {
				p.Done, p.Image, p.Detail = true, m.thumbs[it.ID+"/"+string(kind)], cropWords(saved)
			}
		}
		if p.Done {
			r.CropsDone++
		}
		r.Photos = append(r.Photos, p)
	}
	r.Ready = r.CropsDone > 0 && r.Verified != ""
	return r
}

func cropWords(p engine.CasePhoto) string {
	s := itoa(p.Crop.W) + " × " + itoa(p.Crop.H) + " px"
	if n := len(p.Crop.Covers); n > 0 {
		s += ", " + count(int64(n), "cover", "covers")
	}
	if p.Attestation.NoPerson {
		return s + ", no person shows"
	}
	return s + ", a person is attested"
}

func cameraWords(id string, src detection.Source) string {
	switch src {
	case detection.SourceLawEnforcement:
		return id + ", law enforcement"
	case detection.SourceCommercial:
		return id + ", commercial"
	}
	return id
}

// FormatName is a format of an export as people write it.
func FormatName(f string) string {
	if f == "geojson" {
		return "GeoJSON"
	}
	return strings.ToUpper(f)
}

func formatNames(list []string) string {
	var out []string
	for _, f := range list {
		out = append(out, FormatName(f))
	}
	return strings.Join(out, ", ")
}
