package session

import (
	"errors"

	"cordon/engine"
)

// CodeText words a failed step-up.
func CodeText(err error) string {
	if errors.Is(err, engine.ErrCredentials) {
		return "This code is wrong or used already. Wait for the next one."
	}
	return ErrorText(err)
}
