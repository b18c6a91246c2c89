package feed

import (
	"encoding/json"
	"errors"
	"fmt"

	"cordon/engine/policy"
)

// DocPolicy is the name of the control lane's document with the rules.
const DocPolicy = "policy"

// CheckDocument checks a document of the control lane as workstations do before it is in force:
// those of a known name by their form, others for being JSON. Errors match ErrInvalid.
func CheckDocument(name string, text []byte) error {
	var err error
	switch name {
	case DocPolicy:
		_, err = policy.Load(text)
	case DocAgreements:
		_, err = ParseAgreements(text)
	case DocAccounts:
		_, err = ParseAccounts(text)
	default:
		if !json.Valid(text) {
			err = errors.New("it is no JSON")
		}
	}
	if err != nil && !errors.Is(err, ErrInvalid) {
		err = fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return err
}
