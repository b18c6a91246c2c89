package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cordon/engine/detection"
	"cordon/engine/internal/reads"
	"cordon/engine/internal/vault"
)

// cannotRemake says why the detections are not made anew, and what to do.
type cannotRemake struct{ why, next string }

func (c *cannotRemake) Error() string { return c.why + ". " + c.next }

const anewElsewhere = "Take the files in on a new workstation, and keep this one for its cases and its audit log."

// takenBatch is a batch of the local lane as the audit log tells of it.
type takenBatch struct {
	file string // base name; empty where no file was taken in
	made string // origin, where file is empty
	rows int64
	at   time.Time // when the import began: what was too old then was left out
}

// remake makes the detections anew from the files, in a folder beside the old ones. The audit
// log says which files were taken in, in which order and when; the digest that the vault
// remembers must come out the same, else nothing is kept. The next Open takes the new folder.
// Errors: *cannotRemake, and what hinders reading or writing.
func (e *Engine) remake(ctx context.Context, files []RepairFile, progress func(RepairProgress)) (rows int64, err error) {
	e.importing.Lock()
	defer e.importing.Unlock()
	known, _, err := vault.Get[holding](e.vault, keyHolding)
	if err != nil {
		return 0, err
	}
	if err := e.canRemake(known); err != nil {
		return 0, err
	}
	taken, err := e.takenBatches(ctx)
	if err != nil {
		return 0, err
	}
	chosen, err := chooseFiles(taken, known.Lanes[laneLocal].Batch, files)
	if err != nil {
		return 0, err
	}
	dir := e.folder(dirNew)
	if err := errors.Join(os.RemoveAll(dir), os.RemoveAll(e.folder(dirReady))); err != nil {
		return 0, err
	}
	keys := &freshKeys{KeySource: quarterKeys{e.vault}, made: map[int32][32]byte{}}
	store, err := reads.Open(ctx, reads.Options{Dir: dir, Keys: keys, CacheBytes: e.o.CacheBytes, Log: e.o.Log})
	if err != nil {
		return 0, err
	}
	rows, err = e.fillAnew(ctx, store, taken, chosen, known.Lanes[laneLocal], progress)
	if err == nil {
		var r reads.Report
		if r, err = store.Check(ctx, nil); err == nil && len(r.Findings) > 0 {
			err = fmt.Errorf("%w: what was just written does not read back: %s", ErrDamaged, findingOf(r.Findings[0]))
		}
	}
	if err = errors.Join(err, store.Close()); err != nil {
		return 0, errors.Join(err, os.RemoveAll(dir))
	}
	for quarter, key := range keys.made {
		if err := e.vault.ReplaceLostKey(ctx, quarter, key); err != nil {
			return 0, err
		}
	}
	return rows, swap(e.o.Dir, [2]string{dirNew, dirReady})
}

// canRemake says what of a workstation no file can bring back.
func (e *Engine) canRemake(known holding) error {
	var damage *reads.DamageError
	if errors.As(e.broken, &damage) && damage.Newer {
		return &cannotRemake{"The detections were written by a newer version of Cordon", "Use that version; nothing was changed."}
	}
	for lane, have := range known.Lanes {
		if lane != laneLocal && have.Batch > 0 {
			return &cannotRemake{"The detections of lane " + lane + " came with the feed", "Sync a new workstation from the feed, and keep this one for its cases and its audit log."}
		}
	}
	if known.Lanes[laneLocal].Batch == 0 {
		return &cannotRemake{"No detections were ever taken in", "Remove the folder " + e.folder(dirReads) + "."}
	}
	gone, err := e.vault.DestroyedKeys()
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		return &cannotRemake{"Detections of " + quarterName(gone[0]) + " were destroyed for good since, so that it cannot be proven that the files give the others again", anewElsewhere}
	}
	return nil
}

