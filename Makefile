# Comity's chores. `make` alone lists them. VENV=DIR uses another environment, PYTHON=python3.12 another interpreter.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV ?= .venv
DATA ?= ../shared/data
SECONDS ?= 600
TARGETS ?=
# What the lock file holds beside the package itself; the training of models has pins of its own.
LOCKED := analysis archives cloud cluster dev docs frames pdf web fuzz
# -qq: a mirror that lacks a package warns on every line, and a failed installation still says why.
PIP := $(VENV)/bin/pip install -qq --disable-pip-version-check

.PHONY: help demo serve test api browser screenshots lint docs train clean treebanks fuzz lock audit sbom

help:  ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

demo: $(VENV)/.installed  ## install into .venv, then read, code and brief the shipped dispatches
	$(VENV)/bin/comity demo

serve: $(VENV)/.installed-dev demo  ## the demo as web pages on this machine
	$(VENV)/bin/comity serve --store out/comity-demo.duckdb

api: $(VENV)/.installed-dev  ## 2,000 requests made from the API's own description
	COMITY_API_CASES=2000 $(VENV)/bin/python -m pytest tests/web/test_web_contract.py

browser:  ## Debian's Chromium for the browser tests, where it is missing and may be installed
	@command -v chromium chromium-browser >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; } || \
		echo "no Chromium, and none can be installed: the browser tests will be skipped" >&2

screenshots: $(VENV)/.installed-dev browser  ## the pictures of the pages in README, from the demo
	$(VENV)/bin/python docs/_screenshots.py

fuzz: $(VENV)/.installed-dev  ## fuzz each target for ten minutes: make fuzz SECONDS=60 TARGETS="dates pdf"
	@$(PIP) -e '.[fuzz]' || echo "no atheris here: inputs are made without looking at coverage" >&2
	$(VENV)/bin/python -m fuzz --seconds $(SECONDS) $(addprefix --target ,$(TARGETS))

lock: $(VENV)/.installed-audit  ## renew requirements.lock: every version and hash of the package, its extras and tools
	$(VENV)/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		$(addprefix --extra ,$(LOCKED)) --custom-compile-command 'make lock' --output-file requirements.lock

audit: $(VENV)/.installed-audit  ## known vulnerabilities of what is locked (asks pypi.org)
	$(VENV)/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip --strict --progress-spinner off

sbom: $(VENV)/.installed-audit  ## the bill of materials of what is locked, as CycloneDX, into build/sbom.json
	@mkdir -p build
	$(VENV)/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file build/sbom.json
	@echo build/sbom.json

test: $(VENV)/.installed-dev  ## the test suite
	$(VENV)/bin/python -m pytest

lint: $(VENV)/.installed-dev  ## style, format and types
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

docs: $(VENV)/.installed-docs  ## the documentation as a site, into build/docs
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict --quiet
	@echo build/docs/index.html

train: treebanks $(VENV)/.installed-training  ## make the language model anew: make train DATA=../shared/data (docs/training.md)
	$(VENV)/bin/python -m training "$(DATA)"

treebanks:
	@test -d "$(DATA)/ud" || { echo "$(DATA): no treebanks there (say where: make train DATA=FOLDER)" >&2; exit 1; }

clean:  ## remove the environment, caches and build output (build/training holds training checkpoints)
	rm -rf "$(VENV)" build dist out .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find comity training benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The package is installed in place, so that only a change of pyproject.toml asks for another installation.
$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON): not found (install Python 3.11 or later)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON): too old (name another: make PYTHON=python3.11)" >&2; exit 1; }
	$(PYTHON) -m venv "$(VENV)"

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/pip
	$(PIP) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/pip
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-docs: pyproject.toml | $(VENV)/bin/pip
	$(PIP) -e '.[docs]'
	@touch $@ $(VENV)/.installed

# Tools that must not meddle with what they look at: in no environment but their own.
$(VENV)/.installed-audit: pyproject.toml | $(VENV)/bin/pip
	$(PIP) $$($(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["audit"])')
	@touch $@

$(VENV)/.installed-training: pyproject.toml | $(VENV)/bin/pip
	$(PIP) -e '.[training]'
	@touch $@ $(VENV)/.installed
