# Two commands matter: `make demo` and `make test`. Both set up everything they need from the lock files.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint types check bench wheel lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.ready  ## crawl the bundled offline replica into data/demo.db and show what came out
	$(PY) -m govkz_scraper.cli demo --db data/demo.db

test: $(VENV)/.ready-dev  ## every test
	$(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/.ready-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.ready-dev
	$(PY) -m mypy

check: test lint types

bench: $(VENV)/.ready-dev  ## what each stage costs; the whole road beside the naive chain and the bare insert; minutes
	$(PY) tests/bench/stages.py
	$(PY) tests/bench/speed.py

wheel: $(VENV)/.ready-dev
	$(PY) -m build --wheel --no-isolation --outdir dist

lock: $(VENV)/.ready-dev  ## resolve the dependencies anew
	$(PIP) install uv
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --group build pyproject.toml --output-file requirements.lock
	$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --all-extras --group dev pyproject.toml --constraint requirements.lock \
	  --output-file requirements-dev.lock

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than Python 3.11: run make PYTHON=python3.12 (or newer)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: requirements.lock pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
