# Samui. `make` alone lists what can be made.

.POSIX:

GO = go
GOLANGCI_VERSION = 2.15.0
GOLANGCI = .cache/golangci-lint-$(GOLANGCI_VERSION)

# A real InfluxDB for the tests: pure Go, so `go install` brings it.
INFLUXD_VERSION = 1.8.10
INFLUXD = .cache/bin/influxd

# How many cases of a package run at once: most of them wait for a page, so that
# a processor has time for more than one.
PARALLEL = 4

# How often `make chaos` kills what.
CHAOS_ROUNDS = 100

# A longer look: 500 visits in one process, and what they leave behind.
SOAK = 500

.PHONY: help demo test lint bench soak chaos build format influxd

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

demo: build ## open the demo shop and visit it every 30 s, until Ctrl-C
	@.ci/prepare browser
	@sandbox=; [ "$$(id -u)" -ne 0 ] || sandbox=--no-sandbox; exec bin/samui demo $$sandbox

test: $(INFLUXD) ## check the format, vet, and run every test with the race detector
	@.ci/prepare browser compiler node
	@unformatted=$$(gofmt -l cmd dashboards internal probes); \
	[ -z "$$unformatted" ] || { echo "make format; these files need it:" $$unformatted >&2; exit 1; }
	@$(GO) vet ./...
	@SAMUI_TEST_INFLUXD="$$PWD/$(INFLUXD)" $(GO) test -race -parallel $(PARALLEL) -timeout 20m ./...

lint: $(GOLANGCI) ## run the linters of .golangci.yml
	@$(GOLANGCI) run ./...

bench: ## run every benchmark
	@.ci/prepare browser
	@$(GO) test -run '^$$' -bench . -benchmem ./...

soak: ## visit the demo shop 500 times in one process, and every hostile page three times in a row
	@.ci/prepare browser
	@$(GO) test ./internal/probe -run 'TestSoak|TestHostilePages' -v -timeout 90m -soak $(SOAK) -hostile 3

chaos: ## kill Samui and its Chrome at random moments, and count what is lost
	@.ci/prepare browser
	@SAMUI_CHAOS_ROUNDS=$(CHAOS_ROUNDS) $(GO) test -timeout 60m -run KilledAt -v ./internal/store
	@$(GO) test -tags chaos -timeout 120m -run Chaos -v ./cmd/samui -kills $(CHAOS_ROUNDS)

build: ## build bin/samui
	@$(GO) build -o bin/samui ./cmd/samui

format: $(GOLANGCI) ## format the code as `make lint` wants it
	@$(GOLANGCI) fmt ./...

influxd: $(INFLUXD) ## install the InfluxDB that tests need

$(INFLUXD):
	@mkdir -p .cache/bin
	GOBIN="$$PWD/.cache/bin" $(GO) install github.com/influxdata/influxdb/cmd/influxd@v$(INFLUXD_VERSION)

$(GOLANGCI):
	@mkdir -p .cache
	GOBIN="$$PWD/.cache" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(GOLANGCI_VERSION)
	@mv .cache/golangci-lint $@
