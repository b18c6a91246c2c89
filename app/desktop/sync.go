package desktop

import (
	"cordon/app/session"
	"cordon/app/views"
)

// railSync is how the rail marks each state of the data.
var railSync = map[session.SyncPhase]views.SyncState{
	session.SyncNone: views.SyncOK, session.SyncDone: views.SyncOK, session.SyncRuns: views.SyncWorks,
	session.SyncStale: views.SyncOld, session.SyncFailed: views.SyncFailed,
}

// startSync keeps the workstation up to its feed from now on, whoever is signed in.
func (d *Desktop) startSync() {
	d.sync = session.NewSync(d.env, d.engine, d.opts.SyncEvery)
	d.sync.OnChange = func() {
		if !d.closing && !d.leaveEnded() && d.frame != nil {
			d.frame.refresh()
		}
		if d.signIn != nil && !d.closing {
			d.onSignInSync()
		}
	}
	d.sync.Start()
}
