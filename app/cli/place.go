package cli

import (
	"errors"
	"path/filepath"
	"strconv"
)

// DataDir returns the folder of the workstation when no flag names one: CORDON_DATA, or
// the place where the system keeps a user's program data.
func DataDir(env Env) (string, error) {
	if dir := env.Getenv("CORDON_DATA"); dir != "" {
		return dir, nil
	}
	for _, place := range map[string][][]string{
		"windows": {{"LOCALAPPDATA", "Cordon"}, {"USERPROFILE", "AppData", "Local", "Cordon"}},
		"darwin":  {{"HOME", "Library", "Application Support", "Cordon"}},
		"other":   {{"XDG_DATA_HOME", "cordon"}, {"HOME", ".local", "share", "cordon"}},
	}[placeOf(env.GOOS)] {
		if base := env.Getenv(place[0]); base != "" && filepath.IsAbs(base) {
			return filepath.Join(append([]string{base}, place[1:]...)...), nil
		}
	}
	return "", errors.New("no home folder is known; name the workstation's folder with --data or CORDON_DATA")
}

// CacheBytes returns the limit of the memory for decoded detections: CORDON_CACHE_MIB in MiB,
// or 0 for the default, a quarter of the memory and at most 2 GiB.
func CacheBytes(env Env) (int64, error) {
	text := env.Getenv("CORDON_CACHE_MIB")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 16 {
		return 0, usagef("CORDON_CACHE_MIB is %q; give whole MiB, 16 at least", text)
	}
	return n << 20, nil
}

func placeOf(goos string) string {
	switch goos {
	case "windows", "darwin":
		return goos
	}
	return "other"
}

func (sh *shell) dataDir() (string, error) {
	if sh.dir != "" {
		return filepath.Abs(sh.dir)
	}
	return DataDir(sh.env)
}
