package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"

	"cordon/engine/feed"
)

// hugePNG says that it has side × side pixels; nothing of them is there.
func hugePNG(side uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), side)
	head = append(binary.BigEndian.AppendUint32(head, side), 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// TestHostileItems: each costs itself alone; the good item behind it is taken.
func TestHostileItems(t *testing.T) {
	good := with(t, golden(t, "group.json"), nil)
	group := func(s string) string { return `{"data_type":"alpr_group",` + s + `}` }
	for name, c := range map[string]struct{ item, reason string }{
		"deep":         {group(`"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000)), "nested deeper"},
		"deep objects": {group(`"x":` + strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100)), "nested deeper"},
		"wide":         {group(`"x":[` + strings.Repeat("1,", maxValues) + `1]`), "more than 50000 values"},
		"same key":     {group(`"x":1,"x":2`), "stands twice"},
		"large":        {group(`"x":"` + strings.Repeat("y", 2<<20) + `"`), "longer than"},
		"many colours": {group(`"vehicle":{"color":[` + strings.Repeat(`{"name":"a"},`, 100) + `{"name":"a"}]}`), "has 101 entries"},
		"no JSON":      {`{"data_type":`, "no JSON"},
		"two values":   {`{"data_type":"alpr_group"} {}`, "follows"},
		"list":         {`[1]`, "object is expected"},
		"number bomb":  {group(`"epoch_start":1e999999999`), "is not a number"},
		"hex":          {group(`"best_plate_number":"P","epoch_start":"0x10"`), "is not a number"},
		"long text":    {group(`"best_plate_number":"` + strings.Repeat("P", 300) + `"`), "longer than 256"},
		"nul":          {"{\x00}", "no JSON"},
		"formula":      {`=cmd|' /C calc'!A0`, "no JSON"},
	} {
		o := testOptions()
		o.Format, o.MaxItem = FormatOpenALPR, 1<<20
		out := openAll(t, `{"data_type":"heartbeat"}`+"\n"+c.item+"\n"+good+"\n", o)
		if out.err != nil || len(out.rejects) != 1 || len(out.reads) != 1 || out.rejects[0].Item != 2 || !strings.Contains(out.rejects[0].Reason, c.reason) {
			t.Errorf("%s: %v %.200v, %d reads", name, out.err, out.rejects, len(out.reads))
			continue
		}
		if len(out.rejects[0].Raw) > maxRaw {
			t.Errorf("%s: %d bytes of it are kept", name, len(out.rejects[0].Raw))
		}
	}
}

// TestHostilePictures: the header is looked at and nothing decoded; the read is taken without.
func TestHostilePictures(t *testing.T) {
	ok := jpegOf(t, 40, 30)
	for name, c := range map[string]struct {
		picture string
		left    string
	}{
		"GIF":            {b64([]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;")), "no JPEG or PNG"},
		"SVG":            {b64([]byte("<svg onload='x()'/>")), "no JPEG or PNG"},
		"empty JPEG":     {b64([]byte("\xff\xd8\xff")), "no JPEG or PNG"},
		"a huge PNG":     {b64(hugePNG(100_000)), "no JPEG or PNG"},
		"an overflow":    {b64(hugePNG(1<<31 - 1)), "no JPEG or PNG"},
		"too many bytes": {b64(append(bytes.Clone(ok), make([]byte, maxPicture)...)), "too large"},
		"broken base64":  {b64(ok)[:41] + "*", "broken base64"},
		"HTML data":      {"data:text/html," + "<b>", "broken base64"},
	} {
		out := openAll(t, with(t, golden(t, "group.json"), map[string]any{"vehicle_crop_jpeg": c.picture}), testOptions())
		if out.err != nil || len(out.reads) != 1 || out.reads[0].Read.Photos != 0 || len(out.reads[0].Pictures) != 0 {
			t.Errorf("%s: %v, %d reads, %v", name, out.err, len(out.reads), out.rejects)
			continue
		}
		said := ""
		for k := range out.report.PicturesLeftOut {
			said += k
		}
		if !strings.Contains(said, c.left) {
			t.Errorf("%s: %q, want %q", name, said, c.left)
		}
	}
	// The same picture twice is one.
	out := openAll(t, with(t, golden(t, "group.json"), map[string]any{"vehicle_crop_jpeg": b64(ok), "best_plate.plate_crop_jpeg": b64(ok)}), testOptions())
	if len(out.reads) != 1 || out.reads[0].Read.Photos != 1 {
		t.Errorf("%+v", out)
	}
}

// endless gives the same bytes for ever, and counts them.
type endless struct {
	text []byte
	n    int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e.text[(e.n+int64(n))%int64(len(e.text)):])
	}
	e.n += int64(n)
	return n, nil
}

func packed(t testing.TB, r io.Reader, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.CopyN(w, r, n); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileFiles: what ends a file ends it with an error of its own, in bounded memory.
func TestHostileFiles(t *testing.T) {
	head := `[{"data_type":"heartbeat"},`
	bomb := string(packed(t, io.MultiReader(strings.NewReader(head+`{"x":"`), &endless{text: []byte("y")}), 64<<20))
	for name, c := range map[string]struct {
		text string
		err  error
	}{
		"empty":           {"", ErrFormat},
		"blanks":          {" \n ", ErrFormat},
		"text":            {"hello", ErrFormat},
		"binary":          {"\x00\x01\x02", ErrFormat},
		"XML":             {"<a/>", ErrFormat},
		"UTF-16":          {"\xff\xfea\x00", ErrFormat},
		"Parquet":         {"PAR1....", ErrParquet},
		"some JSON":       {`{"a":1}`, ErrFormat},
		"deep before all": {strings.Repeat("[", 1000), ErrFormat},
		"broken gzip":     {"\x1f\x8b\x08\x00xxxx", ErrFormat},
		"list cut off":    {head, ErrBroken},
		"two commas":      {head + `,{}]`, ErrBroken},
		"behind the list": {`[{"data_type":"heartbeat"}] x`, ErrBroken},
		"a bare word":     {`[{"data_type":"heartbeat"},x]`, ErrBroken},
		"gzip bomb":       {bomb, ErrTooLarge},
	} {
		out := openAll(t, c.text, testOptions())
		if !errors.Is(out.err, c.err) || !errors.Is(out.err, feed.ErrInvalid) {
			t.Errorf("%s: %v, want %v", name, out.err, c.err)
		}
	}
	half := packed(t, strings.NewReader(strings.Repeat(head, 10000)), 20000)
	if out := openAll(t, string(half[:len(half)/2]), testOptions()); out.err == nil {
		t.Error("half of a gzip file was taken as a whole")
	}
}

// TestMemoryIsBounded: a huge item that is over its bound is passed over without being kept.
func TestMemoryIsBounded(t *testing.T) {
	o := testOptions()
	o.Format, o.MaxItem = FormatOpenALPR, 1<<20
	var before, after runtime.MemStats
	for name, start := range map[string]string{"lines": `{"data_type":"heartbeat"}` + "\n" + `{"x":"`, "list": `[{"x":"`} {
		text := io.MultiReader(strings.NewReader(start), io.LimitReader(&endless{text: []byte("y")}, 64<<20), strings.NewReader(`"}`+map[bool]string{true: "]"}[name == "list"]))
		runtime.GC()
		runtime.ReadMemStats(&before)
		s, err := Open(context.Background(), "input", text, o)
		if err != nil {
			t.Fatal(err)
		}
		for range s.Reads() {
			t.Error("a read")
		}
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
			t.Errorf("%s: %d MiB were allocated for an item of 64 MiB", name, grown>>20)
		}
		if s.Report().Rejects != 1 {
			t.Errorf("%s: %+v", name, s.Report())
		}
	}
}

func TestEnds(t *testing.T) {
	lines := func() io.Reader { return &endless{text: []byte(`{"data_type":"alpr_x"}` + "\n")} }
	o := testOptions()
	o.Format = FormatOpenALPR
	ctx, stop := context.WithCancel(context.Background())
	n := 0
	o.Reject = func(Reject) error {
		if n++; n == 10 {
			stop()
		}
		return nil
	}
	s, err := Open(ctx, "input", lines(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, err = range s.Reads() {
	}
	if !errors.Is(err, context.Canceled) || n != 10 {
		t.Errorf("%v after %d rejects", err, n)
	}
	full := errors.New("disk full")
	o.Reject = func(Reject) error { return full }
	if s, err = Open(context.Background(), "input", lines(), o); err != nil {
		t.Fatal(err)
	}
	for _, err = range s.Reads() {
	}
	if !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	o.Now = nil
	if _, err := Open(context.Background(), "input", lines(), o); err == nil {
		t.Error("no clock is needed?")
	}
}
