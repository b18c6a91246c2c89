package views

import (
	"strings"

	"fyne.io/fyne/v2"

	"cordon/app/theme"
	"cordon/app/views/kit"
)

// StepUp asks for the code that opens the enhanced functions.
type StepUp struct {
	OnCode func(code string)

	pop    *kit.Popover
	code   *kit.Input
	field  *kit.Field
	button *kit.Button
	busy   bool
}

// codeDigits is the length of a one-time code.
const codeDigits = 6

// ShowStepUp opens the question over a window. minutes is how long the enhanced
// session will last; demoCode is the code itself on a demo, empty elsewhere.
func ShowStepUp(c fyne.Canvas, minutes, demoCode string, onCode func(code string)) *StepUp {
	s := &StepUp{OnCode: onCode, code: kit.NewInput("123456").AsMono()}
	s.field = kit.NewField("One-time code", s.code)
	s.field.SetHint(demoCodeWords(demoCode))
	s.button = kit.NewButton("Step up", kit.Primary, s.submit).WithKey("Enter")
	s.code.OnSubmitted = func(string) { s.submit() }
	s.code.OnChanged = func(string) { s.field.SetError("") }
	s.code.OnKey = func(e *fyne.KeyEvent) bool {
		if e.Name != fyne.KeyEscape {
			return false
		}
		s.Hide()
		return true
	}
	body := kit.PadAll(20, kit.Fixed(360, 0, kit.V(14,
		kit.H(8, kit.NewIcon(theme.IconShieldCheck, theme.ColorText2, theme.IconTool), kit.NewText("Enhanced functions", kit.Head)),
		kit.P("All queries but that for a full plate need a code from your device. They stay open for "+minutes+"; the step-up is recorded.", kit.Body.In(theme.ColorText2)),
		s.field,
		kit.H(8, s.button, kit.Spacer(), kit.NewButton("Not now", kit.Plain, s.Hide).WithKey("Esc")))))
	s.pop = kit.ShowModal(c, body)
	c.Focus(s.code)
	return s
}

// Hide closes the question.
func (s *StepUp) Hide() { s.pop.Hide() }

// SetBusy says that the code is being checked.
func (s *StepUp) SetBusy(v bool) {
	s.busy = v
	setBusy(s.button, v, "Step up", "Checking…")
}

// SetError says why the code was not taken.
func (s *StepUp) SetError(text string) {
	s.SetBusy(false)
	s.code.SetText("")
	s.field.SetError(text)
	s.pop.Refresh()
}

func (s *StepUp) submit() {
	if s.busy {
		return
	}
	code := strings.Join(strings.Fields(s.code.Text), "")
	if len(code) != codeDigits || strings.Trim(code, "0123456789") != "" {
		s.field.SetError("The code has six digits.")
		s.pop.Refresh()
		return
	}
	if s.OnCode != nil {
		s.OnCode(code)
	}
}
