package views

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"cordon/app/session"
	"cordon/app/theme"
	"cordon/app/views/kit"
)

// ScopeMeter is the foot of the query panel (Q-ALL-5): what the query would return, what
// would narrow it, what is missing, and Run. A warning turns it amber and asks for a
// confirmation where the cause is.
type ScopeMeter struct {
	widget.BaseWidget

	OnRan func() // Run was pressed and started

	model    *session.Desk
	ground   *kit.Ground
	line     *kit.Line
	warnIcon *kit.Icon
	title    *kit.Text
	aside    *kit.Text
	headline *kit.Text
	sub      *kit.Para
	bar      *kit.Meter
	facts    *fyne.Container
	notes    *fyne.Container
	warning  *kit.Para
	narrow   *fyne.Container
	choices  []session.NarrowChoice
	amber    bool
	confirm  *kit.Check
	rule     *kit.Line
	problem  *kit.Notice
	progress *kit.Progress
	code     *codeForm
	missing  *kit.Para
	run      *kit.Button
	narrowTo *kit.Button
	first    int // of the narrowings, what narrowTo applies
	buttons  *fyne.Container
	col      *fyne.Container
}

// NewScopeMeter returns the meter over the model.
func NewScopeMeter(model *session.Desk) *ScopeMeter {
	m := &ScopeMeter{model: model}
	m.line = kit.Divider()
	m.warnIcon = kit.NewIcon(theme.IconWarningFill, theme.ColorAmber, theme.IconText)
	m.title, m.aside = kit.NewText("Scope", kit.SmallStrong.In(theme.ColorText2)), kit.Shrink("", kit.Label.Right())
	m.headline, m.sub = kit.Shrink("", kit.Title), kit.P("", kit.Small)
	m.bar, m.facts, m.notes = kit.NewMeter(), kit.Columns(8), kit.V(4)
	m.warning = kit.P("", kit.Body)
	m.narrow = kit.V(3)
	m.confirm = kit.NewCheck("", model.SetConfirmed)
	m.rule = kit.Divider().In(theme.ColorAmberLine)
	m.problem = kit.NewNotice(kit.Refusal, "")
	m.progress = kit.NewProgress("", model.Cancel)
	m.progress.Set(-1)
	m.code = newCodeForm(model)
	m.missing = kit.P("", kit.Small)
	m.run = kit.NewButton("Run", kit.Primary, m.start).WithKey("Enter")
	m.narrowTo = kit.NewButton("", kit.Primary, func() { model.Narrow(m.first) })
	m.buttons = kit.H(8, kit.Grow(m.missing), kit.Stack(kit.Fixed(134, 1, kit.Spacer()), m.run))
	m.col = kit.V(
		6, kit.H(6, m.warnIcon, m.title, kit.Grow(m.aside)), m.headline, m.sub, m.bar, m.facts, m.warning, m.narrow,
		m.rule, m.confirm, m.problem, m.notes, m.code, m.progress, kit.Pad(4, 0, 0, 0, m.buttons),
	)
	m.ground = kit.Surface(theme.ColorSunken, kit.V(0, m.line, kit.Pad(10, theme.PanelPad, 12, theme.PanelPad, m.col)))
	m.ExtendBaseWidget(m)
	return m
}

func (m *ScopeMeter) start() {
	if m.model.CanRun() {
		m.model.Run()
		call(m.OnRan)
	}
}

// Update shows a state of the model.
func (m *ScopeMeter) Update(s session.DeskState) {
	mt := s.Meter
	running := s.Run.Phase == session.RunRunning
	warns := mt.Phase == session.MeterWarning && !running
	m.setTone(warns)
	m.title.SetText(mt.Title)
	m.aside.SetText(mt.Aside)
	m.headline.Set(mt.Headline, headlineStyle(mt))
	m.sub.Hidden = mt.Sub == "" || warns
	m.sub.SetText(mt.Sub)
	m.bar.Hidden = !mt.Bar.Show
	if mt.Bar.Show {
		m.setBar(mt, warns)
	}
	m.setFacts(mt.Facts, warns)
	m.notes.Objects = nil
	for _, n := range mt.Notes {
		m.notes.Objects = append(m.notes.Objects, kit.NewNotice(kit.Warning, n))
	}
	m.notes.Hidden = len(mt.Notes) == 0
	m.warning.Hidden = !warns
	m.warning.SetText(mt.Warning)
	m.setNarrow(mt, warns)
	m.rule.Hidden, m.confirm.Hidden = !warns, !warns
	m.confirm.SetLabel(mt.Confirm)
	m.confirm.SetChecked(s.Confirmed)
	m.setProblem(s)
	m.progress.Hidden = !running
	m.progress.SetText(s.Run.Text)
	m.code.update(s)
	m.setButtons(s, warns)
	m.Refresh()
}

