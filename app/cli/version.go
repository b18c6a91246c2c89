package cli

// Version is the program's version, the same as in FyneApp.toml (a test compares them).
const Version = "0.1.0"
