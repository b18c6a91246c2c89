package cli

import (
	"fmt"
	"strconv"
	"strings"

	"cordon/engine"

	"github.com/spf13/cobra"
)

func (sh *shell) caseCropCmd() *cobra.Command {
	var kind, rect, plate, state, associated string
	var covers []string
	var noPerson bool
	cmd := &cobra.Command{
		Use: "crop CASE ITEM", Short: "Save a crop of a kept read's photo, with the plate as you read it",
		Long: `Save a crop of an original photo in the case (R-5). --rect and --cover are in pixels
of the original, origin top left; “cordon case photos” lists the sizes. Say that no
person shows (--no-person), or why the person shown belongs to the investigation
(--associated), and type the plate as you read it on the photo.`,
		Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			geometry, err := cropGeometry(rect, covers)
			if err != nil {
				return err
			}
			if noPerson == (associated != "") {
				return usagef("attest one of --no-person and --associated TEXT")
			}
			if kind != string(engine.PhotoVehicle) && kind != string(engine.PhotoPlate) {
				return usagef("--photo is vehicle or plate")
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				p, err := s.SaveCrop(cmd.Context(), engine.CropRequest{
					Case: args[0], Item: args[1], Kind: engine.PhotoKind(kind), Crop: geometry,
					Attestation: engine.Attestation{NoPerson: noPerson, Associated: associated},
					Verified:    engine.PlateVerified{Plate: plate, State: state},
				})
				if err != nil {
					return at("item "+args[1]+" of "+args[0], err)
				}
				if sh.json {
					return sh.printJSON(cropOf(p))
				}
				return sh.print("The %s photo is in the case: %d × %d px, audit entry %d.", kind, p.Crop.W, p.Crop.H, p.Entry)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&kind, "photo", "", "vehicle or plate (required)")
	f.StringVar(&rect, "rect", "", "X,Y,WIDTH,HEIGHT of what is kept (required)")
	f.StringArrayVar(&covers, "cover", nil, "polygon to burn in, “x,y x,y x,y …”; may be given several times")
	f.BoolVar(&noPerson, "no-person", false, "attest that no person shows in what is saved")
	f.StringVar(&associated, "associated", "", "attest who shows and why they belong to the investigation")
	f.StringVar(&plate, "plate", "", "the plate as you read it on the photo (required once for an item)")
	f.StringVar(&state, "state", "", "the state as you read it")
	return cmd
}

func cropGeometry(rect string, covers []string) (engine.CropGeometry, error) {
	n, err := integers(rect)
	if err != nil || len(n) != 4 {
		return engine.CropGeometry{}, usagef("--rect %q is not X,Y,WIDTH,HEIGHT", rect)
	}
	g := engine.CropGeometry{X: n[0], Y: n[1], W: n[2], H: n[3]}
	for _, c := range covers {
		var poly [][2]int
		for _, p := range strings.Fields(c) {
			xy, err := integers(p)
			if err != nil || len(xy) != 2 {
				return engine.CropGeometry{}, usagef("--cover %q is not “x,y x,y x,y”", c)
			}
			poly = append(poly, [2]int{xy[0], xy[1]})
		}
		if len(poly) < 3 {
			return engine.CropGeometry{}, usagef("--cover %q has fewer than three corners", c)
		}
		g.Covers = append(g.Covers, poly)
	}
	return g, nil
}

func integers(s string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return nil, fmt.Errorf("%q is no number", part)
		}
		out = append(out, n)
	}
	return out, nil
}
