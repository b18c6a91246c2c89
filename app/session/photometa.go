package session

import "encoding/binary"

// metadataBytes counts the bytes of a JPEG's metadata segments (APP1 to APP15 and
// comments), which a crop leaves out. It is 0 for what is no JPEG.
func metadataBytes(jpeg []byte) int {
	const start, app1, appLast, comment, scan = 0xd8, 0xe1, 0xef, 0xfe, 0xda
	if len(jpeg) < 4 || jpeg[0] != 0xff || jpeg[1] != start {
		return 0
	}
	n := 0
	for at := 2; at+4 <= len(jpeg) && jpeg[at] == 0xff; {
		marker, size := jpeg[at+1], int(binary.BigEndian.Uint16(jpeg[at+2:]))
		if marker == scan || size < 2 {
			break
		}
		if marker >= app1 && marker <= appLast || marker == comment {
			n += size + 2
		}
		at += 2 + size
	}
	return n
}
