# Everything from nothing: a machine with Python 3.11 or newer, make and git. `make demo`, `make test`; see README.md.
SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
ENV := $(BIN)/python -m tools.env
UV := $(BIN)/uv pip compile -q pyproject.toml --generate-hashes --no-emit-index-url --python-version 3.11
PYTEST := $(BIN)/python -m pytest
ARGS ?=

.PHONY: demo stop status clean test soak bench lint check format lock docs manual-images help
help:
	@echo "make demo    everything on this machine, at 127.0.0.1:8000   PORT= DATA_DIR= SERVE=0 RESET=1 BIG=1"
	@echo "make stop    stop it; data and keys stay                     make clean: remove them"
	@echo "make check   lint and test                                   make soak, make bench [ONLY=id,id]"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: no python3 found" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=/path" >&2; exit 2; }
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo "$(PYTHON) cannot make .venv: on Debian install python3-venv" >&2; exit 2; }

.venv/demo: requirements.lock | $(BIN)/python
	@echo "installing the pinned packages" >&2
	@$(PIP) -r requirements.lock >&2
	@touch $@

.venv/dev: requirements-dev.lock | $(BIN)/python
	@echo "installing the pinned packages and the tools" >&2
	@$(PIP) -r requirements-dev.lock >&2
	@touch $@

demo: .venv/demo
	@$(BIN)/python -m tools.demo up

stop status: .venv/demo
	@$(BIN)/python -m tools.demo $@

clean: .venv/demo
	@$(BIN)/python -m tools.demo clean

test: .venv/dev
	@$(PYTEST) -n 2 --dist worksteal $(ARGS)

soak: .venv/dev
	@$(PYTEST) -m soak $(ARGS)

bench: .venv/dev
	@$(BIN)/python -m tools.bench

lint: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo
	@$(ENV) sh -c "$(BIN)/mypy . && $(BIN)/python manage.py makemigrations --check --dry-run && $(BIN)/python manage.py check"

check: lint test

format: .venv/dev
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

# the documents that are drawn from the code; a test says when they are stale
docs: .venv/dev
	@$(BIN)/python -m tools.drawn

# the pictures of the manual, taken while the story is played
manual-images: .venv/dev
	@mkdir -p docs/manual/images
	@MANUAL_IMAGES=$(CURDIR)/docs/manual/images $(PYTEST) tests/browser/journey -q

# after a change of pyproject.toml; no index's address may stand in the files
lock: .venv/dev
	@$(UV) --extra engines -o requirements.lock
	@$(UV) -c requirements.lock -o requirements-server.lock
	@$(UV) -c requirements.lock --extra engines --extra dev -o requirements-dev.lock
