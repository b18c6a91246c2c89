package live

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"cordon/engine/feed"
	"cordon/engine/feed/intake"
	"cordon/engine/feed/publish"
	"cordon/engine/feed/serve"
)

// TestVendors_F_3: messages of both vendors, as they are posted, become reads of the token's
// lane that a client of the feed finds, once also when they are posted again.
func TestVendors_F_3(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	cameras, err := intake.LoadCameras(strings.NewReader("camera_id,lon,lat,heading,source,lane\nC7,-75.55,39.74,,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	parser, err := Vendors(cameras, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	sink, err := New(Options{Publisher: publish.New(publish.Options{Bucket: w.bucket, Signer: w.signer, Clock: time.Now}), Parse: parser})
	if err != nil {
		t.Fatal(err)
	}
	post := func(format, body string) ([]serve.Item, int, error) {
		return sink.Read(ctx, serve.Delivery{Lane: lane0, Format: format, ContentType: "application/json", Body: []byte(body)})
	}
	for format, file := range map[string]string{"openalpr": "group.json", "platerecognizer": "platerec.json"} {
		body, err := os.ReadFile("../intake/testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			items, rejected, err := post(format, string(body))
			if err != nil || len(items) == 0 || rejected != 0 {
				t.Fatalf("%s: %d reads, %d rejected, %v", format, len(items), rejected, err)
			}
			if refused, err := sink.Publish(ctx, lane0, items); err != nil || len(refused) > 0 {
				t.Fatalf("%s: %v, %v", format, refused, err)
			}
		}
	}
	rows, _ := w.rows()
	if len(rows) < 2 {
		t.Fatalf("%v", rows)
	}
	for id, n := range rows {
		if n != 1 {
			t.Errorf("%s is there %d times", id, n)
		}
	}
	if _, _, err := post("flock", "{}"); !errors.Is(err, feed.ErrNotFound) {
		t.Errorf("a format that there is not: %v", err)
	}
	if items, rejected, err := post("openalpr", "{"); err != nil || len(items) != 0 || rejected != 1 {
		t.Errorf("a message that is cut: %d reads, %d rejected, %v", len(items), rejected, err)
	}
}
