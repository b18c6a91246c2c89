package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"

	"cordon/engine/detection"
	"cordon/engine/feed"
)

// fuzzOptions share the tables, so that a round is quick.
func fuzzOptions(f *testing.F, format Format) Options {
	o := testOptions()
	o.Words, o.Format, o.Window = testWords(f), format, 0
	return o
}

// whole holds what came out to what any input must keep.
func whole(t *testing.T, text string, o Options) {
	t.Helper()
	out := openAll(t, text, o)
	if out.err != nil && !errors.Is(out.err, feed.ErrInvalid) && !errors.Is(out.err, detection.ErrInvalid) {
		t.Fatalf("an error of no kind: %v", out.err)
	}
	checkTaken(t, out.reads)
	for _, r := range out.rejects {
		if r.Reason == "" || len(r.Raw) > maxRaw+8 || r.Item < 1 {
			t.Fatalf("reject %+v", r)
		}
	}
	n := out.report
	if n.Reads != int64(len(out.reads)) || n.Rejects != int64(len(out.rejects)) {
		t.Fatalf("%+v, %d reads, %d rejects", n, len(out.reads), len(out.rejects))
	}
	again := openAll(t, text, o)
	if !reflect.DeepEqual(again.reads, out.reads) || !reflect.DeepEqual(again.rejects, out.rejects) {
		t.Fatal("the same input gives other reads")
	}
}

func checkTaken(t *testing.T, reads []Taken) {
	t.Helper()
	for i := range reads {
		r := &reads[i]
		if err := feed.CheckRead(&r.Read); err != nil {
			t.Fatal(err)
		}
		if r.Read.Pos[0] == 0 && r.Read.Pos[1] == 0 || r.Read.Time.After(testNow.Add(DefaultSkew)) || r.Lane == (feed.Lane{}) {
			t.Fatalf("%+v", r)
		}
		for _, p := range r.Read.Pictures {
			if data := r.Pictures[p.SHA256]; int64(len(data)) != p.Bytes || sha256.Sum256(data) != p.SHA256 {
				t.Fatalf("picture %v", p)
			}
		}
	}
}

func FuzzOpenALPR(f *testing.F) {
	text := golden(f, "group.json")
	f.Add(text)
	f.Add(with(f, text, map[string]any{"vehicle_crop_jpeg": b64(jpegOf(f, 40, 30))}) + "\n" + with(f, text, nil))
	f.Add(`[` + text + `,{"data_type":"alpr_alert","group":` + text + `}]`)
	o := fuzzOptions(f, FormatOpenALPR)
	f.Fuzz(func(t *testing.T, text string) { whole(t, text, o) })
}

func FuzzPlateRecognizer(f *testing.F) {
	text := golden(f, "platerec.json")
	f.Add(text)
	f.Add(with(f, text, nil) + "\n" + with(f, text, map[string]any{"data.camera_id": "C8"}))
	o := fuzzOptions(f, FormatPlateRec)
	f.Fuzz(func(t *testing.T, text string) { whole(t, text, o) })
}

func FuzzMapped(f *testing.F) {
	f.Add(testHeader + "C7;2TST1;DE;5/19/2026;23:30:05;-75.5;39.7;chevy;a1;88;2015;360;\"x\"\n")
	o := fuzzOptions(f, FormatMapped)
	o.Mapping = mapping(f, testMapping)
	f.Fuzz(func(t *testing.T, text string) { whole(t, text, o) })
}

func FuzzCSV(f *testing.F) {
	f.Add("id,plate,state,time,lon,lat,make,camera,confidence\nx1,2TST1,DE,2026-05-20T10:00:00Z,-75.5,39.7,Toyota,C7,0.9\n")
	o := fuzzOptions(f, FormatAuto)
	f.Fuzz(func(t *testing.T, text string) { whole(t, text, o) })
}

func FuzzBody(f *testing.F) {
	kind, body := formOf(f, formPart{"json", golden(f, "platerec.json")}, formPart{"upload", string(jpegOf(f, 64, 48))})
	f.Add(kind, body)
	f.Add("application/json", golden(f, "group.json"))
	o := fuzzOptions(f, FormatAuto)
	o.MaxItem = 1 << 20
	f.Fuzz(func(t *testing.T, kind, body string) {
		got, report, err := Body(context.Background(), kind, strings.NewReader(body), o)
		if err != nil && !errors.Is(err, feed.ErrInvalid) || err != nil && got != nil {
			t.Fatalf("%d reads, %v", len(got), err)
		}
		if checkTaken(t, got); err == nil && report.Reads != int64(len(got)) {
			t.Fatalf("%+v", report)
		}
	})
}

// FuzzTables: what operators write either loads or says what is wrong with it.
func FuzzTables(f *testing.F) {
	f.Add([]byte(testMapping))
	f.Add([]byte("camera_id,lon,lat,heading,source,lane\nC1,-75.5,39.7,360,commercial,pd.de\n"))
	f.Add([]byte("kind,word,becomes,make\nmodel,x,y,z\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, errMap := LoadMapping(bytes.NewReader(text))
		_, errCameras := LoadCameras(bytes.NewReader(text))
		errWords := (&Words{m: map[wordKey]string{}}).Extend(bytes.NewReader(text))
		for _, err := range []error{errMap, errCameras, errWords} {
			var field *detection.FieldError
			if err != nil && !errors.As(err, &field) {
				t.Fatal(err)
			}
		}
	})
}
