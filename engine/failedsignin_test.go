package engine

import (
	"context"
	"errors"
	"testing"
)

// TestFailedSignInsOfTheUnit proves U-7: a supervisor sees that somebody tries the passwords
// of the unit.
func TestFailedSignInsOfTheUnit(t *testing.T) {
	ctx := context.Background()
	f := open(t)
	if _, err := f.SignIn(ctx, "KL", "wrong"); !errors.Is(err, ErrCredentials) {
		t.Fatal(err)
	}
	list, err := f.door(t, "boss").Audit(ctx, AuditFilter{Kind: "sign-in-failed"})
	if err != nil || len(list) != 1 || list[0].User != "kl" {
		t.Errorf("%+v, %v", list, err)
	}
}
