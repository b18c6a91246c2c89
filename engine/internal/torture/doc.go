// Package torture mistreats the detection store and looks what is left: processes killed at
// random and named points, power cuts, full disks, flipped bits. It holds tests alone, for
// Linux: a short round of each runs with go test, a long one with make torture.
//
// Entry points: TestKill, TestPowerCut, TestFullDisk, TestFileLimit, TestFlip. The environment sets how
// much: CORDON_KILLS, CORDON_CUTS, CORDON_FILLS, CORDON_LIMITS, CORDON_FLIPS, and the seed:
// CORDON_TORTURE_SEED.
//
// Invariants: the store is driven through its exported methods alone; what it must hold is
// known from an own log of acknowledged batches and a row generator, and what it must answer
// from an oracle that shares no code with it; power cuts and full disks happen on a loop
// device, and where the process may not mount one the test is skipped and says so.
package torture
