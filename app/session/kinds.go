package session

import (
	"cordon/engine/detection"
)

// Kind is the kind of a query.
type Kind = detection.Kind

// The kinds, in the order of the menu.
const (
	KindPlate   = detection.KindPlate
	KindPartial = detection.KindPartial
	KindModel   = detection.KindModel
	KindGeo     = detection.KindGeo
	KindCommon  = detection.KindCommon
	KindRepeat  = detection.KindRepeat
)

// KindTitle is the kind's name in menus and heads.
func KindTitle(k Kind) string {
	switch k {
	case KindPlate:
		return "Full plate"
	case KindPartial:
		return "Partial plate"
	case KindModel:
		return "Make and model"
	case KindGeo:
		return "Geographic"
	case KindCommon:
		return "Common plate"
	case KindRepeat:
		return "Repeat visit"
	}
	return string(k)
}

// kindWords is the kind inside a sentence: "geographic query".
func kindWords(k Kind) string {
	switch k {
	case KindPlate:
		return "full-plate query"
	case KindPartial:
		return "partial-plate query"
	case KindModel:
		return "make-and-model query"
	case KindGeo:
		return "geographic query"
	case KindCommon:
		return "common-plate query"
	case KindRepeat:
		return "repeat-visit query"
	}
	return string(k) + " query"
}

// KindOption is one row of the kind menu.
type KindOption struct {
	Kind        Kind
	Title       string
	Shortcut    string // "Ctrl 1"
	Open        bool   // may be run now
	NeedsStepUp bool   // would be open after the code for enhanced functions
	Rule        string // short rule id where closed, e.g. "GEO-2"
	Why         string
}

// State is the word at the right of the row: "open", "needs a code" or the rule.
func (o KindOption) State() string {
	switch {
	case o.Open:
		return "open"
	case o.NeedsStepUp:
		return "needs a code"
	}
	return o.Rule
}
