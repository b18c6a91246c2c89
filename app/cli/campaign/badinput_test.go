//go:build !race

package campaign

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// TestBadInput (F-3): a running server gets what cameras must not send, over HTTPS: malformed, oversized,
// slow and hostile bodies, pictures that are none, times of clocks that are off, ids that stand for
// another read. It answers each as documented, goes on for others meanwhile, and the workstation
// ends with the good reads and nothing else. Files with missing, other or wrongly typed columns are
// refused by name.
func TestBadInput(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves it out: it starts a real server and workstations, for seconds")
	}
	t.Parallel()
	w := newWorld(t)
	lane := laneNames[0]
	web := &http.Client{Timeout: 40 * time.Second, Transport: &http.Transport{TLSClientConfig: w.pinned.Clone()}}
	defer web.CloseIdleConnections()
	type answer struct {
		status          int
		taken, rejected int
	}
	post := func(format, kind string, body io.Reader) answer {
		t.Helper()
		q, err := http.NewRequest("POST", "https://"+w.servers[0].addr+"/v1/intake/"+format, body)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Authorization", "Bearer "+w.tokens[lane])
		q.Header.Set("Content-Type", kind)
		a, err := web.Do(q)
		if err != nil {
			return answer{status: -1} // the connection was ended in the middle of a large body
		}
		defer a.Body.Close()
		var j struct{ Taken, Rejected int }
		text, err := io.ReadAll(a.Body)
		if err == nil && a.StatusCode == http.StatusAccepted {
			err = json.Unmarshal(text, &j)
		}
		if err != nil {
			t.Fatalf("%s: %q, %v", a.Status, text, err)
		}
		return answer{a.StatusCode, j.Taken, j.Rejected}
	}
	// Slow ones first: while they hang the others are answered.
	var slow sync.WaitGroup
	head := "POST /v1/intake/openalpr HTTP/1.1\r\nHost: feed\r\nAuthorization: Bearer " + w.tokens[lane] + "\r\nContent-Type: application/json\r\n"
	for name, c := range map[string]struct{ first, drip, ends string }{
		"slow headers": {"POST /v1/intake/openalpr HTTP/1.1\r\nX-A: ", "b", ""},
		"slow body":    {head + "Content-Length: 4000\r\n\r\n{", " ", "HTTP/1.1 408"},
		"slow chunks":  {head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n", "HTTP/1.1 408"},
		"silent":       {head + "Content-Length: 4000\r\n\r\n", "", "HTTP/1.1 408"},
	} {
		for range 3 {
			slow.Go(func() {
				if got := w.drip(c.first, c.drip); !strings.HasPrefix(got, c.ends) {
					t.Errorf("%s: %.80q, want %q", name, got, c.ends)
				}
			})
		}
	}
	one := func() read { return w.fresh(1, w.from)[0] }
	good := func(r read) { w.receipt(lane, r) }
	vary := func(r read, from, to string) io.Reader {
		text := strings.Replace(openALPR(r), from, to, 1)
		if text == openALPR(r) {
			t.Fatalf("nothing of it is %q", from)
		}
		return strings.NewReader(text)
	}
	withPicture := func(r read, data []byte) io.Reader {
		return vary(r, `"agent_uid"`, `"vehicle_crop_jpeg":"`+base64.StdEncoding.EncodeToString(data)+`","agent_uid"`)
	}
	var real bytes.Buffer
	if err := jpeg.Encode(&real, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	wide := append([]byte{}, real.Bytes()...) // says that it is 65,535 × 65,535 pixels
	if i := bytes.Index(wide, []byte{0xff, 0xc0}); i > 0 {
		copy(wide[i+5:], "\xff\xff\xff\xff")
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	at := func(d time.Duration) read { r := one(); r.at = now.Add(d); return r }
	const js = "application/json"
	for _, c := range []struct {
		name         string
		format, kind string
		body         func() (io.Reader, read)
		want         answer
		good         bool // the read is taken
	}{
		{"good", "openalpr", js, func() (io.Reader, read) { r := one(); return strings.NewReader(openALPR(r)), r }, answer{202, 1, 0}, true},
		{"empty", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(""), read{} }, answer{202, 0, 0}, false},
		{"no JSON", "openalpr", js, func() (io.Reader, read) { return strings.NewReader("<xml/>"), read{} }, answer{400, 0, 0}, false},
		{"cut", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(openALPR(one())[:200]), read{} }, answer{202, 0, 1}, false},
		{"a key twice", "openalpr", js, func() (io.Reader, read) { return vary(one(), `{"data_type"`, `{"best_uuid":"x","data_type"`), read{} }, answer{202, 0, 1}, false},
		{"deep", "openalpr", js, func() (io.Reader, read) {
			return strings.NewReader(strings.Repeat("[", 100_000)), read{}
		}, answer{400, 0, 0}, false},
		{"another format", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(plateRec(one())), read{} }, answer{202, 0, 1}, false},
		{"an unknown format", "flock", js, func() (io.Reader, read) { return strings.NewReader("{}"), read{} }, answer{404, 0, 0}, false},
		{"another content type", "openalpr", "application/xml", func() (io.Reader, read) { return strings.NewReader("<a/>"), read{} }, answer{400, 0, 0}, false},
		{"a form without a boundary", "platerecognizer", "multipart/form-data", func() (io.Reader, read) { return strings.NewReader("x"), read{} }, answer{400, 0, 0}, false},
		{"a form that is cut", "platerecognizer", "multipart/form-data; boundary=b", func() (io.Reader, read) {
			return strings.NewReader("--b\r\nContent-Disposition: form-data; name=\"json\"\r\n\r\n{"), read{}
		}, answer{400, 0, 0}, false},
		{"9 MiB", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(strings.Repeat(" ", 9<<20)), read{} }, answer{413, 0, 0}, false},
		{"no position, no such camera", "openalpr", js, func() (io.Reader, read) {
			r := one()
			r.camera = "nowhere"
			return vary(r, `"gps_latitude":`, `"gps_height":`), read{}
		}, answer{202, 0, 1}, false},
		{"HTML as a picture", "openalpr", js, func() (io.Reader, read) { r := one(); return withPicture(r, []byte("<script>")), r }, answer{202, 1, 0}, true},
		{"a picture that is cut", "openalpr", js, func() (io.Reader, read) { r := one(); return withPicture(r, real.Bytes()[:100]), r }, answer{202, 1, 0}, true},
		{"a picture of 4 billion pixels", "openalpr", js, func() (io.Reader, read) { r := one(); return withPicture(r, wide), r }, answer{202, 1, 0}, true},
		{"a picture", "openalpr", js, func() (io.Reader, read) { r := one(); return withPicture(r, real.Bytes()), r }, answer{202, 1, 0}, true},
		{"a clock 9 minutes ahead", "openalpr", js, func() (io.Reader, read) { r := at(9 * time.Minute); return strings.NewReader(openALPR(r)), r }, answer{202, 1, 0}, true},
		{"a clock an hour ahead", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(openALPR(at(time.Hour))), read{} }, answer{202, 0, 1}, false},
		{"a clock a year ahead", "openalpr", js, func() (io.Reader, read) { return strings.NewReader(openALPR(at(365 * 24 * time.Hour))), read{} }, answer{202, 0, 1}, false},
		{"a clock an hour behind", "openalpr", js, func() (io.Reader, read) { r := at(-time.Hour); return strings.NewReader(openALPR(r)), r }, answer{202, 1, 0}, true},
		{"a clock that starts in 1970", "openalpr", js, func() (io.Reader, read) {
			r := one()
			r.at = time.UnixMilli(5000)
			return strings.NewReader(openALPR(r)), read{}
		}, answer{202, 0, 1}, false},
		{"seconds for milliseconds", "openalpr", js, func() (io.Reader, read) {
			r := one()
			return vary(r, fmt.Sprint(r.at.UnixMilli()), fmt.Sprint(r.at.Unix())), read{}
		}, answer{202, 0, 1}, false},
	} {
		body, r := c.body()
		if got := post(c.format, c.kind, body); got != c.want && !(c.want.status == 413 && got.status == -1) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		if c.good {
			good(r)
		}
	}
	// An id that stands for another read: the first counts, the other is rejected; the same again
	// is taken and counts once.
	first := one()
	other := first
	other.plate = one().plate
	for i, r := range []read{first, other, first} {
		want := []answer{{202, 1, 0}, {202, 0, 1}, {202, 1, 0}}[i]
		if got := post("openalpr", js, strings.NewReader(openALPR(r))); got != want {
			t.Errorf("delivery %d under one id: %+v, want %+v", i, got, want)
		}
	}
	good(first)
	slow.Wait()
	w.refusedFiles()
	w.settle("after all that")
	w.must("feed", "verify", w.bucket, "--key", w.key, "--photos")
}

