# Needs Python 3.11 or newer and make; everything else is set up here, inside .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
TESTS ?= tests

unexport PYTHONDONTWRITEBYTECODE  # tests start many processes: compiled once, they start in half the time

.PHONY: help demo test lint bench lock clean
help:            ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

.venv/demo: requirements/demo.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stogly-tui needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/demo.lock
	@touch $@

.venv/dev: .venv/demo requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

demo: .venv/demo ## open the console over simulated stores
	$(BIN)/python -m stogly_tui demo

test: .venv/dev  ## lint, types, import rules, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist worksteal $(TESTS)

lint: .venv/dev  ## mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev ## measure, as ratios to a reference in the same run
	$(BIN)/python -m benchmarks

lock: .venv/dev  ## pin the dependencies again, on purpose
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --extra sandbox --extra dev pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --extra sandbox -c requirements/dev.lock pyproject.toml -o requirements/demo.lock

clean:           ## remove the environment and caches
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis
