# `make demo` and `make test` install everything they need from the lock files.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check --quiet

.PHONY: demo test lint types check docs reference bench wheel lock clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.ready  ## crawl the bundled offline replica into data/demo.db
	$(PY) -m govkz_scraper.cli demo --db data/demo.db

# Coverage counts what runs in the test processes; commands that tests start as processes of their own are not
# measured. From Python 3.12 on, sys.monitoring makes it almost free.
test: $(VENV)/.ready-dev $(VENV)/.browser  ## every test, and the coverage
	COVERAGE_CORE=$$($(PY) -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') \
	  $(PY) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal --cov --cov-report=

lint: $(VENV)/.ready-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.ready-dev
	$(PY) -m mypy

check: test lint types docs

docs: $(VENV)/.ready-dev  ## the documentation as a site, in site/
	$(PY) -m mkdocs build --strict --quiet

reference: $(VENV)/.ready-dev  ## write the generated pages of the documentation
	$(PY) docs/generate_reference.py

bench: $(VENV)/.ready-dev  ## the cost of each stage; ingest beside a naive chain and a bare insert; takes minutes
	$(PY) tests/bench/stages.py
	$(PY) tests/bench/speed.py

wheel: $(VENV)/.ready-dev
	$(PY) -m build --wheel --no-isolation --outdir dist

lock: $(VENV)/.ready-dev  ## resolve the dependencies again
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

$(VENV)/.browser: | $(VENV)/.ready-dev
	@.ci/browser
	@touch $@

clean:
	rm -rf $(VENV) dist site .coverage .pytest_cache .mypy_cache .ruff_cache .hypothesis
