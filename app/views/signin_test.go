package views_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views"
	"cordon/app/views/kit"
	"cordon/app/views/kit/kittest"
)

// streets is a stand-in for the rendered map.
func streets() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 500, 900))
	for y := range 900 {
		for x := range 500 {
			c := color.RGBA{0x12, 0x18, 0x1E, 0xff}
			if (x*2+y)%90 < 4 || (y*2-x+2000)%130 < 5 {
				c = color.RGBA{0x2A, 0x34, 0x3F, 0xff}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func signInData(step views.SignInStep) views.SignInData {
	return views.SignInData{
		Step: step, Station: "workstation WS-07 · Cordon 1.0.0",
		Banner: "This system is for authorised persons and is monitored. By using it you consent to monitoring and recording. Unauthorised use is a crime.",
		Person: views.SignInPerson{
			User: "k.lindqvist", Initials: "KL", Role: "Criminal investigator", Unit: "Wilmington Investigations",
			Training: "12 Jan 2027", EnhancedTraining: "30 Sep 2026", LastSignIn: "20 May, 17:44 EDT", PasswordAt: "09:01 EDT",
		},
		Footnote: "Standard session: full-plate queries. Area queries ask for a code.", RulesVersion: 7, InForce: "18 May 2026",
		Digest: "5c02 e9a4 … 1d7f",
		Rules: []views.SignInRule{
			{Title: "Query with a purpose", Text: "Every query has a case, a reason and a timeframe. You say whether it is for yourself or for whom."},
			{Title: "Keep it narrow", Text: "Draw the smallest area and the shortest time that answer the question. Areas are for criminal investigations only."},
			{Title: "Suspicion, never a trait", Text: "An area rests on facts that you attest. It never rests on race, religion, national origin, speech, assembly or another protected characteristic."},
			{Title: "Sensitive places", Text: "Schools, medical sites, places of worship, ceremonies and demonstrations need their own justification and, where policy says so, a second person.", Changed: "Version 6 asked for a justification only. A second person now approves medical sites and places of worship."},
			{Title: "A read is a lead", Text: "Read the plate by eye and find a second source before anyone acts. A read alone is no basis for action."},
			{Title: "Take only what is relevant", Text: "Save what you marked relevant, with persons cropped or covered. The rest is dropped."},
			{Title: "Report mistakes", Text: "A wrong plate, state, vehicle or place is reported from the result. Your report goes out with the next sync."},
			{Title: "You are recorded", Text: "Every query, warning and refusal is kept with your name. Results are not. Misuse ends access and can lead to discipline."},
		},
		Reasons:     []kit.Option{{Value: "criminal", Label: "Criminal investigation"}, {Value: "locate", Label: "Locate a missing person"}},
		CaseExample: "HSI-2026-00123", SubjectHint: "vehicle carrying the loads",
	}
}

func newSignIn(t *testing.T, v theme.Variant, w, h float32, d views.SignInData) (*views.SignIn, *kittest.Window) {
	t.Helper()
	kittest.NewApp(t, v)
	s := views.NewSignIn(d, streets())
	return s, kittest.Open(t, w, h, s)
}

func TestSignInPictures(t *testing.T) {
	for _, size := range pictureSizes() {
		for name, v := range map[string]theme.Variant{"light": theme.Light, "dark": theme.Dark} {
			for step, label := range []string{"password", "rules", "purpose"} {
				d := signInData(views.SignInStep(step))
				d.Agreed = true
				switch views.SignInStep(step) {
				case views.SignInPassword:
					d.Error = "Name or password is wrong. 4 tries are left before the account is locked for 15 minutes."
				case views.SignInPurpose:
					d.Purpose = views.SignInPurposeForm{Case: "HSI-26", Reason: "criminal", ForOther: true}
					d.CaseError = "Write the case number like HSI-2026-00123."
				}
				_, w := newSignIn(t, v, size.Width, size.Height, d)
				if (label == "password" && name == "dark") || (label == "purpose" && name == "light") {
					w.Capture(pictureName("signin-"+label, size, name))
					continue
				}
				keep(w, "signin-"+label, size, name)
			}
		}
	}
}

func TestSignInPasswordStep(t *testing.T) {
	s, w := newSignIn(t, theme.Light, 1280, 800, signInData(views.SignInPassword))
	var user, password string
	calls := 0
	s.OnSignIn = func(u, p string) { user, password, calls = u, p, calls+1 }
	if !w.Shows("Official use only") || !w.Shows("consent to monitoring") {
		t.Error("the notice is not shown before signing in")
	}
	s.FocusFirst()
	w.Key(fyne.KeyReturn)
	if calls != 0 || !w.Shows("Give the name of your account.") {
		t.Error("an empty name was sent, or is not explained")
	}
	w.Type("k.lindqvist")
	if w.Shows("Give the name of your account.") {
		t.Error("the problem stays after typing")
	}
	w.Key(fyne.KeyReturn)
	if calls != 0 || !w.Shows("Give your password.") {
		t.Error("an empty password was sent, or is not explained")
	}
	w.Type("correct horse") // the password field has the focus now
	w.Key(fyne.KeyReturn)
	if calls != 1 || user != "k.lindqvist" || password != "correct horse" {
		t.Fatalf("sent %q, %q in %d calls", user, password, calls)
	}
	for _, text := range w.Texts() {
		if strings.Contains(text, "correct horse") {
			t.Error("the password is shown in clear")
		}
	}

	d := signInData(views.SignInPassword)
	d.Busy = true
	s.SetData(d)
	w.Key(fyne.KeyReturn)
	if calls != 1 {
		t.Error("sent again while the first answer is awaited")
	}
	d.Busy, d.Error = false, "Name or password is wrong. 4 tries are left."
	s.SetData(d)
	if !w.Shows("Name or password is wrong. 4 tries are left.") {
		t.Error("the refusal is not shown")
	}
	pw := kittest.Find(w, func(i *kit.Input) bool { return i.Password })
	if pw.Text != "" {
		t.Error("a refused password stays in the field")
	}
}

func TestSignInRulesStep(t *testing.T) {
	s, w := newSignIn(t, theme.Light, 1280, 800, signInData(views.SignInRules))
	accepted, declined, full := 0, 0, 0
	s.OnAccept, s.OnDecline, s.OnFullText = func() { accepted++ }, func() { declined++ }, func() { full++ }
	s.OnAgreed = func(v bool) {
		d := signInData(views.SignInRules)
		d.Agreed = v
		s.SetData(d)
	}
	for _, want := range []string{
		"version 7, in force since 18 May 2026", "1 rule changed since you last agreed", "changed in version 7",
		"Query with a purpose", "You are recorded", "5c02 e9a4 … 1d7f", "Training current to", "12 Jan 2027",
	} {
		if !w.Shows(want) {
			t.Errorf("%q is not shown", want)
		}
	}
	w.Click(w.Button("Agree and sign in"))
	s.HandleKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if accepted != 0 {
		t.Fatal("accepted without agreeing: no agreement, no session")
	}
	s.FocusFirst()
	w.Key(fyne.KeySpace)
	w.Key(fyne.KeyReturn) // the box still has the keys
	if accepted != 1 || !kittest.Find(w, func(*kit.Check) bool { return true }).Checked() {
		t.Error("Enter does not accept after agreeing, or takes the tick away")
	}
	w.Click(w.Button("Agree and sign in"))
	w.Click(w.Button("Full text"))
	w.Click(w.Button("Not now, sign out"))
	if accepted != 2 || full != 1 || declined != 1 {
		t.Errorf("accepted %d, full text %d, declined %d; want 2, 1, 1", accepted, full, declined)
	}
}

func TestSignInRulesScrollWhenTheyDoNotFit(t *testing.T) {
	d := signInData(views.SignInRules)
	for range 3 {
		d.Rules = append(d.Rules, d.Rules...)
	}
	_, w := newSignIn(t, theme.Dark, 1280, 800, d)
	sc := kittest.Find(w, func(*kit.Scroller) bool { return true })
	if sc.AtEnd() {
		t.Error("64 rules fit into the window?")
	}
	b := w.Button("Agree and sign in")
	if y := fyne.CurrentApp().Driver().AbsolutePositionForObject(b).Y + b.Size().Height; y > 800 {
		t.Errorf("the button ends at %v, below the window", y)
	}
}

func TestSignInPurposeStep(t *testing.T) {
	d := signInData(views.SignInPurpose)
	d.ReasonError, d.CaseError = "Choose a reason.", "Give the case number."
	s, w := newSignIn(t, theme.Light, 1280, 800, d)
	var form views.SignInPurposeForm
	finished := 0
	s.OnPurpose = func(f views.SignInPurposeForm) { form = f }
	s.OnFinish = func() { finished++ }
	if w.Shows("Choose a reason.") {
		t.Error("blamed for an empty field before the first try")
	}
	s.FocusFirst()
	w.Type("HSI-2026-00123")
	if form.Case != "HSI-2026-00123" || form.ForOther {
		t.Errorf("form = %+v", form)
	}
	w.Key(fyne.KeyReturn)
	if finished != 1 || !w.Shows("Choose a reason.") {
		t.Error("Enter does not try to finish, or the missing reason is not said")
	}
	sel := kittest.Find(w, func(*kit.Select) bool { return true })
	w.Click(sel)
	w.Key(fyne.KeyDown, fyne.KeyReturn)
	if form.Reason != "criminal" {
		t.Errorf("reason = %q, want the first", form.Reason)
	}
	w.Click(kittest.Find(w, func(r *kit.RadioCards) bool { return true }).Card("other").(fyne.CanvasObject))
	if !form.ForOther {
		t.Error("for someone else is not reported")
	}
}
