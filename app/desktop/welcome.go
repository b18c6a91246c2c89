package desktop

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"cordon/app/demoworld"
	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/uithread"
	"cordon/app/views"
	"cordon/app/views/kit"
)

// demoRows is the size of the demo that the window makes.
const demoRows = 300_000

// showWelcome is what a new user sees: there is no workstation yet.
func (d *Desktop) showWelcome() {
	demo := kit.NewButton("Make the demo workstation", kit.Primary, d.makeDemo).WithKey("Enter")
	d.show(kit.NewEmpty(theme.IconMap, "No workstation here yet",
		"The demo is a synthetic Delaware: 300,000 invented reads, photos and one account for each role. Nothing in it is real.\n"+
			"For a real workstation, “cordon init” makes it with its first account manager.\n"+d.opts.Dir, demo))
	d.keys = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter {
			d.keys = nil
			d.makeDemo()
		}
		return true
	}
}

// makeDemo makes the demo with progress and opens it.
func (d *Desktop) makeDemo() {
	task := uithread.NewTask[error](d.opts.Deliver)
	bar := kit.NewProgress("Making the demo: roads, vehicles and 90 days of reads", func() {
		task.Cancel()
		d.showWelcome()
	})
	d.show(kit.Center(kit.Fixed(460, 0, bar)))
	o := demoworld.Options{Dir: d.opts.Dir, Rows: demoRows, Clock: d.opts.Now, Log: d.opts.Log}
	task.RunWith(func(ctx context.Context, post func(func())) error {
		_, err := demoworld.Make(ctx, o, func(rows int64) {
			post(func() { bar.Set(float64(rows) / demoRows) })
		})
		return err
	}, func(err error) {
		if err != nil {
			d.showFailure(err)
			return
		}
		d.openWorkstation()
	})
}

// demoAccounts are offered at the sign-in of a demo.
func (d *Desktop) demoAccounts() []views.DemoAccount {
	if !demoworld.Is(d.opts.Dir) {
		return nil
	}
	var out []views.DemoAccount
	for _, a := range demoworld.Accounts() {
		out = append(out, views.DemoAccount{User: a.User, Password: a.Password, Role: strings.ReplaceAll(a.Role, "-", " ")})
	}
	return out
}

// demoCode is the present step-up code of a demo account, empty elsewhere: a demo has no
// second device.
func (d *Desktop) demoCode(user string) string {
	if !demoworld.Is(d.opts.Dir) {
		return ""
	}
	code, err := demoworld.Code(user, d.opts.Now())
	if err != nil {
		d.opts.Log("demo code: " + err.Error())
	}
	return code
}

// showRules opens the whole text of the Rules of Behaviour with its digest.
func (d *Desktop) showRules(s session.SignInState) {
	views.ShowRules(d.win.Canvas(), d.signInData(s), s.Rules.Digest)
}
