package engine

import (
	"fmt"

	"github.com/pquerna/otp/totp"
)

// Authenticator is what a person sets the step-up codes up with, shown once. The zero value is
// none.
type Authenticator struct {
	Secret string // base32
	Link   string // otpauth://, as in a QR code
}

// NewAuthenticator draws a secret for a user.
func NewAuthenticator(user string) (Authenticator, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Cordon", AccountName: user, SecretSize: 20})
	if err != nil {
		return Authenticator{}, fmt.Errorf("step-up secret: %w", err)
	}
	return Authenticator{key.Secret(), key.URL()}, nil
}
