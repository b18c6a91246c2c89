package cli

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // photos are JPEG
	_ "image/png"  // or PNG
	"strconv"
	"strings"

	"cordon/engine"

	"github.com/spf13/cobra"
)

func (sh *shell) caseCmd() *cobra.Command {
	cmd := &cobra.Command{
		Use: "case", Short: "Keep what is relevant in a case", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		sh.caseListCmd(), sh.caseShowCmd(), sh.caseOpenCmd(), sh.caseKeepCmd(), sh.casePhotosCmd(), sh.caseCropCmd(),
		sh.caseNoteCmd(), sh.caseRemoveCmd(), sh.exportCmd("export"),
	)
	return cmd
}

func (sh *shell) caseListCmd() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List cases", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				cases, err := s.Cases(cmd.Context())
				if err != nil {
					return err
				}
				out := []caseJSON{}
				rows := [][]string{{"CASE", "TITLE", "OPENED", "BY", "RECORDS", "EXPORTS"}}
				for _, c := range cases {
					out = append(out, caseOf(c))
					rows = append(rows, []string{c.Number, c.Title, utc(c.Opened), c.OpenedBy, strconv.Itoa(len(c.Items)), strconv.Itoa(len(c.Exports))})
				}
				if sh.json {
					return sh.printJSON(map[string]any{"cases": out})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
}

func (sh *shell) caseShowCmd() *cobra.Command {
	return &cobra.Command{
		Use: "show CASE", Short: "Show a case", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				c, err := s.Case(cmd.Context(), args[0])
				if err != nil {
					return at("case "+args[0], err)
				}
				if sh.json {
					return sh.printJSON(caseOf(c))
				}
				return sh.showCase(c)
			})
		},
	}
}

func (sh *shell) showCase(c engine.Case) error {
	if err := sh.print("%s  %s\nOpened %s by %s.", c.Number, c.Title, utc(c.Opened), c.OpenedBy); err != nil {
		return err
	}
	if len(c.Items) > 0 {
		rows := [][]string{{"ITEM", "TIME (UTC)", "PLATE", "STATE", "CAMERA", "BY EYE", "PHOTOS", "WHY RELEVANT", "QUERY"}}
		for _, it := range c.Items {
			eye := "not yet"
			if it.Verified.Plate != "" {
				eye = strings.TrimSpace(it.Verified.Plate + " " + it.Verified.State)
			}
			rows = append(rows, []string{
				it.ID, utc(it.Row.Time), it.Row.Plate, it.Row.State, it.Row.Camera, eye, strconv.Itoa(len(it.Photos)), it.Reason,
				"entry " + strconv.FormatInt(it.Entry, 10),
			})
		}
		if err := table(sh.env.Stdout, rows); err != nil {
			return err
		}
	}
	for _, n := range c.Notes {
		if err := sh.print("Note, %s, %s: %s", n.By, utc(n.At), n.Text); err != nil {
			return err
		}
	}
	for _, x := range c.Exports {
		if err := sh.print("Exported %s by %s as %s, audit entry %d.", utc(x.At), x.By, strings.Join(x.Formats, ", "), x.Entry); err != nil {
			return err
		}
	}
	return nil
}

func (sh *shell) caseOpenCmd() *cobra.Command {
	var title string
	cmd := &cobra.Command{
		Use: "open CASE", Short: "Open a case file", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				c, err := s.OpenCase(cmd.Context(), args[0], title)
				if err != nil {
					return at("case "+args[0], err)
				}
				if sh.json {
					return sh.printJSON(caseOf(c))
				}
				return sh.print("The case %s is open.", c.Number)
			})
		},
	}
	cmd.Flags().StringVar(&title, "title", "", "title of the case")
	return cmd
}

