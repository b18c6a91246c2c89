package main

import (
	"context"
	"fmt"
	"os"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// osmLines is what the outlines take from the OSM extract.
type osmLines struct {
	coast    []orb.LineString // joined natural=coastline, land on the left; islands are closed
	state    orb.MultiLineString
	counties orb.MultiLineString
}

// delawareCounties are the names of the boundary relations of admin_level 6 whose lines are taken.
var delawareCounties = map[string]bool{"New Castle County": true, "Kent County": true, "Sussex County": true}

func readOSM(path string) (*osmLines, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	nodes := map[osm.NodeID]orb.Point{}
	ways := map[osm.WayID]*osm.Way{}
	var coast []*osm.Way
	stateWays, countyWays := map[osm.WayID]bool{}, map[osm.WayID]bool{}
	sc := osmpbf.New(context.Background(), f, 2)
	defer sc.Close()
	for sc.Scan() {
		switch o := sc.Object().(type) {
		case *osm.Node:
			nodes[o.ID] = orb.Point{o.Lon, o.Lat}
		case *osm.Way:
			if o.Tags.Find("natural") == "coastline" {
				coast = append(coast, o)
			}
			ways[o.ID] = o
		case *osm.Relation:
			if o.Tags.Find("boundary") != "administrative" {
				continue
			}
			set := stateWays
			switch level, name := o.Tags.Find("admin_level"), o.Tags.Find("name"); {
			case level == "4" && name == "Delaware":
			case level == "6" && delawareCounties[name]:
				set = countyWays
			default:
				continue
			}
			for _, m := range o.Members {
				if m.Type == osm.TypeWay {
					set[osm.WayID(m.Ref)] = true
				}
			}
		}
	}
	if err := sc.Err(); err != nil {
		return nil, err
	}
	line := func(w *osm.Way) orb.LineString {
		var ls orb.LineString
		for _, n := range w.Nodes {
			if p, ok := nodes[n.ID]; ok {
				ls = append(ls, p)
			}
		}
		return ls
	}
	out := &osmLines{}
	for id, w := range ways {
		if w.Tags.Find("maritime") == "yes" || w.Tags.Find("natural") == "coastline" {
			continue
		}
		ls := line(w)
		switch {
		case len(ls) < 2:
		case stateWays[id]:
			out.state = append(out.state, ls)
		case countyWays[id]:
			out.counties = append(out.counties, ls)
		}
	}
	sortLines(out.state)
	sortLines(out.counties)
	out.coast = joinWays(coast, line)
	if len(out.coast) == 0 || len(out.state) == 0 || len(out.counties) == 0 {
		return nil, fmt.Errorf("%s: no coast, state or county lines", path)
	}
	return out, nil
}

// joinWays joins ways end to start as long as they fit; coastlines all run the same way round.
func joinWays(ways []*osm.Way, line func(*osm.Way) orb.LineString) []orb.LineString {
	starts := map[osm.NodeID]*osm.Way{}
	ends := map[osm.NodeID]bool{}
	for _, w := range ways {
		starts[w.Nodes[0].ID] = w
		ends[w.Nodes[len(w.Nodes)-1].ID] = true
	}
	used := map[osm.WayID]bool{}
	follow := func(w *osm.Way) orb.LineString {
		var ls orb.LineString
		for w != nil && !used[w.ID] {
			used[w.ID] = true
			l := line(w)
			if len(ls) > 0 && len(l) > 0 {
				l = l[1:]
			}
			ls = append(ls, l...)
			w = starts[w.Nodes[len(w.Nodes)-1].ID]
		}
		return ls
	}
	var out []orb.LineString
	for _, w := range ways { // open chains first, from their first way
		if !ends[w.Nodes[0].ID] {
			out = append(out, follow(w))
		}
	}
	for _, w := range ways {
		if !used[w.ID] {
			out = append(out, follow(w))
		}
	}
	return out
}
