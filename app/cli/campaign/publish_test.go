//go:build !race

package campaign

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/segment"

	"github.com/paulmach/orb"
)

// kinds of what a publisher does in a round.
var (
	fresh = []string{"csv", "openalpr", "platerecognizer", "compact", "tidy"} // any number at once
	works = append([]string{"corrections", "again", "changed"}, fresh...)
)

// work does one of a publisher's works until it is done: the process is killed kills times
// before, each time somewhere, and begun again with the same file.
func (w *world) work(d *rand.Rand, kind, lane string, kills int) {
	file := filepath.Join(w.dir, fmt.Sprintf("%s-%d", kind, d.Uint64()))
	defer os.Remove(file)
	var list []read
	var gone []string
	args := []string{"feed", "publish", file, "--lane", lane, "--collapse", "0s", "--rejects", file + ".rejects", "--json"}
	rejects := int64(0)
	switch kind {
	case "csv":
		n := 50 + d.IntN(400)
		if d.IntN(5) == 0 {
			n *= 20
		}
		list = w.fresh(n, w.from)
		for i := range list {
			list[i].csv = true
		}
		w.write(file, csvOf(list))
	case "openalpr":
		list = w.fresh(1+d.IntN(40), w.from)
		text := ""
		for _, r := range list {
			text += openALPR(r) + "\n"
		}
		w.write(file, text)
	case "platerecognizer":
		list = w.fresh(1+d.IntN(20), w.from)
		text := ""
		for i := range list {
			list[i].id, list[i].lon, list[i].lat = "", -75.5, 39.7 // both come from the camera table
			text += plateRec(list[i]) + "\n"
		}
		w.write(file, text)
		args = append(args, "--cameras", w.cameras)
	case "corrections":
		old := w.some(lane, 1+d.IntN(12), false, d.IntN)
		if len(old) == 0 {
			return
		}
		old = slices.DeleteFunc(old, func(r read) bool { return feed.PeriodOf(r.at) != feed.PeriodOf(old[0].at) }) // a file has one week
		list = w.fresh(len(old), w.from)
		for i := range list {
			gone = append(gone, old[i].plate)
			list[i].at = old[i].at
		}
		w.correctionFile(file, list, old)
	case "again": // what is there already
		old := w.some(lane, 1+d.IntN(60), true, d.IntN)
		if len(old) == 0 {
			return
		}
		w.write(file, csvOf(old))
	case "changed": // the ids of others with other contents
		old := w.some(lane, 1+d.IntN(5), true, d.IntN)
		if len(old) == 0 {
			return
		}
		other := w.fresh(len(old), w.from)
		for i := range other {
			other[i].id, other[i].at = old[i].id, old[i].at
		}
		rejects = int64(len(old))
		w.write(file, csvOf(other))
	case "compact":
		args = []string{"feed", "compact", "--lane", lane, "--min", fmt.Sprint(2 + d.IntN(6)), "--json"}
	case "tidy":
		args = []string{"feed", "tidy", "--grace", "1m", "--json"}
	}
	for range kills {
		if o := w.cordon(time.Duration(1+d.IntN(160))*time.Millisecond, "", args...); o.killed {
			w.count("publishers killed")
		}
	}
	o := w.cordon(0, "", args...)
	var j struct{ Rows, Duplicates, Rejects, Replaced, Unnamed int64 }
	if o.status != 0 {
		w.t.Errorf("%s: status %d\n%s\n%s", kind, o.status, o.stdout, o.stderr)
		return
	}
	o.answer(w.t, &j)
	if kind == "compact" || kind == "tidy" {
		w.add(map[string]string{"compact": "segments compacted", "tidy": "replaced segments removed"}[kind], int(j.Replaced))
		w.add("files without a record removed", int(j.Unnamed))
		return
	}
	if n := int64(len(list)); kind != "again" && j.Rows+j.Duplicates != n || j.Rejects != rejects || kind == "again" && j.Rows != 0 {
		w.t.Errorf("%s: %d reads became %+v", kind, n, j)
	}
	w.receipt(lane, list...)
	w.corrected(gone)
	w.add("rows from files", len(list))
}

func (w *world) write(file, text string) {
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		w.t.Error(err)
	}
}

func csvOf(list []read) string {
	var b strings.Builder
	b.WriteString("id,plate,state,time,lon,lat,make,model,color,camera,source,confidence\n")
	for _, r := range list {
		fmt.Fprintf(&b, "%s,%s,DE,%s,%v,%v,FORD,F-150,RED,%s,commercial,%v\n", r.id, r.plate, r.at.Format(time.RFC3339Nano), r.lon, r.lat, r.camera, r.confidence)
	}
	return b.String()
}

