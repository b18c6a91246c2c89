//go:build linux

package torture

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// disk is an ext4 file system in an image file, mounted on a loop device.
type disk struct{ image, mount string }

const diskBytes = 420 << 20

// newDisk makes and mounts one, or skips the test where the process may not. It goes away
// with the test.
func newDisk(t *testing.T) *disk {
	t.Helper()
	base := t.TempDir()
	d := &disk{filepath.Join(base, "disk.img"), filepath.Join(base, "mnt")}
	f, err := os.Create(d.image)
	if err == nil {
		err = f.Truncate(diskBytes)
		f.Close()
	}
	if err == nil {
		err = os.Mkdir(d.mount, 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := tool("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", d.image); err != nil {
		t.Skip("cannot make a file system in a file: ", err)
	}
	if err := d.up(); err != nil {
		t.Skip("cannot mount a loop device (it takes root): ", err)
	}
	t.Cleanup(func() {
		if err := d.down(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func (d *disk) up() error { return tool("mount", "-o", "loop", d.image, d.mount) }

// down unmounts; it is no error when nothing is mounted.
func (d *disk) down() error {
	if err := tool("umount", d.mount); err != nil && !strings.Contains(err.Error(), "not mounted") {
		return err
	}
	return nil
}

// free returns the bytes that can be written.
func (d *disk) free() (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(d.mount, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * st.Bsize, nil
}

// fill takes all space but so many bytes with a file; empty gives it back.
func (d *disk) fill(leave int64) error {
	free, err := d.free()
	if err != nil || free <= leave {
		return err
	}
	f, err := os.Create(d.filler())
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Fallocate(int(f.Fd()), 0, 0, free-leave)
}

func (d *disk) empty() error { return os.Remove(d.filler()) }

func (d *disk) filler() string { return filepath.Join(d.mount, "filler") }

func tool(name string, args ...string) error {
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(out)))
	}
	return nil
}
