package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// southLat is where the detailed coast ends in the south, just below the border of Delaware (38.451°).
const southLat = 38.444

// addDetail adds the layers zone and coast. The renderer paints the land of us-atlas, then the zone as
// water, then the coast as land: inside the zone the coastline of OSM alone decides, to the metre. The
// inland edges of the coast reach some hundred metres beyond those of the zone, so that no seam shows.
func addDetail(s sheet, lines *osmLines, river orb.LineString) error {
	var west, east orb.LineString
	var islands orb.MultiPolygon
	for _, c := range lines.coast {
		first, last := c[0], c[len(c)-1]
		switch {
		case first == last && len(c) > 3:
			islands = append(islands, orb.Polygon{orb.Ring(c)})
		case first[1] < southLat && last[1] > 39.8:
			west = c
		case first[1] > 39.7 && last[1] < 39.4:
			east = c
		}
	}
	if west == nil || east == nil {
		return fmt.Errorf("coastline chains of the two banks of the Delaware not found among %d", len(lines.coast))
	}
	for len(west) > 2 && west[1][1] < southLat {
		west = west[1:]
	}
	west[0] = orb.Point{west[0][0], southLat - 0.004}
	// The eastern chain runs a little way up Stow Creek, whose other bank is not in the extract.
	for i, p := range east {
		if p[1] < 39.3478 {
			east = east[:i]
			break
		}
	}
	westEnd, eastStart, eastEnd := west[len(west)-1], east[0], east[len(east)-1]

	mainland := append(orb.Ring{}, west...)
	mainland = append(mainland,
		orb.Point{-75.376, 39.86}, orb.Point{-75.45, 39.90}, orb.Point{-75.81, 39.90}, orb.Point{-75.81, southLat - 0.004}, west[0])
	jersey := append(orb.Ring{}, east...)
	jersey = append(jersey, orb.Point{-75.342, 39.344}, orb.Point{-75.31, 39.35}, orb.Point{-75.31, 39.79}, eastStart)
	zone := orb.Ring{
		{-75.80, southLat},
		{-74.98, southLat},
		{-74.98, 38.75},
		{-75.03, 38.87},
		{-75.15, 39.05},
		{-75.27, 39.20},
		{-75.375, 39.33},
		eastEnd,
		{-75.33, 39.37},
		{-75.32, 39.78},
		eastStart,
		westEnd,
		{-75.386, 39.85},
		{-75.45, 39.89},
		{-75.80, 39.89},
		{-75.80, southLat},
	}
	s.add("zone", orb.MultiPolygon{{ccw(zone)}, {ccw(riverBanks(river))}}, nil)
	coast := orb.MultiPolygon{{ccw(mainland)}, {ccw(jersey)}}
	for _, i := range islands {
		i[0] = ccw(i[0])
		coast = append(coast, i)
	}
	s.add("coast", coast, nil)
	return nil
}

func ccw(r orb.Ring) orb.Ring {
	if r.Orientation() != orb.CCW {
		r.Reverse()
	}
	return r
}

// riverBanks makes an area of water out of the border of Pennsylvania and New Jersey, which lies in the
// middle of the Delaware. us-atlas has no water there and the extract ends at Marcus Hook. The width is
// that of the river in round figures: 1.8 km at Chester, 0.9 km at Philadelphia, 0.3 km at Trenton.
func riverBanks(middle orb.LineString) orb.Ring {
	var left, right orb.Ring
	for i, p := range middle {
		a, b := middle[max(i-1, 0)], middle[min(i+1, len(middle)-1)]
		k := math.Cos(p[1] * math.Pi / 180)
		dx, dy := (b[0]-a[0])*k, b[1]-a[1]
		n := math.Hypot(dx, dy)
		half := math.Max(0.3, 1.8-(p[1]-39.80)*6) / 2 / 111.2 // degrees of latitude
		ox, oy := -dy/n*half/k, dx/n*half
		left = append(left, orb.Point{p[0] + ox, p[1] + oy})
		right = append(right, orb.Point{p[0] - ox, p[1] - oy})
	}
	right.Reverse()
	ring := append(left, right...)
	return append(ring, ring[0])
}
