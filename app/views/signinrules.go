package views

import (
	"strconv"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// signInRules is the second step: who signs in, the Rules of Behaviour, and the
// agreement without which there is no session.
type signInRules struct {
	s       *SignIn
	person  *fyne.Container
	version *kit.Text
	changed *kit.Chip
	list    *fyne.Container
	scroll  *kit.Scroller
	agree   *kit.Check
	foot    *kit.Para
	wrong   *kit.Notice
	button  *kit.Button
	object  fyne.CanvasObject
	shown   []SignInRule
	text    string // what the agreement says, to see a change
}

func newSignInRules(s *SignIn) *signInRules {
	r := &signInRules{s: s, person: kit.Stack(), list: kit.V(0), version: kit.NewText("", kit.Body.In(theme.ColorText2))}
	r.changed = kit.NewChip("", kit.Amber)
	r.agree = kit.NewCheck("", func(v bool) {
		if s.OnAgreed != nil {
			s.OnAgreed(v)
		}
	}).WithDetail(kit.Span{})
	r.agree.OnEnter = r.accept
	r.wrong = kit.NewNotice(kit.Refusal, "")
	r.wrong.Hide()
	r.foot = kit.P("", kit.Small.Right())
	r.button = kit.NewButton("Agree and sign in", kit.Primary, r.accept).WithKey("Enter")
	title := kit.Fixed(0, 52, kit.H(12, kit.NewText("Rules of Behaviour", kit.Title), kit.Pad(5, 0, 0, 0, r.version), kit.Spacer(), r.changed))
	r.scroll = kit.Scroll(r.list)
	buttons := kit.H(8,
		kit.NewButton("Not now, sign out", kit.Plain, func() { call(s.OnDecline) }),
		kit.NewButton("Full text", kit.Plain, func() { call(s.OnFullText) }).WithIcon(theme.IconFileText),
		kit.Grow(kit.V(0, kit.Spacer(), r.foot, kit.Spacer())), r.button)
	foot := kit.V(0, kit.Divider().In(theme.ColorStrong), kit.Pad(14, 0, 0, 0, r.agree), kit.Pad(8, 0, 0, 0, r.wrong), kit.Pad(14, 0, 22, 0, buttons))
	r.object = kit.Frame(kit.V(0, r.person, kit.Divider(), title), foot, nil, nil, wider(r.scroll))
	return r
}

// wider lets an object reach 12 px beyond the column at both sides, as the
// ground of a rule does.
func wider(o fyne.CanvasObject) fyne.CanvasObject { return kit.PadXY(-12, 0, o) }

func (r *signInRules) set(d SignInData) {
	r.person.Objects = []fyne.CanvasObject{personLine(d.Person)}
	r.person.Refresh()
	version := strconv.Itoa(d.RulesVersion)
	words := "version " + version
	if d.InForce != "" {
		words += ", in force since " + d.InForce
	}
	r.version.SetText(words)
	n := 0
	for _, rule := range d.Rules {
		if rule.Changed != "" {
			n++
		}
	}
	r.changed.Hidden = n == 0
	if n > 0 {
		r.changed.Set(changedWords(n), kit.Amber)
	}
	if !sameRules(r.shown, d.Rules) {
		r.shown = d.Rules
		r.list.Objects = nil
		for i, rule := range d.Rules {
			r.list.Objects = append(r.list.Objects, ruleRow(i, rule, version))
		}
		r.list.Refresh()
		r.scroll.Refresh()
		r.scroll.ToTop()
	}
	if t := version + d.Digest; r.text != t {
		r.text = t
		r.agree.SetLabel("I have read the Rules of Behaviour, version " + version + ", and agree to them.")
		r.agree.SetDetail(
			kit.Span{Text: "Your agreement is recorded with the text’s digest ", Style: kit.Small},
			kit.Span{Text: d.Digest, Style: kit.MonoSmall},
			kit.Span{Text: ". Without it there is no session.", Style: kit.Small})
	}
	r.agree.SetChecked(d.Agreed)
	r.foot.SetText(d.Footnote)
	r.wrong.Hidden = d.Error == "" || d.Step != SignInRules
	r.wrong.SetText(d.Error)
	setBusy(r.button, d.Busy, "Agree and sign in", "Signing in…")
	if !d.Agreed {
		r.button.Disable()
	}
}

func changedWords(n int) string {
	if n == 1 {
		return "1 rule changed since you last agreed"
	}
	return strconv.Itoa(n) + " rules changed since you last agreed"
}

func sameRules(a, b []SignInRule) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (r *signInRules) accept() {
	if r.s.data.Busy || !r.s.data.Agreed {
		return
	}
	call(r.s.OnAccept)
}

// personLine is who signs in, with the dates that matter.
func personLine(p SignInPerson) fyne.CanvasObject {
	name := p.User
	if name == "" {
		name = p.Name
	}
	role := p.Role
	if p.Unit != "" {
		role += ", " + p.Unit
	}
	date := func(label, value string, soon bool) fyne.CanvasObject {
		if value == "" {
			return nil
		}
		style := kit.SmallMedium
		if soon {
			style = style.In(theme.ColorAmber)
		}
		return kit.H(4, kit.NewText(label, kit.Small), kit.NewText(value, style))
	}
	line := kit.H(18,
		kit.NewAvatar(p.Initials, 36, nil), kit.Grow(kit.Pad(17, 0, 0, -6, kit.V(0, kit.Shrink(name, kit.BodyStrong), kit.Shrink(role, kit.Small)))))
	add := func(a, b fyne.CanvasObject) {
		if a != nil || b != nil {
			line.Objects = append(line.Objects, kit.Fixed(1, 34, kit.VDivider()), kit.V(1, a, b))
		}
	}
	add(date("Training current to", p.Training, p.TrainingSoon), date("Enhanced training to", p.EnhancedTraining, p.EnhancedSoon))
	add(date("Last sign-in", p.LastSignIn, false), date("Password accepted", p.PasswordAt, false))
	return kit.Fixed(0, 68, line)
}

// ruleRow is one rule; one that changed stands on amber and says what changed.
func ruleRow(i int, rule SignInRule, version string) fyne.CanvasObject {
	var mark, note fyne.CanvasObject
	ground, radius := fyne.ThemeColorName(""), float32(0)
	if rule.Changed != "" {
		ground, radius = theme.ColorAmberSoft, theme.Radius
		mark = kit.NewText("changed in version "+version, kit.Label.In(theme.ColorAmber))
		note = kit.Pad(1, 0, 0, 0, kit.P(rule.Changed, kit.Body.In(theme.ColorAmber)))
	}
	body := kit.V(0, kit.H(8, kit.NewText(rule.Title, kit.BodyStrong), mark), kit.P(rule.Text, kit.Body.In(theme.ColorText2)), note)
	row := kit.HTop(0, kit.Fixed(30, 0, kit.NewText(strconv.Itoa(i+1), kit.BodyMedium.In(theme.ColorText2))), kit.Grow(body))
	return kit.V(0, kit.Box(ground, "", radius, kit.Pad(8, 12, 8, 12, row)), kit.Divider())
}
