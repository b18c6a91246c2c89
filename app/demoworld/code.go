package demoworld

import (
	"fmt"
	"time"

	"cordon/assets/demo"

	"github.com/pquerna/otp/totp"
)

// Code returns the step-up code of a demo account at a moment: a demo has no second device
// to read it from. It is empty for an account without the enhanced grant.
func Code(user string, at time.Time) (string, error) {
	for _, a := range demo.Accounts() {
		if a.User == user && a.Enhanced {
			code, err := totp.GenerateCode(demo.TOTPSecret(user), at)
			if err != nil {
				return "", fmt.Errorf("code of demo account %s: %w", user, err)
			}
			return code, nil
		}
	}
	return "", nil
}
