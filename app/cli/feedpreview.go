package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"cordon/engine/detection"
	"cordon/engine/feed"
	"cordon/engine/feed/intake"

	"github.com/spf13/cobra"
)

// feedPreviewJSON is what `feed preview --json` prints.
type feedPreviewJSON struct {
	Format  string            `json:"format"`
	Rows    []feedPreviewItem `json:"rows"`
	Rejects int64             `json:"rejects"`
	Skipped map[string]int64  `json:"skipped"`
	Notes   map[string]int64  `json:"notes"`
	LeftOut map[string]int64  `json:"pictures_left_out"`
	Unknown map[string]int64  `json:"unknown_words"`
}

// feedPreviewItem is a read, or a reject with reason and text.
type feedPreviewItem struct {
	Item       int64    `json:"item"`
	Reason     string   `json:"reason,omitempty"`
	Text       string   `json:"text,omitempty"`
	Lane       string   `json:"lane,omitempty"`
	ID         string   `json:"id,omitempty"`
	Plate      string   `json:"plate,omitempty"`
	State      string   `json:"state,omitempty"`
	Time       string   `json:"time,omitempty"`
	Lon        *float64 `json:"lon,omitempty"`
	Lat        *float64 `json:"lat,omitempty"`
	Make       string   `json:"make,omitempty"`
	Model      string   `json:"model,omitempty"`
	Color      string   `json:"color,omitempty"`
	Year       int      `json:"year,omitempty"`
	Heading    *float64 `json:"heading,omitempty"`
	Camera     string   `json:"camera,omitempty"`
	Source     string   `json:"source,omitempty"`
	Confidence *float64 `json:"confidence,omitempty"`
	Pictures   int      `json:"pictures,omitempty"`
}

func (sh *shell) feedPreviewCmd() *cobra.Command {
	var f intakeFlags
	var rows int
	cmd := &cobra.Command{
		Use: "preview FILE", Short: "Show what a file of reads would become",
		Long: `Read the beginning of a file as “cordon feed publish” would and show what each item
becomes, or why it would be rejected. Nothing is published, and no feed is needed.
Reads of one vehicle are shown each; publishing makes one of those within seconds.`,
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.feedPreview(cmd.Context(), f, args[0], rows)
		},
	}
	f.flags(cmd)
	cmd.Flags().IntVar(&rows, "rows", 20, "how many items to show")
	return cmd
}

// noLane stands for the lane that the preview was not told.
func noLane() feed.Lane { return feed.Lane{Source: "not", Region: "told"} }

func (sh *shell) feedPreview(ctx context.Context, f intakeFlags, name string, rows int) error {
	if rows < 1 || rows > 10_000 {
		return usagef("--rows is from 1 to 10000")
	}
	if f.lane == "" {
		f.lane = noLane().String()
	}
	o, err := f.options(sh)
	if err != nil {
		return err
	}
	list, report, err := intake.Preview(ctx, name, o, rows)
	if err != nil {
		return at(name, err)
	}
	j := feedPreviewJSON{
		Format: string(report.Format), Rejects: report.Rejects, Rows: []feedPreviewItem{},
		Skipped: report.Skipped, Notes: report.Notes, LeftOut: report.PicturesLeftOut, Unknown: report.Unknown,
	}
	for _, row := range list {
		j.Rows = append(j.Rows, previewItem(row))
	}
	if sh.json {
		return sh.printJSON(j)
	}
	return sh.sayPreview(j)
}

func previewItem(row intake.PreviewRow) feedPreviewItem {
	if row.Taken == nil {
		return feedPreviewItem{Item: row.Item, Reason: row.Reason, Text: row.Raw}
	}
	r := &row.Taken.Read
	j := feedPreviewItem{
		Item: row.Item, ID: r.ID, Plate: r.Plate, State: r.State, Time: utc(r.Time), Lon: &r.Pos[0], Lat: &r.Pos[1],
		Make: r.Make, Model: r.Model, Color: r.Color, Year: r.Year, Camera: r.Camera, Source: string(r.Source), Pictures: len(r.Pictures),
	}
	if row.Taken.Lane != noLane() {
		j.Lane = row.Taken.Lane.String()
	}
	if r.HeadingDeg != detection.NoHeading {
		j.Heading = &r.HeadingDeg
	}
	if r.Confidence != detection.NoConfidence {
		j.Confidence = &r.Confidence
	}
	return j
}

func (sh *shell) sayPreview(j feedPreviewJSON) error {
	head := []string{"item", "plate", "state", "time", "place", "heading", "vehicle", "camera", "confidence", "pictures", "lane"}
	rows := [][]string{head}
	var rejects []string
	for _, r := range j.Rows {
		if r.Reason != "" {
			rejects = append(rejects, fmt.Sprintf("item %d: %s", r.Item, r.Reason))
			continue
		}
		place, heading, confidence := fmt.Sprintf("%.6f, %.6f", *r.Lat, *r.Lon), "", ""
		if r.Heading != nil {
			heading = strconv.FormatFloat(*r.Heading, 'f', 0, 64) + "°"
		}
		if r.Confidence != nil {
			confidence = strconv.FormatFloat(*r.Confidence, 'f', 3, 64)
		}
		vehicle := []string{r.Color, r.Make, r.Model}
		if r.Year > 0 {
			vehicle = append(vehicle, strconv.Itoa(r.Year))
		}
		rows = append(rows, []string{
			strconv.FormatInt(r.Item, 10), r.Plate, r.State, r.Time, place, heading, strings.Join(strings.Fields(strings.Join(vehicle, " ")), " "),
			r.Camera, confidence, strconv.Itoa(r.Pictures), r.Lane,
		})
	}
	if err := table(sh.env.Stdout, rows); err != nil {
		return err
	}
	lines := []string{fmt.Sprintf("Format %s; %s shown, %s.", j.Format, countWords(len(rows)-1, "read", "reads"), countWords(j.Rejects, "reject", "rejects"))}
	lines = append(lines, rejects...)
	return sh.print("%s", strings.Join(append(lines, tallies(j.Skipped, j.Notes, j.LeftOut, j.Unknown)...), "\n"))
}
