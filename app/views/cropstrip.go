package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// cropStrip is the column of photos at the left.
type cropStrip struct {
	c       *Crop
	plate   *kit.Text
	summary *kit.Text
	list    *fyne.Container
	scroll  *kit.Scroller
	photos  map[string]*kit.Photo
	marks   map[string]*kit.Icon
	names   map[string]*kit.Text
	shown   []CropGroup
	at      string
	object  fyne.CanvasObject
}

func newCropStrip(c *Crop) *cropStrip {
	s := &cropStrip{c: c, plate: kit.NewText("", kit.PlateRow), summary: kit.NewText("", kit.Small), list: kit.V(3)}
	s.scroll = kit.Scroll(kit.Pad(4, 12, 12, 12, s.list))
	s.object = kit.Frame(kit.Pad(10, 12, 4, 12, kit.V(0, s.plate, s.summary)), nil, nil, nil, s.scroll)
	return s
}

func (s *cropStrip) set(d CropData) {
	s.plate.SetText(d.Plate + " " + d.State)
	s.summary.SetText(d.Summary)
	if !s.same(d.Groups) {
		s.fill(d.Groups)
	}
	for _, g := range d.Groups {
		for _, p := range g.Photos {
			here := p.ID == d.Current
			s.photos[p.ID].SetImage(p.Thumb)
			s.photos[p.ID].SetSelected(here)
			icon, role := theme.IconCircle, theme.ColorEdge
			if p.Done {
				icon, role = theme.IconCheckFill, theme.ColorText2
			}
			style := kit.Small
			if here {
				style = kit.SmallStrong
				if !p.Done {
					icon, role = theme.IconCrop, theme.ColorText2
				}
			}
			s.marks[p.ID].Set(icon, role)
			s.names[p.ID].Set(p.Label, style)
		}
	}
	if s.at != d.Current {
		s.at = d.Current
		if p, ok := s.photos[d.Current]; ok && s.scroll.Size().Height > 0 {
			s.scroll.Reveal(p)
		}
	}
	s.shown = d.Groups
}

// same reports whether the photos are those in view, their state aside.
func (s *cropStrip) same(groups []CropGroup) bool {
	if len(groups) != len(s.shown) || s.photos == nil {
		return false
	}
	for i, g := range groups {
		if g.Title != s.shown[i].Title || len(g.Photos) != len(s.shown[i].Photos) {
			return false
		}
		for j, p := range g.Photos {
			if p.ID != s.shown[i].Photos[j].ID {
				return false
			}
		}
	}
	return true
}

func (s *cropStrip) fill(groups []CropGroup) {
	s.photos, s.marks, s.names = map[string]*kit.Photo{}, map[string]*kit.Icon{}, map[string]*kit.Text{}
	s.list.Objects = nil
	for _, g := range groups {
		s.list.Objects = append(s.list.Objects, kit.Pad(6, 0, 2, 0, kit.NewText(g.Title, kit.Small)))
		for _, p := range g.Photos {
			photo := kit.NewPhoto(p.Thumb).WithMin(128, 78).OnTap(func() {
				if s.c.OnPick != nil && p.ID != s.c.data.Current {
					s.c.OnPick(p.ID)
				}
			})
			name, mark := kit.NewText(p.Label, kit.Small), kit.NewIcon(theme.IconCircle, theme.ColorEdge, 14)
			s.photos[p.ID], s.marks[p.ID], s.names[p.ID] = photo, mark, name
			s.list.Objects = append(s.list.Objects, kit.V(3, photo, kit.Pad(0, 0, 5, 0, kit.H(4, name, kit.Spacer(), mark))))
		}
	}
	s.list.Refresh()
	s.scroll.Refresh()
}
