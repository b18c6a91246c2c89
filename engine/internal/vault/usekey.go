package vault

// UseKey returns the key of one use that the vault itself does not know, such as the rounding
// of the scope meter. The same use has the same key as long as the workstation lives.
func (v *Vault) UseKey(use string) ([keyLen]byte, error) { return derive(v.master, "use "+use) }
