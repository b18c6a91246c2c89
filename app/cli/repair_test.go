package cli_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdReads writes a detection file: a read each quarter of an hour from 1 May 2026 on.
func cmdReads(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString("id,plate,state,time,lon,lat,make,model,color,year,heading,camera,source,confidence\n")
	for i := range n {
		at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 15 * time.Minute)
		fmt.Fprintf(&b, "r%d,2TST%03d,DE,%s,%.5f,%.5f,Ford,Transit,white,%d,%d,C%d,commercial,0.%d\n",
			i, i*7919%500, at.Format(time.RFC3339), -75.6+float64(i*37%1000)/1e4, 39.7+float64(i*91%1000)/1e4, 2000+i%25, i*13%360, i%9, 1+i%9)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}
