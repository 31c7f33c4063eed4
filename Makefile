# Astra's targets. The two libraries are built by reference-impl/Makefile; what they are
# built from and with is spec/build.toml. Nothing here needs more than `make`.
PREFIX  ?= /usr/local
DESTDIR ?=
LIBDIR  ?= $(PREFIX)/lib
PYTHON  ?= $(shell sh tools/find-python.sh)

include reference-impl/generated/build.mk

python := .venv/bin/python
abi    := .venv/bin/astra-abi
rust   := build/rust/libastra.so
oracle := build/oracle/libastra_oracle.so

# With ZIG given (a packager's own zig), the libraries need no virtual environment.
toolbox       := $(if $(ZIG),,.venv/requirements.stamp)
tool_sources  := tools/pyproject.toml $(shell find tools -path '*/target' -prune -o \
                   \( -name '*.rs' -o -name 'Cargo.*' -o -name 'build_*.py' \) -print)
export RUSTUP_TOOLCHAIN := $(or $(RUSTUP_TOOLCHAIN),$(shell sh reference-impl/toolchain.sh $(ASTRA_RUST_VERSION) 2>/dev/null))

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup build check test generate bless freeze exhaustive truth bench bench-gate bench-runtime fuzz fuzz-calls determinism install clean

help:      ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1@\2/p' Makefile | awk -F@ '{ printf "%-17s %s\n", $$1, $$2 }'

setup: .venv/astra-abi.stamp ## install the pinned tools and astra-abi into .venv

build: $(toolbox) ## build both libraries into build/
	@echo '[4/5] building both libraries (about 60 s the first time)'
	+@$(MAKE) -C reference-impl

check: setup build ## check both libraries against the contract
	@echo '[5/5] checking both libraries; the details stay in build/results'
	@code=0; \
	$(abi) check $(rust) --keep build/results/rust || code=$$?; \
	$(abi) check $(oracle) --keep build/results/oracle || code=$$?; \
	exit $$code

test: setup build ## run every test, on every processor (JOBS=1)
	@echo '[5/5] running the tests'
	@$(python) -m pytest --numprocesses $(or $(JOBS),auto) --maxprocesses 8 --dist loadfile --no-loadscope-reorder

generate: setup ## rewrite everything that is made from spec/
	@$(abi) generate

bless: setup build ## rewrite the goldens, from what both libraries agree on
	@$(abi) bless $(oracle) $(rust)

freeze: setup build ## freeze the contract's version as a release
	@$(abi) freeze $(ASTRA_VERSION) --library $(oracle) --library $(rust)

exhaustive: setup ## compare functions with the exact result on all 2^32 inputs, going on where it stopped (minutes each; FUNCTION="exp log")
	cd reference-impl && cargo build --locked --release --target-dir ../build/cargo --package astra-cpu --example exhaustive
	@$(python) tests/exhaustive/run.py build/cargo/release/examples/exhaustive $(FUNCTION) $(if $(BLESS),--bless)

truth: setup build ## compare the oracle's correctly rounded functions with MPFR (minutes; TRUTH="--inputs 10000 exp")
	@$(python) tests/truth/check.py $(TRUTH)

bench: setup build ## measure how long the commands take
	@$(python) tests/bench/commands.py

bench-gate: setup build/peers-venv/made.stamp ## measure the gate beside its peers on real releases (GATE="--quick zlib")
	@$(python) tests/bench/gate/bench.py $(GATE)

bench-runtime: setup build build/runtime-peers-venv/made.stamp ## measure the runtime beside NumPy, torch and onnxruntime (RUNTIME="--quick launch")
	@$(python) tests/bench/runtime/bench.py $(RUNTIME)

fuzz: setup ## read damaged input for SECONDS (60) a reader, going on where it stopped; READERS="native-elf diff"
	@$(python) tests/fuzz/guided.py $(READERS) --seconds $(or $(SECONDS),60) --seed $(or $(SEED),1)

fuzz-calls: setup build ## make CALLS (10000000) random calls on both libraries, which must do everything alike; SANITIZER=address or STARVE=1
	@$(python) tests/fuzz/calls/campaign.py --calls $(or $(CALLS),10000000) --seed $(or $(SEED),1) --sanitizer $(or $(SANITIZER),none) $(if $(STARVE),--starve)

determinism: setup build ## compare every operator's bits over instruction sets, threads, implementations and processors (minutes)
	@$(python) tests/determinism/compare.py $(DETERMINISM)

install: build ## install the runtime; PREFIX=/usr/local DESTDIR=
	install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(PREFIX)/include/astra'
	install -m 755 $(rust) '$(DESTDIR)$(LIBDIR)/libastra.so.$(ASTRA_VERSION)'
	install -m 644 $(rust).debug '$(DESTDIR)$(LIBDIR)/'
	ln -sf libastra.so.$(ASTRA_VERSION) '$(DESTDIR)$(LIBDIR)/$(ASTRA_SONAME)'
	ln -sf $(ASTRA_SONAME) '$(DESTDIR)$(LIBDIR)/libastra.so'
	install -m 644 include/astra/*.h '$(DESTDIR)$(PREFIX)/include/astra/'
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(ASTRA_VERSION)|' \
	    reference-impl/astra.pc.in > '$(DESTDIR)$(LIBDIR)/pkgconfig/astra.pc'

clean:     ## remove build/ (and keep .venv)
	rm -rf build

# Peers that PyPI has, apart from what astra-abi runs with. One that cannot be had is absent, and named so.
build/peers-venv/made.stamp: .venv/made.stamp tests/bench/gate/peers.txt
	@echo 'making build/peers-venv (about 20 s)'
	@'$(PYTHON)' -m venv --clear build/peers-venv
	@build/peers-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/gate/peers.txt && touch $@ || \
	    echo 'the peers of tests/bench/gate/peers.txt cannot be installed here'

# torch may bring its libraries for GPUs, which nothing here uses; without room for them there are no peers.
build/runtime-peers-venv/made.stamp: .venv/made.stamp tests/bench/runtime/peers.txt
	@mkdir -p build && if [ "$$(df -Pk build | awk 'NR == 2 { print int($$4 / 1048576) }')" -lt 8 ]; then \
	    echo 'the peers of tests/bench/runtime/peers.txt need 8 GB of room, which is not there'; exit 0; fi; \
	echo 'making build/runtime-peers-venv (minutes)'; \
	'$(PYTHON)' -m venv --clear build/runtime-peers-venv && \
	build/runtime-peers-venv/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/runtime/peers.txt && touch $@ || \
	    echo 'the peers of tests/bench/runtime/peers.txt cannot be installed here'

# A stamp is newer than what it was made from, so a second run costs nothing.
.venv/made.stamp:
	@sh tools/preflight.sh $(ASTRA_RUST_VERSION) '$(PYTHON)'
	@echo '[1/5] making .venv with $(PYTHON)'
	@'$(PYTHON)' -m venv --clear .venv
	@touch $@

.venv/requirements.stamp: .venv/made.stamp tools/requirements.txt
	@echo '[2/5] installing pinned Python packages (about 30 s)'
	@$(python) -m pip install --quiet --disable-pip-version-check -r tools/requirements.txt
	@touch $@

.venv/astra-abi.stamp: .venv/requirements.stamp $(tool_sources)
	@echo '[3/5] building astra-abi (about 60 s)'
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(python) -m pip install --quiet --disable-pip-version-check \
	    --no-deps --no-build-isolation -e tools
	@touch $@
