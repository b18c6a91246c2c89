package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// strictDocument is strictJSON for what people write: no key may stand twice in an object, in
// whatever case, since readers differ in which one they take.
func strictDocument(text []byte, into any) error {
	if err := strictJSON(text, into); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	return uniqueKeys(d)
}

// uniqueKeys reads one value of valid JSON.
func uniqueKeys(d *json.Decoder) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			key, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			if strings.ContainsFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) { // some look like letters to the decoder
				return fmt.Errorf("the key %q is unknown", name)
			}
			if name = strings.ToLower(name); seen[name] {
				return fmt.Errorf("the key %q stands twice in one object", name)
			}
			seen[name] = true
		}
		if err := uniqueKeys(d); err != nil {
			return err
		}
	}
	_, err = d.Token() // the end
	return err
}

// strictJSON decodes one value, without unknown fields and with nothing behind it.
func strictJSON(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the value")
	}
	return nil
}
