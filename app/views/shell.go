package views

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// Place is one place of the window, shown in the rail.
type Place struct {
	ID    string
	Label string
	Icon  theme.IconName
	Badge int // how much waits there; 0 shows nothing
}

// Places returns the places of the layout page in their order; the caller keeps
// those that the role may see.
func Places() []Place {
	return []Place{
		{ID: "map", Label: "Map desk", Icon: theme.IconMap},
		{ID: "case", Label: "Case", Icon: theme.IconCase},
		{ID: "alerts", Label: "Alerts", Icon: theme.IconAlerts},
		{ID: "review", Label: "Review", Icon: theme.IconReview},
		{ID: "audit", Label: "Audit", Icon: theme.IconAudit},
		{ID: "training", Label: "Training", Icon: theme.IconTraining},
		{ID: "accounts", Label: "Accounts", Icon: theme.IconAccounts},
		{ID: "settings", Label: "Settings", Icon: theme.IconSettings},
	}
}

// SyncState is the state of the data on this workstation.
type SyncState int

// The states of the data.
const (
	SyncOK     SyncState = iota // as new as it can be
	SyncWorks                   // new data is being taken in
	SyncOld                     // older than the policy wants: amber
	SyncFailed                  // the feed or the store has a problem: amber
)

// ShellData is what the frame around the places shows.
type ShellData struct {
	Places []Place
	Active string // ID of the place in view

	DataDay, DataTime string // "21 May", "09:12"; empty: no data yet
	Sync              SyncState
	SyncTip           string // the whole sentence behind the icon

	Person, Role, Initials string

	// The purpose card. Without a case the card says so and shows Role and Unit.
	Case, Reason, For, Unit string

	Enhanced bool
	TimeLeft string // of the enhanced session, "42 min"
	Ending   bool   // the enhanced session ends soon: amber

	Training bool // the whole frame is striped
	Variant  theme.Variant
}

// Shell is the frame of the window: the rail of places at the left, the bar
// with the purpose at the top, and the place in view.
type Shell struct {
	widget.BaseWidget

	OnPlace   func(id string)
	OnPurpose func() // the purpose card was pressed
	OnSession func() // the kind of session was pressed: step up
	OnLock    func()
	OnSignOut func()
	OnTheme   func(theme.Variant)
	OnSync    func() // the data age was pressed
	// Commands gives the lines of the command palette at the moment it opens.
	Commands func() []Command

	data    ShellData
	rail    *rail
	bar     *topBar
	content *fyne.Container
	stripes *stripes
	frame   *fyne.Container
}

// NewShell returns a frame around the content of a place.
func NewShell(d ShellData, content fyne.CanvasObject) *Shell {
	s := &Shell{data: d, content: kit.Stack(content)}
	s.rail = newRail(s)
	s.bar = newTopBar(s)
	s.stripes = newStripes()
	inner := kit.Frame(nil, nil, kit.HFill(0, kit.Fixed(theme.RailWidth-1, 0, s.rail), kit.VDivider()), nil,
		kit.Frame(kit.V(0, s.bar, kit.Divider()), nil, nil, nil, s.content))
	s.frame = &fyne.Container{Layout: &stripeLayout{s}, Objects: []fyne.CanvasObject{s.stripes, inner}}
	s.apply()
	s.ExtendBaseWidget(s)
	return s
}

// Data returns what is shown.
func (s *Shell) Data() ShellData { return s.data }

// SetData shows other data.
func (s *Shell) SetData(d ShellData) {
	striped := s.data.Training != d.Training
	s.data = d
	s.apply()
	s.rail.Refresh()
	s.bar.Refresh()
	if striped {
		s.frame.Refresh()
	}
}

// SetContent shows another place.
func (s *Shell) SetContent(o fyne.CanvasObject) {
	s.content.Objects = []fyne.CanvasObject{o}
	s.content.Refresh()
}

func (s *Shell) apply() {
	s.rail.set(s.data)
	s.bar.set(s.data)
	s.stripes.Hidden = !s.data.Training
}

func (s *Shell) goTo(id string) {
	if s.OnPlace != nil {
		s.OnPlace(id)
	}
}

// OpenPalette opens the command palette; the view that owns the window binds it
// to Ctrl K.
func (s *Shell) OpenPalette() *kit.Popover {
	c := fyne.CurrentApp().Driver().CanvasForObject(s)
	if c == nil || s.Commands == nil {
		return nil
	}
	return ShowPalette(c, s.Commands())
}

// CreateRenderer implements fyne.Widget.
func (s *Shell) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(s.frame)
}

// call runs a callback that may be nil.
func call(f func()) {
	if f != nil {
		f()
	}
}
