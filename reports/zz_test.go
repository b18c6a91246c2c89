package reports_test

import (
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	for i := range 2 {
		os.WriteFile([]string{"/tmp/w/reports/a.pdf", "/tmp/w/reports/b.pdf"}[i], makePDF(t, sampleCase(t), sampleMaps(t, false)), 0o600)
	}
}
