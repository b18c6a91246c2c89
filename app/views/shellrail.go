package views

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// rail is the column of places, with the state of the data, the lock and the
// person at its foot.
type rail struct {
	widget.BaseWidget
	s      *Shell
	items  *fyne.Container
	places []*kit.RailItem
	sync   *kit.RailItem
	day    *kit.Text
	time   *kit.Text
	person *kit.Avatar
	ground *kit.Ground
}

func newRail(s *Shell) *rail {
	r := &rail{s: s, items: kit.V(2)}
	r.day = kit.NewText("", kit.LabelMedium.Centered().In(theme.ColorText))
	r.time = kit.NewText("", kit.LabelMedium.Centered().In(theme.ColorText))
	r.sync = kit.NewRailItem(theme.IconCloudCheck, "Data to", func() { call(s.OnSync) })
	r.sync.Low()
	lock := kit.NewRailItem(theme.IconLock, "Lock", func() { call(s.OnLock) })
	lock.Low()
	lock.SetTip("Lock the window (Ctrl L)")
	r.person = kit.NewAvatar("", 30, func() { kit.ShowMenu(r.person, r.menu()) })
	foot := kit.V(0, r.sync, r.day, r.time, kit.Fixed(0, 8, nil), lock, kit.Fixed(0, 8, nil), kit.Center(r.person))
	r.ground = kit.Surface(theme.ColorChrome, kit.Frame(nil, kit.Pad(0, 4, 10, 4, foot), nil, nil, kit.Pad(8, 4, 0, 4, r.items)))
	r.ExtendBaseWidget(r)
	return r
}

func (r *rail) set(d ShellData) {
	if !r.same(d.Places) {
		r.places, r.items.Objects = nil, nil
		for _, p := range d.Places {
			it := kit.NewRailItem(p.Icon, p.Label, func() { r.s.goTo(p.ID) })
			r.places = append(r.places, it)
			r.items.Objects = append(r.items.Objects, it)
		}
		r.items.Refresh()
	}
	for i, p := range d.Places {
		r.places[i].SetActive(p.ID == d.Active)
		r.places[i].SetBadge(badge(p.Badge))
		r.places[i].SetTip(placeTip(p))
	}
	icon, warn := theme.IconCloudCheck, false
	switch d.Sync {
	case SyncWorks:
		icon = "cloud-arrow-down"
	case SyncOld, SyncFailed:
		icon, warn = theme.IconCloudSlash, true
	}
	r.sync.SetIcon(icon)
	r.sync.SetWarn(warn)
	r.sync.SetTip(d.SyncTip)
	role := theme.ColorText
	if warn {
		role = theme.ColorAmber
	}
	r.day.Set(orDash(d.DataDay), kit.LabelMedium.Centered().In(role))
	r.time.Set(d.DataTime, kit.LabelMedium.Centered().In(role))
	r.person.Set(d.Initials)
	r.person.SetTip(d.Person + ", " + d.Role)
}

// same reports whether the places in view are those of the data, badges aside.
func (r *rail) same(places []Place) bool {
	if len(places) != len(r.places) || len(r.s.data.Places) != len(places) {
		return false
	}
	for i, p := range places {
		if r.places[i].Label() != p.Label {
			return false
		}
	}
	return true
}

func badge(n int) string {
	switch {
	case n <= 0:
		return ""
	case n > 99:
		return "99"
	}
	return strconv.Itoa(n)
}

func placeTip(p Place) string {
	tip := p.Label
	if p.Badge > 0 {
		tip += ", " + strconv.Itoa(p.Badge) + " waiting"
	}
	return tip
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func (r *rail) menu() []kit.MenuItem {
	d := r.s.data
	set := func(v theme.Variant) func() {
		return func() {
			if r.s.OnTheme != nil {
				r.s.OnTheme(v)
			}
		}
	}
	return []kit.MenuItem{
		{Label: d.Person, Hint: d.Role, Disabled: true},
		{},
		{Label: "Light", Icon: theme.IconSun, Checked: d.Variant == theme.Light, OnTap: set(theme.Light)},
		{Label: "Dark", Icon: theme.IconMoon, Checked: d.Variant == theme.Dark, OnTap: set(theme.Dark)},
		{Label: "As the system", Icon: theme.IconMonitor, Checked: d.Variant == theme.System, OnTap: set(theme.System)},
		{},
		{Label: "Lock", Icon: theme.IconLock, Hint: "Ctrl L", OnTap: func() { call(r.s.OnLock) }},
		{Label: "Sign out", Icon: theme.IconSignOut, OnTap: func() { call(r.s.OnSignOut) }},
	}
}

// CreateRenderer implements fyne.Widget.
func (r *rail) CreateRenderer() fyne.WidgetRenderer { return kit.Wrap(r, r.ground) }
