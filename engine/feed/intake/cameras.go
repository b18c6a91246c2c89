package intake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"

	"github.com/paulmach/orb"
)

// Camera is where a camera stands and whose it is.
type Camera struct {
	Pos        orb.Point // longitude, latitude, WGS 84
	Placed     bool      // Pos is known
	HeadingDeg float64   // of the traffic it watches, or detection.NoHeading
	Source     detection.Source
	Lane       feed.Lane // zero: Options.Lane
}

// Cameras finds cameras by the id that their messages carry. For OpenALPR the key may also be
// "agent_uid/camera_id", which comes first: agents number their cameras alone.
type Cameras map[string]Camera

// LoadCameras reads a camera table: a CSV with the header camera_id,lon,lat,heading,source,lane.
// All but camera_id may be empty. It returns a *detection.FieldError that names the line.
func LoadCameras(r io.Reader) (Cameras, error) {
	in := csv.NewReader(&limitReader{r: r, left: maxTable})
	in.FieldsPerRecord = 6
	out := Cameras{}
	for n := 0; ; n++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				return nil, &detection.FieldError{Field: "camera table", Problem: "is empty", Hint: "Its first line is camera_id,lon,lat,heading,source,lane."}
			}
			return out, nil
		}
		var syntax *csv.ParseError
		if errors.As(err, &syntax) {
			return nil, &detection.FieldError{Field: fmt.Sprintf("camera table, line %d", syntax.Line), Problem: syntax.Err.Error(), Hint: "A line has six cells: camera_id,lon,lat,heading,source,lane."}
		}
		if err != nil {
			return nil, fmt.Errorf("read the camera table: %w", err)
		}
		line, _ := in.FieldPos(0)
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		if n == 0 {
			if !slices.Equal(row, []string{"camera_id", "lon", "lat", "heading", "source", "lane"}) {
				return nil, &detection.FieldError{Field: "camera table, line 1", Problem: "the header is not camera_id,lon,lat,heading,source,lane", Hint: "Write it so."}
			}
			continue
		}
		c, problem := parseCamera(row)
		if _, twice := out[row[0]]; twice {
			problem = fmt.Sprintf("camera %q stands twice", cut(row[0], 40))
		}
		if problem == "" && n > maxTableRows {
			problem = fmt.Sprintf("more than %d cameras", maxTableRows)
		}
		if problem != "" {
			return nil, &detection.FieldError{Field: fmt.Sprintf("camera table, line %d", line), Problem: problem}
		}
		out[row[0]] = c
	}
}

func parseCamera(row []string) (c Camera, problem string) {
	if row[0] == "" || len(row[0]) > maxField {
		return c, fmt.Sprintf("camera_id is empty or longer than %d bytes", maxField)
	}
	c.HeadingDeg = detection.NoHeading
	number := func(name, s string, low, high float64) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if (err != nil || !(v >= low && v <= high)) && problem == "" {
			problem = fmt.Sprintf("%s %q is no number from %g to %g", name, cut(s, 40), low, high)
		}
		return v
	}
	if row[1] != "" || row[2] != "" {
		c.Pos, c.Placed = orb.Point{number("lon", row[1], -180, 180), number("lat", row[2], -90, 90)}, true
		if problem == "" && c.Pos == (orb.Point{}) {
			problem = "the position 0, 0 is no position; leave lon and lat empty where it is not known"
		}
	}
	if row[3] != "" {
		c.HeadingDeg = math.Mod(number("heading", row[3], 0, 360), 360)
	}
	switch c.Source = detection.Source(row[4]); c.Source {
	case detection.SourceUnknown, detection.SourceLawEnforcement, detection.SourceCommercial:
	default:
		problem = fmt.Sprintf("source %q is neither law-enforcement nor commercial", cut(row[4], 40))
	}
	if row[5] != "" && problem == "" {
		lane, err := feed.ParseLane(row[5])
		if err != nil {
			problem = err.Error()
		} else if lane == feed.Control {
			problem = "the lane " + row[5] + " holds documents, not reads"
		}
		c.Lane = lane
	}
	return c, problem
}
