# Two commands do everything: `make up` starts the whole backend, `make test` proves it.
# Both bring their own environment (Python packages, Node, Postgres); nothing is installed outside this folder.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help env up down reset test prove bench check policies types lock

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

env: $(VENV)/.installed node_modules/.installed ## install the locked packages into .venv and node_modules

$(VENV)/.installed: requirements.lock pyproject.toml
	@echo "» Python packages → $(VENV) (the first time takes a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Préau needs Python 3.11 or newer; run 'make PYTHON=/path/to/python3.11 …'"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# npm comes with the Python packages, but a change of theirs is none of its business (after the |).
node_modules/.installed: package.json package-lock.json | $(VENV)/.installed
	@echo "» Node packages → node_modules"
	@$(BIN)/npm ci --prefer-offline --loglevel=error
	@touch $@

up: env ## start the local stack (ARGS=--detach to get the prompt back)
	@$(BIN)/preau up $(ARGS)

down: env ## stop the local stack
	@$(BIN)/preau down $(ARGS)

reset: env ## drop the local data and start afresh
	@$(BIN)/preau reset $(ARGS)

test: env ## style, types, SQL, policies, workers, functions, gateway and journeys
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -m "not prove" --durations=10 $(ARGS)

prove: env ## kills, soaks and big races (minutes; not in CI); ARGS=kill runs those with that name
	@$(BIN)/pytest -m prove tests $(if $(filter-out -%,$(firstword $(ARGS))),-k "$(ARGS)",$(ARGS))

bench: env ## figures, each beside a named peer (minutes; not in CI)
	@$(BIN)/python -m bench $(ARGS)

check: env ## style, types and SQL lint only
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && \
		$(BIN)/sqlfluff lint --processes 2 supabase && echo "check: all clean"

policies: env ## compile supabase/policies into a new migration when they changed
	@$(BIN)/preau policies build $(ARGS)

types: env ## regenerate preau/database.py and the TypeScript types from the running database
	@$(BIN)/preau types $(ARGS)

lock: ## re-resolve requirements*.lock and package-lock.json (after a make env; then make env again)
	@$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet -c requirements.lock -o requirements-deploy.lock
	@$(BIN)/npm install --package-lock-only --loglevel=error
	@$(BIN)/python scripts/lock_npm.py