func openALPR(r read) string {
	return fmt.Sprintf(`{"data_type":"alpr_group","agent_uid":"a1","camera_id":%q,"epoch_start":%d,"best_uuid":%q,"best_plate_number":%q,"best_confidence":%v,"best_region":"us-de","gps_latitude":%v,"gps_longitude":%v,"vehicle":{"color":[{"name":"red","confidence":90}],"make":[{"name":"ford","confidence":90}],"make_model":[{"name":"ford_f-150","confidence":80}]}}`,
		r.camera, r.at.UnixMilli(), r.id, r.plate, r.confidence*100, r.lat, r.lon)
}

func plateRec(r read) string {
	return fmt.Sprintf(`{"data":{"camera_id":%q,"timestamp":%q,"results":[{"plate":%q,"score":%v,"box":{"xmin":1,"ymin":1,"xmax":9,"ymax":5},"region":{"code":"us-de"},"color":[{"color":"red","score":0.9}],"model_make":[{"make":"Ford","model":"F-150","score":0.9}]}]}}`,
		r.camera, r.at.Format(time.RFC3339Nano), strings.ToLower(r.plate), r.confidence)
}

// correctionFile writes a GeoParquet file, the format that has a place for what a read corrects.
func (w *world) correctionFile(file string, list, old []read) {
	var body bytes.Buffer
	_, err := segment.Write(&body, func(yield func(*feed.Read, error) bool) {
		for i, r := range list {
			d := feed.Read{Passes: 1, Supersedes: old[i].id, Detection: detection.Detection{
				ID: r.id, Plate: r.plate, State: "DE", Time: r.at, Pos: orb.Point{r.lon, r.lat}, Make: "FORD", Model: "F-150", Color: "RED",
				HeadingDeg: detection.NoHeading, Camera: r.camera, Source: detection.SourceCommercial, Confidence: r.confidence,
			}}
			if !yield(&d, nil) {
				return
			}
		}
	})
	if err != nil {
		w.t.Error(err)
	}
	w.write(file, body.String())
}

// post delivers reads to a camera's webhook, one a request, until each has its 202; some are sent
// again all the same. It goes to either server, also through a connection that fails.
func (w *world) post(d *rand.Rand, lane string, n int) {
	web := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{TLSClientConfig: w.pinned.Clone(), MaxIdleConnsPerHost: 2}}
	defer web.CloseIdleConnections()
	for _, r := range w.fresh(n, w.from) {
		format, kind, body := "openalpr", "application/json", openALPR(r)
		if d.IntN(3) == 0 {
			r.id, r.lon, r.lat = "", -75.5, 39.7
			format = "platerecognizer"
			var form bytes.Buffer
			m := multipart.NewWriter(&form)
			_ = m.WriteField("json", plateRec(r))
			_ = m.Close()
			kind, body = m.FormDataContentType(), form.String()
		}
		again := d.IntN(4) == 0
		for tries := 0; ; tries++ {
			addr := []string{w.servers[0].addr, w.servers[1].addr, w.posts.Addr()}[d.IntN(3)]
			q, err := http.NewRequest("POST", "https://"+addr+"/v1/intake/"+format, strings.NewReader(body))
			if err != nil {
				w.t.Error(err)
				return
			}
			q.Header.Set("Authorization", "Bearer "+w.tokens[lane])
			q.Header.Set("Content-Type", kind)
			a, err := web.Do(q)
			w.count("posts")
			if err == nil {
				_ = a.Body.Close()
				switch {
				case a.StatusCode == http.StatusAccepted && !again:
					w.receipt(lane, r)
				case a.StatusCode == http.StatusAccepted:
					again = false
					w.count("posts redelivered")
					continue
				case a.StatusCode < 500 && a.StatusCode != http.StatusTooManyRequests:
					w.t.Errorf("a webhook answers %s", a.Status)
					return
				}
				if a.StatusCode == http.StatusAccepted {
					break
				}
			}
			w.count("posts without a 202")
			if tries == 300 {
				w.t.Errorf("a webhook does not answer: %v", err)
				return
			}
			time.Sleep(time.Duration(20+d.IntN(100)) * time.Millisecond)
		}
		w.count("rows from webhooks")
	}
}
