package demo

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"
)

func TestEmbeddedFilesAreSmallAndSound(t *testing.T) {
	if n := len(networkGz) + len(sitesCSV) + len(sensitiveJSON); n > 2<<20 {
		t.Errorf("%d bytes are embedded", n)
	} else {
		t.Logf("%d bytes are embedded", n)
	}
	n, err := loadNetwork()
	if err != nil {
		t.Fatal(err)
	}
	for from := range n.zones {
		for to := range n.zones {
			r := n.route(from, to)
			if from != to && r.sec <= 0 {
				t.Fatalf("no route from zone %d to %d", from, to)
			}
			last := uint16(0)
			for _, p := range r.passes {
				if p.sec < last || int32(p.sec) > r.sec {
					t.Fatalf("route %d to %d: pass at %d s of %d", from, to, p.sec, r.sec)
				}
				last = p.sec
			}
		}
	}
}

// Damaged files are refused, never followed.
func TestDamagedNetworkIsRefused(t *testing.T) {
	zr, err := gzip.NewReader(bytes.NewReader(networkGz))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(zr)
	if err != nil {
		t.Fatal(err)
	}
	pack := func(b []byte) []byte {
		var z bytes.Buffer
		w := gzip.NewWriter(&z)
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return z.Bytes()
	}
	for name, gz := range map[string][]byte{
		"empty": nil, "cut": networkGz[:len(networkGz)/2], "other format": pack([]byte("CDN2")), "short": pack(raw[:2000]),
		"long": pack(append(bytes.Clone(raw), 0)),
	} {
		if _, err := decodeNetwork(gz, sitesCSV); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := decodeNetwork(networkGz, sitesCSV[:len(sitesCSV)/2]); err == nil {
		t.Error("half of sites.csv was taken")
	}
}
