package client

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

type sse struct{ name, data string }

// decode reads a whole stream, a byte at a time.
func decode(text []byte) (out []sse, err error) {
	in := newEvents(iotest.OneByteReader(bytes.NewReader(text)), func() {})
	for {
		name, data, err := in.next()
		if err != nil {
			return out, err
		}
		out = append(out, sse{name, string(data)})
	}
}

// TestEvents_F_2: the examples of WHATWG HTML, 9.2.6, and what a server may send to do harm.
func TestEvents_F_2(t *testing.T) {
	for text, want := range map[string][]sse{
		": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n": {{"", "first event"}, {"", "second event"}, {"", " third event"}},
		"data\n\ndata\ndata\n\ndata:":              {{"", ""}, {"", "\n"}},
		"data:test\n\ndata: test\n\n":              {{"", "test"}, {"", "test"}},
		"event: add\r\ndata: 73857293\r\n\r\n":     {{"add", "73857293"}},
		"event: a\n\ndata: x\n\n":                  {{"", "x"}},
		"data: YHOO\ndata: +2\ndata: 10\n\ndata: ": {{"", "YHOO\n+2\n10"}},
	} {
		got, err := decode([]byte(text))
		if !errors.Is(err, io.EOF) || len(got) != len(want) {
			t.Errorf("%q: %q, %v", text, got, err)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%q: event %d is %q", text, i, got[i])
			}
		}
	}
	for _, text := range []string{"data: " + strings.Repeat("x", 2*maxEvent), strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", 100)} {
		if got, err := decode([]byte(text)); len(got) > 0 || err == nil || errors.Is(err, io.EOF) {
			t.Errorf("an event without an end: %d events, %v", len(got), err)
		}
	}
}

// FuzzEvents: against a decoder that splits the whole text.
func FuzzEvents(f *testing.F) {
	f.Add([]byte("event: checkpoint\nid: a.b/7\ndata: {\"lane\":\"a.b\"}\n\n: alive\n\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 4096 {
			return
		}
		got, _ := decode(text)
		var want []sse
		whole := string(text)
		whole = whole[:strings.LastIndex(whole, "\n")+1]
		name, data, some := "", "", false
		for _, line := range strings.SplitAfter(whole, "\n") {
			if line == "" {
				continue
			}
			line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
			if line == "" {
				if some {
					want = append(want, sse{name, strings.TrimSuffix(data, "\n")})
				}
				name, data, some = "", "", false
				continue
			}
			key, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch key {
			case "event":
				name = value
			case "data":
				data, some = data+value+"\n", true
			}
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("%q: %q, want %q", text, got, want)
			}
		}
	})
}
