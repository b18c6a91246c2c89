package demo

import "time"

// Delaware keeps Eastern time. The rule is written out here because Windows machines carry no
// time zone files: daylight time from 2:00 on the second Sunday of March to 2:00 on the first
// Sunday of November (15 U.S.C. § 260a).

// Eastern returns t in Delaware's time, in a zone named EST or EDT.
func Eastern(t time.Time) time.Time {
	y := t.UTC().Year()
	begin := sunday(y, time.March, 2).Add(7 * time.Hour)
	end := sunday(y, time.November, 1).Add(6 * time.Hour)
	if u := t.UTC(); !u.Before(begin) && u.Before(end) {
		return t.In(edt)
	}
	return t.In(est)
}

var (
	edt = time.FixedZone("EDT", -4*3600)
	est = time.FixedZone("EST", -5*3600)
)

// sunday returns midnight UTC of the n-th Sunday of a month.
func sunday(year int, m time.Month, n int) time.Time {
	first := time.Date(year, m, 1, 0, 0, 0, 0, time.UTC)
	return first.AddDate(0, 0, (7-int(first.Weekday()))%7+7*(n-1))
}

// localMidnight returns the start of the local day that is n days after t's.
func localMidnight(t time.Time, n int) time.Time {
	y, m, d := Eastern(t).Date()
	at := time.Date(y, m, d+n, 0, 0, 0, 0, est) // 5:00 UTC: before any change of that day
	_, off := Eastern(at.Add(-time.Hour)).Zone()
	return time.Date(y, m, d+n, 0, 0, 0, 0, time.FixedZone("", off))
}