// drip sends bytes one at a time until the server answers or ends the connection.
func (w *world) drip(first, then string) string {
	c, err := tls.Dial("tcp", w.servers[0].addr, w.pinned.Clone())
	if err != nil {
		w.t.Error(err)
		return ""
	}
	defer c.Close()
	end := make(chan bool)
	defer close(end)
	go func() {
		_, err := io.WriteString(c, first)
		for err == nil {
			select {
			case <-end:
				return
			case <-time.After(200 * time.Millisecond):
			}
			_, err = io.WriteString(c, then)
		}
	}()
	_ = c.SetReadDeadline(time.Now().Add(60 * time.Second)) // a limit for broken code
	text, err := io.ReadAll(c)
	if ne, ok := err.(interface{ Timeout() bool }); ok && ne.Timeout() {
		return "it never ends"
	}
	return string(text)
}

// refusedFiles publishes Parquet files whose columns are not those of reads.
func (w *world) refusedFiles() {
	type missing struct {
		ID    string `parquet:"id"`
		Plate string `parquet:"plate"`
	}
	type extra struct {
		ID     string    `parquet:"id"`
		Plate  string    `parquet:"plate"`
		Time   time.Time `parquet:"time,timestamp(millisecond)"`
		Lon    float64   `parquet:"lon"`
		Lat    float64   `parquet:"lat"`
		Driver string    `parquet:"driver"`
	}
	type wrong struct {
		ID    string  `parquet:"id"`
		Plate string  `parquet:"plate"`
		Time  string  `parquet:"time"`
		Lon   float64 `parquet:"lon"`
		Lat   float64 `parquet:"lat"`
	}
	write := func(v any) string {
		var b bytes.Buffer
		p := parquet.NewWriter(&b, parquet.SchemaOf(v))
		if err := p.Write(v); err != nil {
			w.t.Error(err)
		}
		if err := p.Close(); err != nil {
			w.t.Error(err)
		}
		return b.String()
	}
	for name, c := range map[string]struct{ text, says string }{
		"missing": {write(missing{}), "time"}, "extra": {write(extra{}), "driver"}, "wrong": {write(wrong{}), "time"}, "cut": {write(extra{})[:300], "cut.parquet"},
	} {
		file := filepath.Join(w.dir, name+".parquet")
		w.write(file, c.text)
		o := w.cordon(0, "", "feed", "publish", file, "--lane", laneNames[0])
		if o.status != 2 && o.status != 5 || !strings.Contains(string(o.stderr), c.says) {
			w.t.Errorf("%s columns: status %d, %s", name, o.status, o.stderr)
		}
	}
}
