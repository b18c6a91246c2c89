package session_test

import (
	"testing"

	"cordon/app/session"
)

// TestVehicleWords: stored words are in capitals; people do not write them so.
func TestVehicleWords(t *testing.T) {
	for _, c := range []struct{ color, make, model, want string }{
		{"RED", "TOYOTA", "CAMRY", "red Toyota Camry"},
		{"GRAY", "MERCEDES-BENZ", "E350", "grey Mercedes-Benz E350"},
		{"WHITE", "LAND ROVER", "RANGE ROVER", "white Land Rover Range Rover"},
		{"", "BMW", "X5", "BMW X5"},
		{"", "HONDA", "CR-V", "Honda CR-V"},
		{"BLUE", "ŠKODA", "", "blue Škoda"},
		{"", "", "", ""},
	} {
		if got := session.VehicleWords(c.color, c.make, c.model); got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.color, c.make, c.model, got, c.want)
		}
	}
}
