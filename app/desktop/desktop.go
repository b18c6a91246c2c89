package desktop

import (
	"context"
	"errors"
	"image"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/uithread"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/engine"
	"cordon/engine/policy"
)

// Options say what a window works with. App and Dir are required.
type Options struct {
	App        fyne.App
	Dir        string // the workstation's folder
	CacheBytes int64  // memory for decoded detections; 0: the default
	Exports    string // where exports go; empty: a folder beside the user's documents
	Config     string // where the window's preferences are kept; empty: the system's place for them
	Version    string
	SyncEvery  time.Duration       // between syncs of all of the feed's lanes; default 5 min
	Deliver    uithread.Dispatcher // default uithread.Do
	Now        func() time.Time    // default time.Now
	Log        func(string)        // diagnostics without personal data
	Exit       func()              // what to do once all is closed; default App.Quit
}

// Desktop is the window of one workstation.
type Desktop struct {
	opts   Options
	win    fyne.Window
	zone   *time.Location
	env    session.Env
	prefs  *preferences
	base   *baseMap
	engine *engine.Engine
	hero   image.Image

	open         *uithread.Task[opened]
	work         *uithread.Task[error] // lock, unlock, sign out
	sync         *session.SyncModel    // nil until the workstation is open
	signIn       *session.SignInModel
	onSignInSync func() // what a sync changes in the sign-in; set with signIn
	session      *engine.Session
	frame        *frame // nil unless signed in
	locked       bool
	used         time.Time                 // of the last input, for the idle lock
	keys         func(*fyne.KeyEvent) bool // of what is in view; may be nil
	printing     printing
	stop         chan struct{}
	closing      bool
}

// New returns the desktop; Show opens its window.
func New(o Options) (*Desktop, error) {
	if o.Deliver == nil {
		o.Deliver = uithread.Do
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Exit == nil {
		o.Exit = o.App.Quit
	}
	if o.SyncEvery <= 0 {
		o.SyncEvery = 5 * time.Minute
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.Config == "" {
		o.Config = preferencesDir()
	}
	rules, err := policy.Default()
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(rules.Zone)
	if err != nil {
		return nil, err
	}
	base, err := newBaseMap()
	if err != nil {
		return nil, err
	}
	d := &Desktop{
		opts: o, zone: zone, base: base, prefs: openPreferences(o.Config, o.Log), stop: make(chan struct{}),
		open: uithread.NewTask[opened](o.Deliver), work: uithread.NewTask[error](o.Deliver),
	}
	d.env = session.Env{
		Go: func(f func()) { go f() }, Deliver: o.Deliver, Now: o.Now, Zone: zone,
		After: func(wait time.Duration, f func()) func() {
			t := time.AfterFunc(wait, f)
			return func() { t.Stop() }
		},
	}
	o.App.Settings().SetTheme(theme.New(d.prefs.variant()))
	d.win = o.App.NewWindow("Cordon")
	d.win.SetPadded(false)
	d.win.Resize(d.prefs.size())
	d.win.SetMaster()
	d.win.SetCloseIntercept(d.Quit)
	d.win.SetOnDropped(func(_ fyne.Position, files []fyne.URI) { d.dropped(files) })
	d.bindKeys()
	return d, nil
}

// Show opens the window and, behind it, the workstation.
func (d *Desktop) Show() {
	d.openWorkstation()
	go d.tick()
	d.win.Show()
}

// opened is the outcome of opening the workstation.
type opened struct {
	engine *engine.Engine
	hero   image.Image
	err    error
}

func (d *Desktop) openWorkstation() {
	d.show(kit.NewEmpty(theme.IconMap, "Opening the workstation", d.opts.Dir, nil))
	opts := d.engineOptions()
	d.open.Run(func(ctx context.Context) opened {
		var o opened
		o.engine, o.err = engine.Open(ctx, opts)
		if hero, err := d.base.hero(ctx); err == nil {
			o.hero = hero
		} else {
			d.opts.Log("picture of the sign-in: " + err.Error())
		}
		return o
	}, func(o opened) {
		d.hero = o.hero
		switch {
		case errors.Is(o.err, engine.ErrNotWorkstation):
			d.showWelcome()
		case o.err != nil:
			d.showFailure(o.err)
		default:
			d.engine = o.engine
			d.startSync()
			d.showSignIn()
		}
	})
}

// show replaces what the window holds, and what lies over it.
func (d *Desktop) show(o fyne.CanvasObject) {
	over := d.win.Canvas().Overlays()
	for top := over.Top(); top != nil; top = over.Top() {
		over.Remove(top)
	}
	d.win.SetContent(kit.NewRoot(kit.Surface(theme.ColorWindow, o)))
}

// frameTime is a little more than the driver takes to draw what is new.
const frameTime = 20 * time.Millisecond

// whenDrawn runs f once the window has drawn what show gave it: before that the driver does
// not know the canvas of an object, and a focus is lost.
func (d *Desktop) whenDrawn(f func()) {
	content := d.win.Content()
	if content == nil || d.closing {
		return
	}
	if d.opts.App.Driver().CanvasForObject(content) != nil {
		f()
		return
	}
	d.env.After(frameTime, func() {
		d.opts.Deliver(func() {
			if d.win.Content() == content {
				d.whenDrawn(f)
			}
		})
	})
}

func (d *Desktop) showFailure(err error) {
	again := kit.NewButton("Try again", kit.Primary, d.openWorkstation).WithKey("Enter")
	d.show(kit.NewEmpty(theme.IconWarning, "The workstation cannot be opened", session.ErrorText(err)+"\n"+d.opts.Dir, again))
	d.whenDrawn(func() { d.win.Canvas().Focus(again) })
}

// touch counts an input event of the person (X-5: the idle lock).
func (d *Desktop) touch() { d.used = d.opts.Now() }

// tick runs what the clock drives: time left, idle lock.
func (d *Desktop) tick() {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-d.stop:
			return
		case <-t.C:
			d.opts.Deliver(d.clock)
		}
	}
}

