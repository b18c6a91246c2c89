package session

import (
	"errors"

	"cordon/engine"
	"cordon/engine/feed"
)

// feedText words what a feed has, or lacks; empty for other errors.
func feedText(err error) string {
	var lanes *engine.SyncError
	if errors.As(err, &lanes) && len(lanes.Failed) > 0 {
		text := "Lane " + lanes.Failed[0].Lane + ": " + ErrorText(lanes.Failed[0].Err)
		if n := len(lanes.Failed) - 1; n > 0 {
			text += " " + upperFirst(count(int64(n), "more lane", "more lanes")) + " stopped too."
		}
		return text
	}
	for _, w := range []struct {
		err  error
		text string
	}{
		{engine.ErrNoFeed, "This workstation follows no feed."},
		{engine.ErrSyncing, "A sync is running already."},
		{engine.ErrLogBehind, "The audit log is shorter than the one that the feed's witness has seen. Tell your auditor; keep the workstation's folder."},
		{engine.ErrLogFork, "The audit log does not continue the one that the feed's witness has seen. Tell your auditor; keep the workstation's folder."},
		{engine.ErrWitness, "The feed's answer is not signed by its witness. Tell your administrator."},
		{engine.ErrCertificate, "The workstation's certificate for the feed has expired. Ask the feed's operator for a new code and enroll anew."},
		{feed.ErrOffline, "The feed cannot be reached now. Try again when the connection is back."},
		{feed.ErrSignature, "What came is not signed by the feed's key, so nothing of it was taken. Tell your administrator."},
		{feed.ErrRollback, "The feed is shorter than it was, so nothing of it was taken. Tell your administrator."},
		{feed.ErrFork, "The feed does not continue the one that was seen before, so nothing of it was taken. Tell your administrator."},
		{feed.ErrGap, "Records that the feed counts are missing, so nothing of it was taken. Tell your administrator if it stays so."},
		{feed.ErrSubstituted, "A record is not the one that the feed signed, so nothing of it was taken. Tell your administrator."},
		{feed.ErrDamaged, "A file of the feed is damaged: it is not what its digest names. Tell your administrator if it stays so."},
		{feed.ErrStale, "The feed's checkpoint is too old to be believed. Tell your administrator; check this computer's clock."},
		{feed.ErrNotFound, "It is not in the feed, or not for this workstation."},
	} {
		if errors.Is(err, w.err) {
			return w.text
		}
	}
	return ""
}
