package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"time"
)

// digest is the hex SHA-256 of an answer in its canonical JSON, which a reviewer can
// recompute from the rows shown:
//
//	{"count":N,"rows":[ROW,ROW,…]}
//
// with the rows in the order of the answer, no spaces, keys sorted, texts as encoding/json
// writes them without HTML escapes, numbers in their shortest decimal form without exponent,
// and times in RFC 3339, UTC, as short as possible. A ROW is, for plate, partial, model and geo,
//
//	{"areas":[0,2],"camera":"","color":"","confidence":-1,"heading":-1,"id":"","lane":"",
//	 "lat":0,"lon":0,"make":"","model":"","plate":"","source":"","state":"","time":"","year":0}
//
// where "areas" (indices of the query's areas) is there for geo alone; for common and repeat
//
//	{"first":"","last":"","places":[2,0,1],"plate":"","reads":3,"seen":2,"state":""}
//
// with the reads in each area or window. RunOptions.Reads does not change the digest.
func digest(a *Answer, areas bool) string {
	h := sha256.New()
	buf := make([]byte, 0, 32<<10)
	buf = append(buf, `{"count":`...)
	buf = strconv.AppendInt(buf, a.Count, 10)
	buf = append(buf, `,"rows":[`...)
	sep := func(i int) {
		if i > 0 {
			buf = append(buf, ',')
		}
		if len(buf) > 28<<10 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	for i := range a.Rows {
		sep(i)
		buf = appendRow(buf, &a.Rows[i], areas)
	}
	for i := range a.Plates {
		sep(i)
		buf = appendPlate(buf, &a.Plates[i])
	}
	buf = append(buf, "]}"...)
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}

func appendRow(b []byte, r *Row, areas bool) []byte {
	b = append(b, '{')
	if areas {
		b = append(appendInts(append(b, `"areas":`...), r.Areas), ',')
	}
	d := &r.Detection
	b = appendText(append(b, `"camera":`...), d.Camera)
	b = appendText(append(b, `,"color":`...), d.Color)
	b = appendFloat(append(b, `,"confidence":`...), d.Confidence)
	b = appendFloat(append(b, `,"heading":`...), d.HeadingDeg)
	b = appendText(append(b, `,"id":`...), d.ID)
	b = appendText(append(b, `,"lane":`...), r.Lane)
	b = appendFloat(append(b, `,"lat":`...), d.Pos[1])
	b = appendFloat(append(b, `,"lon":`...), d.Pos[0])
	b = appendText(append(b, `,"make":`...), d.Make)
	b = appendText(append(b, `,"model":`...), d.Model)
	b = appendText(append(b, `,"plate":`...), d.Plate)
	b = appendText(append(b, `,"source":`...), string(d.Source))
	b = appendText(append(b, `,"state":`...), d.State)
	b = appendTime(append(b, `,"time":`...), d.Time)
	b = strconv.AppendInt(append(b, `,"year":`...), int64(d.Year), 10)
	return append(b, '}')
}

func appendPlate(b []byte, p *PlateRow) []byte {
	b = appendTime(append(b, `{"first":`...), p.First)
	b = appendTime(append(b, `,"last":`...), p.Last)
	b = appendInts(append(b, `,"places":`...), p.PerPlace)
	b = appendText(append(b, `,"plate":`...), p.Plate)
	b = strconv.AppendInt(append(b, `,"reads":`...), int64(p.Reads), 10)
	b = strconv.AppendInt(append(b, `,"seen":`...), int64(p.Seen), 10)
	b = appendText(append(b, `,"state":`...), p.State)
	return append(b, '}')
}

func appendInts(b []byte, list []int) []byte {
	b = append(b, '[')
	for i, x := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(x), 10)
	}
	return append(b, ']')
}

func appendFloat(b []byte, x float64) []byte { return strconv.AppendFloat(b, x, 'f', -1, 64) }

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// appendText writes a JSON string; the plain ones, nearly all, without a detour.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			var out bytes.Buffer
			enc := json.NewEncoder(&out)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(s); err != nil { // a string always encodes
				return append(b, `""`...)
			}
			return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}
