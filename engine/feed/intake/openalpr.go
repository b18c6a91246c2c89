package intake

import (
	"math"
	"strconv"
	"strings"
	"time"

	"cordon/engine/feed"
)

// decodeOpenALPR reads one message of an OpenALPR or Rekor agent: an alpr_group becomes a
// read. An alpr_alert holds the group that raised it, which is the read that came or will
// come by itself under the same id; what the alert says of its list is no part of a read.
func decodeOpenALPR(o object) ([]draft, error) {
	kind, err := o.text("data_type")
	if err != nil {
		return nil, err
	}
	switch kind {
	case "alpr_group":
	case "alpr_alert":
		group, err := o.child("group")
		if err != nil {
			return nil, err
		}
		if len(group.fields) == 0 {
			return nil, rejectf("the alpr_alert has no group")
		}
		inner, err := group.text("data_type")
		if err != nil {
			return nil, err
		}
		if inner != "" && inner != "alpr_group" {
			return nil, rejectf("group.data_type is %q and not alpr_group", cut(inner, 40))
		}
		d, err := decodeGroup(group)
		if err != nil {
			return nil, err
		}
		d.notes = append(d.notes, "taken from an alpr_alert")
		return []draft{d}, nil
	case "alpr_results", "heartbeat":
		return nil, &skipped{kind}
	case "":
		return nil, rejectf("data_type is missing; is this an OpenALPR message?")
	default:
		return nil, rejectf("data_type %q is not known; alpr_group and alpr_alert are taken, alpr_results and heartbeat passed over", cut(kind, 40))
	}
	if o.fields["is_preview"] == true {
		return nil, &skipped{"alpr_group preview"}
	}
	d, err := decodeGroup(o)
	return []draft{d}, err
}

func decodeGroup(o object) (draft, error) {
	d := draft{cells: map[string]string{}, region: true}
	best, err := o.child("best_plate")
	if err != nil {
		return d, err
	}
	texts := []struct {
		cell, key string
		in        object
	}{
		{"id", "best_uuid", o},
		{"plate", "best_plate_number", o},
		{"plate", "plate", best},
		{"camera", "camera_id", o},
		{"state", "best_region", o},
		{"state", "region", best},
	}
	for _, t := range texts {
		if d.cells[t.cell] == "" {
			if d.cells[t.cell], err = t.in.text(t.key); err != nil {
				return d, err
			}
		}
	}
	if d.agent, err = o.text("agent_uid"); err != nil {
		return d, err
	}
	country, err := o.text("country")
	if err != nil {
		return d, err
	}
	if region := d.cells["state"]; region != "" && !strings.Contains(region, "-") && (country == "us" || country == "ca") {
		d.cells["state"] = country + "-" + region // as agents before version 2 send it
	}
	if err := groupNumbers(o, best, d.cells); err != nil {
		return d, err
	}
	if err := groupVehicle(o, d.cells); err != nil {
		return d, err
	}
	return d, groupPictures(o, best, &d)
}

