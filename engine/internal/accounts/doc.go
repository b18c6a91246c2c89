// Package accounts keeps named accounts and decides whether a name and a password, or a
// step-up code, belong together.
//
// Entry points: [New], [Store.Verify], [Store.VerifyCode], [Store.Create].
//
// Passwords are stored as PBKDF2-HMAC-SHA-256 with a random salt; an unknown name costs the
// same time as a wrong password and locks the same way, so that a name cannot be guessed.
// Step-up codes are TOTP (RFC 6238: SHA-1, 30 s, six digits, one step of tolerance).
//
// Invariants: failures and locks are durable; a lock ends only when an account manager
// releases it, or after a while when it is the sole account manager's own; no method reveals which of name and password was wrong. All methods are safe
// for concurrent use.
package accounts
