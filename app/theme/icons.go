package theme

import (
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"
	ftheme "fyne.io/fyne/v2/theme"

	"cordon/assets/icons"
)

// IconName is the Phosphor file name of a bundled icon; filled and bold forms
// end in "-fill" and "-bold". An unknown name shows a question mark.
type IconName string

// Names used by the shell and the kit; any other bundled name may be given as a
// literal.
const (
	IconMap         IconName = "map-trifold"
	IconCase        IconName = "folder-open"
	IconAlerts      IconName = "bell"
	IconReview      IconName = "seal-check"
	IconAudit       IconName = "fingerprint"
	IconTraining    IconName = "graduation-cap"
	IconAccounts    IconName = "users"
	IconSettings    IconName = "gear-six"
	IconCloudCheck  IconName = "cloud-check"
	IconCloudSlash  IconName = "cloud-slash"
	IconLock        IconName = "lock-simple"
	IconShieldCheck IconName = "shield-check"
	IconShield      IconName = "shield"
	IconSearch      IconName = "magnifying-glass"
	IconX           IconName = "x"
	IconCheck       IconName = "check"
	IconCheckBold   IconName = "check-bold"
	IconCheckFill   IconName = "check-circle-fill"
	IconCircle      IconName = "circle"
	IconEye         IconName = "eye"
	IconEyeSlash    IconName = "eye-slash"
	IconCaretDown   IconName = "caret-down"
	IconCaretLeft   IconName = "caret-left"
	IconCaretRight  IconName = "caret-right"
	IconPlus        IconName = "plus"
	IconMinus       IconName = "minus"
	IconWarning     IconName = "warning"
	IconWarningFill IconName = "warning-fill"
	IconProhibit    IconName = "prohibit"
	IconInfo        IconName = "info"
	IconCalendar    IconName = "calendar-blank"
	IconClock       IconName = "clock"
	IconHand        IconName = "hand"
	IconCrop        IconName = "crop"
	IconRectangle   IconName = "rectangle"
	IconPolygon     IconName = "polygon"
	IconUndo        IconName = "arrow-u-up-left"
	IconRedo        IconName = "arrow-u-up-right"
	IconFileText    IconName = "file-text"
	IconSignOut     IconName = "sign-out"
	IconSun         IconName = "sun"
	IconMoon        IconName = "moon"
	IconMonitor     IconName = "monitor"
	IconQuestion    IconName = "question"
	IconDots        IconName = "dots-three"
	IconTrash       IconName = "trash"
	IconImageBroken IconName = "image-broken"
	IconCollapse    IconName = "sidebar-simple"
	IconQuery       IconName = "sliders-horizontal"
	IconResults     IconName = "list-bullets"
	IconFit         IconName = "corners-out"
)

type iconKey struct {
	name   IconName
	colour color.NRGBA
}

var iconCache sync.Map // iconKey → fyne.Resource; immutable resources only

// Icon returns an icon that follows a colour role of the app's theme, for
// Fyne's own widgets. Our widgets use IconIn, which also works under an
// override of the theme.
func Icon(n IconName, role fyne.ThemeColorName) fyne.Resource {
	return ftheme.NewColoredResource(fyne.NewStaticResource(string(n)+".svg", svg(n, color.Black)), role)
}

// IconIn returns an icon filled with a colour.
func IconIn(n IconName, c color.Color) fyne.Resource {
	k := iconKey{n, color.NRGBAModel.Convert(c).(color.NRGBA)}
	if r, ok := iconCache.Load(k); ok {
		return r.(fyne.Resource)
	}
	name := fmt.Sprintf("%s-%02x%02x%02x%02x.svg", n, k.colour.R, k.colour.G, k.colour.B, k.colour.A)
	r, _ := iconCache.LoadOrStore(k, fyne.Resource(fyne.NewStaticResource(name, svg(n, c))))
	return r.(fyne.Resource)
}

// Mark returns the product mark, drawn for a dark ground.
func Mark() fyne.Resource { return mark }

var mark = fyne.NewStaticResource("cordon-mark.svg", icons.Mark())

func svg(n IconName, c color.Color) []byte {
	k := color.NRGBAModel.Convert(c).(color.NRGBA)
	fill := fmt.Sprintf("#%02x%02x%02x", k.R, k.G, k.B)
	b, ok := icons.Coloured(string(n), fill)
	if !ok {
		b, _ = icons.Coloured(string(IconQuestion), fill)
	}
	return b
}

// HasIcon reports whether an icon is bundled.
func HasIcon(n IconName) bool {
	_, ok := icons.Get(string(n))
	return ok
}
