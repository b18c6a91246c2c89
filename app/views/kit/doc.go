// Package kit holds the widgets of Cordon's window, drawn with our own
// renderers at the sizes of ui/tokens.md: views put them together and never use
// Fyne's default widgets (their look, padding and shadows are not ours).
//
// Rules. Widgets take data and On… callbacks, never services. All calls are on
// the main thread. Callbacks run on the main thread and only for what a person
// did: Set… methods do not call back. Colours are roles of package theme and
// icons its names (a bundled Phosphor name may be given as a literal, "eye");
// sizes are Fyne units. Every control works by keyboard (Tab, Enter or Space;
// lists with arrows), shows a focus ring, and can be disabled with Disable.
// Wrapping text needs a width before it has a height: lay out with V, H, Pad,
// Frame and Scroll, which know that, and not with Fyne's boxes.
//
// # Layout
//
//	V(gap, objs...)  H(gap, objs...)     stacks; H centres vertically; nil objects are left out
//	HTop(gap, objs...)                   H, aligned to the top; HFill(gap, objs...): all as high as the stack
//	Grow(obj)                            in V or H: takes the space that is left (several share it)
//	Spacer()                             Grow of nothing
//	Columns(gap, objs...)                equal widths; Flow(gap, objs...) wraps to lines
//	Pad(top, right, bottom, left, obj)   PadAll(p, obj)   PadXY(x, y, obj)
//	Fixed(w, h, obj)                     w or h 0 keeps the natural measure
//	Center(obj)  Stack(objs...)          Stack lays over each other
//	Frame(top, bottom, left, right, mid) border layout without padding; nil parts are left out
//	Scroll(obj) *Scroller                vertical scroll; .ToTop(), .Reveal(obj)
//	Surface(fill, obj)                   filled ground; Box(fill, stroke, radius, obj) with an edge
//	Dark(obj)                            the dark look whatever the theme is, for grounds under photos
//	NewSide(fill, width, obj)            (a Fixed Surface)
//	Divider()  VDivider()                hairlines
//	NewSplit(SplitOpts{…}, side, rest)   draggable hairline: .Size(), .SetSize(), OnResized
//
// # Text
//
//	NewText(s, style) *Text              one line; .SetText .SetStyle; Shrink(s, style): ellipsis, min width 0
//	P(s, style) *Para                    wraps; NewPara(spans...) with Span{Text, Style}; .SetSpans
//	Styles: Body BodyMedium BodyStrong Small SmallMedium SmallStrong Label LabelMedium
//	        Head Title Product Mono MonoSmall MonoStrong PlateRow PlateTitle
//	        style.In(role) .W(weight) .Right() .Centered()
//	NewPlate(plate, state, PlateRow|PlateTitle) *Plate   unknown characters ('?', '·', '*', '_') as boxed dots
//	NewStateTag("DE")                    small tag of a state
//	NewLetter(area) *Letter              letter chip A–H; NewLetterCount(area, n)
//	NewIcon(name, role, size) *Icon      .Set(name, role)
//
// # Controls
//
//	NewButton(label, Primary|Plain|Danger|Quiet|Link, onTap) *Button
//	        .WithIcon(name) .WithTrailing(name) .WithKey("Enter") .SetText .Enable .Disable
//	NewTool(icon, tip, onTap) *Tool      30×28; .SetActive(bool) .SetIcon .Enable .Disable
//	NewToolBox(vertical, objs...)        floating box of tools; ToolGap() puts a divider in
//	NewInput(placeholder) *Input         OnChanged, OnSubmitted, Text, SetText; .WithIcon .AsMono .AsPassword
//	        .SetError(msg) shows red edge; NewTextArea(placeholder, rows) *Input
//	NewField(label, control) *Field      label above, .SetError(msg) / .SetHint(msg) below
//	NewSelect(placeholder, []Option, onChange func(value string)) *Select
//	        .SetValue .Value .SetOptions; long lists filter as one types
//	NewCheck(label, onChange func(bool)) *Check   .WithDetail(text) .SetChecked .Checked
//	NewTick(label, onChange) *Tick       filled round tick, "done" marks; nil onChange: only shows
//	NewRadioCards([]RadioOption, onChange func(value string)) *RadioCards
//	NewSegments([]string, onChange func(i int)) *Segments      1w 2w 4w 3m
//	NewChip(text, Neutral|Amber|Red|Accent) *Chip  .WithIcon .OnTap
//	NewMenuButton(label, Plain|Quiet, items func() []MenuItem) *Button   caret, opens a menu
//	NewDateRange(now, loc, onChange func(from, to time.Time)) *DateRange days inclusive, local midnights
//	NewTimeRange(onChange func(fromMin, toMin int)) *TimeRange  minutes after midnight, may pass midnight; 0,0 all day
//	ShowMenu(anchor, []MenuItem) *Popover      MenuItem{Label, Icon, Hint, Locked, Checked, Disabled, OnTap}
//	ShowPopover(anchor, content) *Popover      .Hide(), OnHidden; Esc and a tap outside close
//	ShowModal(canvas, content) *Popover        dims the window; only for what must be decided first
//
// # Data
//
//	NewList(rowHeight, count, create, update) *List   virtual; OnSelected(i), OnActivated(i) (Enter, second tap)
//	        .SetSelected(i) .Selected() .Refresh() .Reveal(i); 3 px selection bar
//	NewTable([]Column, rowHeight, count, cell func(row, col) Cell) *Table   heads; OnSelected
//	SectionHead(title, right)            13/600 title, right may be nil or a text: Hint("14 days")
//	KeyValue(key, value)  KeyValueObj(key, obj)
//	NewMeter() *Meter                    .Set(value, full, warn, ticks...) with Tick marks MeterTick{At, Label}
//	NewBar() *Bar                        plain proportion bar
//	NewBanner(Warning|Refusal, title, objs...)  left bar, soft ground
//	NewNotice(Info|Warning|Refusal, text)       one line with an icon, wraps; .SetText
//	NewEmpty(icon, title, text, action)  EmptyState; action may be nil
//	NewProgress(text, onCancel) *Progress       .Set(fraction 0…1, or negative: unknown), .SetText
//	NewPhoto(img) *Photo                 picture with an edge; OnTap, .SetSelected .SetImage
//	NewFold(icon, label, onOpen) *Fold   56 px strip of a folded panel
//	NewRailItem(icon, label, onTap)      place in the rail: .SetActive .SetBadge .SetWarn; NewAvatar(initials, size, onTap)
//	NewPress(content, tip, onTap)        makes any object a button
//	NewRoot(content) *Root               outermost object of a window: draws tool tips over it
//
// # Views
//
// A view that puts widgets together returns Wrap(view, content) as its renderer;
// its Refresh then lays everything inside out again, which a line that appears
// or grows needs. A view with a map or other dear content refreshes its parts
// instead. Tests use package kittest.
package kit
