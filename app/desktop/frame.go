package desktop

import (
	"context"
	"reflect"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/uithread"
	"cordon/app/views"
	"cordon/mapview"
)

// The places of this window; those of later issues are not shown.
const (
	placeMap   = "map"
	placeCase  = "case"
	placeAudit = "audit"
)

// frame is the window of a signed-in person.
type frame struct {
	d     *Desktop
	door  session.Door
	shell *views.Shell
	place string

	desk     *session.Desk
	deskView *views.Desk
	streets  *mapview.Map
	cases    *session.CaseModel
	caseView *views.CaseView
	audit    *session.AuditModel
	auditOf  *views.AuditView
	crop     *cropper // nil unless a photo is being cropped

	stepUp *uithread.Task[error]
	ended  bool   // the enhanced period has been seen to end
	unbind func() // takes the desk's shortcuts from the window; nil while they are not there
}

// enter opens the window's places for a session.
func (d *Desktop) enter(door session.Door, purpose session.Purpose) {
	if d.leaveEnded() { // while the purpose was asked for
		return
	}
	d.signIn = nil
	d.touch()
	f := &frame{d: d, door: door, stepUp: uithread.NewTask[error](d.opts.Deliver)}
	d.frame = f
	f.build(purpose)
	f.goTo(f.first())
	f.show()
}

func (f *frame) build(purpose session.Purpose) {
	d := f.d
	f.desk = session.NewDesk(d.env, f.door, d.engine.DataState, purpose)
	f.desk.CodeHint = func() string { return d.demoCode(f.door.Identity().User) }
	f.streets = mapview.New(mapview.Config{Do: d.opts.Deliver})
	f.setBase()
	f.cases = session.NewCase(d.env, f.door, purpose.Case)
	f.cases.Write = d.writeExport
	f.deskView = views.NewDesk(views.DeskProps{
		Model: f.desk, Map: f.streets, Now: d.opts.Now,
		Kept:         func() int { return len(f.cases.State().Items) },
		OnCase:       func(number string) { f.openCase(number) },
		OnImportFile: d.chooseAreas,
		OnShortcut:   d.shortcut,
		Layout:       d.prefs.layout(f.door.Identity().User),
		OnLayout:     func(l views.DeskLayout) { d.prefs.setLayout(f.door.Identity().User, l) },
	})
	f.desk.OnKept = f.cases.Open
	changed := f.desk.OnChange
	f.desk.OnChange = func() {
		d.touch()
		changed()
		f.refresh()
	}
	f.shell = views.NewShell(f.data(), f.deskView)
	f.shell.OnPlace = f.goTo
	f.shell.OnPurpose = func() { f.goTo(placeMap) }
	f.shell.OnSession = f.askStepUp
	f.shell.OnSync = d.sync.Now
	f.shell.OnLock = func() { d.lock("You locked the window.") }
	f.shell.OnSignOut = d.signOut
	f.shell.OnTheme = f.setVariant
	f.shell.Commands = f.commands
	f.caseView = views.NewCaseView(views.CaseProps{Model: f.cases, OnCrop: f.openCrop, OnFile: d.openFile})
	caseChanged := f.cases.OnChange
	f.cases.OnChange = func() {
		caseChanged()
		f.deskView.Update() // its case button counts the reads
	}
	f.audit = session.NewAudit(d.env, f.door)
	f.auditOf = views.NewAuditView(f.audit)
	f.cases.Reload()
}

// first is the place a person begins at: the map desk for those who may query.
func (f *frame) first() string {
	for _, k := range f.door.Kinds() {
		if k.Open || k.NeedsStepUp {
			return placeMap
		}
	}
	return placeAudit
}

func (f *frame) data() views.ShellData {
	d, id := f.d, f.door.Identity()
	card := f.desk.State().PurposeCard
	data := views.ShellData{
		Active: f.place, Person: id.Name, Role: f.desk.State().Terms.Role, Unit: id.Unit, Initials: session.Initials(id.Name, id.User),
		Case: card.Case, Reason: card.Reason, For: strings.TrimPrefix(card.For, "for "), Variant: d.prefs.variant(),
	}
	for _, p := range views.Places() {
		if p.ID == placeMap && f.first() == placeMap || p.ID == placeCase && f.first() == placeMap || p.ID == placeAudit {
			data.Places = append(data.Places, p)
		}
	}
	sync := d.sync.View()
	data.DataDay, data.DataTime, data.SyncTip, data.Sync = sync.Day, sync.Time, sync.Tip, railSync[sync.Phase]
	if left := id.EnhancedUntil.Sub(d.opts.Now()); left > 0 {
		data.Enhanced, data.Ending = true, left < 5*time.Minute
		data.TimeLeft = strconv.Itoa(int((left+time.Minute-1)/time.Minute)) + " min"
	}
	return data
}

// refresh shows what the clock and the models changed in the frame.
func (f *frame) refresh() {
	if f.shell == nil || f.d.locked {
		return
	}
	data := f.data()
	if reflect.DeepEqual(data, f.shell.Data()) {
		return // this is called for every key that is typed
	}
	if f.shell.Data().Enhanced && !data.Enhanced && !f.ended {
		f.ended = true
		f.desk.SessionChanged()
	}
	f.shell.SetData(data)
}

