package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"

	"cordon/engine/internal/accounts"
	"cordon/engine/internal/audit"
	"cordon/engine/internal/vault"
	"cordon/engine/policy"
)

// Init makes an empty workstation in o.Dir with its first accounts, of which at least one
// is an account manager. A zero training date means: trained today. It returns ErrExists
// when there is one already, ErrInvalid or a *Refusal (rule X-5) for accounts that cannot
// be made; then nothing was made.
func Init(ctx context.Context, o Options, first ...NewAccount) error {
	return initWith(ctx, o, knobs{}, first...)
}

func initWith(ctx context.Context, o Options, k knobs, first ...NewAccount) error {
	p, err := o.defaults()
	if err != nil {
		return err
	}
	managers := 0
	for _, a := range first {
		if p.Roles[a.Role].Accounts {
			managers++
		}
	}
	if managers == 0 {
		return invalid("accounts", "hold no account manager", "Give at least one account whose role is account-manager.")
	}
	final := filepath.Join(o.Dir, dirVault)
	if _, err := os.Lstat(final); err == nil {
		return fmt.Errorf("%w: %s holds a workstation", ErrExists, o.Dir)
	}
	// Everything is made in a folder of another name and appears by one rename.
	dir := final + ".new"
	if err := errors.Join(os.MkdirAll(o.Dir, 0o700), os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return outer(err)
	}
	if err := fill(ctx, o, k, p, dir, first); err != nil {
		return errors.Join(outer(err), os.RemoveAll(dir))
	}
	return outer(os.Rename(dir, final))
}

// fill makes a vault with its log and accounts in dir.
func fill(ctx context.Context, o Options, k knobs, p policy.Policy, dir string, first []NewAccount) (err error) {
	v, err := vault.Create(ctx, vault.Options{Dir: dir, Log: o.Log, Free: k.free})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	id := make([]byte, 4)
	if _, err := rand.Read(id); err != nil {
		return fmt.Errorf("workstation id: %w", err)
	}
	n, err := rand.Int(rand.Reader, big.NewInt(99))
	if err != nil {
		return fmt.Errorf("workstation name: %w", err)
	}
	meta := workstation{Name: fmt.Sprintf("WS-%02d", n.Int64()+1), Created: o.Clock().UTC()}
	meta.Origin = fmt.Sprintf("cordon/%s/%x", meta.Name, id)
	if err := v.Update(ctx, func(tx *vault.Tx) error { return tx.Put(keyMeta, meta) }); err != nil {
		return err
	}
	ao, err := auditOptions(v, meta, dir, o, k)
	if err != nil {
		return err
	}
	if err := audit.Create(ao); err != nil {
		return err
	}
	log, _, err := audit.Open(ctx, ao)
	if err != nil {
		return err
	}
	e := &Engine{o: o, dir: dir, meta: meta, vault: v, log: log}
	e.setForce(p)
	defer func() { err = errors.Join(err, e.checkpoint(ctx), log.Close()) }()
	if e.people, err = accounts.New(v, e.policy, o.Clock, k.rounds); err != nil {
		return err
	}
	if _, err := e.record(ctx, event{kind: "created", public: map[string]string{"workstation": meta.Name, "policy": p.Digest()}}); err != nil {
		return err
	}
	for _, a := range first {
		if err := e.createAccount(ctx, event{}, a); err != nil {
			return err
		}
	}
	return nil
}
