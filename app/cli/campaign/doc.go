// Package campaign holds the rounds of faults that prove the feed as a whole (F-2): real
// processes of the command line publish, serve and follow a feed while they are killed and
// what is between them fails. It has no code of its own.
//
// Entry points: TestFeedCampaign and, for speed, TestFirstSync. `make campaign-feed` runs 200
// rounds with the built binary. The oracle (ledger_test.go) is a list of what the test itself
// handed in and got receipts for; the workstation is read by `cordon query`.
package campaign
