package intake

import (
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"strings"
	"testing"

	"cordon/engine/feed"
)

type formPart struct{ name, text string }

func formOf(t testing.TB, parts ...formPart) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		f, err := w.CreateFormFile(p.name, "x")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(p.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.String()
}

// TestBody_F_3: one request of a webhook.
func TestBody_F_3(t *testing.T) {
	o := testOptions()
	o.Window = 0
	got, report, err := Body(context.Background(), "application/json; charset=utf-8", strings.NewReader(golden(t, "group.json")), o)
	if err != nil || len(got) != 1 || got[0].Read.Plate != "2TSTBB2" || report.Format != FormatOpenALPR {
		t.Fatalf("%+v %+v %v", got, report, err)
	}
	again, _, err := Body(context.Background(), "", strings.NewReader(golden(t, "group.json")), o)
	if err != nil || again[0].Read.Detection != got[0].Read.Detection {
		t.Errorf("delivered again: %+v %v", again, err)
	}

	picture := jpegOf(t, 64, 48)
	kind, body := formOf(t, formPart{"json", golden(t, "platerec.json")}, formPart{"upload", string(picture)}, formPart{"more", "x"})
	o.Format = FormatPlateRec
	got, _, err = Body(context.Background(), kind, strings.NewReader(body), o)
	if err != nil || len(got) != 1 || got[0].Read.Photos != 1 || got[0].Read.Box != (feed.Box{X: 2, Y: 3, W: 28, H: 22}) {
		t.Fatalf("%+v %v", got, err)
	}
	if p := got[0].Read.Pictures[0]; string(got[0].Pictures[p.SHA256]) != string(picture) || p.Bytes != int64(len(picture)) {
		t.Error("another picture came out")
	}
	// A box that reaches outside of the picture is not of it.
	kind, body = formOf(t, formPart{"json", golden(t, "platerec.json")}, formPart{"upload", string(pngOf(t, 20, 48))})
	if got, _, err = Body(context.Background(), kind, strings.NewReader(body), o); err != nil || got[0].Read.Photos != 1 || got[0].Read.Box != (feed.Box{}) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestBodyRefuses(t *testing.T) {
	platerec := golden(t, "platerec.json")
	twoKind, two := formOf(t, formPart{"json", "{}"}, formPart{"json", "{}"})
	noneKind, none := formOf(t, formPart{"upload", "x"})
	var many []formPart
	for range maxParts + 1 {
		many = append(many, formPart{"x", "y"})
	}
	manyKind, lots := formOf(t, many...)
	mixKind, mix := formOf(t, formPart{"json", golden(t, "group.json")}, formPart{"upload", "x"})
	for name, c := range map[string]struct {
		kind, body string
		format     Format
		err        error
	}{
		"too large":       {"", `{"x":"` + strings.Repeat("y", 1<<20) + `"}`, "", ErrTooLarge},
		"empty":           {"", "", "", ErrFormat},
		"CSV":             {"text/plain", "id,plate,time,lon,lat\n", "", ErrFormat},
		"unknown kind":    {"text/html", "x", "", ErrFormat},
		"no content type": {"/;", "x", "", ErrFormat},
		"two messages":    {twoKind, two, "", ErrFormat},
		"no message":      {noneKind, none, "", ErrFormat},
		"many parts":      {manyKind, lots, "", ErrTooLarge},
		"cut off":         {mixKind, mix[:len(mix)/2], "", ErrBroken},
		"other vendor":    {mixKind, mix, "", ErrFormat},
		"no boundary":     {"multipart/form-data", "x", "", feed.ErrInvalid},
		"no such format":  {"", platerec, "axis", feed.ErrNotFound},
		"file format":     {"", platerec, FormatCSV, feed.ErrNotFound},
		"list cut off":    {"", "[" + platerec, FormatPlateRec, ErrBroken},
	} {
		o := testOptions()
		o.MaxItem, o.Format = 1<<20, c.format
		got, _, err := Body(context.Background(), c.kind, strings.NewReader(c.body), o)
		if !errors.Is(err, c.err) || got != nil {
			t.Errorf("%s: %d reads, %v, want %v", name, len(got), err, c.err)
		}
	}
	// What stands in a good envelope is a reject.
	o := testOptions()
	o.Format = FormatOpenALPR
	if got, report, err := Body(context.Background(), "", strings.NewReader("{nonsense"), o); err != nil || len(got) != 0 || report.Rejects != 1 {
		t.Errorf("%v %+v %v", got, report, err)
	}
}
