package feed

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cordon/engine/policy"
)

// DocAccounts is the name of the control lane's document of accounts.
const DocAccounts = "accounts"

// MaxAccounts is the most accounts of one list.
const MaxAccounts = 20_000

// Accounts is the list of the accounts that every workstation of the feed has. It holds no
// password: each is set on the workstation, with the start code.
type Accounts struct {
	List []Account `json:"accounts"`
	// BasedOn is the version that the list was made from, so that two who change it at once notice;
	// 0: from none.
	BasedOn int64 `json:"based_on,omitempty"`
}

// Account is one account of the list.
type Account struct {
	User                  string         `json:"user"` // as signed in with, in lower case
	Name                  string         `json:"name"` // the person's
	Role                  policy.Role    `json:"role"`
	Unit                  string         `json:"unit"`
	Mission               policy.Mission `json:"mission"`
	Enhanced              bool           `json:"enhanced,omitempty"`
	TrainingUntil         time.Time      `json:"training_until"`
	EnhancedTrainingUntil time.Time      `json:"enhanced_training_until,omitzero"` // needed with Enhanced
	Disabled              bool           `json:"disabled,omitempty"`
	// Holder is the version of the list since which the user name is this person's. Another one is
	// another person, who has nothing of the one before.
	Holder int64  `json:"holder,omitempty"`
	Start  *Start `json:"start,omitempty"`
}

// Start is what the list says of a start code, with which a person sets the first password, once
// on each workstation.
type Start struct {
	SHA256 Digest    `json:"sha256"` // HashStartCode of it
	Until  time.Time `json:"until"`  // it works before
}

// Profile is the account without its start code.
func (a Account) Profile() policy.Profile {
	return policy.Profile{
		User: a.User, Name: a.Name, Role: a.Role, Unit: a.Unit, Mission: a.Mission, Enhanced: a.Enhanced,
		TrainingUntil: a.TrainingUntil.UTC(), EnhancedTrainingUntil: a.EnhancedTrainingUntil.UTC(),
	}
}

// ParseAccounts reads the document. Errors match ErrInvalid.
func ParseAccounts(text []byte) (*Accounts, error) {
	a := new(Accounts)
	if err := strictDocument(text, a); err != nil {
		return nil, fmt.Errorf("%w: accounts: %w", ErrInvalid, err)
	}
	if len(a.List) > MaxAccounts {
		return nil, fmt.Errorf("%w: accounts: %d are listed; %d are the most", ErrInvalid, len(a.List), MaxAccounts)
	}
	if a.List == nil {
		return nil, fmt.Errorf("%w: accounts: there is no list; one without accounts is written []", ErrInvalid)
	}
	if a.BasedOn < 0 {
		return nil, fmt.Errorf("%w: accounts: based_on is %d", ErrInvalid, a.BasedOn)
	}
	seen := map[string]bool{}
	for i, x := range a.List {
		err := x.Profile().Check()
		switch {
		case err != nil:
		case seen[x.User]:
			err = errors.New("is listed twice")
		case x.Holder < 0:
			err = errors.New("has a negative holder")
		case x.TrainingUntil.IsZero():
			err = errors.New("has no training_until")
		case x.Enhanced && x.EnhancedTrainingUntil.IsZero():
			err = errors.New("is enhanced and has no enhanced_training_until")
		case x.Start != nil && (x.Start.Until.IsZero() || x.Start.SHA256 == Digest{}):
			err = errors.New("has a start code without sha256 or until")
		}
		if err != nil {
			return nil, fmt.Errorf("%w: account %d (%q): %w", ErrInvalid, i+1, x.User, err)
		}
		seen[x.User] = true
	}
	return a, nil
}

var startText = base32.StdEncoding.WithPadding(base32.NoPadding)

// startChars is the length of a start code: 100 random bits, so that a plain hash of it cannot be
// turned back by trying.
const startChars = 20

// NewStartCode draws a start code, as it is handed over: AAAAA-BBBBB-CCCCC-DDDDD.
func NewStartCode(random io.Reader) (string, error) {
	raw := make([]byte, 13)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("start code: %w", err)
	}
	c := startText.EncodeToString(raw)[:startChars]
	return c[:5] + "-" + c[5:10] + "-" + c[10:15] + "-" + c[15:], nil
}

// HashStartCode is what the list has of a person's start code. Case, blanks and hyphens do not
// matter, nor 0, 1 and 8 for the letters that they look like.
func HashStartCode(user, code string) Digest {
	code = strings.NewReplacer(" ", "", "-", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(strings.TrimSpace(code)))
	return sha256.Sum256([]byte("cordon start code\x00" + user + "\x00" + code))
}
