# Cordon. Two commands set everything up on a fresh Debian machine with Go:
#   make run    the main job on an embedded demo (window; without a display headless)
#   make test   every check that CI runs
SHELL := /bin/bash
GO ?= go
BIN := bin/cordon
LDFLAGS := -s -w
GOFUMPT := mvdan.cc/gofumpt@v0.12.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
export CGO_ENABLED ?= 1

.PHONY: all run demo build headless cross test unit lint vet e2e bench bench-scale bench-feed campaign-feed torture interop screenshots clean

all: build

## run: build and start; installs missing Debian packages (asks sudo when not root)
run:
	@.ci/run-main

## demo: only make the demo workstation, and print its accounts
demo: headless
	$(BIN)-headless demo

build:
	$(GO) build -trimpath -tags migrated_fynedo -ldflags '$(LDFLAGS)' -o $(BIN) ./app

headless:
	CGO_ENABLED=0 $(GO) build -trimpath -tags headless -ldflags '$(LDFLAGS)' -o $(BIN)-headless ./app

## cross: the command line without a window, for the three systems
cross:
	@for os in linux windows darwin; do echo "build $$os"; \
	  CGO_ENABLED=0 GOOS=$$os $(GO) build -tags headless -o /dev/null ./app || exit 1; done

## test: everything CI checks
test:
	@.ci/packages test
	$(MAKE) lint
	$(MAKE) unit
	$(MAKE) cross
	$(MAKE) e2e

## unit: everything under the race detector; then, without it, what is too slow there: the
## command line's stories, the comparison with the real positions, every byte of the log, the
## journey through the window in Fyne's test driver
unit:
	$(GO) test -race -timeout 30m ./...
	CGO_ENABLED=0 $(GO) test -timeout 15m -tags headless ./app/cli/... ./app/demoworld/... ./engine/internal/audit/...
	$(GO) test -timeout 15m ./app/desktop/...

lint: vet
	@out=$$($(GO) run $(GOFUMPT) -l app mapview engine reports assets); \
	  if [ -n "$$out" ]; then echo "gofumpt would change:"; echo "$$out"; exit 1; fi
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(STATICCHECK) -tags headless ./app/...

vet:
	$(GO) vet ./...
	$(GO) vet -tags headless ./app/...
	$(GO) vet -tags e2e ./app/e2e/...

## e2e: the real binary under Xvfb with a real mouse and keys; pictures go to out/e2e. A busy
## machine can lose a click between two frames, so a failed journey is walked once more.
E2E := $(GO) test -tags e2e -count=1 -timeout 15m -v ./app/e2e/...
e2e:
	$(E2E) || $(E2E)

## screenshots: take the README's pictures again, in both looks
screenshots:
	CORDON_SCREENSHOTS=1 $(GO) test -tags e2e -count=1 -timeout 15m -v -run TestScreenshots ./app/e2e/...

## bench: speed and memory; nothing here is a pass/fail gate
bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

## bench-scale: build worlds of 1 and 10 million detections (SCALE=1: 1 alone; SCALE=100: also 100),
## ask them, and write docs/performance.md and its plot. Interrupted, it goes on where it stopped;
## the worlds stay in SCALE_DIR (7 GB with 100 million, twice that while it merges). FRESH=1 asks again.
## The page then shows the worlds of SCALE_DIR and no others; what is outside the markers stays.
SCALE ?= 10
SCALE_DIR ?= out/scale
SCALE_ROWS := $(if $(filter 1,$(SCALE)),1000000,$(if $(filter 100,$(SCALE)),$(strip 1000000,10000000,100000000),$(strip 1000000,10000000)))
bench-scale:
	$(GO) build -o bin/benchscale ./engine/internal/scale/benchscale
	bin/benchscale -rows $(SCALE_ROWS) -distinct $(if $(filter 1,$(SCALE)),1000000,10000000) -dir $(SCALE_DIR) $(if $(FRESH),-fresh)

## bench-feed: 200 workstations against one feed server; deliveries to a camera's webhook, and how soon
## 1,000 of them can be queried; a feed of FEED_ROWS rows published, and a workstation's first sync of it. The feed stays in FEED_DIR
FEED_ROWS ?= 10000000
FEED_DIR ?= $(CURDIR)/out/scalefeed
bench-feed: headless
	$(GO) test -run '^$$' -bench Workstations -benchtime 3x ./engine/feed/serve
	$(GO) test -run '^$$' -bench Deliveries -benchtime 1000x ./engine/feed/live
	CGO_ENABLED=0 CORDON_BINARY=$(CURDIR)/$(BIN)-headless CORDON_LIVE_POSTS=1000 \
	  $(GO) test -tags headless -count=1 -v -run TestLive ./app/cli/campaign
	CORDON_SCALE_FEED=$(FEED_DIR) CORDON_SCALE_ROWS=$(FEED_ROWS) $(GO) test -count=1 -timeout 1h -v -run TestScaleFeed ./engine
	CGO_ENABLED=0 CORDON_BINARY=$(CURDIR)/$(BIN)-headless CORDON_SCALE_FEED=$(FEED_DIR) \
	  $(GO) test -tags headless -count=1 -timeout 1h -v -run TestFirstSync ./app/cli/campaign

## campaign-feed: CAMPAIGN rounds in which publishers, servers and a workstation are killed and what is
## between them fails; about four seconds each. CORDON_CAMPAIGN_SEED repeats one
CAMPAIGN ?= 200
campaign-feed: headless
	CGO_ENABLED=0 CORDON_BINARY=$(CURDIR)/$(BIN)-headless CORDON_CAMPAIGN_ROUNDS=$(CAMPAIGN) \
	  $(GO) test -tags headless -count=1 -timeout 3h -v -run TestFeedCampaign ./app/cli/campaign

## torture: the long rounds of kills, power cuts, full disks and flipped bits; cuts and full disks
## need root and a loop device. The last lines are the figures.
KILLS ?= 200
CUTS ?= 80
FILLS ?= 40
FLIPS ?= 2400
LIMITS ?= 16
torture:
	@mkdir -p out; rm -f out/torture.txt
	@CORDON_KILLS=$(KILLS) CORDON_CUTS=$(CUTS) CORDON_FILLS=$(FILLS) CORDON_FLIPS=$(FLIPS) CORDON_LIMITS=$(LIMITS) \
	  CORDON_TORTURE_SUMMARY=$(CURDIR)/out/torture.txt $(GO) test -count=1 -timeout 6h -v ./engine/internal/torture; \
	  rc=$$?; cat out/torture.txt; exit $$rc

## interop: DuckDB and Apache Arrow read segments, a real S3 server holds a feed. A module of its
## own; the first time some minutes, to build DuckDB's binding and the server (VERSITYGW names one)
interop:
	cd engine/feed/interop && $(GO) vet ./... && $(GO) test -count=1 -timeout 20m -v ./...

clean:
	rm -rf bin out
