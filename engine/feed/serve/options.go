package serve

import (
	"log/slog"
	"time"

	"cordon/engine/feed/enrol"
)

// Options make a server. Bucket, CA, Hosts and Clock are required; zero limits stand for their
// defaults.
type Options struct {
	Bucket Bucket
	CA     *enrol.CA
	Hosts  []string // names and addresses that workstations call the server by
	Name   string   // of the witness, e.g. "feed.example.gov/witness"; default: the first host and "/witness"
	Sink   Sink     // where intake publishes; nil: the server takes no reads in
	Clock  func() time.Time
	Log    *slog.Logger // default: none

	Poll       time.Duration // how often checkpoints are looked at; default 300 ms
	AccessTime time.Duration // how often the bucket is asked whether enrolments changed; default 500 ms
	Gather     time.Duration // how long intake waits for more reads to publish together; default 200 ms
	Heartbeat  time.Duration // of event streams; default 15 s
	BodyTime   time.Duration // for a body to arrive; default 15 s
	WriteTime  time.Duration // for a caller to take 64 KiB; default 30 s

	Connections int   // open at once; default 4,096
	Streams     int   // event streams of one workstation; default 4
	Intakes     int   // intake requests at once, a quarter of them for one sender; default 512
	IntakeBytes int64 // of one intake body; default 8 MiB
	// IntakeMemory bounds the bodies of all intake requests together; default 256 MiB. What
	// they are decoded into comes on top.
	IntakeMemory int64
	Enrolments   int // tries a minute from one address; default 10; of all addresses: twenty times that
}

func (o *Options) defaults() {
	for _, d := range []struct {
		at    *time.Duration
		value time.Duration
	}{
		{&o.Poll, 300 * time.Millisecond},
		{&o.AccessTime, 500 * time.Millisecond},
		{&o.Gather, 200 * time.Millisecond},
		{&o.Heartbeat, 15 * time.Second},
		{&o.BodyTime, 15 * time.Second},
		{&o.WriteTime, 30 * time.Second},
	} {
		if *d.at <= 0 {
			*d.at = d.value
		}
	}
	for _, d := range []struct {
		at    *int
		value int
	}{{&o.Connections, 4096}, {&o.Streams, 4}, {&o.Intakes, 512}, {&o.Enrolments, 10}} {
		if *d.at <= 0 {
			*d.at = d.value
		}
	}
	if o.IntakeBytes <= 0 {
		o.IntakeBytes = 8 << 20
	}
	if o.IntakeMemory <= 0 {
		o.IntakeMemory = 256 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Name == "" && len(o.Hosts) > 0 {
		o.Name = o.Hosts[0] + "/witness"
	}
}