// groupNumbers: time, place, direction and confidence.
func groupNumbers(o, best object, cells map[string]string) error {
	ms, ok, err := o.number("epoch_start")
	if err != nil {
		return err
	}
	if ok {
		if ms != math.Trunc(ms) || ms < 0 || ms > 1e15 {
			return rejectf("epoch_start %s is no time in milliseconds", formatNumber(ms))
		}
		if ms > 0 && ms < 1e11 {
			return rejectf("epoch_start %s is before 1974; are these seconds?", formatNumber(ms))
		}
		if t := time.UnixMilli(int64(ms)).UTC(); t.Year() < 10000 {
			cells["time"] = formatTime(t)
		} else {
			return rejectf("epoch_start %s is no time in milliseconds", formatNumber(ms))
		}
	}
	lat, okLat, err := o.number("gps_latitude")
	if err != nil {
		return err
	}
	lon, okLon, err := o.number("gps_longitude")
	if err != nil {
		return err
	}
	if okLat != okLon {
		return rejectf("one of gps_latitude and gps_longitude is missing")
	}
	if okLat {
		cells["lon"], cells["lat"] = formatNumber(lon), formatNumber(lat)
	}
	if deg, ok, err := o.number("travel_direction"); err != nil {
		return err
	} else if ok && deg >= 0 && deg <= 360 {
		cells["heading"] = formatNumber(deg)
	} else if ok && deg != -1 {
		return rejectf("travel_direction %s is outside 0 to 360", formatNumber(deg))
	}
	conf, ok, err := o.number("best_confidence")
	if err == nil && !ok {
		conf, ok, err = best.number("confidence")
	}
	if err != nil {
		return err
	}
	if ok {
		if conf < 0 || conf > 100 {
			return rejectf("best_confidence %s is outside 0 to 100", formatNumber(conf))
		}
		cells["confidence"] = formatNumber(conf / 100)
	}
	return nil
}

// groupVehicle: the likeliest candidate of each kind.
func groupVehicle(o object, cells map[string]string) error {
	v, err := o.child("vehicle")
	if err != nil {
		return err
	}
	for cell, key := range map[string]string{"color": "color", "make": "make", "model": "make_model", "year": "year"} {
		list, err := v.list(key, maxCandidates)
		if err != nil {
			return err
		}
		name, err := likeliest(list, "name", "confidence")
		if err != nil {
			return err
		}
		cells[cell] = name
	}
	// A span of years is no model year.
	if _, err := strconv.Atoi(cells["year"]); err != nil {
		delete(cells, "year")
	}
	return nil
}

// likeliest returns the text of the candidate with the highest score; of equal ones, the first.
func likeliest(list []object, key, score string) (string, error) {
	best, text := -1.0, ""
	for _, c := range list {
		v, _, err := c.number(score)
		if err != nil {
			return "", err
		}
		name, err := c.text(key)
		if err != nil {
			return "", err
		}
		if v > best {
			best, text = v, name
		}
	}
	return text, nil
}

// groupPictures: the crops of vehicle and plate, and where the vehicle stands. vehicle_region
// counts pixels of the camera's frame, which does not come along; a crop of the same size is
// the region itself; of any other size, or without one, the place in it is not known.
func groupPictures(o, best object, d *draft) error {
	vehicle, err := base64Picture(o, "vehicle_crop_jpeg", pictureVehicle)
	if err != nil {
		return err
	}
	plate, err := base64Picture(best, "plate_crop_jpeg", picturePlate)
	if err != nil {
		return err
	}
	region, err := best.child("vehicle_region")
	if err != nil {
		return err
	}
	if d.box, err = boxOf(region, "x", "y", "width", "height"); err != nil {
		return err
	}
	whole := false
	for i := range vehicle {
		w, h := vehicle[i].size()
		whole = whole || w > 0 && w == d.box.W && h == d.box.H
	}
	if d.box.X, d.box.Y = 0, 0; !whole {
		d.box = feed.Box{}
	}
	d.pictures = append(vehicle, plate...)
	return nil
}

// boxOf reads a rectangle in pixels; one without an extent is none.
func boxOf(o object, x, y, w, h string) (feed.Box, error) {
	var out [4]int
	for i, key := range []string{x, y, w, h} {
		v, ok, err := o.number(key)
		if err != nil {
			return feed.Box{}, err
		}
		if !ok {
			return feed.Box{}, nil
		}
		if math.Abs(v) > maxPixel {
			return feed.Box{}, rejectf("%s%s %s is no pixel", o.path, key, formatNumber(v))
		}
		out[i] = int(math.Round(v))
	}
	b := feed.Box{X: out[0], Y: out[1], W: out[2], H: out[3]}
	if b.W <= 0 || b.H <= 0 {
		return feed.Box{}, nil
	}
	return b, nil
}