func (d *Desktop) clock() {
	if d.leaveEnded() || d.frame == nil || d.locked {
		return
	}
	limits := d.session.Policy().Session
	if idle := time.Duration(limits.IdleMinutes) * time.Minute; idle > 0 && d.opts.Now().Sub(d.used) >= idle {
		d.lock("No input for " + strconv.Itoa(limits.IdleMinutes) + " minutes.")
		return
	}
	d.frame.refresh()
	if d.frame.place == placeMap && d.frame.desk.State().CodeHint != "" {
		d.frame.deskView.Update() // the code of a demo changes with the clock
	}
}

// leaveEnded signs out a session that was ended from elsewhere, so that nothing of it stays in view,
// and reports whether it did.
func (d *Desktop) leaveEnded() bool {
	if d.session == nil {
		return false
	}
	why := d.session.Ended()
	if why != "" {
		d.leave("You were signed out: " + why + ".")
	}
	return why != ""
}

// Quit signs out and closes the window. What is open in memory is dropped.
func (d *Desktop) Quit() {
	if d.closing {
		return
	}
	d.closing = true
	close(d.stop)
	d.prefs.setSize(d.win.Canvas().Size())
	d.open.Cancel()
	if d.sync != nil {
		d.sync.Close()
	}
	s, e := d.session, d.engine
	d.leaveFrame()
	d.work.Run(func(ctx context.Context) error {
		var errs []error
		if s != nil {
			errs = append(errs, s.Close(ctx))
		}
		if e != nil {
			errs = append(errs, e.Close())
		}
		return errors.Join(errs...)
	}, func(err error) {
		if err != nil {
			d.opts.Log("closing: " + err.Error())
		}
		d.win.SetCloseIntercept(nil)
		d.win.Close()
		d.opts.Exit()
	})
}

func (d *Desktop) engineOptions() engine.Options {
	return engine.Options{Dir: d.opts.Dir, CacheBytes: d.opts.CacheBytes, Clock: d.opts.Now, Photos: photoSources(), Log: d.opts.Log}
}

func (d *Desktop) leaveFrame() {
	if d.frame != nil {
		d.frame.close()
	}
	d.frame, d.session, d.locked = nil, nil, false
}

// lock hides everything that belongs to the session.
func (d *Desktop) lock(why string) {
	if d.frame == nil || d.locked {
		return
	}
	d.locked = true
	id := d.session.Identity()
	data := views.LockData{
		Person: id.Name, Initials: session.Initials(id.Name, id.User), Why: why,
		Since: d.opts.Now().In(d.zone).Format("15:04 MST"), Banner: d.engine.Banner(),
	}
	view := views.NewLock(data)
	view.OnSignOut = d.signOut
	view.OnUnlock = func(password string) {
		data.Busy, data.Error = true, ""
		view.SetData(data)
		s := d.session
		d.work.Run(func(ctx context.Context) error { return s.Unlock(ctx, password) }, func(err error) {
			if d.session != s {
				return // signed out meanwhile
			}
			data.Busy = false
			if err != nil {
				data.Error = session.LockedText(err)
				view.SetData(data)
				view.FocusFirst()
				return
			}
			d.locked = false
			d.touch()
			d.frame.show()
		})
	}
	d.frame.hide()
	d.show(view)
	d.whenDrawn(view.FocusFirst)
	s := d.session
	d.work.Run(func(ctx context.Context) error { return s.Lock(ctx) }, func(err error) {
		if err != nil {
			data.Error = session.ErrorText(err)
			view.SetData(data)
		}
	})
}

func (d *Desktop) signOut() { d.leave("") }

// leave signs out; why is told at the sign-in.
func (d *Desktop) leave(why string) {
	s := d.session
	if s == nil {
		return // on its way out already
	}
	d.leaveFrame()
	d.show(kit.NewEmpty(theme.IconLock, "Signing out", "", nil))
	d.work.Run(func(ctx context.Context) error { return s.Close(ctx) }, func(err error) {
		if err != nil {
			d.opts.Log("sign out: " + err.Error())
		}
		d.showSignIn()
		d.signIn.Tell(why)
	})
}
