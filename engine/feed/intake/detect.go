package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"cordon/engine/internal/detcsv"
)

const parquetMagic = "PAR1"

// detect tells the format by what stands first. Where that is not certain, it says what to
// give.
func detect(head []byte, mapped bool) (Format, error) {
	if bytes.HasPrefix(head, []byte(parquetMagic)) {
		return "", ErrParquet
	}
	text := bytes.TrimLeft(head, " \t\r\n")
	if len(text) == 0 {
		return "", fmt.Errorf("%w: the input is empty", ErrFormat)
	}
	if text[0] == '{' || text[0] == '[' {
		return detectJSON(text)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return "", fmt.Errorf("%w: this is no text. CSV, JSON and Parquet are read", ErrFormat)
	case text[0] == '<':
		return "", fmt.Errorf("%w: this looks like XML, which is not read. Export CSV or JSON", ErrFormat)
	case mapped:
		return FormatMapped, nil
	}
	have := map[string]bool{}
	for _, name := range strings.Split(string(line), ",") {
		have[strings.ToLower(strings.Trim(strings.TrimSpace(name), `"`))] = true
	}
	for _, need := range []string{"id", "plate", "time", "lon", "lat"} {
		if !have[need] {
			return "", fmt.Errorf("%w: the first line has no column %q, so this is not the standard CSV (%s). Give a column mapping that says which columns are which",
				ErrFormat, need, strings.Join(detcsv.Columns(), ","))
		}
	}
	return FormatCSV, nil
}

// detectJSON looks at the keys of the first object, as far as they stand in the head.
func detectJSON(text []byte) (Format, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	depth, key := 0, false
	for {
		t, err := d.Token()
		if err != nil {
			return "", fmt.Errorf("%w: the JSON names neither data_type (OpenALPR) nor results or hook (Plate Recognizer) at its beginning. Say which format it is, or convert it to CSV and give a column mapping", ErrFormat)
		}
		switch v := t.(type) {
		case json.Delim:
			switch v {
			case '{', '[':
				if depth++; depth > maxDepth {
					return "", fmt.Errorf("%w: the JSON is nested deeper than %d", ErrFormat, maxDepth)
				}
			case '}', ']':
				depth--
			}
			key = v == '{' || v == '}' || v == ']'
			continue
		case string:
			if key && depth <= 2 {
				switch v {
				case "data_type", "best_plate_number", "best_uuid":
					return FormatOpenALPR, nil
				case "hook", "results":
					return FormatPlateRec, nil
				}
			}
		}
		key = !key
	}
}
