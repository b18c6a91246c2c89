package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// object is a JSON object; path says where it stands, for reasons.
type object struct {
	path   string
	fields map[string]any
}

// parseObject decodes one JSON object with bounded nesting and a bounded number of values. A
// key that stands twice is an error: readers differ in which one they take. Errors are
// rejections.
func parseObject(text []byte) (object, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	p := parser{d: d}
	v, err := p.value(0)
	if err == nil {
		if _, end := d.Token(); !errors.Is(end, io.EOF) {
			err = rejectf("something follows the JSON object")
		}
	}
	if err != nil {
		var bad *rejected
		if errors.As(err, &bad) {
			return object{}, err
		}
		return object{}, rejectf("no JSON: %s (at byte %d)", jsonWords(err), d.InputOffset())
	}
	m, ok := v.(map[string]any)
	if !ok {
		return object{}, rejectf("a JSON object is expected, this is %s", kindOf(v))
	}
	return object{fields: m}, nil
}

func jsonWords(err error) string {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it ends in the middle"
	}
	return err.Error()
}

type parser struct {
	d      *json.Decoder
	values int
}

func (p *parser) value(depth int) (any, error) {
	t, err := p.d.Token()
	if err != nil {
		return nil, err
	}
	if p.values++; p.values > maxValues {
		return nil, rejectf("more than %d values in one item", maxValues)
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth++; depth > maxDepth {
		return nil, rejectf("nested deeper than %d", maxDepth)
	}
	if delim == '[' {
		list := []any{}
		for p.d.More() {
			v, err := p.value(depth)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := p.d.Token()
		return list, err
	}
	m := map[string]any{}
	for p.d.More() {
		t, err := p.d.Token()
		if err != nil {
			return nil, err
		}
		key, _ := t.(string)
		if _, twice := m[key]; twice {
			return nil, rejectf("the key %q stands twice in one object", cut(key, 40))
		}
		if m[key], err = p.value(depth); err != nil {
			return nil, err
		}
	}
	_, err = p.d.Token()
	return m, err
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text"
	case json.Number:
		return "a number"
	case []any:
		return "a list"
	}
	return "an object"
}

func (o object) has(key string) bool { return o.fields[key] != nil }

func (o object) wrong(key, want string) error {
	return rejectf("%s%s: %s is expected, this is %s", o.path, key, want, kindOf(o.fields[key]))
}

// text returns a short text; numbers count as their digits, since vendors send ids as both.
// Absent and null are empty.
func (o object) text(key string) (string, error) {
	switch v := o.fields[key].(type) {
	case nil:
		return "", nil
	case string:
		if len(v) > maxField {
			return "", rejectf("%s%s is longer than %d bytes", o.path, key, maxField)
		}
		return strings.TrimSpace(v), nil
	case json.Number:
		return cut(v.String(), maxField), nil
	}
	return "", o.wrong(key, "a text")
}

// number returns a finite number; ok is false where there is none. A text that is a number
// counts as one.
func (o object) number(key string) (v float64, ok bool, err error) {
	s := ""
	switch x := o.fields[key].(type) {
	case nil:
		return 0, false, nil
	case json.Number:
		s = x.String()
	case string:
		if s = strings.TrimSpace(x); s == "" {
			return 0, false, nil
		}
	default:
		return 0, false, o.wrong(key, "a number")
	}
	v, err = strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || strings.ContainsAny(s, "xXpP_") {
		return 0, false, rejectf("%s%s: %q is not a number", o.path, key, cut(s, 40))
	}
	return v, true, nil
}

// child returns an object inside; absent and null are an object without fields.
func (o object) child(key string) (object, error) {
	path := o.path + key + "."
	if !o.has(key) {
		return object{path: path}, nil
	}
	m, ok := o.fields[key].(map[string]any)
	if !ok {
		return object{}, o.wrong(key, "an object")
	}
	return object{path, m}, nil
}

// list returns the objects of a list of bounded length.
func (o object) list(key string, longest int) ([]object, error) {
	if !o.has(key) {
		return nil, nil
	}
	items, ok := o.fields[key].([]any)
	if !ok {
		return nil, o.wrong(key, "a list")
	}
	if len(items) > longest {
		return nil, rejectf("%s%s has %d entries, at most %d are taken", o.path, key, len(items), longest)
	}
	out := make([]object, len(items))
	for i, v := range items {
		path := fmt.Sprintf("%s%s[%d].", o.path, key, i)
		m, ok := v.(map[string]any)
		if !ok {
			return nil, rejectf("%s: an object is expected, this is %s", strings.TrimSuffix(path, "."), kindOf(v))
		}
		out[i] = object{path, m}
	}
	return out, nil
}

// cut returns at most n bytes of s, valid UTF-8.
func cut(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "�")
}
