package segment

import (
	"encoding/binary"
	"math"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

// row is a read as parquet-go writes it. What is unknown is null.
type row struct {
	ID         string     `parquet:"id"`
	Plate      string     `parquet:"plate,dict"`
	State      string     `parquet:"state,optional,dict"`
	Time       int64      `parquet:"time,timestamp(millisecond)"`
	Lon        float64    `parquet:"lon,dict"`
	Lat        float64    `parquet:"lat,dict"`
	Make       string     `parquet:"make,optional,dict"`
	Model      string     `parquet:"model,optional,dict"`
	Color      string     `parquet:"color,optional,dict"`
	Year       int32      `parquet:"year,optional,dict"`
	Heading    *float64   `parquet:"heading,optional,dict"`
	Camera     string     `parquet:"camera,optional,dict"`
	Source     string     `parquet:"source,optional,dict"`
	Confidence *float64   `parquet:"confidence,optional,dict"`
	Geometry   []byte     `parquet:"geometry,dict"`
	Photos     []photoRow `parquet:"photos,list"`
	BoxX       *int32     `parquet:"box_x,optional"`
	BoxY       *int32     `parquet:"box_y,optional"`
	BoxW       *int32     `parquet:"box_w,optional"`
	BoxH       *int32     `parquet:"box_h,optional"`
	Passes     int32      `parquet:"passes,dict"`
	Supersedes string     `parquet:"supersedes,optional"`
}

type photoRow struct {
	Kind   string   `parquet:"kind,dict"`
	SHA256 [32]byte `parquet:"sha256"`
	Bytes  int64    `parquet:"bytes"`
}

// fill sets r to the read. Pointers lead into r's own buffers.
func (r *rowBuffer) fill(d *feed.Read) {
	r.Heading, r.Confidence, r.BoxX, r.BoxY, r.BoxW, r.BoxH = nil, nil, nil, nil, nil, nil
	r.ID, r.Plate, r.State, r.Time = d.ID, d.Plate, d.State, d.Time.UnixMilli()
	r.Lon, r.Lat = d.Pos[0]+0, d.Pos[1]+0 // +0 turns a negative zero into zero
	r.Make, r.Model, r.Color, r.Year = d.Make, d.Model, d.Color, int32(d.Year)
	r.Camera, r.Source = d.Camera, string(d.Source)
	if d.HeadingDeg != detection.NoHeading {
		r.heading = d.HeadingDeg + 0
		r.Heading = &r.heading
	}
	if d.Confidence != detection.NoConfidence {
		r.confidence = d.Confidence + 0
		r.Confidence = &r.confidence
	}
	r.point = putPoint(r.point[:0], r.Lon, r.Lat)
	r.Geometry = r.point
	r.Photos = r.Photos[:0]
	for _, p := range d.Pictures {
		r.Photos = append(r.Photos, photoRow{p.Kind, p.SHA256, p.Bytes})
	}
	if d.Box != (feed.Box{}) {
		r.box = [4]int32{int32(d.Box.X), int32(d.Box.Y), int32(d.Box.W), int32(d.Box.H)}
		r.BoxX, r.BoxY, r.BoxW, r.BoxH = &r.box[0], &r.box[1], &r.box[2], &r.box[3]
	}
	r.Passes, r.Supersedes = int32(d.Passes), d.Supersedes
}

// rowBuffer is a row with the memory that its pointers lead to.
type rowBuffer struct {
	row
	heading, confidence float64
	box                 [4]int32
	point               []byte
}

const pointBytes = 1 + 4 + 8 + 8

// putPoint appends a WKB point, little-endian.
func putPoint(to []byte, x, y float64) []byte {
	to = append(to, 1, 1, 0, 0, 0)
	to = binary.LittleEndian.AppendUint64(to, math.Float64bits(x))
	return binary.LittleEndian.AppendUint64(to, math.Float64bits(y))
}

// getPoint reads a WKB point of either byte order, with or without further dimensions.
func getPoint(wkb string) (x, y float64, ok bool) {
	b := []byte(wkb)
	if len(b) < pointBytes || b[0] > 1 {
		return 0, 0, false
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	want := pointBytes
	switch order.Uint32(b[1:]) {
	case 1:
	case 1001, 2001:
		want += 8
	case 3001:
		want += 16
	default:
		return 0, 0, false
	}
	return math.Float64frombits(order.Uint64(b[5:])), math.Float64frombits(order.Uint64(b[13:])), len(b) == want
}
