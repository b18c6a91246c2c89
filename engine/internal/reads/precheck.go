package reads

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/dgraph-io/badger/v4/fb"
)

// Badger ends the process, or deletes files, when it opens a damaged table or MANIFEST.
// These checks look first, with the formats of Badger 4.

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkFiles returns a *DamageError when Badger must not be let near the directory.
func checkFiles(dir string) error {
	listed, err := checkManifest(dir)
	if err != nil {
		return err
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return err
	}
	for _, path := range tables {
		id, err := strconv.ParseUint(strings.TrimSuffix(filepath.Base(path), ".sst"), 10, 64)
		if err != nil || !listed[id] {
			continue // a kill cut it short; Badger removes it
		}
		data, err := os.ReadFile(path) // tables hold keys and small values: at most a few MiB
		if err != nil {
			return err
		}
		if problem := checkTable(data); problem != "" {
			return &DamageError{Block: filepath.Base(path), Problem: problem}
		}
	}
	return nil
}

// checkManifest refuses a directory whose MANIFEST is gone or damaged: Badger would take
// the tables it does not list for leftovers and delete them. A last record that is cut
// short is what a kill leaves. listed are the tables that count.
func checkManifest(dir string) (listed map[uint64]bool, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "MANIFEST"))
	if errors.Is(err, os.ErrNotExist) {
		for _, pattern := range []string{"*.sst", "*.vlog", "*.mem"} {
			if files, _ := filepath.Glob(filepath.Join(dir, pattern)); len(files) > 0 {
				return nil, &DamageError{Block: "MANIFEST", Problem: fmt.Sprintf("it is missing, but %d data files exist; nothing was changed", len(files))}
			}
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	listed = map[uint64]bool{}
	const header, record = 8, 8
	if len(data) < header || string(data[:4]) != "Bdgr" {
		return nil, &DamageError{Block: "MANIFEST", Problem: "its header does not read back; nothing was changed"}
	}
	for rest := data[header:]; len(rest) >= record; {
		size := int(binary.BigEndian.Uint32(rest))
		if size > len(rest)-record {
			if len(rest) > 1<<10 {
				return nil, &DamageError{Block: "MANIFEST", Problem: "a record is damaged; nothing was changed"}
			}
			return listed, nil
		}
		body := rest[record : record+size]
		if crc32.Checksum(body, castagnoli) != binary.BigEndian.Uint32(rest[4:]) {
			return nil, &DamageError{Block: "MANIFEST", Problem: "a record is damaged; nothing was changed"}
		}
		if !listTables(body, listed) {
			return nil, &DamageError{Block: "MANIFEST", Problem: "a record does not decode; nothing was changed"}
		}
		rest = rest[record+size:]
	}
	return listed, nil
}

// listTables applies a MANIFEST record, a protobuf message {1: changes}, each
// {1: table, 2: 0 added or 1 removed, …}.
func listTables(set []byte, listed map[uint64]bool) bool {
	changes, ok := protoFields(set)
	for _, c := range changes {
		var fields []protoField
		if c.number == 1 && ok {
			fields, ok = protoFields(c.bytes)
		}
		var id, op uint64
		for _, f := range fields {
			switch f.number {
			case 1:
				id = f.value
			case 2:
				op = f.value
			}
		}
		if op == 0 {
			listed[id] = true
		} else {
			delete(listed, id)
		}
	}
	return ok
}

// protoField is a field of a protobuf message: a number or bytes.
type protoField struct {
	number uint64
	value  uint64
	bytes  []byte
}

func protoFields(msg []byte) (fields []protoField, ok bool) {
	for len(msg) > 0 {
		tag, n := binary.Uvarint(msg)
		if n <= 0 {
			return nil, false
		}
		msg = msg[n:]
		v, n := binary.Uvarint(msg)
		if n <= 0 {
			return nil, false
		}
		msg = msg[n:]
		f := protoField{number: tag >> 3, value: v}
		switch tag & 7 {
		case 0:
		case 2:
			if v > uint64(len(msg)) {
				return nil, false
			}
			f.bytes, msg = msg[:v], msg[v:]
		default:
			return nil, false
		}
		fields = append(fields, f)
	}
	return fields, true
}

// checkTable checks the sums of a table: blocks, index, checksum of the index.
func checkTable(data []byte) (problem string) {
	defer func() {
		if recover() != nil { // the index is read through offsets it holds itself
			problem = "its index does not read back"
		}
	}()
	body, sum, ok := cutSum(data)
	if !ok || len(body) < 4 {
		return "its end does not read back"
	}
	size := int(binary.BigEndian.Uint32(body[len(body)-4:]))
	if size <= 0 || size > len(body)-4 {
		return "its end does not read back"
	}
	index := body[len(body)-4-size : len(body)-4]
	if uint64(crc32.Checksum(index, castagnoli)) != sum {
		return "its index is damaged"
	}
	root := fb.GetRootAsTableIndex(index, 0)
	var at fb.BlockOffset
	for i := range root.OffsetsLength() {
		if !root.Offsets(&at, i) {
			return "its index does not read back"
		}
		from, to := uint64(at.Offset()), uint64(at.Offset())+uint64(at.Len())
		if to > uint64(len(body)-4-size) {
			return "a block lies outside of it"
		}
		block, sum, ok := cutSum(data[from:to])
		if !ok || uint64(crc32.Checksum(block, castagnoli)) != sum {
			return "a block of it is damaged"
		}
	}
	return ""
}

// cutSum splits data into what a checksum covers and the checksum: a protobuf message
// {1: algorithm (0: CRC-32C), 2: sum} and its length come last.
func cutSum(data []byte) (body []byte, sum uint64, ok bool) {
	if len(data) < 4 {
		return nil, 0, false
	}
	size := int(binary.BigEndian.Uint32(data[len(data)-4:]))
	if size < 0 || size > 32 || size > len(data)-4 {
		return nil, 0, false
	}
	fields, ok := protoFields(data[len(data)-4-size : len(data)-4])
	for _, f := range fields {
		switch {
		case f.number == 1 && f.value != 0:
			ok = false
		case f.number == 2:
			sum = f.value
		}
	}
	return data[:len(data)-4-size], sum, ok
}