// show puts the frame into the window, with the keys of its place.
func (f *frame) show() {
	f.d.show(f.shell)
	f.d.keys = f.key
	f.d.win.Canvas().SetOnTypedRune(f.rune)
	f.bind()
	f.refresh()
}

// hide takes the frame out of reach while the window is locked.
func (f *frame) hide() {
	f.d.keys = nil
	f.d.win.Canvas().SetOnTypedRune(nil)
	f.unbindDesk()
}

// onDesk reports whether the map desk is in view.
func (f *frame) onDesk() bool { return f.place == placeMap && f.crop == nil && !f.d.locked }

// bind gives the window the shortcuts of the map desk while it is in view, and only then.
func (f *frame) bind() {
	f.unbindDesk()
	if f.onDesk() {
		f.unbind = f.deskView.Bind(f.d.win.Canvas())
	}
}

func (f *frame) unbindDesk() {
	if f.unbind != nil {
		f.unbind()
		f.unbind = nil
	}
}

func (f *frame) close() {
	f.hide()
	f.stepUp.Cancel()
	f.desk.Close()
	f.cases.Close()
	f.audit.Close()
}

func (f *frame) key(e *fyne.KeyEvent) bool {
	if f.onDesk() {
		f.deskView.Key(e)
		return true
	}
	return false
}

func (f *frame) rune(r rune) {
	f.d.touch()
	if f.onDesk() {
		f.deskView.Rune(r)
	}
}

func (f *frame) goTo(place string) {
	f.d.touch()
	f.closeCrop()
	f.place = place
	f.bind()
	switch place {
	case placeCase:
		f.openCase(f.desk.State().Draft.Purpose.Case)
		return
	case placeAudit:
		f.audit.Reload()
		f.shell.SetContent(f.auditOf)
	default:
		f.shell.SetContent(f.deskView)
	}
	f.refresh()
}

// openCase shows a case; without a number the one that is open, or the list.
func (f *frame) openCase(number string) {
	f.place = placeCase
	f.bind()
	if number == "" {
		number = f.cases.Number()
	}
	f.cases.Open(number)
	f.shell.SetContent(f.caseView)
	f.refresh()
}

func (f *frame) chooseKind(i int) {
	kinds := f.desk.State().Kinds
	if i < len(kinds) {
		f.goTo(placeMap)
		f.deskView.SetKind(kinds[i].Kind)
	}
}

func (f *frame) askStepUp() {
	id := f.door.Identity()
	switch {
	case !id.Enhanced:
		f.d.say("Standard session", "Your account has no grant for enhanced functions: full-plate queries are open to you. Ask your account manager for the grant (rule X-1).")
		return
	case id.EnhancedUntil.After(f.d.opts.Now()):
		return
	}
	minutes := f.door.Policy().Session.StepUpMinutes
	var ask *views.StepUp
	ask = views.ShowStepUp(f.d.win.Canvas(), strconv.Itoa(minutes)+" minutes", f.d.demoCode(id.User), func(code string) {
		ask.SetBusy(true)
		f.stepUp.Run(func(ctx context.Context) error { return f.door.StepUp(ctx, code) }, func(err error) {
			if err != nil {
				ask.SetError(session.CodeText(err))
				return
			}
			ask.Hide()
			f.ended = false
			f.desk.SessionChanged()
			f.refresh()
		})
	})
}

func (f *frame) dark() bool {
	return theme.New(f.d.prefs.variant()).IsDark(f.d.opts.App.Settings().ThemeVariant())
}

func (f *frame) setBase() {
	streets := f.d.base.streets(f.dark())
	f.streets.SetBase(streets, streets)
}

func (f *frame) setVariant(v theme.Variant) {
	f.d.prefs.setVariant(v)
	f.d.opts.App.Settings().SetTheme(theme.New(v))
	f.setBase()
	f.deskView.ThemeChanged()
	f.refresh()
}

func (f *frame) commands() []views.Command {
	var out []views.Command
	for i, p := range f.data().Places {
		out = append(out, views.Command{Title: p.Label, Group: "Go to", Icon: p.Icon, Key: "Alt " + strconv.Itoa(i+1), Run: func() { f.goTo(p.ID) }})
	}
	if f.place == placeMap {
		out = append(out, f.deskView.Commands()...)
	}
	return append(out,
		views.Command{Title: "Sync with the feed now", Group: "Data", Icon: theme.IconCloudCheck, Run: f.d.sync.Now},
		views.Command{Title: "Lock the window", Group: "Session", Key: "Ctrl L", Icon: theme.IconLock, Run: func() { f.d.lock("You locked the window.") }},
		views.Command{Title: "Step up for enhanced functions", Group: "Session", Icon: theme.IconShieldCheck, Run: f.askStepUp},
		views.Command{Title: "Use the light look", Group: "Look", Icon: theme.IconSun, Run: func() { f.setVariant(theme.Light) }},
		views.Command{Title: "Use the dark look", Group: "Look", Icon: theme.IconMoon, Run: func() { f.setVariant(theme.Dark) }},
		views.Command{Title: "Sign out", Group: "Session", Run: f.d.signOut},
		views.Command{Title: "Quit", Group: "Session", Key: "Ctrl Q", Run: f.d.Quit},
	)
}