// headlineStyle greys figures that belong to a former draft, or that are none.
func headlineStyle(mt session.Meter) kit.Style {
	if mt.Stale || mt.Phase == session.MeterIncomplete || mt.Phase == session.MeterWorking {
		return kit.Title.In(theme.ColorText3)
	}
	return kit.Title
}

func (m *ScopeMeter) setTone(warns bool) {
	m.warnIcon.Hidden = !warns
	fill, line, title := theme.ColorSunken, theme.ColorHairline, theme.ColorText2
	if warns {
		fill, line, title = theme.ColorAmberSoft, theme.ColorAmberFill, theme.ColorAmber
	}
	m.ground.SetRoles(fill, "")
	m.line.In(line)
	m.title.SetStyle(kit.SmallStrong.In(title))
	aside := theme.ColorText3
	if warns {
		aside = theme.ColorAmber
	}
	m.aside.SetStyle(kit.Label.Right().In(aside))
}

func (m *ScopeMeter) setBar(mt session.Meter, warns bool) {
	b := mt.Bar
	if warns && b.Value > b.Confirm {
		m.bar.Set(
			float64(b.Value), float64(b.Max), true,
			kit.MeterTick{At: float64(b.Shown), Label: session.Number(b.Shown) + " shown"},
			kit.MeterTick{At: float64(b.Confirm), Label: session.Number(b.Confirm)},
			kit.MeterTick{At: float64(b.Max), Label: session.Number(session.Round(b.Max))},
		)
		return
	}
	m.bar.Set(
		float64(b.Value), float64(b.Max), false,
		kit.MeterTick{At: 0, Label: "0"},
		kit.MeterTick{At: float64(b.Shown), Label: session.Number(b.Shown) + " shown at most"},
		kit.MeterTick{At: float64(b.Max), Label: session.Number(b.Max), Bold: true},
	)
}

func (m *ScopeMeter) setFacts(facts []session.Fact, warns bool) {
	m.facts.Hidden = len(facts) == 0 || warns
	m.facts.Objects = nil
	for _, f := range facts {
		m.facts.Objects = append(m.facts.Objects, kit.V(0, kit.Shrink(f.Value, kit.BodyStrong), kit.Shrink(f.Label, kit.Label)))
	}
}

// setNarrow lists what would narrow the query; a click applies it.
func (m *ScopeMeter) setNarrow(mt session.Meter, warns bool) {
	m.narrow.Hidden = len(mt.Narrow) == 0
	if slices.Equal(m.choices, mt.Narrow) && m.amber == warns {
		return // keep the focus on a link that did not change
	}
	m.choices, m.amber = slices.Clone(mt.Narrow), warns
	m.narrow.Objects = nil
	if warns {
		m.narrow.Objects = append(m.narrow.Objects, kit.NewText("Narrow it: what would be left", kit.Label.In(theme.ColorText2)))
	}
	for i, c := range mt.Narrow {
		index := c.Index
		link := kit.NewButton(c.Label, kit.Link, func() { m.model.Narrow(index) })
		left := kit.NewText(c.Left, kit.SmallMedium)
		if warns {
			left.SetStyle(kit.SmallStrong)
		}
		if warns {
			m.narrow.Objects = append(m.narrow.Objects, kit.H(8, link, kit.Spacer(), left))
			continue
		}
		head := ""
		if i == 0 {
			head = "Narrow it"
		}
		m.narrow.Objects = append(m.narrow.Objects, kit.H(5, kit.Fixed(52, 0, kit.NewText(head, kit.Small)), link, kit.Spacer(), left))
	}
}

