package views

import (
	"fmt"
	"image"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// previewW and previewH limit the picture of what will be saved, in pixels: the
// width of the panel at twice its size.
const previewW, previewH = 636, 480

// lookAt are the places to look at before attesting that no person shows.
var lookAt = []string{"glass and seats", "pavement", "reflections"}

// cropSide is the panel at the right: what will be saved, what is attested about
// persons, the plate as read by eye, what is recorded, and the button.
type cropSide struct {
	c        *Crop
	size     *kit.Text
	picture  *kit.Photo
	ticks    []*kit.Tick
	attest   *kit.RadioCards
	who      *kit.Input
	whoField *kit.Field
	plate    *kit.Input
	state    *kit.Select
	compare  *kit.Para
	digest   *kit.Text
	geometry *kit.Text
	removed  *kit.Text
	saves    *kit.Para
	todo     *kit.Text
	wrong    *kit.Notice
	save     *kit.Button
	scroll   *kit.Scroller
	drawn    cropState
	drawnOf  image.Image
	object   fyne.CanvasObject
}

func newCropSide(c *Crop) *cropSide {
	s := &cropSide{c: c, size: kit.NewText("", kit.Small), picture: kit.NewPhoto(nil).WithMin(120, 214)}
	changed := func() { s.show(c.data, c.tool.model) }
	persons := make([]fyne.CanvasObject, 0, len(lookAt))
	for _, l := range lookAt {
		t := kit.NewTick(l, func(bool) { changed() })
		s.ticks = append(s.ticks, t)
		persons = append(persons, t)
	}
	s.attest = kit.NewRadioCards([]kit.RadioOption{
		{Value: "none", Title: "No person shows in what is saved", Detail: " "},
		{Value: "associated", Title: "A person shows who belongs to this investigation", Detail: "You say who and why; a supervisor sees it."},
	}, func(string) { changed() })
	s.who = kit.NewInput("Who, and why this person belongs to it")
	s.who.OnChanged = func(string) { changed() }
	s.whoField = kit.NewField("", s.who)
	s.whoField.Hide()
	s.plate = kit.NewInput("Plate").AsMono()
	s.plate.OnChanged = func(string) { changed() }
	s.plate.OnSubmitted = func(string) { c.save() }
	s.who.OnSubmitted = s.plate.OnSubmitted
	s.state = kit.NewSelect("State", nil, func(string) { changed() })
	s.compare = kit.P("", kit.Small)
	s.digest, s.geometry = kit.NewText("", kit.MonoSmall.Right().In(theme.ColorText)), kit.NewText("", kit.MonoSmall.Right().In(theme.ColorText))
	s.removed = kit.Shrink("", kit.SmallMedium.Right())
	section := func(o ...fyne.CanvasObject) fyne.CanvasObject { return kit.Pad(11, 14, 12, 14, kit.V(8, o...)) }
	body := kit.V(0,
		section(kit.SectionHead("What will be saved", s.size), s.picture), kit.Divider(),
		section(kit.SectionHead("Persons", kit.Hint("look at each before you attest")), kit.Flow(14, persons...), s.attest, s.whoField), kit.Divider(),
		section(kit.SectionHead("Plate, verified by eye", nil), kit.H(8, kit.Fixed(112, 0, s.plate), kit.Fixed(68, 0, s.state), kit.Grow(s.compare))), kit.Divider(),
		section(kit.SectionHead("Recorded with the crop", nil), kit.V(2, kit.KeyValueObj("Original, SHA-256", s.digest), kit.KeyValueObj("Crop in the original", s.geometry), kit.KeyValueObj("Removed", s.removed))))
	s.scroll = kit.Scroll(body)
	s.saves, s.todo = kit.NewPara(), kit.Shrink("", kit.Small.In(theme.ColorText2))
	s.wrong = kit.NewNotice(kit.Refusal, "")
	s.save = kit.NewButton("Save crop", kit.Primary, c.save).WithKey("Enter")
	back := kit.NewButton("Back", kit.Plain, func() { call(c.OnBack) })
	foot := kit.Surface(theme.ColorSunken, kit.V(0, kit.Divider().In(theme.ColorStrong), kit.Pad(10, 14, 12, 14, kit.V(8, s.saves, s.wrong, s.todo, kit.H(8, back, kit.Grow(s.save))))))
	s.object = kit.Frame(nil, foot, nil, nil, s.scroll)
	return s
}

// reset begins anew for another photo: nothing is attested, nothing is typed
// but what was typed for this read before.
func (s *cropSide) reset(d CropData) {
	for _, t := range s.ticks {
		t.SetDone(false)
	}
	s.attest.SetValue("")
	s.who.SetText("")
	s.plate.SetText(d.PlateTyped)
	s.state.SetOptions(d.States)
	s.state.SetValue(d.StateTyped)
	s.scroll.ToTop()
}

func (s *cropSide) looked() bool {
	for _, t := range s.ticks {
		if !t.Done() {
			return false
		}
	}
	return true
}

func (s *cropSide) typed() string {
	return strings.ToUpper(strings.Join(strings.Fields(s.plate.Text), ""))
}

func (s *cropSide) fill(r *CropResult) {
	r.NoPerson = s.attest.Value() == "none"
	if s.attest.Value() == "associated" {
		r.Associated = strings.TrimSpace(s.who.Text)
	}
	r.PlateTyped, r.StateTyped = s.typed(), s.state.Value()
}

func (s *cropSide) missing() string {
	switch {
	case !s.looked():
		return "Look at glass and seats, pavement and reflections."
	case s.attest.Value() == "":
		return "Attest whether a person shows."
	case s.attest.Value() == "associated" && strings.TrimSpace(s.who.Text) == "":
		return "Say who shows, and why that person belongs here."
	case s.c.data.NeedPlate && s.typed() == "":
		return "Type the plate as you read it on the photo."
	case s.typed() != "" && s.state.Value() == "":
		return "Choose the state on the plate."
	}
	return ""
}

// show brings the panel in line with the data and the crop.
func (s *cropSide) show(d CropData, m *cropModel) {
	if m == nil {
		return
	}
	now := m.now
	s.size.SetText(grouped(now.rect.Dx()) + " × " + grouped(now.rect.Dy()) + " px")
	if d.Image == nil {
		s.picture.SetImage(nil)
		s.drawnOf = nil
	} else if s.drawnOf != d.Image || !s.drawn.equal(now) {
		s.drawn, s.drawnOf = now.clone(), d.Image
		s.picture.SetImage(cropPreview(d.Image, now, previewW, previewH))
	}
	s.attest.SetDetail("none", coveredWords(len(now.covers)))
	if s.looked() {
		s.attest.Enable()
	} else {
		s.attest.Disable()
	}
	if hide := s.attest.Value() != "associated"; s.whoField.Hidden != hide {
		s.whoField.Hidden = hide
		s.scroll.Refresh()
	}
	s.compare.SetText(s.compareWords(d))
	s.digest.SetText(d.Digest)
	r := now.rect
	s.geometry.SetText(fmt.Sprintf("+%d +%d, %d × %d", r.Min.X, r.Min.Y, r.Dx(), r.Dy()))
	s.removed.SetText(d.Removed)
	s.saves.SetSpans(kit.Span{Text: "Saves this crop to case ", Style: kit.Body}, kit.Span{Text: d.Case, Style: kit.MonoStrong},
		kit.Span{Text: ". The original is not copied. Lead only: no basis for action on its own.", Style: kit.Body})
	s.wrong.Hidden = d.Error == ""
	s.wrong.SetText(d.Error)
	label := "Save crop, next photo"
	if d.Last {
		label = "Save crop"
	}
	setBusy(s.save, d.Busy, label, "Saving…")
	todo := s.c.Missing()
	s.todo.SetText(todo)
	s.todo.Hidden = todo == ""
	if todo != "" {
		s.save.Disable()
	}
	if o, ok := s.object.(*fyne.Container); ok {
		o.Refresh()
	}
}

func coveredWords(n int) string {
	switch n {
	case 0:
		return "Nothing is covered."
	case 1:
		return "1 area is covered."
	}
	return strconv.Itoa(n) + " areas are covered."
}

// compareWords says how what was typed stands to the camera's reading, but only
// after something was typed.
func (s *cropSide) compareWords(d CropData) string {
	typed := s.typed()
	switch {
	case typed == "":
		return "type what you read on the photo"
	case d.Reading == "":
		return "typed by you"
	case typed != strings.ToUpper(d.Reading):
		return "typed by you, the reading says otherwise"
	case s.state.Value() != "" && s.state.Value() != d.ReadingState:
		return "typed by you, the reading has another state"
	}
	return "typed by you, same as the reading"
}
