# The front doors. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

# Outside the clone, so that a second clone builds quickly and `git clean` costs nothing.
export MEYAR_CACHE ?= $(HOME)/.cache/meyar
export CARGO_TARGET_DIR ?= $(MEYAR_CACHE)/target
export MEYAR_RESULTS ?= $(MEYAR_CACHE)/results
# Binaries that the tests and the demo start as child processes.
export MEYAR_BIN ?= $(CARGO_TARGET_DIR)/debug/meyar
export MEYAR_EMBEDDED_BROKER ?= $(CARGO_TARGET_DIR)/embedded/debug/meyar-embedded-broker

EMBEDDED := pipeline/broker/embedded
WEB := dashboards/web
BROWSER := tests/browser
PHASE := .ci/phase
# What the demo leaves is what the end-to-end and the browser tests look at.
DEMO_DATA := $(MEYAR_RESULTS)/demo-data
# One file a promise. Chosen by name and not by package: with -p cargo would see other features and build again.
# So no other package's tests may have such a name: they would run a second time.
# The whole year is for Apache Kafka alone: the embedded broker takes ten minutes for its 3.7 million events.
PROMISES = $(foreach file,$(filter-out tests/year.rs,$(wildcard tests/*.rs)),--test $(basename $(notdir $(file))))

# The steps of people's work and the pages over them, which hold over either store.
WORK = $(foreach file,$(wildcard dashboards/work/tests/*.rs),--test $(basename $(notdir $(file)))) --test work

# What people do reaches the stream, and the stream what they decided, out of either store.
WORK_PROMISES = --test approved_forms --test corrections --test outbox

.PHONY: help demo test bench fmt lint build program embedded web kafka setup \
	chaos chaos-program soak check-chaos check-format check-scripts check-compose check-commands check-monitoring check-web demo-data fuzz test-browser

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-18s %s\n", $$1, $$2}'

# npm ci starts from nothing each time, so it is only run when the lockfile is newer than what is installed.
define npm_ci
if [ ! $(1)/node_modules/.package-lock.json -nt $(1)/package-lock.json ]; then \
	(cd $(1) && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json); \
fi
endef

# ---- for a newcomer

demo: ## everything from a bare machine to filled figures and a web page; ONCE=1 exits when done
	@.ci/setup build demo
	@$(MAKE) web build
	@exec "$(MEYAR_BIN)" demo $(if $(filter 1,$(ONCE)),--once)

# Clippy looks while the tests are built: no phase of its own, and not every library a second time.
test: export RUSTC_WORKSPACE_WRAPPER := $(CURDIR)/.ci/lint-rustc
test: ## every test, on the embedded broker and on Apache Kafka; .ci/run calls this
	@mkdir -p "$(MEYAR_RESULTS)" && rm -f "$(MEYAR_RESULTS)"/phases.tsv "$(MEYAR_RESULTS)"/*.log
	@$(PHASE) --must  setup             .ci/setup build demo test kafka
	@$(PHASE)         format            $(MAKE) check-format
	@$(PHASE) --tests scripts           $(MAKE) check-scripts
	@$(PHASE) --tests compose           $(MAKE) check-compose
	@$(PHASE) --tests monitoring        $(MAKE) check-monitoring
	@$(PHASE)         web               $(MAKE) web
	@$(PHASE)         types             $(MAKE) check-web
	@$(PHASE) --must  build-and-lint    cargo build --locked --workspace --bins --tests
	@$(PHASE) --must  model             "$(MEYAR_BIN)" model fetch base
	@$(PHASE) --tests unit              cargo test --locked --workspace --exclude meyar-tests --no-fail-fast
	@$(PHASE) --tests work-on-postgres  tests/postgres/with cargo test --locked --workspace --no-fail-fast $(WORK)
	# The second computation that figures are held against has tests of its own.
	@$(PHASE) --tests second            cargo test --locked --workspace --lib --no-fail-fast second::
	@$(PHASE) --tests commands          $(MAKE) check-commands
	@$(PHASE) --must  embedded          $(MAKE) embedded
	@$(PHASE)         demo              $(MAKE) demo-data
	@$(PHASE) --tests end-to-end        env -u MEYAR_TEST_BROKERS MEYAR_DEMO_DATA="$(DEMO_DATA)" cargo test --locked --workspace --no-fail-fast $(PROMISES)
	@$(PHASE) --tests told-by-postgres  tests/postgres/with cargo test --locked --workspace --no-fail-fast $(WORK_PROMISES)
	@$(PHASE) --tests delivery-on-kafka tests/kafka/with cargo test --locked --workspace --no-fail-fast --test delivery --test bad_input --test year -- --show-output
	@$(PHASE) --tests browser           $(MAKE) test-browser
	@$(PHASE) --must  chaos-program     $(MAKE) chaos-program
	@$(PHASE) --tests chaos             $(MAKE) check-chaos
	@.ci/summary "$(MEYAR_RESULTS)"

bench: ## landing, speech, reports and pages, each against its rival in the same run
	@.ci/setup build demo kafka
	@$(MAKE) web build
	@exec tests/bench/run

chaos: ## kills, crashes and faults under load, what was acknowledged then looked for in the lake; CYCLES=1000 SEED=7
	@.ci/setup build test kafka
	@$(MAKE) build chaos-program
	@exec tests/chaos/run $(or $(CYCLES),100) $(SEED)

soak: ## an hour at twice the busiest hour of the year, with its curve: MINUTES=60 TIMES=2
	@.ci/setup build test kafka
	@$(MAKE) build
	@"$(MEYAR_BIN)" model fetch base
	@exec tests/chaos/run soak $(or $(MINUTES),60) $(or $(TIMES),2)

fuzz: ## random inputs against every parser of outside bytes: INPUTS=1000000 SEED=1, TARGETS="audio. sql." for some
	cargo build --locked --workspace --bin meyar-fuzz
	@exec "$(CARGO_TARGET_DIR)/debug/meyar-fuzz" $(TARGETS) --inputs $(or $(INPUTS),1000000) --seed $(or $(SEED),1)

# ---- chores

setup: ## installs the system packages that the machine lacks
	@.ci/setup

fmt: ## formats the Rust code
	cargo fmt --all
	cargo fmt --manifest-path $(EMBEDDED)/Cargo.toml

lint: ## clippy, warnings are errors
	cargo clippy --locked --workspace --all-targets -- -D warnings

build: program embedded ## the meyar program and the embedded broker

program:
	cargo build --locked --workspace --bins

# The program with failpoints; everything below our own crates is the same as of the program without.
chaos-program:
	cargo build --locked --workspace --bin meyar-chaos --features meyar/chaos

# A lockfile of its own, and libraries that ask for an older compiler than they need.
embedded: ## the embedded broker
	cd $(EMBEDDED) && CARGO_TARGET_DIR="$(CARGO_TARGET_DIR)/embedded" cargo build --locked --ignore-rust-version

web: ## the pages' scripts and styles
	@$(call npm_ci,$(WEB))
	@cd $(WEB) && npm run build

kafka: ## fetches Apache Kafka and runs it on 127.0.0.1:9092 until Ctrl-C
	@.ci/setup kafka
	@exec tests/kafka/start $(or $(PORT),9092) "$(MEYAR_CACHE)/kafka-data"

# ---- the phases of `make test` that are more than one command

check-format:
	cargo fmt --all --check
	cargo fmt --manifest-path $(EMBEDDED)/Cargo.toml --check

check-scripts:
	shellcheck .ci/setup .ci/phase .ci/run .ci/lint-rustc tests/kafka/fetch tests/kafka/start tests/kafka/with tests/postgres/with tests/browser/with-site tests/browser/work/with-people tests/openapi/run tests/chaos/run
	.ci/test_summary.py

check-compose:
	tests/compose/check.py

check-commands:
	tests/compose/check.py --commands

check-monitoring:
	tests/compose/monitoring.py

check-web:
	@$(call npm_ci,$(WEB))
	cd $(WEB) && npm run check

demo-data:
	rm -rf "$(DEMO_DATA)"
	env -u MEYAR_BROKERS "$(MEYAR_BIN)" demo --once --data "$(DEMO_DATA)" --listen 127.0.0.1:0

# A short campaign; `make chaos` is the long one.
check-chaos:
	tests/chaos/run check
	MEYAR_CHAOS_AT_ONCE=1 tests/chaos/run 50 $(or $(SEED),1)
	MEYAR_CHAOS_BROKER=embedded tests/chaos/run poison 50000

test-browser:
	@$(call npm_ci,$(BROWSER))
	tests/browser/with-site "$(MEYAR_BIN)" "$(DEMO_DATA)" npm --prefix $(BROWSER) test
	tests/browser/work/with-people "$(MEYAR_BIN)" "$(DEMO_DATA)" npm --prefix $(BROWSER) run test:work
	tests/browser/work/with-people "$(MEYAR_BIN)" "$(DEMO_DATA)" tests/openapi/run "$(MEYAR_BIN)" "$(DEMO_DATA)"
