package segment

import (
	"fmt"
	"strings"

	"cordon/engine/feed"

	"github.com/parquet-go/parquet-go/format"
)

// leaf is a column of a file that holds values.
type leaf struct {
	path           string // with dots
	index          int    // among the leaves
	kind           format.Type
	size           int // of FIXED_LEN_BYTE_ARRAY
	logical        string
	maxRep, maxDef int
	flat           bool // a top-level column, or one of a struct that no list encloses
}

const (
	maxColumns = 1000
	maxDepth   = 8
)

// leavesOf flattens a file's schema.
func leavesOf(schema []format.SchemaElement) ([]leaf, error) {
	if len(schema) == 0 || len(schema) > 2*maxColumns {
		return nil, fmt.Errorf("%w: a Parquet file with %d schema elements", feed.ErrInvalid, len(schema))
	}
	f := &flattener{rest: schema[1:]}
	if err := f.children(int(schema[0].NumChildren.V), nil, 0, 0); err != nil {
		return nil, err
	}
	if len(f.rest) > 0 {
		return nil, fmt.Errorf("%w: the Parquet schema does not add up", feed.ErrInvalid)
	}
	return f.out, nil
}

type flattener struct {
	rest []format.SchemaElement
	out  []leaf
}

func (f *flattener) children(n int, path []string, rep, def int) error {
	if n < 0 || n > len(f.rest) || len(path) > maxDepth {
		return fmt.Errorf("%w: the Parquet schema does not add up", feed.ErrInvalid)
	}
	for range n {
		if len(f.rest) == 0 {
			return fmt.Errorf("%w: the Parquet schema does not add up", feed.ErrInvalid)
		}
		e := f.rest[0]
		f.rest = f.rest[1:]
		r, d := rep, def
		switch e.RepetitionType.V {
		case format.Optional:
			d++
		case format.Repeated:
			r, d = r+1, d+1
		}
		p := append(path[:len(path):len(path)], e.Name)
		if e.NumChildren.V > 0 {
			if err := f.children(int(e.NumChildren.V), p, r, d); err != nil {
				return err
			}
			continue
		}
		if !e.Type.Valid {
			return fmt.Errorf("%w: the Parquet schema does not add up", feed.ErrInvalid)
		}
		f.out = append(f.out, leaf{
			path: strings.Join(p, "."), index: len(f.out), kind: e.Type.V, size: int(e.TypeLength.V),
			logical: logicalOf(e), maxRep: r, maxDef: d, flat: r == 0,
		})
	}
	return nil
}

// logicalOf names what a column's values mean, in the words of this package.
func logicalOf(e format.SchemaElement) string {
	switch t := e.LogicalType.Value.(type) {
	case *format.StringType, *format.EnumType:
		return "text"
	case *format.TimestampType:
		return "timestamp " + strings.ToLower(t.Unit.String()) + map[bool]string{true: " utc", false: " local"}[t.IsAdjustedToUTC]
	case *format.IntType:
		return fmt.Sprintf("int%d %t", t.BitWidth, t.IsSigned)
	case nil:
		switch {
		case !e.ConvertedType.Valid:
			return ""
		case e.ConvertedType.V == convertedUTF8:
			return "text"
		case e.ConvertedType.V == convertedMillis:
			return "timestamp millis utc"
		case e.ConvertedType.V == convertedMicros:
			return "timestamp micros utc"
		}
		return fmt.Sprintf("converted %d", e.ConvertedType.V)
	default:
		return strings.ToLower(e.LogicalType.String())
	}
}

// Converted types of Parquet, as older writers name logical types.
const (
	convertedUTF8   = 0
	convertedMillis = 9
	convertedMicros = 10
)

func (l leaf) typeText() string {
	s := strings.ToLower(l.kind.String())
	if l.kind == format.FixedLenByteArray {
		s += fmt.Sprintf("(%d)", l.size)
	}
	if l.logical != "" {
		s += " " + l.logical
	}
	return fmt.Sprintf("%s, levels %d/%d", s, l.maxRep, l.maxDef)
}

const (
	text    = "text"
	int32s  = "int32 true"
	int64s  = "int64 true"
	instant = "timestamp millis utc"
)

// columns are those of a segment, in their order.
func columns() []leaf {
	required := func(path string, kind format.Type, logical string) leaf {
		return leaf{path: path, kind: kind, logical: logical, flat: true}
	}
	optional := func(path string, kind format.Type, logical string) leaf {
		return leaf{path: path, kind: kind, logical: logical, maxDef: 1, flat: true}
	}
	photo := func(path string, kind format.Type, size int, logical string) leaf {
		return leaf{path: "photos.list.element." + path, kind: kind, size: size, logical: logical, maxRep: 1, maxDef: 1}
	}
	list := []leaf{
		required("id", format.ByteArray, text),
		required("plate", format.ByteArray, text),
		optional("state", format.ByteArray, text),
		required("time", format.Int64, instant),
		required("lon", format.Double, ""),
		required("lat", format.Double, ""),
		optional("make", format.ByteArray, text),
		optional("model", format.ByteArray, text),
		optional("color", format.ByteArray, text),
		optional("year", format.Int32, int32s),
		optional("heading", format.Double, ""),
		optional("camera", format.ByteArray, text),
		optional("source", format.ByteArray, text),
		optional("confidence", format.Double, ""),
		required("geometry", format.ByteArray, ""),
		photo("kind", format.ByteArray, 0, text),
		photo("sha256", format.FixedLenByteArray, 32, ""),
		photo("bytes", format.Int64, 0, int64s),
		optional("box_x", format.Int32, int32s),
		optional("box_y", format.Int32, int32s),
		optional("box_w", format.Int32, int32s),
		optional("box_h", format.Int32, int32s),
		required("passes", format.Int32, int32s),
		optional("supersedes", format.ByteArray, text),
	}
	for i := range list {
		list[i].index = i
	}
	return list
}

// checkColumns holds a file to exactly the columns of a segment.
func checkColumns(have []leaf) error {
	want := columns()
	for i := range have {
		if have[i].kind != format.FixedLenByteArray {
			have[i].size = 0 // some writers fill it in for others
		}
	}
	at := func(list []leaf, path string) int {
		for i := range list {
			if list[i].path == path {
				return i
			}
		}
		return -1
	}
	for _, l := range want {
		if at(have, l.path) < 0 {
			return &ColumnError{Column: l.path, Problem: Missing}
		}
	}
	for i, l := range have {
		w := at(want, l.path)
		switch {
		case w < 0:
			return &ColumnError{Column: l.path, Problem: Extra}
		case want[w].typeText() != l.typeText():
			return &ColumnError{Column: l.path, Problem: WrongType, Detail: l.typeText() + ", not " + want[w].typeText()}
		case w != i:
			return &ColumnError{Column: l.path, Problem: Extra, Detail: "it stands in another place, or twice"}
		}
	}
	return nil
}
