package cli_test

import (
	gocontext "context"
	"encoding/json"
	"time"
)

// context is the context of work that belongs to no single test.
func context() gocontext.Context { return gocontext.Background() }

func now() time.Time { return time.Now() }

func isJSONObject(b []byte) bool {
	var m map[string]any
	return json.Unmarshal(b, &m) == nil
}
