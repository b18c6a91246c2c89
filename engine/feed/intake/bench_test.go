package intake

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkOpen: 5,000 reads of 50 cameras in each format, through words and collapsing.
func BenchmarkOpen(b *testing.B) {
	const n = 5000
	group := with(b, golden(b, "group.json"), nil)
	result := with(b, golden(b, "platerec.json"), nil)
	csv, mapped := []string{"id,plate,state,time,lon,lat,make,model,color,camera,confidence"}, []string{strings.TrimSpace(testHeader)}
	var groups, results []string
	for i := range n {
		at := testNow.Add(time.Duration(i-n) * 100 * time.Millisecond)
		groups = append(groups, strings.NewReplacer("AGENT7-CAM3-1", fmt.Sprint("u", i), "2TST-BB2", fmt.Sprint("2TST", i), "1779271200500", fmt.Sprint(at.UnixMilli())).Replace(group))
		results = append(results, strings.NewReplacer("2tstcc3", fmt.Sprint("2TST", i), "2026-05-20T10:00:00.123Z", at.Format(time.RFC3339Nano)).Replace(result))
		csv = append(csv, fmt.Sprintf("x%d,2TST%d,Delaware,%s,-75.5,39.7,Chevy,Tahoe,grey,C%d,0.9", i, i, at.Format(time.RFC3339Nano), i%50))
		mapped = append(mapped, fmt.Sprintf("C%d;2TST%d;DE;%s;-75.5;39.7;chevy;x%d;88;2015;360;n", i%50, i, at.In(time.UTC).Format("1/2/2006;15:04:05"), i))
	}
	o := testOptions()
	o.Window, o.Words, o.Mapping = 0, testWords(b), mapping(b, testMapping)
	for name, lines := range map[string][]string{"openalpr": groups, "platerecognizer": results, "csv": csv, "mapped": mapped} {
		o := o
		if o.Format = Format(name); name == "mapped" {
			o.Now = func() time.Time { return testNow.Add(24 * time.Hour) } // its times are of New York
		}
		text := strings.Join(lines, "\n")
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s, err := Open(context.Background(), "input", strings.NewReader(text), o)
				if err != nil {
					b.Fatal(err)
				}
				for _, err := range s.Reads() {
					if err != nil {
						b.Fatal(err)
					}
				}
				if r := s.Report(); r.Reads != n {
					b.Fatalf("%+v", r)
				}
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "reads/s")
		})
	}
}