// takenBatches reads from the audit log what was taken in as each batch.
func (e *Engine) takenBatches(ctx context.Context) (map[int64]takenBatch, error) {
	out, began := map[int64]takenBatch{}, map[[2]string]time.Time{}
	for i := range e.log.Head().N {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		raw, err := e.log.Entry(i)
		if err != nil {
			return nil, err
		}
		who := [2]string{raw.Private["user"], raw.Private["file"]}
		switch raw.Kind {
		case "import":
			began[who] = raw.At
		case "import-done", "load-done":
			n, err := strconv.ParseInt(raw.Public["batch"], 10, 64)
			rows, err2 := strconv.ParseInt(raw.Public["rows"], 10, 64)
			if errors.Join(err, err2) != nil { // it failed: there is no such batch
				continue
			}
			out[n] = takenBatch{file: raw.Private["file"], made: raw.Public["origin"], rows: rows, at: began[who]}
		}
	}
	return out, nil
}

// chooseFiles finds the file of each batch up to the last, by name; of several of one name the
// first is for its first batch.
func chooseFiles(taken map[int64]takenBatch, last int64, files []RepairFile) ([]RepairFile, error) {
	for n := range taken {
		last = max(last, n)
	}
	var out []RepairFile
	var lacking []string
	used := map[string]int{}
	for n := int64(1); n <= last; n++ {
		b, ok := taken[n]
		switch {
		case !ok:
			return nil, &cannotRemake{fmt.Sprintf("The audit log does not say what batch %d was taken in from", n), anewElsewhere}
		case b.file == "":
			return nil, &cannotRemake{fmt.Sprintf("Batch %d (%s) was not taken in from a file", n, b.made), "A demo is made again by “cordon demo” in another folder."}
		}
		var same []RepairFile
		for _, f := range files {
			if filepath.Base(f.Name) == b.file {
				same = append(same, f)
			}
		}
		if len(same) == 0 {
			if !slices.Contains(lacking, b.file) {
				lacking = append(lacking, b.file)
			}
			continue
		}
		out = append(out, same[min(used[b.file], len(same)-1)])
		used[b.file]++
	}
	if len(lacking) > 0 {
		return nil, &cannotRemake{
			"Making the detections anew takes every file that was taken in; not named: " + strings.Join(lacking, ", "),
			"Name them all with --file, unchanged. Where one is lost: " + strings.ToLower(anewElsewhere[:1]) + anewElsewhere[1:],
		}
	}
	return out, nil
}

// fillAnew takes the files in and compares what comes out with what was.
func (e *Engine) fillAnew(ctx context.Context, store *reads.Store, taken map[int64]takenBatch, files []RepairFile, known laneHolding, progress func(RepairProgress)) (rows int64, err error) {
	for i, f := range files {
		b := taken[int64(i)+1]
		kept := ageLimit{from: e.policy().KeptFrom(b.at)}
		info, err := store.Append(ctx, reads.Batch{Lane: laneLocal, Origin: originFile + b.file}, kept.rows(f.rows()), func(n int64) {
			progress(RepairProgress{Stage: RepairRemake, Done: rows + n})
		})
		var bad *detection.FieldError
		if errors.As(err, &bad) {
			return 0, &cannotRemake{fmt.Sprintf("%s is no detection file: %s %s", f.Name, bad.Field, bad.Problem), "Name the file that was taken in."}
		}
		if err != nil {
			return 0, err
		}
		if info.Number != int64(i)+1 || info.Rows != b.rows {
			return 0, &cannotRemake{fmt.Sprintf("%s is not what was taken in as batch %d: it gives %d rows, and %d were stored", f.Name, info.Number, info.Rows, b.rows), "Name the file as it was, unchanged."}
		}
		rows += info.Rows
		if now := holdingOf(store.State()).Lanes[laneLocal]; now.Batch == known.Batch && now != known {
			return 0, &cannotRemake{"The files do not give the detections that were taken in, though the numbers of rows agree: one of them was changed", "Name the files as they were, unchanged."}
		}
	}
	return rows, nil
}

// freshKeys makes keys, in memory, for quarters whose key is lost.
type freshKeys struct {
	reads.KeySource
	mu   sync.Mutex
	made map[int32][32]byte
}

func (k *freshKeys) DataKey(ctx context.Context, quarter int32) ([32]byte, error) {
	key, err := k.KeySource.DataKey(ctx, quarter)
	if !errors.Is(err, reads.ErrKeyLost) {
		return key, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	key, ok := k.made[quarter]
	if !ok {
		if _, err := rand.Read(key[:]); err != nil {
			return key, fmt.Errorf("data key: %w", err)
		}
		k.made[quarter] = key
	}
	return key, nil
}