func (sh *shell) caseKeepCmd() *cobra.Command {
	var query, reason string
	var ids []string
	cmd := &cobra.Command{
		Use: "keep CASE", Short: "Keep reads of a query as relevant",
		Long: `Run a query and keep reads of its answer, by id, in a case (R-4). Only a row of an
answer can be kept, with the reason why it is relevant. For common-plate and
repeat queries the reads of the plates found can be kept.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if query == "" || len(ids) == 0 {
				return usagef("say what to keep: --query FILE and --id ID")
			}
			q, err := sh.readQuery(query)
			if err != nil {
				return err
			}
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				a, err := sh.runQuery(cmd.Context(), s, q, querySpec{reads: true})
				if err != nil {
					return err
				}
				defer s.Release(a.Entry)
				return sh.keep(cmd.Context(), s, a, args[0], ids, reason)
			})
		},
	}
	cmd.Flags().StringVar(&query, "query", "", "canonical query, FILE or “-” (required)")
	cmd.Flags().StringSliceVar(&ids, "id", nil, "id of a read to keep; may be given several times (required)")
	cmd.Flags().StringVar(&reason, "reason", "", "why it is relevant (required)")
	return cmd
}

func (sh *shell) keep(ctx context.Context, s *engine.Session, a *engine.Answer, number string, ids []string, reason string) error {
	rows := map[string]engine.Row{}
	for _, r := range append(append([]engine.Row{}, a.Rows...), a.PlateHits...) {
		rows[r.ID] = r
	}
	kept := []itemJSON{}
	for _, id := range ids {
		r, ok := rows[id]
		if !ok {
			return at("read "+id+" of this answer", engine.ErrNotFound)
		}
		it, err := s.Keep(ctx, engine.KeepRequest{Case: number, Entry: a.Entry, Ref: r.Ref(), Reason: reason})
		if err != nil {
			return at("read "+id, err)
		}
		kept = append(kept, itemOf(it))
		if !sh.json {
			if err := sh.print("Kept %s %s of %s as item %s of %s.", it.Row.Plate, it.Row.State, utc(it.Row.Time), it.ID, number); err != nil {
				return err
			}
		}
	}
	if sh.json {
		return sh.printJSON(map[string]any{"case": number, "items": kept})
	}
	return nil
}

// photoJSON describes an original photo without its pixels, which stay in the engine.
type photoJSON struct {
	Kind   string `json:"kind"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	SHA256 string `json:"sha256"`
}

func (sh *shell) casePhotosCmd() *cobra.Command {
	return &cobra.Command{
		Use: "photos CASE ITEM", Short: "List the original photos of a kept read, with their sizes",
		Long: "List the original photos of a kept read. Originals are not written out: what leaves is a crop (R-5).", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withSession(cmd.Context(), func(s *engine.Session) error {
				photos, err := s.ItemPhotos(cmd.Context(), args[0], args[1])
				if err != nil {
					return at("item "+args[1]+" of "+args[0], err)
				}
				out, rows := []photoJSON{}, [][]string{{"PHOTO", "SIZE", "SHA-256"}}
				for _, p := range photos {
					cfg, _, err := image.DecodeConfig(bytes.NewReader(p.JPEG))
					if err != nil {
						return at("photo "+string(p.Kind), engine.ErrDamaged)
					}
					j := photoJSON{string(p.Kind), cfg.Width, cfg.Height, hex.EncodeToString(p.SHA256[:])}
					out = append(out, j)
					rows = append(rows, []string{j.Kind, fmt.Sprintf("%d × %d", j.Width, j.Height), j.SHA256})
				}
				if sh.json {
					return sh.printJSON(map[string]any{"photos": out})
				}
				return table(sh.env.Stdout, rows)
			})
		},
	}
}

func (sh *shell) caseNoteCmd() *cobra.Command {
	return &cobra.Command{
		Use: "note CASE TEXT", Short: "Add a note to a case", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.caseDo(cmd.Context(), args[0], "The note is in %s.", func(ctx context.Context, s *engine.Session) error {
				return s.AddNote(ctx, args[0], args[1])
			})
		},
	}
}

func (sh *shell) caseRemoveCmd() *cobra.Command {
	var reason string
	cmd := &cobra.Command{
		Use: "remove CASE ITEM", Short: "Take a kept read out of a case", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.caseDo(cmd.Context(), args[0], "The item is no longer in %s; that it was is recorded.", func(ctx context.Context, s *engine.Session) error {
				return s.RemoveItem(ctx, args[0], args[1], reason)
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "why it is taken out (required)")
	return cmd
}

func (sh *shell) caseDo(ctx context.Context, number, done string, do func(ctx context.Context, s *engine.Session) error) error {
	err := sh.withSession(ctx, func(s *engine.Session) error { return at("case "+number, do(ctx, s)) })
	if err != nil {
		return err
	}
	if sh.json {
		return sh.printJSON(map[string]string{"case": number})
	}
	return sh.print(done, number)
}
