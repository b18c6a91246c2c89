package views_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

func TestLock(t *testing.T) {
	kittest.NewApp(t, theme.Dark)
	d := views.LockData{Person: "K. Lindqvist", Initials: "KL", Since: "09:31 EDT", Why: "No input for 15 minutes.", Banner: "This system is for authorised persons and is monitored."}
	l := views.NewLock(d)
	w := kittest.Open(t, 1280, 800, l)
	var sent []string
	out := 0
	l.OnUnlock = func(p string) { sent = append(sent, p) }
	l.OnSignOut = func() { out++ }
	l.FocusFirst()
	w.Key(fyne.KeyReturn)
	if len(sent) != 0 {
		t.Error("an empty password was sent")
	}
	w.Type("correct horse")
	w.Key(fyne.KeyReturn)
	if len(sent) != 1 || sent[0] != "correct horse" {
		t.Fatalf("sent %q", sent)
	}
	d.Error = "The password is wrong. The session stays locked."
	l.SetData(d)
	w.Golden("lock-1280-dark")
	if !w.Shows(d.Error) || kittest.Find(w, func(i *kit.Input) bool { return true }).Text != "" {
		t.Error("the refusal is not shown, or the refused password stays")
	}
	w.Click(w.Button("Sign out"))
	if out != 1 {
		t.Error("sign out does nothing")
	}
}

func TestStepUp(t *testing.T) {
	_, w := newShell(t, theme.Light, 1280, 800, shellData())
	var codes []string
	s := views.ShowStepUp(w.W.Canvas(), "60 minutes", "", func(c string) { codes = append(codes, c) })
	w.Type("12ab")
	w.Key(fyne.KeyReturn)
	if len(codes) != 0 || !w.Shows("The code has six digits.") {
		t.Error("a wrong code was sent, or is not explained")
	}
	kittest.Find(w, func(*kit.Input) bool { return true }).SetText("")
	w.Type("123 456")
	w.Key(fyne.KeyReturn)
	if len(codes) != 1 || codes[0] != "123456" {
		t.Fatalf("codes = %q, want the six digits without the space", codes)
	}
	s.SetError("The code is wrong or was used. Wait for the next one.")
	w.Golden("stepup-1280-light")
	if !w.Shows("The code is wrong or was used.") || w.Overlay() == nil {
		t.Error("the refusal is not shown")
	}
	w.Key(fyne.KeyEscape)
	if w.Overlay() != nil {
		t.Error("Esc does not close it")
	}
}
