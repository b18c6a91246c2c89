package theme

// Text sizes of the tokens, in Fyne units.
const (
	TextLabel   float32 = 11 // labels, rail, tags, axes, attribution
	TextSmall   float32 = 12 // secondary lines, tables, digests, UTC times
	TextBody    float32 = 13 // body, fields, buttons
	TextHead    float32 = 14 // panel heads, plates in lists
	TextTitle   float32 = 20 // titles, the estimate, the plate in detail
	TextProduct float32 = 28 // the product's name, once, at sign-in
)

// LineHeight returns the line height the tokens give to a text size.
func LineHeight(size float32) float32 {
	switch {
	case size <= TextLabel:
		return 14
	case size <= TextSmall:
		return 17
	case size <= TextBody:
		return 18
	case size <= TextHead:
		return 20
	case size <= TextTitle:
		return 26
	default:
		return size * 1.25
	}
}

// Measures of the window, in Fyne units.
const (
	Grid           float32 = 4
	PanelPad       float32 = 14
	Control        float32 = 28 // height of buttons, inputs, selects
	InputPad       float32 = 9  // between the edge of an input and its text
	ToolWidth      float32 = 30
	ToolHeight     float32 = 28
	RailWidth      float32 = 68
	TopBarHeight   float32 = 40
	FoldWidth      float32 = 56
	QueryWidth     float32 = 320
	ResultsWidth   float32 = 444
	ResultsMin     float32 = 372
	TimelineMin    float32 = 136
	TimelineMax    float32 = 152
	RowList        float32 = 28
	RowMenu        float32 = 26
	RowTable       float32 = 31
	RowCard        float32 = 47
	Radius         float32 = 6 // controls and boxes
	RadiusChip     float32 = 4
	RadiusState    float32 = 3
	Hairline       float32 = 1
	SelectionBar   float32 = 3
	ChartHandle    float32 = 1.5
	SketchLine     float32 = 2
	FocusRing      float32 = 2
	FocusGap       float32 = 1
	IconRail       float32 = 20
	IconTool       float32 = 18
	IconList       float32 = 16
	IconText       float32 = 14
	SmallestWidth  float32 = 1280 // smallest window that must work
	SmallestHeight float32 = 800
)
