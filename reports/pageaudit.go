package reports

import (
	"fmt"
	"strings"
)

// auditPages tie the report to the audit log and say how to check that.
func (d *doc) auditPages() {
	a := d.cf.Audit
	d.newPage()
	d.head("Audit reference")
	d.para(marginX, contentW, "This export is an entry of the workstation’s audit log: an append-only Merkle tree (RFC 6962) whose root is signed. "+
		"An entry that was changed or removed afterwards no longer leads to this root.", style{sans, 10.5, 15, inkSecond})
	d.y += 6
	d.line(marginX, d.y, pageW-marginX, d.y, 0.5, inkHairline)
	d.row("Workstation", d.cf.Workstation)
	d.row("Export is entry", fmt.Sprintf("%s of a log of %s entries", thousands(a.Entry), thousands(a.Size)))
	d.rowIn("Leaf", a.Leaf, styMono)
	d.rowIn("Root", a.Root, styMono)
	d.rowIn("Verifier key", a.Key, styMono)

	d.sub("Checkpoint: signed note")
	d.y += 6
	d.sunken(strings.TrimRight(a.Checkpoint, "\n"))

	d.sub(fmt.Sprintf("Inclusion proof: %s", plural(int64(len(a.Inclusion)), "hash", "hashes")))
	d.y += 4
	for i, h := range a.Inclusion {
		d.need(styMono.lead)
		d.put(marginX, d.y+styMono.lead/2, fmt.Sprintf("%2d", i+1), style{mono, 8.5, 12.5, inkLabel})
		d.put(marginX+24, d.y+styMono.lead/2, h, styMono)
		d.y += styMono.lead
	}
	if len(a.Inclusion) == 0 {
		d.para(marginX, contentW, "The log held one entry: the leaf is the root.", styBody)
	}

	d.sub("How to verify")
	d.y += 4
	for i, s := range []string{
		"Check the signature of the checkpoint with the verifier key, which the workstation’s owner publishes. Its second line is the log size, its third the root in base64.",
		"Start with the leaf. Combine it with the hashes of the inclusion proof, in order, as RFC 6962 section 2.1.1 says for entry " + thousands(a.Entry) + " of " + thousands(a.Size) + ". The result must be the root.",
		"On the workstation, “cordon audit verify” checks the whole log, and “cordon audit show " + fmt.Sprint(a.Entry) + "” shows this entry with its leaf. The entries named at each query and photo are shown the same way.",
		"The digests under the photos are SHA-256 of the JPEG files embedded in this document, and of the originals they were cut from.",
	} {
		d.need(2 * styBody.lead)
		d.put(marginX, d.y+styBody.lead/2, fmt.Sprintf("%d", i+1), styStrong)
		d.para(marginX+16, contentW-16, s, styBody)
		d.y += 3
	}
}

// sunken sets preformatted text on a grey ground, long lines broken.
func (d *doc) sunken(s string) {
	const pad = 7.0
	var lines []string
	for l := range strings.SplitSeq(s, "\n") {
		lines = append(lines, d.wrap(l, styMono, contentW-2*pad)...)
	}
	for len(lines) > 0 {
		if d.y+2*pad+styMono.lead > contentBottom {
			d.newPage()
		}
		n := min(len(lines), max(1, int((contentBottom-d.y-2*pad)/styMono.lead)))
		h := 2*pad + float64(n)*styMono.lead
		d.box(marginX, d.y, contentW, h, inkSunken, inkHairline, 4)
		for i, l := range lines[:n] {
			d.put(marginX+pad, d.y+pad+(float64(i)+0.5)*styMono.lead, l, styMono)
		}
		d.y += h
		lines = lines[n:]
	}
}
