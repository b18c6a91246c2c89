package cli_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cordon/app/cli"
)

type publishedJSON struct {
	Rows, Rejects, Photos int64
	Lanes                 []struct {
		Lane string
		Rows int64
	}
}

// TestPublishByLane_F_3: one file with pictures, of cameras that belong to several lanes; and
// where one lane cannot be published, none of the file is.
func TestPublishByLane_F_3(t *testing.T) {
	dir := t.TempDir()
	run := func(want int, args ...string) string {
		t.Helper()
		var stdout, stderr strings.Builder
		if got := cli.Run(t.Context(), args, testEnv(t, &stdout, &stderr)); got != want {
			t.Fatalf("%v: exit status %d, want %d\n%s%s", args, got, want, stdout.String(), stderr.String())
		}
		return stdout.String()
	}
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const lanes, reads = 5, 1000
	table, bad, items := "camera_id,lon,lat,heading,source,lane\n", "", strings.Builder{}
	for l := range lanes {
		table += fmt.Sprintf("C%d,-75.5,39.%d,,commercial,acme.l%d\n", l, l, l)
	}
	bad = table + "C9,-75.5,39.7,,commercial,control.all\n"
	for i := range reads {
		var picture bytes.Buffer
		img := image.NewGray(image.Rect(0, 0, 8+i%7, 8))
		err := jpeg.Encode(&picture, img, nil)
		if i%2 == 0 {
			picture.Reset()
			err = png.Encode(&picture, img)
		}
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&items, `{"data_type":"alpr_group","camera_id":"C%d","epoch_start":%d,"best_uuid":"u%d","best_plate_number":"2TST%d","vehicle_crop_jpeg":%q}`+"\n",
			i%lanes, 1779271200000+i*100, i, i, base64.StdEncoding.EncodeToString(picture.Bytes()))
	}
	place := filepath.Join(dir, "feed")
	run(0, "feed", "init", place, "--name", "feed.test")
	broken := file("broken.json", items.String()+`{"data_type":"alpr_group","camera_id":"C9","epoch_start":1779271200000,"best_uuid":"z","best_plate_number":"2TST"}`)
	run(2, "feed", "publish", broken, "--feed", place, "--cameras", file("bad.csv", bad))
	if logs, err := filepath.Glob(filepath.Join(place, "lanes", "acme.*", "checkpoint")); err != nil || len(logs) > 0 {
		t.Errorf("a part of the file was published: %v %v", logs, err)
	}
	whole := file("reads.json", items.String())
	for _, want := range []int64{reads, 0} {
		var j publishedJSON
		text := run(0, "feed", "publish", whole, "--feed", place, "--cameras", file("cameras.csv", table), "--json")
		if err := json.Unmarshal([]byte(text), &j); err != nil {
			t.Fatal(err)
		}
		if j.Rows != want || j.Rejects != 0 || len(j.Lanes) != lanes || j.Lanes[0].Lane != "acme.l0" || j.Lanes[0].Rows != want/lanes || want > 0 && j.Photos != reads {
			t.Errorf("%+v", j)
		}
	}
	if text := run(0, "feed", "verify", place, "--photos"); !strings.Contains(text, "whole: 1,000 rows") {
		t.Error(text)
	}
}
