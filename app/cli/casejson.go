package cli

import (
	"encoding/hex"

	"cordon/engine"
)

// caseJSON is a case as scripts get it; photos without their bytes.
type caseJSON struct {
	Number   string       `json:"number"`
	Title    string       `json:"title"`
	Opened   string       `json:"opened"`
	OpenedBy string       `json:"opened_by"`
	Items    []itemJSON   `json:"items"`
	Notes    []noteJSON   `json:"notes"`
	Exports  []exportJSON `json:"exports"`
}

type itemJSON struct {
	ID       string        `json:"id"`
	Read     rowJSON       `json:"read"`
	Entry    int64         `json:"entry"`
	Reason   string        `json:"reason"`
	By       string        `json:"by"`
	At       string        `json:"at"`
	Verified *verifiedJSON `json:"verified"`
	Class    string        `json:"class"`
	Destroy  string        `json:"destroy_after"`
	Photos   []cropJSON    `json:"photos"`
}

type verifiedJSON struct {
	Plate string `json:"plate"`
	State string `json:"state"`
	By    string `json:"by"`
	At    string `json:"at"`
}

type cropJSON struct {
	Kind       string     `json:"kind"`
	SHA256     string     `json:"sha256"`
	Original   string     `json:"original_sha256"`
	Rect       [4]int     `json:"rect"`
	Covers     [][][2]int `json:"covers"`
	NoPerson   bool       `json:"no_person"`
	Associated string     `json:"associated"`
	By         string     `json:"by"`
	At         string     `json:"at"`
	Entry      int64      `json:"entry"`
}

type noteJSON struct {
	By   string `json:"by"`
	At   string `json:"at"`
	Text string `json:"text"`
}

type exportJSON struct {
	By           string   `json:"by"`
	At           string   `json:"at"`
	Formats      []string `json:"formats"`
	Corroborated string   `json:"corroborated"`
	Entry        int64    `json:"entry"`
	Digest       string   `json:"digest"`
}

func caseOf(c engine.Case) caseJSON {
	j := caseJSON{
		Number: c.Number, Title: c.Title, Opened: utc(c.Opened), OpenedBy: c.OpenedBy,
		Items: []itemJSON{}, Notes: []noteJSON{}, Exports: []exportJSON{},
	}
	for _, it := range c.Items {
		j.Items = append(j.Items, itemOf(it))
	}
	for _, n := range c.Notes {
		j.Notes = append(j.Notes, noteJSON{n.By, utc(n.At), n.Text})
	}
	for _, x := range c.Exports {
		j.Exports = append(j.Exports, exportJSON{x.By, utc(x.At), x.Formats, x.Corroborated, x.Entry, x.Digest})
	}
	return j
}

func itemOf(it engine.CaseItem) itemJSON {
	j := itemJSON{
		ID: it.ID, Read: rowOf(it.Query, it.Row), Entry: it.Entry, Reason: it.Reason, By: it.By, At: utc(it.At),
		Class: it.Class, Destroy: utc(it.Destroy), Photos: []cropJSON{},
	}
	if v := it.Verified; v.Plate != "" {
		j.Verified = &verifiedJSON{v.Plate, v.State, v.By, utc(v.At)}
	}
	for _, p := range it.Photos {
		j.Photos = append(j.Photos, cropOf(p))
	}
	return j
}

func cropOf(p engine.CasePhoto) cropJSON {
	return cropJSON{
		Kind: string(p.Kind), SHA256: hex.EncodeToString(p.SHA256[:]), Original: hex.EncodeToString(p.OriginalSHA256[:]),
		Rect: [4]int{p.Crop.X, p.Crop.Y, p.Crop.W, p.Crop.H}, Covers: append([][][2]int{}, p.Crop.Covers...),
		NoPerson: p.Attestation.NoPerson, Associated: p.Attestation.Associated, By: p.By, At: utc(p.At), Entry: p.Entry,
	}
}
