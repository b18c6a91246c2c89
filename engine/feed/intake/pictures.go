package intake

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"

	"cordon/engine/feed"
	"cordon/engine/internal/crop"
)

// The kinds of pictures.
const (
	pictureVehicle = "vehicle"
	picturePlate   = "plate"
)

// picture is one that came with a read; problem says why it is none.
type picture struct {
	kind    string
	data    []byte
	problem string
}

// base64Picture decodes what a JSON field holds. A line break or a data URL's head is no
// reason to lose a picture.
func base64Picture(o object, key, kind string) ([]picture, error) {
	s, ok := o.fields[key].(string)
	if !ok && o.has(key) {
		return nil, o.wrong(key, "a text")
	}
	if s == "" {
		return nil, nil
	}
	if strings.HasPrefix(s, "data:") {
		_, s, _ = strings.Cut(s, ",")
	}
	if base64.StdEncoding.DecodedLen(len(s)) > maxPicture+3 {
		return []picture{{kind: kind, problem: "is too large"}}, nil
	}
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return []picture{{kind: kind, problem: "is broken base64"}}, nil
	}
	return []picture{{kind: kind, data: data}}, nil
}

// size returns the picture's pixels, from its header alone; nothing is decoded. It sets
// problem for what is no JPEG or PNG of bounded size.
func (p *picture) size() (w, h int) {
	if p.problem != "" {
		return 0, 0
	}
	if len(p.data) > maxPicture {
		p.problem = "is too large"
		return 0, 0
	}
	cfg, err := crop.Header(p.data)
	if err != nil {
		p.problem = "is no JPEG or PNG of at most 64 million pixels"
		return 0, 0
	}
	return cfg.Width, cfg.Height
}

// attach puts good pictures on a read and counts the others.
func attach(t *Taken, pictures []picture, report *Report) {
	for _, p := range pictures {
		p.size()
		if p.problem == "" && len(t.Read.Pictures) == feed.MaxPictures {
			p.problem = fmt.Sprintf("is one more than %d", feed.MaxPictures)
		}
		if p.problem != "" {
			tell(&report.PicturesLeftOut, p.kind+" picture "+p.problem)
			continue
		}
		digest := feed.Digest(sha256.Sum256(p.data))
		if _, twice := t.Pictures[digest]; twice {
			continue // one picture is one view, whatever it is called
		}
		if t.Pictures == nil {
			t.Pictures = map[feed.Digest][]byte{}
		}
		t.Pictures[digest] = p.data
		t.Read.Pictures = append(t.Read.Pictures, feed.Picture{Kind: p.kind, SHA256: digest, Bytes: int64(len(p.data))})
		report.Pictures++
	}
	t.Read.Photos = len(t.Read.Pictures)
}
