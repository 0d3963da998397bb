# The verbs of this project. `make` lists them.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := verbs
.PHONY: verbs setup demo serve test walk check docs bench proof clean
# Modules are kept as compiled, whatever the caller's shell says: the tests start some hundred processes, each of which would compile a thousand files again.
unexport PYTHONDONTWRITEBYTECODE

# The first Python that is new enough and can make environments; `make PYTHON=…` names another.
PYTHON ?= $(shell for python in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$python && break; done)
PIP = .venv/bin/python -m pip --disable-pip-version-check --no-input -qq install --progress-bar off --root-user-action ignore --constraint constraints.txt
RUN = .venv/bin/python -m
# What the desk's commands ask for and the checks do not depend on: a key of their own, no file of a database.
DESK = OVERSIGHT_SECRET_KEY=$(shell printf 'of-the-checks-alone-%.0s' 1 2 3) DATABASE_URL=sqlite:// .venv/bin/oversight

verbs:
	@grep -E '^[a-z]+: .*## ' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | while IFS="$$(printf '\t')" read -r verb what; do printf '  make %-7s %s\n' "$$verb" "$$what"; done

setup: .venv/installed  ## make .venv with the pinned packages, and bestexec and oversight in it

# The stamp is gone while this runs, so a set-up that was broken off starts afresh; an older complete one is brought up to date.
.venv/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is missing · install it (Debian: apt-get install python3 python3-venv) or say make PYTHON=…" >&2; exit 2; }
	@if test -f $@; then rm $@; else echo "setup: a new .venv with $(PYTHON)"; "$(PYTHON)" -m venv --clear .venv; fi
	@echo "setup: installing the packages of constraints.txt (about a minute)"
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation --editable '.[desk,dev]'
	@.venv/bin/python -m compileall -q -j 0 src
	@touch $@

demo: setup  ## measure a made-up quarter, write its report, fill a desk with it and print its addresses
	@.venv/bin/bestexec demo
	@.venv/bin/oversight demo --stage remediation

serve: setup  ## open the desk that `make demo` filled
	@.venv/bin/oversight serve --home demo/desk

test: setup  ## run the tests that take ten minutes together
	@$(RUN) pytest -n auto --maxprocesses 8 -m "not check and not proof and not walk"

walk: setup  ## go to every page of every role in a browser: barriers, the dark, a telephone (PICTURES=1 keeps a picture of each)
	@.venv/bin/python tests/line/browser/chromium.py
	@$(RUN) pytest -m walk -n 2

check: setup  ## everything that must hold: style, types, layers, migrations, settings, the tests, those by hand in a browser, the desk's again on PostgreSQL
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@OVERSIGHT_SECRET_KEY=of-the-checks-alone .venv/bin/mypy
	@.venv/bin/lint-imports --no-logo
	@$(DESK) makemigrations --check --dry-run
	@OVERSIGHT_URL=https://desk.firm.example $(DESK) check --deploy --fail-level WARNING
	@$(MAKE) test
	@.venv/bin/python tests/line/browser/chromium.py
	@$(RUN) pytest -n auto --maxprocesses 8 -m "check and not walk"
	@.venv/bin/python tests/on_postgres.py -n auto --maxprocesses 8 tests/oversight

docs: setup  ## write the pages that the program prints: metrics, checks, schema, lifecycles
	@.venv/bin/python docs/generate.py

bench: setup  ## time the quote book against Polars, DuckDB, ClickHouse and pandas
	@$(PIP) --no-build-isolation --editable '.[desk,dev,bench]'
	@$(RUN) benchmarks

proof: setup  ## the tests that take longer than `make test` may
	@.venv/bin/python tests/line/browser/chromium.py
	@BESTEXEC_PROOF=1 $(RUN) pytest -m "proof or walk"
	@BESTEXEC_PROOF=1 $(RUN) pytest -n 2 $(shell grep -rl "tests.examples import" tests/bestexec)

clean:  ## remove what the other verbs made
	@rm -rf .venv demo workspace artefacts dist .ruff_cache .import_linter_cache .hypothesis
	@find . -name .git -prune -o \( -name __pycache__ -o -name .mypy_cache \) -type d -prune -exec rm -rf {} +
