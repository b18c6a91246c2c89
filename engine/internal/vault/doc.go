// Package vault keeps what is precious and small: accounts, cases, keys, camera lists, the
// last head of the audit log. Every commit is on disk before it returns.
//
// Entry points: [Create], [Open]; [Get] and [List] read typed values, [Vault.Update] changes
// several in one commit; [Vault.DataKey] gives the key of a retention quarter of the
// detections; [Vault.Check] reads everything.
//
// Values are JSON, sealed with AES-256-GCM, the key bound in as additional data, behind a
// format byte. The keys come (HKDF-SHA-256) from a random master key in the file master.key,
// readable by its owner only. That file protects a copied database, not a stolen disk: an
// operating system key store (DPAPI, Keychain, Secret Service) is to hold it in a later
// issue. Data keys are random, each in a file of its own, wrapped under the master key;
// [Vault.DestroyDataKeys] overwrites such files, which shreds what they sealed.
//
// Badger below is run by what was measured about it: SyncWrites; checksums on table reads;
// a refusal to open tables without their MANIFEST; one retry of Open; a free-space gate and a
// ballast file, as a full disk would kill the process. As Badger can lose a value without an
// error, a sealed running sum over all keys and values is kept in each commit and compared at
// Open (photos: at Check).
//
// Invariants: one process at a time (lock file); an update happens as a whole or not at all;
// updates run one after another. All methods are safe for concurrent use.
package vault
