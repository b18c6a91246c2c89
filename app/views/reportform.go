package views

import (
	"fyne.io/fyne/v2"

	"cordon/app/session"
	"cordon/app/views/kit"
)

// reportForm is the part of the detail that reports a read as wrong: a link, the form in its
// place, and what became of an earlier report.
type reportForm struct {
	res   *session.Results
	state *kit.Notice
	ask   *kit.Button
	kind  *kit.Select
	kindF *kit.Field
	value *kit.Input
	note  *kit.Input
	noteF *kit.Field
	form  *fyne.Container
	all   *fyne.Container
}

func newReportForm() *reportForm {
	f := &reportForm{state: kit.NewNotice(kit.Info, "")}
	f.ask = kit.NewButton("Report an error…", kit.Link, func() { f.res.AskReport(true) })
	f.kind = kit.NewSelect("Choose …", nil, nil)
	f.kindF = kit.NewField("What is wrong?", f.kind)
	f.value, f.note = kit.NewInput("What would be right, if you know"), kit.NewInput("What the provider should know")
	f.note.OnSubmitted = func(string) { f.send() }
	f.noteF = kit.NewField("Note to the provider", f.note)
	f.form = kit.V(8, f.kindF, kit.NewField("Right would be", f.value), f.noteF, kit.H(
		8, kit.NewButton("Report", kit.Primary, f.send), kit.NewButton("Cancel", kit.Quiet, func() { f.res.AskReport(false) }), kit.Spacer(),
	))
	f.all = kit.V(6, f.state, kit.H(0, f.ask, kit.Spacer()), f.form)
	f.form.Hide()
	f.all.Hide()
	return f
}

func (f *reportForm) send() { f.res.Report(f.kind.Value(), f.value.Text, f.note.Text) }

// update shows the state of results; opened says that the form has just come into view.
func (f *reportForm) update(res *session.Results) (opened bool) {
	f.res = res
	s := res.ReportForm()
	opened = s.Open && !f.form.Visible()
	if opened {
		var options []kit.Option
		for _, k := range s.Kinds {
			options = append(options, kit.Option{Value: k.Code, Label: k.Words})
		}
		f.kind.SetOptions(options)
		f.kind.SetValue("")
		f.value.SetText("")
		f.note.SetText("")
	}
	f.all.Hidden, f.form.Hidden, f.ask.Hidden = !s.Can, !s.Open, s.Open
	f.state.Hidden = s.State == ""
	f.state.SetText(s.State)
	f.kindF.SetError(s.KindError)
	f.noteF.SetError(s.Error)
	return opened
}
