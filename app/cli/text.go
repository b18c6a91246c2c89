package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"cordon/engine/policy"
)

// clean takes control and direction characters out of text for a terminal, where they
// could move the cursor or show something else than what is stored.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}

func countWords[T int | int64](n T, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return policy.Number(int64(n)) + " " + many
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.999Z07:00")
}

// table writes rows in columns; a cell may not hold tabs or line breaks.
func table(w io.Writer, rows [][]string) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		for i := range r {
			r[i] = strings.Map(func(c rune) rune {
				if c == '\n' || c == '\t' {
					return ' '
				}
				return c
			}, clean(r[i]))
		}
		if _, err := fmt.Fprintln(tw, strings.TrimRight(strings.Join(r, "\t"), "\t")); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
	}
	if err := tw.Flush(); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// say writes a line for people on standard error.
func (sh *shell) say(format string, args ...any) {
	_, _ = fmt.Fprintln(sh.env.Stderr, clean(fmt.Sprintf(format, args...)))
}

// print writes a line on standard output.
func (sh *shell) print(format string, args ...any) error {
	if _, err := fmt.Fprintln(sh.env.Stdout, clean(fmt.Sprintf(format, args...))); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
