package cli

import (
	"errors"
	"path/filepath"
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
