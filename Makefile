# `make demo` and `make test` need python3 (3.11 or newer) with venv and pip, gcc and make;
# everything else they set up themselves, once, in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
OTHERS := $(VENV)/.anonymisers
BENCH := $(VENV)/.bench
WORKERS ?= 2
# Watermarks of others that are measured beside ours. Without what they ask for: they would bring
# another torch, a second OpenCV and an older Pillow, and run with what the extra `bench` brings.
# stegano (GPL) is only ever run as a program of its own.
PEERS := invisible-watermark==0.2.0 blind-watermark==0.4.4 stegano==3.0.0 piexif==1.1.3

# A stranger's module path must not leak into our environment.
unexport PYTHONPATH
unexport PYTHONHOME

.PHONY: demo test browser programs interop bench bench-full bench-tests fuzz lint types contracts check benchmarks format \
	wheel clean

demo: $(STAMP)
	$(BIN)/scanseal demo demo-out

test: $(STAMP)
	$(BIN)/python -m pytest -q -n $(WORKERS)

fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzzing --seconds 60

# Needs a Chromium on the path, and fails where there is none.
browser: $(STAMP)
	$(BIN)/python -m pytest -q -p no:xdist tests/browser

# Needs openssl and softhsm2-util on the path, and fails where they are not.
programs: $(STAMP)
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/programs

# Needs dcmtk, libgdcm-tools, dicom3tools, dcm2niix, orthanc, orthanc-dicomweb and curl of Debian,
# and fails where one is missing; without the option, what needs it is skipped.
interop: $(STAMP) $(OTHERS)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadfile --every-program tests/interop

# What the extra `bench` brings is needed here and nowhere else: torch is large.
bench-tests: $(BENCH)
	$(BIN)/python -m pytest -q -n $(WORKERS) tests/benchmarks

# Seals against detectors: a minute on what is shipped, to see that all works; then an hour on the
# images beside the project, whose rows, pages and plots are committed.
bench: $(BENCH)
	$(BIN)/python -m benchmarks.contest --quick --out bench-out --pages bench-out/pages

bench-full: $(BENCH)
	$(BIN)/python -m benchmarks.contest --out benchmarks/results
	$(BIN)/python -m benchmarks.contest.footprints --out benchmarks/results
	$(BIN)/python -m benchmarks.seals --out benchmarks/results/seals.jsonl
	$(BIN)/python -m benchmarks.peers --out benchmarks/results/peers.jsonl
	$(BIN)/python -m benchmarks.fidelity --out benchmarks/results/fidelity.jsonl
	$(BIN)/python -m benchmarks.render
	$(BIN)/python -m benchmarks.plots

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy watermark signing tests benchmarks

contracts: $(STAMP)
	$(BIN)/lint-imports --no-cache

check: lint types contracts test

benchmarks: $(STAMP)
	$(BIN)/python -m pytest -q -p no:xdist --benchmark-enable --benchmark-only \
		--benchmark-group-by=group --override-ini='python_files=bench_*.py test_*.py' benchmarks

format: $(STAMP)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(STAMP)
	$(BIN)/python -m hatchling build -t wheel -d dist

# The stamp is younger than what decides the environment's contents. signing/entry.py is in the
# list because an editable install copies it to a module of another name.
$(STAMP): pyproject.toml signing/entry.py
	@echo "Setting up $(VENV) (once; this takes a minute or two) ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# Anonymisers of others, which only `make interop` needs.
$(OTHERS): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[anonymisers]'
	@touch $@

# piq without what it asks for: torchvision brings another torch, and we need none of its networks.
$(BENCH): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		'piq>=0.8,<0.9' $(PEERS)
	@touch $@

clean:
	rm -rf $(VENV) demo-out bench-out build dist .benchmarks .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find watermark signing tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