// setProblem shows a refusal to come, a failed estimate or a failed run.
func (m *ScopeMeter) setProblem(s session.DeskState) {
	text, severity := s.Run.Error, kit.Warning
	if text == "" {
		text = s.Meter.Error
	}
	if s.Meter.Phase == session.MeterRefused && s.Run.Error == "" {
		severity = kit.Refusal
	}
	m.problem.Hidden = text == "" || s.Run.Phase == session.RunRunning
	m.problem.Set(severity, text)
}

func (m *ScopeMeter) setButtons(s session.DeskState, warns bool) {
	m.buttons.Hidden = s.Run.Phase == session.RunRunning || s.Kind.NeedsStepUp && !s.Kind.Open
	label := "Run"
	switch {
	case warns:
		label = "Run as it is"
	case s.Meter.Phase == session.MeterRefused:
		label = "Ask anyway"
	}
	m.run.SetText(label)
	if s.CanRun {
		m.run.Enable()
	} else {
		m.run.Disable()
	}
	left := fyne.CanvasObject(kit.Grow(m.missing))
	m.missing.SetText(s.Meter.Missing)
	kind := kit.Primary
	if warns && len(s.Meter.Narrow) > 0 {
		c := s.Meter.Narrow[0]
		m.first = c.Index
		m.narrowTo.SetText(narrowLabel(c.Label))
		m.narrowTo.SetTip(c.Label + ": " + c.Left)
		left = kit.Grow(m.narrowTo)
		kind = kit.Plain
	}
	if s.Meter.Phase == session.MeterRefused {
		kind = kit.Plain
	}
	m.run.SetKind(kind)
	m.buttons.Objects[0] = left
}

// narrowLabel is the button for a way to narrow: "Narrow to one week".
func narrowLabel(way string) string {
	head, _, _ := strings.Cut(way, ",")
	if head == "" || len(head) > 14 {
		return "Narrow it"
	}
	return "Narrow to " + lower(head)
}

// HeightForWidth returns the height with wrapped texts.
func (m *ScopeMeter) HeightForWidth(w float32) float32 { return m.ground.HeightForWidth(w) }

// CreateRenderer implements fyne.Widget.
func (m *ScopeMeter) CreateRenderer() fyne.WidgetRenderer { return hold(m, m.ground, m.col) }

// codeForm asks for the code of the enhanced functions, where a kind needs it.
type codeForm struct {
	widget.BaseWidget
	model *session.Desk
	input *kit.Input
	field *kit.Field
	send  *kit.Button
	col   *fyne.Container
}

func newCodeForm(m *session.Desk) *codeForm {
	f := &codeForm{model: m}
	f.input = kit.NewInput("123456").AsMono()
	f.input.OnSubmitted = func(string) { f.submit() }
	f.send = kit.NewButton("Enter code", kit.Primary, f.submit)
	f.field = kit.NewField("Code for enhanced functions", f.input)
	f.col = kit.V(8, f.field, kit.H(0, kit.Spacer(), f.send))
	f.ExtendBaseWidget(f)
	return f
}

func (f *codeForm) submit() {
	if f.input.Text != "" {
		f.model.StepUp(f.input.Text)
		f.input.SetText("")
	}
}

func (f *codeForm) update(s session.DeskState) {
	f.Hidden = s.Kind.Open || !s.Kind.NeedsStepUp
	f.field.SetError(s.CodeError)
	f.field.SetHint(demoCodeWords(s.CodeHint))
	if s.CodeBusy {
		f.send.Disable()
	} else {
		f.send.Enable()
	}
}

// demoCodeWords tells the code of a demo, which has no second device to read it from.
func demoCodeWords(code string) string {
	if code == "" {
		return ""
	}
	return "Demo: the code is " + code + " now."
}

// HeightForWidth returns the height with a wrapped error.
func (f *codeForm) HeightForWidth(w float32) float32 {
	return f.field.HeightForWidth(w) + 8 + theme.Control
}

// CreateRenderer implements fyne.Widget.
func (f *codeForm) CreateRenderer() fyne.WidgetRenderer { return hold(f, f.col, nil) }
