package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cordon/app/demoworld"
	"cordon/assets/demo"
	"cordon/engine"
	"cordon/engine/detection"

	"github.com/spf13/cobra"
)

const (
	tourUser  = "k.lindqvist"
	tourStory = "warehouses"
	tourCase  = "HSI-2026-00123"
	tourKeep  = 2 // reads taken into the case
)

func (sh *shell) tourCmd() *cobra.Command {
	var out string
	var rows int
	cmd := &cobra.Command{
		Use: "tour", Short: "Show the main job on the demo, from sign-in to the exported report",
		Long: `Show the main job on the demo without a window: make the demo when there is none,
sign in, estimate, run a common-plate query, look at photos, keep, crop, export,
verify the audit log. It prints each step and where the files are.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := sh.dataDir()
			if err != nil {
				return err
			}
			if out == "" {
				out = filepath.Join(dir, "tour")
			}
			t := &tour{sh: sh, dir: dir, out: out, start: sh.env.Clock()}
			if !demoworld.Is(dir) {
				if err := t.world(cmd, rows); err != nil {
					return err
				}
			}
			return t.walk(cmd.Context())
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the exported files (default: tour in the workstation's folder)")
	cmd.Flags().IntVar(&rows, "rows", demo.DefaultRows, "detections, when the demo has to be made")
	return cmd
}

// tour is one walk through the main job.
type tour struct {
	sh       *shell
	dir, out string
	start    time.Time
	n        int
	files    []string
}

// step prints a numbered line with what happened.
func (t *tour) step(format string, args ...any) error {
	t.n++
	return t.sh.print("%2d  %s", t.n, fmt.Sprintf(format, args...))
}

func (t *tour) world(cmd *cobra.Command, rows int) error {
	t.sh.say("Making the demo world in %s", t.dir)
	info, err := t.sh.makeDemo(cmd, t.dir, rows, false)
	if err != nil {
		return err
	}
	return t.step("Demo world: %s of 90 days in Delaware, %d accounts, data state %s.",
		countWords(info.Load.Rows, "synthetic detection", "synthetic detections"), len(info.Accounts), info.State)
}

func (t *tour) walk(ctx context.Context) error {
	err := t.sh.inDir(t.dir).withEngine(ctx, func(e *engine.Engine) error {
		s, err := t.signIn(ctx, e)
		if err != nil {
			return err
		}
		return errors.Join(t.session(ctx, s), s.Close(context.WithoutCancel(ctx)))
	})
	if err != nil {
		return err
	}
	r, err := engine.VerifyAudit(ctx, t.sh.options(t.dir))
	if err != nil {
		return at(t.dir, err)
	}
	if len(r.Problems) > 0 {
		return &integrityError{what: "the audit log fails its proof: " + strings.Join(firstFew(r.Problems, 5), "; ")}
	}
	if err := t.step("Verify: the audit log is intact, %s, root %s.", countWords(r.Entries, "entry", "entries"), r.Root); err != nil {
		return err
	}
	return t.sh.print("\nThe files:\n  %s\nThe tour took %.1f s. To look around yourself, sign in as %s with the password %s",
		strings.Join(t.files, "\n  "), t.sh.env.Clock().Sub(t.start).Seconds(), tourUser, demo.Password(tourUser))
}

// inDir is the same shell on a certain workstation.
func (sh *shell) inDir(dir string) *shell {
	other := *sh
	other.dir = dir
	return &other
}

func (t *tour) signIn(ctx context.Context, e *engine.Engine) (*engine.Session, error) {
	p, err := e.SignIn(ctx, tourUser, demo.Password(tourUser))
	if err != nil {
		return nil, err
	}
	rules := e.Rules()
	s, err := p.Accept(ctx, rules.Digest)
	if err != nil {
		return nil, err
	}
	id := s.Identity()
	return s, t.step("Signed in as %s, %s, %s; Rules of Behaviour version %d accepted.", id.Name, strings.ReplaceAll(string(id.Role), "-", " "), id.Unit, rules.Version)
}

func (t *tour) session(ctx context.Context, s *engine.Session) error {
	code, err := codeOf(demo.TOTPSecret(tourUser), t.sh.env.Clock())
	if err != nil {
		return err
	}
	if err := s.StepUp(ctx, code); err != nil {
		return err
	}
	q, text, want, err := tourQuery()
	if err != nil {
		return err
	}
	if err := t.step("The story: %s", text); err != nil {
		return err
	}
	est, err := s.Estimate(ctx, q)
	if err != nil {
		return err
	}
	if est.Refused != nil {
		return est.Refused
	}
	if err := t.step("Scope: %s", strings.ReplaceAll(estimateWords(est), "\n", "\n      ")); err != nil {
		return err
	}
	a, err := s.Run(ctx, q, engine.RunOptions{Confirm: true, Reads: true})
	if err != nil {
		return err
	}
	defer s.Release(a.Entry)
	if err := t.answer(a); err != nil {
		return err
	}
	return t.keepAndExport(ctx, s, a, want)
}

func tourQuery() (q detection.Query, text string, want []string, err error) {
	q, text, want, err = demoworld.Query(tourStory)
	q.Purpose = detection.Purpose{
		Reason: "criminal-investigation", Case: tourCase, Subject: "Vehicle used in two warehouse thefts on 3 and 9 May",
		Justification: "Loads were taken from the warehouse on 3 May and from the depot on 9 May by night; the gate is the only truck gate between them.",
		Attested:      true,
	}
	return q, text, want, err
}

func (t *tour) answer(a *engine.Answer) error {
	if err := t.step("Common plate: %s", summary(a)); err != nil {
		return err
	}
	for _, p := range a.Plates[:min(len(a.Plates), 4)] {
		var places []string
		for i, n := range p.PerPlace {
			places = append(places, fmt.Sprintf("%s %d", areaName(a.Query, i), n))
		}
		if err := t.sh.print("      %-8s %-2s  %s; %s to %s", p.Plate, p.State, strings.Join(places, ", "), utc(p.First), utc(p.Last)); err != nil {
			return err
		}
	}
	return nil
}

func (t *tour) keepAndExport(ctx context.Context, s *engine.Session, a *engine.Answer, want []string) error {
	if _, err := s.OpenCase(ctx, tourCase, "Thefts from a warehouse and a depot, Wilmington"); err != nil && !errors.Is(err, engine.ErrExists) {
		return err
	}
	kept := 0
	for _, r := range a.PlateHits {
		if kept == tourKeep || !slices.Contains(want, r.Plate) || r.Photos < 2 {
			continue
		}
		if err := t.keep(ctx, s, a, r); err != nil {
			return err
		}
		kept++
	}
	if kept == 0 {
		return at("plate "+strings.Join(want, ", ")+" in the answer", engine.ErrNotFound)
	}
	zone, err := zoneOf("", s)
	if err != nil {
		return err
	}
	j, err := t.sh.export(ctx, s, engine.ExportRequest{
		Case: tourCase, Corroborated: "Gate log of the depot, 3 and 9 May", Formats: []string{"pdf", "csv", "geojson"},
	}, t.out, zone, true)
	if err != nil {
		return err
	}
	t.files = j.Files
	return t.step("Export: PDF, CSV and GeoJSON of case %s, audit entry %d under root %s.", tourCase, j.Entry, j.Root)
}

// keep looks at a read's photos, takes it into the case and saves a crop of each photo.
func (t *tour) keep(ctx context.Context, s *engine.Session, a *engine.Answer, r engine.Row) error {
	photos, err := s.Photos(ctx, a.Entry, r.Ref())
	if err != nil {
		return err
	}
	if err := t.step("Photos of %s %s, %s, camera %s: %s.", r.Plate, r.State, utc(r.Time), r.Camera, countWords(len(photos), "view", "views")); err != nil {
		return err
	}
	it, err := s.Keep(ctx, engine.KeepRequest{
		Case: tourCase, Entry: a.Entry, Ref: r.Ref(), Reason: "The same car was at the warehouse, the depot and the gate by night.",
	})
	if errors.Is(err, engine.ErrExists) {
		return t.step("Kept and cropped in case %s already, by an earlier tour.", tourCase)
	}
	if err != nil {
		return err
	}
	for _, p := range photos {
		crop, err := tourCrop(p)
		if err != nil {
			return err
		}
		crop.Case, crop.Item, crop.Verified = tourCase, it.ID, engine.PlateVerified{Plate: r.Plate, State: r.State}
		if _, err := s.SaveCrop(ctx, crop); err != nil {
			return err
		}
	}
	return t.step("Kept as item %s of case %s; both photos cropped, glass covered, the plate read by eye.", it.ID, tourCase)
}

// tourCrop keeps the middle of a vehicle view without its street and caption, with the
// glass covered, as a person may sit behind it; a plate view it keeps whole.
func tourCrop(p engine.Photo) (engine.CropRequest, error) {
	cfg, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
	if err != nil {
		return engine.CropRequest{}, fmt.Errorf("photo %s: %w", p.Kind, err)
	}
	w, h := cfg.Width, cfg.Height
	c := engine.CropRequest{Kind: p.Kind, Crop: engine.CropGeometry{W: w, H: h}, Attestation: engine.Attestation{NoPerson: true}}
	if p.Kind == engine.PhotoVehicle {
		c.Crop = engine.CropGeometry{X: w * 22 / 100, Y: h * 38 / 100, W: w * 56 / 100, H: h * 56 / 100}
		c.Crop.Covers = [][][2]int{{{w * 38 / 100, h * 44 / 100}, {w * 62 / 100, h * 44 / 100}, {w * 66 / 100, h * 62 / 100}, {w * 34 / 100, h * 62 / 100}}}
	}
	return c, nil
}
