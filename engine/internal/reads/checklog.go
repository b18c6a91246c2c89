package reads

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkLog looks through a value-log file of Badger 4: a header of 20 bytes, then entries
// of two bytes, key length, value length and expiry (uvarints), key, value and CRC-32C.
// Zeros may follow.
func checkLog(path string) (problem string) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return ""
	}
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	if _, err := r.Discard(20); err != nil {
		return "its header is cut short"
	}
	buf := make([]byte, 64<<10)
	for {
		head, err := r.Peek(2 + 3*binary.MaxVarintLen64)
		if len(head) == 0 && errors.Is(err, io.EOF) {
			return ""
		}
		if len(head) < 6 {
			return zerosFollow(r)
		}
		at, lens := 2, [3]uint64{}
		for i := range lens {
			v, n := binary.Uvarint(head[at:])
			if n <= 0 {
				return "an entry does not read back"
			}
			lens[i], at = v, at+n
		}
		if lens[0] == 0 {
			return zerosFollow(r)
		}
		sum := crc32.Update(0, castagnoli, head[:at])
		if _, err := r.Discard(at); err != nil {
			return err.Error()
		}
		if lens[0] > 1<<16 || lens[1] > 1<<31 {
			return "an entry does not read back"
		}
		for left := int(lens[0] + lens[1]); left > 0; {
			n, err := io.ReadFull(r, buf[:min(left, len(buf))])
			if err != nil {
				return "an entry is cut short"
			}
			sum = crc32.Update(sum, castagnoli, buf[:n])
			left -= n
		}
		var want [4]byte
		if _, err := io.ReadFull(r, want[:]); err != nil || binary.BigEndian.Uint32(want[:]) != sum {
			return "an entry is damaged"
		}
	}
}

func zerosFollow(r io.ByteReader) string {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return ""
		}
		if b != 0 {
			return "an entry does not read back"
		}
	}
}
