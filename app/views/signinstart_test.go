package views_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/pquerna/otp"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

func startData(t *testing.T, authenticator bool) views.SignInData {
	t.Helper()
	d := signInData(views.SignInPassword)
	d.MayStart = true
	if !authenticator {
		d.Start.Code, d.Start.Hint = true, "At least 14 characters: a sentence or four random words, without your name."
		return d
	}
	key, err := otp.NewKeyFromURL("otpauth://totp/Cordon:a.moreno?issuer=Cordon&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
	if err != nil {
		t.Fatal(err)
	}
	d.Start = views.SignInStart{Authenticator: true, User: "a.moreno", Secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"}
	if d.Start.QR, err = key.Image(392, 392); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestStartPictures(t *testing.T) {
	for _, size := range pictureSizes() {
		for name, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
			d := signInData(views.SignInPassword)
			d.MayStart, d.Notice, d.Start.User = true, "Your password is set. Sign in with it.", "a.moreno"
			_, w := newSignIn(t, v, size.Width, size.Height, d)
			w.Capture(pictureName("start-link", size, name))
			d = startData(t, false)
			d.Error = "The name or the start code is wrong. After several failures the account locks."
			_, w = newSignIn(t, v, size.Width, size.Height, d)
			if name == "light" {
				keep(w, "start-code", size, name)
			} else {
				w.Capture(pictureName("start-code", size, name))
			}
			_, w = newSignIn(t, v, size.Width, size.Height, startData(t, true))
			if name == "dark" {
				keep(w, "start-authenticator", size, name)
			} else {
				w.Capture(pictureName("start-authenticator", size, name))
			}
		}
	}
}

// the form of a start code, by keys alone; passwords are hidden and do not stay.
func TestStartForm(t *testing.T) {
	d := signInData(views.SignInPassword)
	s, w := newSignIn(t, theme.Light, 1280, 800, d)
	var signedIn string
	s.OnSignIn = func(user, pw string) { signedIn = user + "|" + pw }
	s.FocusFirst()
	w.Type("person.a")
	fyne.CurrentApp().Driver().CanvasForObject(s).FocusNext()
	w.Type("the password of a")
	if w.Shows("start code") {
		t.Error("a start code is offered where the feed gives no accounts")
	}
	d.MayStart = true
	s.SetData(d)
	asked, ended := 0, 0
	var sent []string
	s.OnStartNew, s.OnStartEnd = func() { asked++ }, func() { ended++ }
	s.OnStart = func(user, code, pw string) { sent = append(sent, user+"|"+code+"|"+pw) }
	w.Click(w.Button("Use your start code"))
	if asked != 1 {
		t.Fatal("the form was not asked for")
	}
	form := startData(t, false)
	s.SetData(form)
	step := func(typed, lacks string) { // Enter goes to what is missing
		t.Helper()
		w.Key(fyne.KeyReturn)
		if !w.Shows(lacks) || len(sent) > 0 {
			t.Fatalf("%q is not asked for: %q, sent %q", lacks, w.Texts(), sent)
		}
		w.Type(typed)
	}
	step("a.moreno", "Give the name of your account.")
	step("abcde-fghij", "Give the start code that you were handed.")
	step("quiet river stone", "Give a new password.")
	step("quiet river", "Give the new password again.")
	w.Key(fyne.KeyReturn)
	if !w.Shows("The two passwords differ.") || len(sent) > 0 {
		t.Fatalf("two passwords that differ: %q, sent %q", w.Texts(), sent)
	}
	w.Type(" stone")
	if w.Key(fyne.KeyReturn); len(sent) != 1 || sent[0] != "a.moreno|abcde-fghij|quiet river stone" {
		t.Fatalf("sent %q", sent)
	}
	for _, text := range w.Texts() {
		if strings.Contains(text, "quiet river") {
			t.Error("the password is shown in clear")
		}
	}
	form.Busy = true
	s.SetData(form)
	if w.Key(fyne.KeyReturn); len(sent) != 1 {
		t.Error("sent again while the first answer is awaited")
	}
	form.Busy, form.Error = false, "The start code is wrong."
	s.SetData(form)
	hidden := func() (out []string) {
		kittest.Walk(w.W.Content(), func(o fyne.CanvasObject) {
			if i, ok := o.(*kit.Input); ok && i.Password {
				out = append(out, i.Text)
			}
		})
		return out
	}
	if got := hidden(); !w.Shows("The start code is wrong.") || strings.Join(got, "") != "" {
		t.Errorf("refused passwords stay: %q", got)
	}
	code := kittest.Find(w, func(i *kit.Input) bool { return i.Text == "abcde-fghij" }) // need not be typed again
	w.Click(w.Button("Back to sign in"))
	s.SetData(d)
	s.SetData(startData(t, false))
	if ended != 1 || code.Text != "" {
		t.Errorf("%d times back; the code that stays is %q", ended, code.Text)
	}
	d.Notice, d.Start.User = "Your password is set.", "q.ruiz"
	s.SetData(d)
	if w.Key(fyne.KeyReturn); signedIn != "" || !w.Shows("Give your password.") {
		t.Errorf("signed in as %q", signedIn)
	}
	w.Type("quiet river stone")
	if w.Key(fyne.KeyReturn); signedIn != "q.ruiz|quiet river stone" {
		t.Errorf("signed in as %q", signedIn)
	}
}

// the authenticator is shown with its secret, which can be copied, until the person goes on.
func TestStartAuthenticator(t *testing.T) {
	s, w := newSignIn(t, theme.Dark, 1280, 800, startData(t, true))
	ended := 0
	s.OnStartEnd = func() { ended++ }
	if !w.Shows("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP") || !w.Shows("shown this once") {
		t.Fatalf("%q", w.Texts())
	}
	w.Click(w.Button("Copy the secret"))
	if got := fyne.CurrentApp().Clipboard().Content(); got != "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" || !w.Shows("Copied.") {
		t.Errorf("copied %q", got)
	}
	var codes []string
	s.OnConfirm = func(code string) { codes = append(codes, code) }
	s.FocusFirst()
	w.Key(fyne.KeyReturn, fyne.KeyReturn) // held too long in the form before
	if ended != 0 || len(codes) != 0 || !w.Shows("Give the six digits") {
		t.Fatalf("left %d times with %q", ended, codes)
	}
	w.Type("123456")
	if w.Key(fyne.KeyReturn); len(codes) != 1 || codes[0] != "123456" || ended != 0 {
		t.Fatalf("left %d times with %q", ended, codes)
	}
	wrong := startData(t, true)
	wrong.Error = "This is not the code."
	s.SetData(wrong)
	if !w.Shows("This is not the code.") {
		t.Error("a wrong code is not explained")
	}
	if w.Click(w.Button("Go on without")); ended != 1 {
		t.Error("there is no way on without an authenticator")
	}
	d := signInData(views.SignInPassword)
	d.Start.User, d.Notice = "a.moreno", "Your password is set. Sign in with it."
	s.SetData(d)
	for _, text := range w.Texts() {
		if strings.Contains(text, "JBSW") {
			t.Error("the secret stays")
		}
	}
	in, ok := w.Focused().(*kit.Input)
	if !ok || !in.Password || !w.Shows("Your password is set.") {
		t.Error("the password is not what is asked for next")
	}
	kittest.Find(w, func(i *kit.Input) bool { return i.Text == "a.moreno" }) // need not be typed again
}
